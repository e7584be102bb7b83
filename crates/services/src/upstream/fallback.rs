//! The way back: a new key that the platform refuses makes room for the one before it, once, whichever of several calls
//! finds out first.

use domain::{
    AppError, Role,
    upstream::{Failure, UpstreamKey},
};
use entity::{
    organisation,
    upstream::{Column, Model},
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use super::{change::forgetting_the_old, connection::told, guard::Base, opened};
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    mail::MailKind,
    members::tell_all,
    sealing::Place,
    zones,
};

/// The connection that was used before.
pub(super) struct Old {
    pub base: Base,
    pub key: UpstreamKey,
}

/// `None`: there is none, or its time is over.
pub(super) fn fallback(context: &Context, row: &Model) -> Result<Option<Old>, Failure> {
    let (Some(_), Some(base), Some(sealed)) =
        (row.fallback_until(context.now()), &row.old_base, &row.old_key)
    else {
        return Ok(None);
    };
    let key = opened(context, &Place::UpstreamOldKey(row.organisation()), sealed)?;
    Ok(Some(Old { base: Base::stored(base, &context.platform.listed)?, key }))
}

/// Uses the connection of before again, if things are still as `row` says; tells the administrators.
pub(super) async fn roll_back(context: &Context, row: Model) -> Result<(), AppError> {
    let (inner, now, of) = (context.clone(), context.now(), row.organisation());
    let rolled_back = context.database.write(move |on| {
        Box::pin(async move {
            let (Some(base), Some(sealed), Some(end)) = (&row.old_base, &row.old_key, &row.old_key_end)
            else {
                return Ok(());
            };
            let key = inner.keys.unseal(&Place::UpstreamOldKey(of), sealed)?;
            let key = inner.keys.seal(&Place::UpstreamKey(of), &key)?;
            let done = forgetting_the_old()
                .col_expr(Column::Base, Expr::value(base.clone()))
                .col_expr(Column::Key, Expr::value(key))
                .col_expr(Column::KeyEnd, Expr::value(end.clone()))
                .col_expr(Column::RolledBackAt, Expr::value(Some(now)))
                .col_expr(Column::RefusedEnd, Expr::value(Some(row.key_end.clone())))
                .col_expr(Column::TestedAt, Expr::value(None::<chrono::DateTime<chrono::Utc>>))
                .filter(Column::OrganisationId.eq(of.0))
                .filter(Column::Key.eq(row.key.clone()))
                .filter(Column::OldKey.eq(sealed.clone()))
                .exec(on)
                .await
                .or_internal()?;
            if done.rows_affected == 0 {
                return Ok(());
            }
            let entry = Entry {
                organisation: Some(of),
                person: None,
                action: "upstream.roll_back",
                before: told(&row.base, &row.key_end),
                after: told(base, end),
            };
            audit::record(&inner, on, entry).await?;
            let found = organisation::Entity::by_id(of).one(on).await.or_internal()?;
            let Some(found) = found else { return Ok(()) };
            let (organisation, link) = (found.name.clone(), inner.link("/settings/keys#upstream"));
            let (refused_end, at) = (row.key_end, zones::told(&found.time_zone, now));
            let kind = MailKind::UpstreamRolledBack { organisation, refused_end, at, link };
            tell_all(&inner, on, &found, Role::Admin, kind).await
        })
    });
    rolled_back.await
}
