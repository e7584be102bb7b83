//! A member's own choice: support that is inside does not learn who they are (`crate::names`).

use domain::{Account, AppError, Code, support::HideForm};
use entity::membership;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Select, sea_query::Expr};
use serde_json::json;

use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
};

/// Hides the person from support in the organisation their session stands in, or shows them again.
/// Errors: `NotFound` for staff, who are members of nothing.
pub async fn hide_me(context: &Context, account: Account, form: HideForm) -> Result<(), AppError> {
    let (inner, hidden) = (context.clone(), form.hidden);
    let work = context.database.write(move |on| {
        Box::pin(async move {
            let before = of(account)?.lock_exclusive().one(on).await.or_internal()?.ok_or(Code::NotFound)?;
            if before.hidden_from_support == hidden {
                return Ok(());
            }
            membership::Entity::update_many()
                .col_expr(membership::Column::HiddenFromSupport, Expr::value(hidden))
                .filter(membership::Column::OrganisationId.eq(before.organisation_id))
                .filter(membership::Column::PersonId.eq(before.person_id))
                .exec(on)
                .await
                .or_internal()?;
            let entry = Entry {
                organisation: account.organisation,
                before: json!({ "hidden_from_support": !hidden }),
                after: json!({ "hidden_from_support": hidden }),
                ..audit::personal(account.person, "support.hide_member")
            };
            audit::record(&inner, on, entry).await
        })
    });
    work.await
}

/// Whether the person hides from support; `None` for staff.
pub(crate) async fn is_hidden(on: &impl ConnectionTrait, account: Account) -> Result<Option<bool>, AppError> {
    let Ok(membership) = of(account) else { return Ok(None) };
    Ok(membership.one(on).await.or_internal()?.map(|row| row.hidden_from_support))
}

fn of(account: Account) -> Result<Select<membership::Entity>, Code> {
    let organisation = account.organisation.ok_or(Code::NotFound)?;
    let members = membership::Entity::in_organisation(organisation);
    Ok(members.filter(membership::Column::PersonId.eq(account.person.0)))
}
