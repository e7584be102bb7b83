//! The operator's override, from the shell of the machine: support may come in although nobody there allowed it. Loud on purpose.

use domain::{
    AppError, Code, OrganisationId,
    support::{BREAK_GLASS, reason},
};
use entity::organisation;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Map, Value, json};

use super::{
    letters::{News, tell, told},
    lock_organisation,
};
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
};

/// Lets support in for an hour, whatever the organisation chose, and tells its owners and administrators so at once. Gives the
/// organisation's name. Errors: `NotFound`, field `reason`.
pub async fn break_glass(context: &Context, id: &str, why: &str) -> Result<String, AppError> {
    let id: OrganisationId = id.trim().parse().map_err(|_| Code::NotFound)?;
    let why = reason(why).map_err(|code| AppError::field("reason", code))?;
    let (inner, until) = (context.clone(), context.now() + BREAK_GLASS);
    let broken = context.database.write(move |on| {
        Box::pin(async move {
            let organisation = lock_organisation(on, id).await?.ok_or(Code::NotFound)?;
            organisation::Entity::update_many()
                .col_expr(organisation::Column::SupportForcedUntil, Expr::value(Some(until)))
                .filter(organisation::Column::Id.eq(id.0))
                .exec(on)
                .await
                .or_internal()?;
            let entry = Entry {
                organisation: Some(id),
                person: None,
                action: "support.break_glass",
                before: Value::Object(Map::new()),
                after: json!({ "reason": why, "until": told(&organisation, until) }),
            };
            audit::record(&inner, on, entry).await?;
            let until = told(&organisation, until);
            tell(&inner, on, &organisation, News::Forced { reason: why, until }).await?;
            Ok(organisation.name)
        })
    });
    broken.await
}
