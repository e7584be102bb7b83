//! Making a key, giving it a new token, ending it.

use chrono::{DateTime, Utc};
use domain::{
    AppError, Code, KeyId, Member, OrganisationId, PersonId, Recent, Role,
    keys::{KeyForm, Kind, MOST_KEYS, NewKey, OneKeyForm, PREFIX, RollForm, start_of},
};
use entity::{
    access_key::{self, Column, Entity as Key, is_live},
    person,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr,
};
use serde_json::{Value, json};

use super::{entry, find, fresh, may_roll, told};
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    members::{acting_role, lock_organisation},
    token::PlainToken,
};

/// A key and the token that was just made for it, which nobody can ask for again but the session that made it, for a
/// moment ([`super::load_fresh`]).
pub struct Made {
    pub id: KeyId,
    pub token: PlainToken,
}

fn new_token() -> PlainToken {
    PlainToken::received(&format!("{PREFIX}{}", PlainToken::random().reveal()))
}

/// Makes a key. Errors: fields of the form; `Forbidden` (a member who asks for a key of the organisation),
/// `TooManyKeys`.
pub async fn create_key(context: &Context, member: Recent<Member>, form: KeyForm) -> Result<Made, AppError> {
    let (NewKey { name, kind, scopes, lifetime }, member) = (form.parse()?, *member);
    let (inner, now) = (context.clone(), context.now());
    let created = context.database.write(move |on| {
        Box::pin(async move {
            let organisation = lock_organisation(on, member.organisation).await?;
            let (least, person) = match kind {
                Kind::Organisation => (Role::Admin, None),
                Kind::Personal => (Role::Member, Some(member.person.0)),
            };
            acting_role(on, *member, least).await?;
            let live = Key::in_organisation(member.organisation).filter(is_live(now));
            if live.count(on).await.or_internal()? >= MOST_KEYS {
                return Err(Code::TooManyKeys.into());
            }
            let token = new_token();
            let row = access_key::Model {
                id: inner.id(),
                organisation_id: member.organisation.0,
                person_id: person,
                name,
                scopes: scopes.words().collect::<Vec<_>>().join(" "),
                token_hash: token.hash().0,
                token_start: start_of(token.reveal()),
                old_token_hash: None,
                old_token_ends_at: None,
                created_by: Some(member.person.0),
                created_at: now,
                expires_at: lifetime.end(now),
                used_at: None,
                revoked_at: None,
            };
            let (id, after) = (row.id(), told(&organisation, &row));
            Key::insert(access_key::ActiveModel::from(row)).exec_without_returning(on).await.or_internal()?;
            fresh::keep(&inner, on, *member, id, &token).await?;
            audit::record(&inner, on, Entry { after, ..entry(*member, "keys.create_key") }).await?;
            Ok(Made { id, token })
        })
    });
    created.await
}

/// Gives a key a new token; the one it had goes on working for the overlap, one that it had before that ends now.
/// Errors: field `overlap`; `NotFound` (ended keys among them), `Forbidden` (somebody else's personal key).
pub async fn roll_key(context: &Context, member: Recent<Member>, form: RollForm) -> Result<Made, AppError> {
    let ((id, overlap), member) = (form.parse()?, *member);
    let (inner, now) = (context.clone(), context.now());
    let rolled = context.database.write(move |on| {
        Box::pin(async move {
            let organisation = lock_organisation(on, member.organisation).await?;
            let role = acting_role(on, *member, Role::Member).await?;
            let row = find(on, *member, role, id).await?;
            if row.ended_at(now).is_some() {
                return Err(Code::NotFound.into());
            }
            if !may_roll(*member, role, &row) {
                return Err(Code::Forbidden.into());
            }
            let (token, until) = (new_token(), overlap.end(now));
            let update = access_key::ActiveModel {
                id: Set(row.id),
                token_hash: Set(token.hash().0),
                token_start: Set(start_of(token.reveal())),
                old_token_hash: Set(until.map(|_| row.token_hash.clone())),
                old_token_ends_at: Set(until),
                ..Default::default()
            };
            Key::update(update).exec(on).await.or_internal()?;
            // Somebody else may just have been shown the token that is the old one now.
            fresh::forget(on, id).await?;
            fresh::keep(&inner, on, *member, id, &token).await?;
            let mut after = told(&organisation, &row);
            after["overlap"] = overlap.word().into();
            audit::record(&inner, on, Entry { after, ..entry(*member, "keys.roll_key") }).await?;
            Ok(Made { id, token })
        })
    });
    rolled.await
}

/// Ends a key at once, both of its tokens. One that has ended already stays as it is. Errors: `NotFound`.
pub async fn revoke_key(context: &Context, member: Recent<Member>, form: OneKeyForm) -> Result<(), AppError> {
    let (id, member) = (form.parse()?, *member);
    let (inner, now) = (context.clone(), context.now());
    let revoked = context.database.write(move |on| {
        Box::pin(async move {
            let organisation = lock_organisation(on, member.organisation).await?;
            let role = acting_role(on, *member, Role::Member).await?;
            let row = find(on, *member, role, id).await?;
            if row.ended_at(now).is_some() {
                return Ok(());
            }
            revoking(now).filter(Column::Id.eq(id.0)).exec(on).await.or_internal()?;
            fresh::forget(on, id).await?;
            let mut before = told(&organisation, &row);
            if let Some(owner) = row.person().filter(|owner| *owner != member.person) {
                before["member"] = email_of(on, owner).await?;
            }
            audit::record(&inner, on, Entry { before, ..entry(*member, "keys.revoke_key") }).await
        })
    });
    revoked.await
}

async fn email_of(on: &impl ConnectionTrait, person: PersonId) -> Result<Value, AppError> {
    let row = person::Entity::by_id(person).one(on).await.or_internal()?;
    Ok(json!(row.map(|row| row.email)))
}

/// An update that ends what it is filtered to.
fn revoking(now: DateTime<Utc>) -> sea_orm::UpdateMany<Key> {
    Key::update_many().col_expr(Column::RevokedAt, Expr::value(Some(now))).filter(is_live(now))
}

/// Ends the personal keys of somebody who leaves an organisation, so that they stay ended if the person comes back: how
/// many.
pub(crate) async fn revoke_personal(
    on: &impl ConnectionTrait,
    organisation: OrganisationId,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<u64, AppError> {
    let theirs =
        revoking(now).filter(Column::OrganisationId.eq(organisation.0)).filter(Column::PersonId.eq(person.0));
    Ok(theirs.exec(on).await.or_internal()?.rows_affected)
}

/// Ends the personal keys of somebody everywhere: whoever was in their account may have made one.
pub(crate) async fn revoke_all_personal(
    on: &impl ConnectionTrait,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<u64, AppError> {
    Ok(revoking(now).filter(Column::PersonId.eq(person.0)).exec(on).await.or_internal()?.rows_affected)
}
