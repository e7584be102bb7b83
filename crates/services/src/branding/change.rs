//! Changing the row of a logo: locked, told to the trail, with the names under which logos are read.

use domain::{Admin, AppError, OrganisationId, branding::Plate};
use entity::{logo, logo_file};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QuerySelect, sea_query::OnConflict,
};
use serde_json::{Value, json};

use super::READABLE;
use crate::{
    Context,
    audit::{self, Entry},
    failure::{OrInternal, internal},
    names::name_of,
};

/// What a transaction has left to do outside of it: names whose objects go.
pub(super) struct Replaced {
    /// The name that was the logo; nobody draws it on another plate any more.
    pub before: Option<String>,
    pub gone: Vec<String>,
    pub instead_of: Option<String>,
}

/// What a change makes of the row.
#[derive(Default)]
pub(super) struct Change {
    pub name: Option<String>,
    pub plate: Plate,
    pub fades_on: Option<Plate>,
    pub width: u32,
    pub height: u32,
}

/// Changes the row as `change` says, which sees it locked and may say that there is nothing to do. `seen` is the
/// version that the page showed, where it matters who saved since.
pub(super) async fn replace(
    context: &Context,
    admin: Admin,
    action: &'static str,
    change: impl FnOnce(&logo::Model) -> Result<Option<Change>, AppError> + Send + 'static,
    seen: Option<i64>,
) -> Result<Replaced, AppError> {
    let inner = context.clone();
    let write = context.database.write(move |on| {
        Box::pin(async move {
            let before = lock(&inner, on, admin.organisation).await?;
            let Some(change) = change(&before)? else {
                return Ok(Replaced { before: None, gone: Vec::new(), instead_of: None });
            };
            let other = before
                .changed_by
                .filter(|by| *by != admin.person.0 && seen.is_some_and(|seen| seen != before.version));
            let instead_of = name_of(on, *admin, other).await?;
            let after = logo::Model {
                name: change.name,
                plate: change.plate.as_str().to_owned(),
                fades_on: change.fades_on.map(Plate::as_str).unwrap_or_default().to_owned(),
                width: i32::try_from(change.width).or_internal()?,
                height: i32::try_from(change.height).or_internal()?,
                version: before.version + 1,
                changed_at: inner.now(),
                changed_by: Some(admin.person.0),
                ..before.clone()
            };
            let gone = keep_readable(&inner, on, admin.organisation, after.name.as_deref()).await?;
            after.clone().into_active_model().reset_all().update(on).await.or_internal()?;
            let entry = Entry {
                organisation: Some(admin.organisation),
                person: Some(admin.person),
                action,
                before: audited(&before),
                after: audited(&after),
            };
            audit::record(&inner, on, entry).await?;
            Ok(Replaced { before: before.name, gone, instead_of })
        })
    });
    write.await
}

/// The organisation's row, locked; made where there was none.
async fn lock(
    context: &Context,
    on: &DatabaseTransaction,
    organisation: OrganisationId,
) -> Result<logo::Model, AppError> {
    let first = logo::ActiveModel {
        organisation_id: Set(organisation.0),
        name: Set(None),
        plate: Set(Plate::None.as_str().to_owned()),
        fades_on: Set(String::new()),
        width: Set(0),
        height: Set(0),
        version: Set(0),
        changed_at: Set(context.now()),
        changed_by: Set(None),
    };
    let keep = OnConflict::column(logo::Column::OrganisationId).do_nothing().to_owned();
    logo::Entity::insert(first).on_conflict(keep).exec_without_returning(on).await.or_internal()?;
    let row = logo::Entity::in_organisation(organisation).lock_exclusive().one(on).await.or_internal()?;
    row.ok_or_else(|| internal("a logo's row is gone"))
}

/// Makes `name` readable and gives the names that no longer are: the oldest beyond [`READABLE`], or all of them where
/// there is no logo any more.
async fn keep_readable(
    context: &Context,
    on: &impl ConnectionTrait,
    organisation: OrganisationId,
    name: Option<&str>,
) -> Result<Vec<String>, AppError> {
    let files = logo_file::Entity::in_organisation(organisation).all(on).await.or_internal()?;
    let kept = if name.is_some() { READABLE - 1 } else { 0 };
    let gone: Vec<String> = files.into_iter().skip(kept).map(|file| file.name).collect();
    logo_file::Entity::delete_many()
        .filter(logo_file::Column::Name.is_in(gone.iter().map(String::as_str)))
        .exec(on)
        .await
        .or_internal()?;
    if let Some(name) = name {
        let row = logo_file::ActiveModel {
            name: Set(name.to_owned()),
            organisation_id: Set(organisation.0),
            created_at: Set(context.now()),
        };
        logo_file::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
    }
    Ok(gone)
}

fn audited(row: &logo::Model) -> Value {
    let plate = row.name.is_some().then_some(&row.plate);
    json!({ "logo": row.name, "plate": plate })
}
