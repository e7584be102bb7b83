//! Sessions: a random token in a cookie, its hash in the database, looked up on every request.
//!
//! Eight hours from sign-in and nothing extends it; unused for longer than its organisation allows, it ends
//! earlier. A session stands in one organisation at a time; switching is an update of the row. Ended
//! sessions stay as rows with their reason, which the next request is told.

mod ending;
mod row;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Account, AppError, Code, OrganisationId, PersonId, SessionId, security::IdleLimit};
use entity::{membership, organisation, session};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    support,
    token::{HashedToken, PlainToken},
};
use row::Row;

pub use ending::{EndReason, sign_out};
pub(crate) use ending::{end_all, end_one, ending};

/// From sign-in to the end, whatever happens in between.
pub const LIFETIME: TimeDelta = TimeDelta::hours(8);
/// `active_at` is written at most this often.
const ACTIVITY_STEP: TimeDelta = TimeDelta::minutes(1);

/// A signed-in request: who, where, and what every page shows of them. One indexed query.
#[derive(Clone, Debug)]
pub struct Visit {
    pub account: Account,
    /// When somebody was last at work in the session.
    pub active_at: DateTime<Utc>,
    pub person_name: String,
    pub person_email: String,
    /// Empty while staff are in no organisation.
    pub organisation_name: String,
    pub organisation_photo: Option<String>,
    /// The person belongs to other organisations as well.
    pub belongs_elsewhere: bool,
    /// There is something in the bell.
    pub has_unseen: bool,
    /// Support is inside the organisation, or was until a moment ago.
    pub has_support: bool,
    pub time_zone: String,
    /// `domain::hours::Schedule` as JSON, if hours were ever saved.
    pub schedule: Option<String>,
}

/// What a browser says of itself.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// "Firefox · Linux", at most 80 characters.
    pub name: String,
    /// The address prefix (/24 or /64), never the whole address.
    pub address: String,
}

/// Finds the live session of a token. A support session that is over is ended here, at the next request: its staff
/// then stand in no organisation.
///
/// Errors: `SessionExpired`, `SessionIdle`, `SessionRevoked` or `CredentialsChanged` for a session that is over,
/// `Unauthenticated` for a token that never was one, was signed out, or is of somebody who is no longer a member.
pub async fn authenticate(context: &Context, token: &PlainToken) -> Result<Visit, AppError> {
    let HashedToken(hash) = token.hash();
    let now = context.now();
    let row = row::find(context, hash.clone(), now).await?.filter(Row::has_standing);
    let Some(mut row) = row else { return Err(ending::why_ended(context, hash).await?.into()) };
    let id = SessionId(row.session_id);
    let limit = IdleLimit::from_column(row.idle_limit.unwrap_or_default());
    // The limit is the organisation's for its members.
    if !row.is_staff() && idle_end(row.active_at, limit).is_some_and(|end| end <= now) {
        // Written down, so that a longer limit does not bring it back to life.
        context
            .database
            .write(move |on| Box::pin(async move { end_one(on, id, EndReason::Idle, now).await }))
            .await?;
        return Err(Code::SessionIdle.into());
    }
    if let Some((support, ending)) = row.support_over(now) {
        support::end(context, support, ending, None).await?;
        row.leave();
    }
    Ok(row.into())
}

/// When a session last used at `active_at` is idle for too long.
pub(crate) fn idle_end(active_at: DateTime<Utc>, limit: IdleLimit) -> Option<DateTime<Utc>> {
    limit.minutes().map(|minutes| active_at + TimeDelta::minutes(minutes.into()))
}

/// Notes that somebody is at work in a session; what a page asks by itself does not keep it awake.
pub async fn note_activity(context: &Context, visit: &Visit) -> Result<(), AppError> {
    let (account, id, now) = (visit.account, visit.account.session, context.now());
    if visit.active_at >= now - ACTIVITY_STEP {
        return Ok(());
    }
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                session::Entity::update_many()
                    .col_expr(session::Column::ActiveAt, Expr::value(now))
                    .filter(session::Column::Id.eq(id.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                note_presence(on, account, now).await
            })
        })
        .await
}

/// When the person was last at work in the organisation of their session stays known when the session leaves it.
async fn note_presence(
    on: &impl ConnectionTrait,
    account: Account,
    at: DateTime<Utc>,
) -> Result<(), AppError> {
    let Some(organisation) = account.organisation else { return Ok(()) };
    membership::Entity::update_many()
        .col_expr(membership::Column::ActiveAt, Expr::value(Some(at)))
        .filter(membership::Column::OrganisationId.eq(organisation.0))
        .filter(membership::Column::PersonId.eq(account.person.0))
        .exec(on)
        .await
        .or_internal()?;
    Ok(())
}

/// Starts a session inside the caller's transaction and gives its token, once. Only staff stand in no organisation.
pub async fn start(
    context: &Context,
    on: &impl ConnectionTrait,
    person: PersonId,
    organisation: Option<OrganisationId>,
    browser: &Browser,
) -> Result<PlainToken, AppError> {
    let (token, now) = (PlainToken::random(), context.now());
    let row = session::ActiveModel {
        id: Set(context.id()),
        token_hash: Set(token.hash().0),
        person_id: Set(person.0),
        organisation_id: Set(organisation.map(|id| id.0)),
        browser: Set(browser.name.clone()),
        address: Set(browser.address.clone()),
        created_at: Set(now),
        proved_at: Set(now),
        active_at: Set(now),
        expires_at: Set(now + LIFETIME),
        ended_at: Set(None),
        ended_reason: Set(None),
    };
    session::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
    Ok(token)
}

/// Gives a session a new token and notes when its person last gave the password; the old token opens nothing.
pub(crate) async fn rotate(
    on: &impl ConnectionTrait,
    id: SessionId,
    proved_at: DateTime<Utc>,
) -> Result<PlainToken, AppError> {
    let token = PlainToken::random();
    let rotated = session::Entity::update_many()
        .col_expr(session::Column::TokenHash, Expr::value(token.hash().0))
        .col_expr(session::Column::ProvedAt, Expr::value(proved_at))
        .filter(session::Column::Id.eq(id.0))
        .filter(session::Column::EndedAt.is_null())
        .exec(on)
        .await
        .or_internal()?;
    // Ended by somebody else while this request was under way.
    if rotated.rows_affected == 0 { Err(Code::SessionRevoked.into()) } else { Ok(token) }
}

/// The organisations the account may switch to, sorted by name: id, name, photo.
pub async fn list_organisations(
    context: &Context,
    account: Account,
) -> Result<Vec<organisation::Model>, AppError> {
    let rows = membership::Entity::of_person(account.person)
        .find_also_related(organisation::Entity)
        .order_by_asc(organisation::Column::Name)
        .all(context.database.read())
        .await
        .or_internal()?;
    Ok(rows.into_iter().filter_map(|(_, organisation)| organisation).collect())
}

/// Moves the session to another organisation of the same person; any other id is `NotFound`. Where an
/// administrator signed the person out since the session began, it ends instead: `SessionRevoked`.
pub async fn switch_organisation(
    context: &Context,
    account: Account,
    to: OrganisationId,
) -> Result<(), AppError> {
    let (inner, now) = (context.clone(), context.now());
    let switched = context.database.write(move |on| {
        Box::pin(async move {
            // Locked: an administrator who signs the person out now comes before or after, not in between.
            let member = membership::Entity::in_organisation(to)
                .filter(membership::Column::PersonId.eq(account.person.0))
                .lock_exclusive()
                .one(on)
                .await
                .or_internal()?;
            let member = member.ok_or(Code::NotFound)?;
            let row = session::Entity::by_id(account.session).one(on).await.or_internal()?;
            let began = row.ok_or(Code::SessionRevoked)?.created_at;
            if member.signed_out_at.is_some_and(|signed_out| began <= signed_out) {
                end_one(on, account.session, EndReason::Revoked, now).await?;
                return Ok(Err(Code::SessionRevoked.into()));
            }
            note_presence(on, account, now).await?;
            session::Entity::update_many()
                .col_expr(session::Column::OrganisationId, Expr::value(Some(to.0)))
                .filter(session::Column::Id.eq(account.session.0))
                .exec(on)
                .await
                .or_internal()?;
            let entry = Entry {
                organisation: Some(to),
                ..audit::personal(account.person, "entrance.switch_organisation")
            };
            audit::record(&inner, on, entry).await?;
            Ok(Ok(()))
        })
    });
    switched.await?
}
