//! Mailed links: one per person and purpose, so that the newest wins; deleted when used, so that one use wins.

use chrono::{DateTime, Utc};
use domain::{AppError, Code, PersonId};
use entity::{
    link::{self, Purpose},
    person,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use crate::{Context, account::lock_person, failure::OrInternal, token::PlainToken};

/// Whether a verification link can still be used, for the page behind it. Uses nothing up.
/// Errors: `LinkExpired`.
pub async fn check_verify_link(context: &Context, token: &str) -> Result<(), AppError> {
    check_link(context, Purpose::Verify, token).await
}

/// Whether a reset link can still be used, for the page behind it. Uses nothing up. Errors: `LinkExpired`.
pub async fn check_reset_link(context: &Context, token: &str) -> Result<(), AppError> {
    check_link(context, Purpose::Reset, token).await
}

pub(crate) async fn check_link(context: &Context, purpose: Purpose, token: &str) -> Result<(), AppError> {
    let token = domain::entrance::parse_token(token)?;
    owner_of_link(context, purpose, &PlainToken::received(token)).await.map(drop)
}

/// A link to be mailed.
pub(crate) struct NewLink {
    pub person: PersonId,
    pub purpose: Purpose,
    pub until: DateTime<Utc>,
    /// The new address, for [`Purpose::ChangeEmail`]; what to take back, for [`Purpose::NotMe`].
    pub target: Option<String>,
}

/// Saves a link in the place of an older one of the same purpose, which stops working; a link "this wasn't me" goes
/// beside the others.
pub(crate) async fn save_link(
    context: &Context,
    on: &impl ConnectionTrait,
    link: NewLink,
    token: &PlainToken,
) -> Result<(), AppError> {
    let row = link::ActiveModel {
        id: Set(context.id()),
        token_hash: Set(token.hash().0),
        purpose: Set(link.purpose),
        person_id: Set(link.person.0),
        created_at: Set(context.now()),
        expires_at: Set(link.until),
        target: Set(link.target),
    };
    if link.purpose == Purpose::NotMe {
        link::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
        return Ok(());
    }
    let replace = OnConflict::columns([link::Column::PersonId, link::Column::Purpose])
        // In the words of the index (m0005): SQLite does not recognise it by a bound value.
        .target_and_where(Expr::cust("purpose <> 'not_me'"))
        .update_columns([
            link::Column::TokenHash,
            link::Column::CreatedAt,
            link::Column::ExpiresAt,
            link::Column::Target,
        ])
        .to_owned();
    link::Entity::insert(row).on_conflict(replace).exec_without_returning(on).await.or_internal()?;
    Ok(())
}

/// Uses a link up, with its person's row locked: of two parallel requests, one gets it and one `LinkExpired`.
pub(crate) async fn use_link(
    on: &impl ConnectionTrait,
    purpose: Purpose,
    token: &PlainToken,
    now: DateTime<Utc>,
) -> Result<link::Model, AppError> {
    let hash = token.hash().0;
    let row =
        link::Entity::by_token_hash(purpose, &hash).one(on).await.or_internal()?.ok_or(Code::LinkExpired)?;
    lock_person(on, row.person()).await?;
    // By token, not by id: a newer link may have taken the row over.
    let delete = link::Entity::delete_many().filter(link::Column::TokenHash.eq(hash));
    let deleted = delete.exec(on).await.or_internal()?;
    if deleted.rows_affected == 0 || row.expires_at <= now {
        return Err(Code::LinkExpired.into());
    }
    Ok(row)
}

pub(super) async fn owner_of_link(
    context: &Context,
    purpose: Purpose,
    token: &PlainToken,
) -> Result<person::Model, AppError> {
    let read = context.database.read();
    let hash = token.hash().0;
    let row = link::Entity::by_token_hash(purpose, &hash).one(read).await.or_internal()?;
    let row = row.filter(|row| row.expires_at > context.now()).ok_or(Code::LinkExpired)?;
    let person = person::Entity::by_id(row.person()).one(read).await.or_internal()?;
    person.ok_or_else(|| Code::LinkExpired.into())
}
