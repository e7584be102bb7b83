//! The keys that somebody sees.

use chrono::{DateTime, Utc};
use domain::{
    AppError, Code, KeyId, Member, Role, Scopes,
    keys::{REMEMBERED, SOON},
};
use entity::access_key::{Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::may_roll;
use crate::{Context, failure::OrInternal, names::Names};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLine {
    pub id: KeyId,
    pub name: String,
    /// What the token begins with after `ayar_`.
    pub start: String,
    pub scopes: Scopes,
    /// Whether it is a personal key.
    pub is_personal: bool,
    /// Of the one who asks.
    pub is_own: bool,
    /// Whose personal key it is, while they have an account.
    pub owner: Option<String>,
    pub created_by: Option<String>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub used_at: Option<DateTime<Utc>>,
    /// It ends within a week.
    pub ends_soon: bool,
    /// Until then its old token works too.
    pub old_until: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it stopped working, if it did.
    pub ended_at: Option<DateTime<Utc>>,
    /// Whoever asks may give it a new token.
    pub may_be_rolled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The newest first.
    pub live: Vec<KeyLine>,
    /// Those that ended within the last thirty days, the last one first.
    pub ended: Vec<KeyLine>,
}

/// The keys that the member sees. Errors: `SupportForbidden`.
pub async fn load_keys(context: &Context, member: Member) -> Result<Keys, AppError> {
    if member.support.is_some() {
        return Err(Code::SupportForbidden.into());
    }
    let (read, now) = (context.database.read(), context.now());
    let since = now - REMEMBERED;
    let mut query = Entity::in_organisation(member.organisation)
        .filter(Condition::any().add(Column::RevokedAt.is_null()).add(Column::RevokedAt.gt(since)))
        .filter(Condition::any().add(Column::ExpiresAt.is_null()).add(Column::ExpiresAt.gt(since)))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id);
    if member.role < Role::Admin {
        query = query.filter(Column::PersonId.eq(member.person.0));
    }
    let rows = query.all(read).await.or_internal()?;
    let people: Vec<Uuid> = rows.iter().flat_map(|row| [row.person_id, row.created_by]).flatten().collect();
    let names = Names::load(read, *member, people).await?;
    let line = |row: Model| KeyLine {
        id: row.id(),
        is_personal: row.person_id.is_some(),
        is_own: row.person() == Some(member.person),
        owner: names.name(row.person_id),
        created_by: names.name(row.created_by),
        created_at: row.created_at,
        expires_at: row.expires_at,
        used_at: row.used_at,
        ends_soon: row.expires_at.is_some_and(|end| end <= now + SOON),
        old_until: row.old_token_until(now),
        revoked_at: row.revoked_at,
        ended_at: row.ended_at(now),
        may_be_rolled: may_roll(*member, member.role, &row),
        scopes: row.scopes(),
        start: row.token_start,
        name: row.name,
    };
    let (mut ended, live): (Vec<KeyLine>, Vec<KeyLine>) =
        rows.into_iter().map(line).partition(|line| line.ended_at.is_some());
    ended.sort_by_key(|line| std::cmp::Reverse(line.ended_at));
    Ok(Keys { live, ended })
}
