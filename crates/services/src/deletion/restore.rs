//! Giving it back: any owner with one press, or staff when an owner asks them to.

use chrono::{DateTime, Utc};
use domain::{
    AppError, Code, OrganisationId, Owner, Recent, Role, Staff,
    deletion::{StaffRestoreForm, Stage},
};
use entity::{organisation, person};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use uuid::Uuid;

use super::letters::{self, News};
use crate::{
    Context,
    audit::{self, Entry},
    failure::{OrInternal, internal},
    members::acting_role,
    support::lock_organisation,
    zones,
};

/// Everything is as it was, but for invitations and sessions. Errors: `RestoreTooLate`, `Forbidden` (no owner any more).
pub async fn restore(context: &Context, owner: Recent<Owner>) -> Result<(), AppError> {
    let (owner, inner) = (*owner, context.clone());
    let restored = context.database.write(move |on| {
        Box::pin(async move {
            let row = lock_organisation(on, owner.organisation).await?.ok_or(Code::NotFound)?;
            acting_role(on, *owner, Role::Owner).await?;
            give_back(on, owner.organisation, inner.now()).await?;
            let entry = Entry {
                organisation: Some(owner.organisation),
                before: before(&row),
                ..audit::personal(owner.person, "deletion.restore")
            };
            audit::record(&inner, on, entry).await?;
            let person = person::Entity::by_id(owner.person).one(on).await.or_internal()?;
            let by = person.ok_or_else(|| internal("the person of an owner is gone"))?.name;
            letters::tell(&inner, on, &row, News::Restored { by: Some(by) }).await
        })
    });
    restored.await
}

/// [`restore`] by staff, whom an owner has asked. Gives its name. Errors: `NotFound`, `RestoreTooLate`, field `reason`.
pub async fn restore_by_staff(
    context: &Context,
    staff: Staff,
    form: StaffRestoreForm,
) -> Result<String, AppError> {
    let ((of, reason), inner) = (form.parse()?, context.clone());
    let restored = context.database.write(move |on| {
        Box::pin(async move {
            let row = lock_organisation(on, of).await?.ok_or(Code::NotFound)?;
            give_back(on, of, inner.now()).await?;
            let entry = Entry {
                organisation: Some(of),
                before: before(&row),
                after: json!({ "reason": reason }),
                ..audit::personal(staff.person, "deletion.staff_restore")
            };
            audit::record(&inner, on, entry).await?;
            letters::tell(&inner, on, &row, News::Restored { by: None }).await?;
            Ok(row.name)
        })
    });
    restored.await
}

fn before(row: &organisation::Model) -> serde_json::Value {
    json!({ "delete_at": row.delete_at.map(|at| zones::told(&row.time_zone, at)) })
}

/// The one statement that decides against the worker: it begins from that very instant on, this ends before it.
async fn give_back(on: &DatabaseTransaction, of: OrganisationId, now: DateTime<Utc>) -> Result<(), AppError> {
    let back = organisation::Entity::update_many()
        .col_expr(organisation::Column::Deletion, Expr::value(Stage::Active.word()))
        .col_expr(organisation::Column::DeleteAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(organisation::Column::DeletionRequestedAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(organisation::Column::DeletionRequestedBy, Expr::value(None::<Uuid>))
        .col_expr(organisation::Column::DeletionTold, Expr::value(None::<i16>))
        .filter(organisation::Column::Id.eq(of.0))
        .filter(organisation::Column::Deletion.eq(Stage::Pending.word()))
        .filter(organisation::Column::DeleteAt.gt(now))
        .exec(on)
        .await
        .or_internal()?;
    if back.rows_affected == 1 { Ok(()) } else { Err(Code::RestoreTooLate.into()) }
}
