//! A token that was just made. It is shown on the page that follows, also without JavaScript, where the answer to a form
//! is a redirect: so it is kept sealed for the session that made it, until that session says it has it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Actor, AppError, KeyId, Member, Scopes};
use entity::{
    access_key::{self, is_live},
    fresh_key::{Column, Entity, Model},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};

use super::may_see;
use crate::{Context, failure::OrInternal, sealing::Place, token::PlainToken};

/// How long a token just made can be looked at again.
pub const SHOWN_FOR: TimeDelta = TimeDelta::minutes(10);

/// A key whose token can still be looked at.
#[derive(Clone)]
pub struct FreshKey {
    pub id: KeyId,
    pub name: String,
    pub scopes: Scopes,
    pub token: PlainToken,
    /// Until then.
    pub until: DateTime<Utc>,
    /// Whether the key was rolled, and an older token still works until then.
    pub old_until: Option<DateTime<Utc>>,
}

/// Keeps a token for the actor's session, in the place of one it was shown before.
pub(super) async fn keep(
    context: &Context,
    on: &impl ConnectionTrait,
    actor: Actor,
    key: KeyId,
    token: &PlainToken,
) -> Result<(), AppError> {
    let place = Place::FreshKey(actor.session);
    let row = entity::fresh_key::ActiveModel {
        session_id: Set(actor.session.0),
        key_id: Set(key.0),
        token: Set(context.keys.seal(&place, token.reveal().as_bytes())?),
        expires_at: Set(context.now() + SHOWN_FOR),
    };
    let replace = OnConflict::column(Column::SessionId)
        .update_columns([Column::KeyId, Column::Token, Column::ExpiresAt])
        .to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(on).await.or_internal()?;
    Ok(())
}

/// Whoever was shown a token of the key sees it no more.
pub(super) async fn forget(on: &impl ConnectionTrait, key: KeyId) -> Result<(), AppError> {
    Entity::delete_many().filter(Column::KeyId.eq(key.0)).exec(on).await.or_internal()?;
    Ok(())
}

/// The key this session has just made or rolled, in the organisation it stands in.
pub async fn load_fresh(context: &Context, member: Member) -> Result<Option<FreshKey>, AppError> {
    let now = context.now();
    let row: Option<(Model, Option<access_key::Model>)> = Entity::of_session(member.session)
        .filter(Column::ExpiresAt.gt(now))
        .find_also_related(access_key::Entity)
        .filter(access_key::Column::OrganisationId.eq(member.organisation.0))
        .filter(is_live(now))
        .one(context.database.read())
        .await
        .or_internal()?;
    let Some((fresh, Some(key))) = row else { return Ok(None) };
    if !may_see(*member, member.role, &key) {
        return Ok(None);
    }
    let text = context.keys.unseal(&Place::FreshKey(member.session), &fresh.token)?;
    Ok(Some(FreshKey {
        id: key.id(),
        scopes: key.scopes(),
        token: PlainToken::received(std::str::from_utf8(&text).or_internal()?),
        until: fresh.expires_at,
        old_until: key.old_token_until(now),
        name: key.name,
    }))
}

/// The session says that it has the token: nobody can look at it again.
pub async fn dismiss_key(context: &Context, member: Member) -> Result<(), AppError> {
    let dismissed = context.database.write(move |on| {
        Box::pin(async move {
            Entity::delete_by_id(member.session.0).exec(on).await.or_internal()?;
            Ok(())
        })
    });
    dismissed.await
}

/// Deletes the tokens that nobody can look at any more: how many.
pub async fn sweep(context: &Context) -> Result<u64, AppError> {
    let now = context.now();
    let over = Entity::find().filter(Column::ExpiresAt.lte(now)).one(context.database.read()).await;
    if over.or_internal()?.is_none() {
        return Ok(0);
    }
    let swept = context.database.write(move |on| {
        Box::pin(async move {
            let swept =
                Entity::delete_many().filter(Column::ExpiresAt.lte(now)).exec(on).await.or_internal()?;
            Ok(swept.rows_affected)
        })
    });
    swept.await
}
