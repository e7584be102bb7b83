//! Sessions: a random token in a cookie, its hash in the database, looked up on every request.
//!
//! Eight hours from sign-in and nothing extends it; unused for longer than its organisation allows, it ends
//! earlier. A session stands in one organisation at a time; switching is an update of the row. Ended
//! sessions stay as rows with their reason, which the next request is told.

mod ending;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Account, AppError, Code, Language, OrganisationId, PersonId, Role, SessionId, security::IdleLimit,
};
use entity::{authenticator, hours, membership, organisation, passkey, person, session};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
    sea_query::{Expr, ExprTrait, Query},
};

use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    token::{HashedToken, PlainToken},
};

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
    pub person_name: String,
    pub person_email: String,
    pub organisation_name: String,
    pub organisation_photo: Option<String>,
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

#[derive(FromQueryResult)]
struct Row {
    session_id: uuid::Uuid,
    proved_at: DateTime<Utc>,
    active_at: DateTime<Utc>,
    person_id: uuid::Uuid,
    person_name: String,
    person_email: String,
    person_language: Option<String>,
    organisation_id: uuid::Uuid,
    organisation_name: String,
    organisation_photo: Option<String>,
    organisation_language: String,
    two_factor_required: bool,
    idle_limit: i32,
    time_zone: String,
    role: String,
    schedule: Option<String>,
    app_since: Option<DateTime<Utc>>,
    has_passkey: bool,
}

/// Finds the live session of a token.
///
/// Errors: `SessionExpired`, `SessionIdle`, `SessionRevoked` or `CredentialsChanged` for a session that is over,
/// `Unauthenticated` for a token that never was one, was signed out, or is of somebody who is no longer a member.
pub async fn authenticate(context: &Context, token: &PlainToken) -> Result<Visit, AppError> {
    let HashedToken(hash) = token.hash();
    let now = context.now();
    let membership_of_session = session::Entity::belongs_to(membership::Entity)
        .from((session::Column::PersonId, session::Column::OrganisationId))
        .to((membership::Column::PersonId, membership::Column::OrganisationId))
        .into();
    let hours_of_session = session::Entity::belongs_to(hours::Entity)
        .from(session::Column::OrganisationId)
        .to(hours::Column::OrganisationId)
        .into();
    let app_of_session = session::Entity::belongs_to(authenticator::Entity)
        .from(session::Column::PersonId)
        .to(authenticator::Column::PersonId)
        .into();
    let row = session::Entity::find()
        .select_only()
        .column_as(session::Column::Id, "session_id")
        .column(session::Column::ProvedAt)
        .column(session::Column::ActiveAt)
        .column(session::Column::PersonId)
        .column(session::Column::OrganisationId)
        .column_as(person::Column::Name, "person_name")
        .column_as(person::Column::Email, "person_email")
        .column_as(person::Column::Language, "person_language")
        .column_as(organisation::Column::Name, "organisation_name")
        .column_as(organisation::Column::Photo, "organisation_photo")
        .column_as(organisation::Column::Language, "organisation_language")
        .column(organisation::Column::TwoFactorRequired)
        .column(organisation::Column::IdleLimit)
        .column(organisation::Column::TimeZone)
        .column(membership::Column::Role)
        .column(hours::Column::Schedule)
        .column_as(authenticator::Column::ConfirmedAt, "app_since")
        .expr_as(has_passkey(), "has_passkey")
        .join(JoinType::InnerJoin, session::Relation::Person.def())
        .join(JoinType::InnerJoin, session::Relation::Organisation.def())
        .join(JoinType::InnerJoin, membership_of_session)
        .join(JoinType::LeftJoin, hours_of_session)
        .join(JoinType::LeftJoin, app_of_session)
        .filter(session::Column::TokenHash.eq(hash.clone()))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .into_model::<Row>()
        .one(context.database.read())
        .await
        .or_internal()?;
    let Some(row) = row else { return Err(ending::why_ended(context, hash).await?.into()) };
    let id = SessionId(row.session_id);
    if idle_end(row.active_at, IdleLimit::from_column(row.idle_limit)).is_some_and(|end| end <= now) {
        // Written down, so that a longer limit does not bring it back to life.
        context
            .database
            .write(move |on| Box::pin(async move { end_one(on, id, EndReason::Idle, now).await }))
            .await?;
        return Err(Code::SessionIdle.into());
    }
    if row.active_at < now - ACTIVITY_STEP {
        note_activity(context, id, now).await?;
    }
    Ok(row.into())
}

/// When a session last used at `active_at` is idle for too long.
pub(crate) fn idle_end(active_at: DateTime<Utc>, limit: IdleLimit) -> Option<DateTime<Utc>> {
    limit.minutes().map(|minutes| active_at + TimeDelta::minutes(minutes.into()))
}

fn has_passkey() -> Expr {
    let passkeys = Query::select()
        .expr(Expr::val(1))
        .from(passkey::Entity)
        .and_where(
            Expr::col((passkey::Entity, passkey::Column::PersonId))
                .eq(Expr::col((session::Entity, session::Column::PersonId))),
        )
        .to_owned();
    Expr::exists(passkeys)
}

impl From<Row> for Visit {
    fn from(row: Row) -> Self {
        let own = row.person_language.as_deref().and_then(Language::from_tag);
        let language = own.or_else(|| Language::from_tag(&row.organisation_language)).unwrap_or_default();
        let has_second_factor = row.app_since.is_some() || row.has_passkey;
        Self {
            account: Account {
                person: PersonId(row.person_id),
                session: SessionId(row.session_id),
                organisation: OrganisationId(row.organisation_id),
                role: Role::from_word(&row.role).unwrap_or(Role::Member),
                language,
                proved_at: row.proved_at,
                owes_two_factor: row.two_factor_required && !has_second_factor,
            },
            person_name: row.person_name,
            person_email: row.person_email,
            organisation_name: row.organisation_name,
            organisation_photo: row.organisation_photo,
            time_zone: row.time_zone,
            schedule: row.schedule,
        }
    }
}

async fn note_activity(context: &Context, id: SessionId, now: DateTime<Utc>) -> Result<(), AppError> {
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
                Ok(())
            })
        })
        .await
}

/// Starts a session inside the caller's transaction and gives its token, once.
pub async fn start(
    context: &Context,
    on: &impl ConnectionTrait,
    person: PersonId,
    organisation: OrganisationId,
    browser: &Browser,
) -> Result<PlainToken, AppError> {
    let (token, now) = (PlainToken::random(), context.now());
    let row = session::ActiveModel {
        id: Set(context.id()),
        token_hash: Set(token.hash().0),
        person_id: Set(person.0),
        organisation_id: Set(organisation.0),
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
            session::Entity::update_many()
                .col_expr(session::Column::OrganisationId, Expr::value(to.0))
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
