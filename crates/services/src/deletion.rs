//! The end of an organisation: asked for by an owner, given back for some days, taken apart by the clock, proved afterwards.
//!
//! While it waits nothing of it changes but this: sessions of its members end and its invitations are withdrawn. Everything
//! else stands still because `Account::actor` and `keys::authenticate` let nobody in, and the clock looks at
//! `organisation::Entity::active` only. One UPDATE decides between whoever gives it back and the worker that begins.

mod certificate;
mod leaving;
mod letters;
mod manifest;
mod people;
mod purge;
mod request;
mod restore;
mod steps;

use domain::{AppError, OrganisationId, deletion::NAME_RESERVED, deletion::Stage, fold::fold};
use entity::organisation;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

pub use certificate::{Checked, check_certificate, read_certificate};
pub use leaving::{Leaving, Link, load_leaving, load_link};
pub use manifest::{Manifest, load_manifest};
pub use people::{delete_account, load_last_owner};
pub(crate) use purge::purge;
pub use purge::{Step, advance, load_steps};
pub use request::{asks_code, request};
pub use restore::{restore, restore_by_staff};

use crate::{Context, failure::OrInternal};

/// What the clock does, every minute: tells owners of what is near, begins what is due, lets names go.
pub async fn sweep(context: &Context) -> Result<(), AppError> {
    letters::remind(context).await?;
    purge::claim(context).await?;
    free_names(context).await
}

/// Whether `name` is that of an organisation that is to be deleted, or was a short time ago, whatever keyboard it is typed on.
pub(crate) async fn is_reserved(
    context: &Context,
    on: &impl ConnectionTrait,
    name: &str,
) -> Result<bool, AppError> {
    let rows = organisation::Entity::leaving()
        .filter(organisation::Column::Name.ne(""))
        .all(on)
        .await
        .or_internal()?;
    let (name, since) = (fold(name), context.now() - NAME_RESERVED);
    let holds = |row: &organisation::Model| row.deleted_at.is_none_or(|at| at > since);
    Ok(rows.iter().any(|row| holds(row) && fold(&row.name) == name))
}

/// The last that is known of an organisation, besides its invoices.
async fn free_names(context: &Context) -> Result<(), AppError> {
    let until = context.now() - NAME_RESERVED;
    let due = organisation::Entity::find()
        .filter(organisation::Column::Deletion.eq(Stage::Gone.word()))
        .filter(organisation::Column::DeletedAt.lte(until))
        .filter(organisation::Column::Name.ne(""));
    if due.one(context.database.read()).await.or_internal()?.is_none() {
        return Ok(());
    }
    let blank = organisation::Entity::update_many()
        .col_expr(organisation::Column::Name, Expr::value(""))
        .filter(organisation::Column::Deletion.eq(Stage::Gone.word()))
        .filter(organisation::Column::DeletedAt.lte(until));
    let blanked = context.database.write(move |on| {
        Box::pin(async move {
            blank.exec(on).await.or_internal()?;
            Ok(())
        })
    });
    blanked.await
}

/// An organisation by its id, whatever its stage.
async fn find(
    on: &impl ConnectionTrait,
    id: OrganisationId,
) -> Result<Option<organisation::Model>, AppError> {
    organisation::Entity::by_id(id).one(on).await.or_internal()
}
