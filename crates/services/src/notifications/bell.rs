//! What somebody has been told, as the bell shows it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AppError, Member, notifications::News};
use entity::notification;
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::words::{Line, line};
use crate::{Context, failure::OrInternal};

/// The most that the page shows.
const MOST: u64 = 100;
/// The bell counts no further.
const MOST_COUNTED: u64 = 100;
/// How long it is remembered.
const KEPT: TimeDelta = TimeDelta::days(90);

/// One thing somebody was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub line: Line,
    pub path: String,
    pub is_seen: bool,
}

/// How much they have not seen, at most a hundred.
pub async fn count_unseen(context: &Context, member: Member) -> Result<u64, AppError> {
    // Support that is inside is told nothing.
    if member.support.is_some() {
        return Ok(0);
    }
    notification::Entity::of_member(member.organisation, member.person)
        .filter(notification::Column::SeenAt.is_null())
        .limit(MOST_COUNTED)
        .count(context.database.read())
        .await
        .or_internal()
}

/// The newest first.
pub async fn load_notices(context: &Context, member: Member) -> Result<Vec<Notice>, AppError> {
    let rows = notification::Entity::of_member(member.organisation, member.person)
        .order_by_desc(notification::Column::Id)
        .limit(MOST)
        .all(context.database.read())
        .await
        .or_internal()?;
    let told = rows.into_iter().filter_map(|row| Some((row.news()?, row)));
    Ok(told
        .map(|(news, row): (News, _)| Notice {
            id: row.id,
            at: row.created_at,
            line: line(&news, member.language),
            path: news.path(),
            is_seen: row.seen_at.is_some(),
        })
        .collect())
}

/// Everything up to `last` was seen; what comes meanwhile was not.
pub async fn mark_seen(context: &Context, member: Member, last: Uuid) -> Result<(), AppError> {
    let now = context.now();
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                notification::Entity::update_many()
                    .col_expr(notification::Column::SeenAt, Expr::value(Some(now)))
                    .filter(notification::Column::OrganisationId.eq(member.organisation.0))
                    .filter(notification::Column::PersonId.eq(member.person.0))
                    .filter(notification::Column::SeenAt.is_null())
                    .filter(notification::Column::Id.lte(last))
                    .exec(on)
                    .await
                    .or_internal()?;
                Ok(())
            })
        })
        .await
}

/// Forgets what was told three months ago: how much.
pub(crate) async fn purge(context: &Context) -> Result<u64, AppError> {
    let until: DateTime<Utc> = context.now() - KEPT;
    let old = notification::Entity::delete_many().filter(notification::Column::CreatedAt.lte(until));
    context
        .database
        .write(move |on| Box::pin(async move { Ok(old.exec(on).await.or_internal()?.rows_affected) }))
        .await
}
