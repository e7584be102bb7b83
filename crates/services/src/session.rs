//! Sessions: a random token in a cookie, its hash in the database, looked up on every request.
//!
//! Eight hours from sign-in and nothing extends it. A session stands in one organisation at a
//! time; switching is an update of the row.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Actor, AppError, Code, Language, OrganisationId, PersonId, Role, SessionId};
use entity::{hours, membership, organisation, person, session};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait, sea_query::Expr,
};

use crate::{
    Context,
    failure::OrInternal,
    token::{HashedToken, PlainToken},
};

/// From sign-in to the end, whatever happens in between.
pub const LIFETIME: TimeDelta = TimeDelta::hours(8);
/// `active_at` is written at most this often.
const ACTIVITY_STEP: TimeDelta = TimeDelta::minutes(1);

/// A signed-in request: who, where, and what every page shows of them. One indexed query.
#[derive(Clone, Debug)]
pub struct Visit {
    pub actor: Actor,
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
    active_at: DateTime<Utc>,
    person_id: uuid::Uuid,
    person_name: String,
    person_email: String,
    person_language: Option<String>,
    organisation_id: uuid::Uuid,
    organisation_name: String,
    organisation_photo: Option<String>,
    organisation_language: String,
    time_zone: String,
    role: String,
    schedule: Option<String>,
}

/// Finds the live session of a token. `None`: unknown, ended, expired, or no longer a member.
pub async fn authenticate(context: &Context, token: &PlainToken) -> Result<Option<Visit>, AppError> {
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
    let row = session::Entity::find()
        .select_only()
        .column_as(session::Column::Id, "session_id")
        .column(session::Column::ActiveAt)
        .column(session::Column::PersonId)
        .column(session::Column::OrganisationId)
        .column_as(person::Column::Name, "person_name")
        .column_as(person::Column::Email, "person_email")
        .column_as(person::Column::Language, "person_language")
        .column_as(organisation::Column::Name, "organisation_name")
        .column_as(organisation::Column::Photo, "organisation_photo")
        .column_as(organisation::Column::Language, "organisation_language")
        .column(organisation::Column::TimeZone)
        .column(membership::Column::Role)
        .column(hours::Column::Schedule)
        .join(JoinType::InnerJoin, session::Relation::Person.def())
        .join(JoinType::InnerJoin, session::Relation::Organisation.def())
        .join(JoinType::InnerJoin, membership_of_session)
        .join(JoinType::LeftJoin, hours_of_session)
        .filter(session::Column::TokenHash.eq(hash))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .into_model::<Row>()
        .one(context.database.read())
        .await
        .or_internal()?;
    let Some(row) = row else { return Ok(None) };
    if row.active_at < now - ACTIVITY_STEP {
        note_activity(context, SessionId(row.session_id), now).await?;
    }
    Ok(Some(row.into()))
}

impl From<Row> for Visit {
    fn from(row: Row) -> Self {
        let own = row.person_language.as_deref().and_then(Language::from_tag);
        let language = own.or_else(|| Language::from_tag(&row.organisation_language)).unwrap_or_default();
        Self {
            actor: Actor {
                person: PersonId(row.person_id),
                session: SessionId(row.session_id),
                organisation: OrganisationId(row.organisation_id),
                role: Role::from_word(&row.role).unwrap_or(Role::Member),
                language,
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

/// Ends all live sessions of a person; ended rows stay.
pub async fn end_all(
    on: &impl ConnectionTrait,
    person: PersonId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64, AppError> {
    let ended = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(Some(now)))
        .col_expr(session::Column::EndedReason, Expr::value(Some(reason.to_owned())))
        .filter(session::Column::PersonId.eq(person.0))
        .filter(session::Column::EndedAt.is_null())
        .exec(on)
        .await
        .or_internal()?;
    Ok(ended.rows_affected)
}

/// Ends the session of the actor.
pub async fn sign_out(context: &Context, actor: Actor) -> Result<(), AppError> {
    let now = context.now();
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                session::Entity::update_many()
                    .col_expr(session::Column::EndedAt, Expr::value(Some(now)))
                    .col_expr(session::Column::EndedReason, Expr::value(Some("signed_out".to_owned())))
                    .filter(session::Column::Id.eq(actor.session.0))
                    .filter(session::Column::EndedAt.is_null())
                    .exec(on)
                    .await
                    .or_internal()?;
                Ok(())
            })
        })
        .await
}

/// The organisations the actor may switch to, sorted by name: id, name, photo.
pub async fn list_organisations(
    context: &Context,
    actor: Actor,
) -> Result<Vec<organisation::Model>, AppError> {
    let rows = membership::Entity::of_person(actor.person)
        .find_also_related(organisation::Entity)
        .order_by_asc(organisation::Column::Name)
        .all(context.database.read())
        .await
        .or_internal()?;
    Ok(rows.into_iter().filter_map(|(_, organisation)| organisation).collect())
}

/// Moves the session to another organisation of the same person; any other id is `NotFound`.
pub async fn switch_organisation(
    context: &Context,
    actor: Actor,
    to: OrganisationId,
) -> Result<(), AppError> {
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let member = membership::Entity::in_organisation(to)
                    .filter(membership::Column::PersonId.eq(actor.person.0))
                    .one(on)
                    .await
                    .or_internal()?;
                if member.is_none() {
                    return Err(Code::NotFound.into());
                }
                session::Entity::update_many()
                    .col_expr(session::Column::OrganisationId, Expr::value(to.0))
                    .filter(session::Column::Id.eq(actor.session.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                Ok(())
            })
        })
        .await
}
