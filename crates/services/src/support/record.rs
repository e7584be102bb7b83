//! What the administrators of an organisation see: who is inside now, who was, why, and what they changed.

use chrono::{DateTime, Utc};
use domain::{
    Actor, Admin, AppError, Code, OrganisationId, SupportId,
    support::{Consent, Mode},
};
use entity::{audit, organisation, support_session};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Ending, reach, today};
use crate::{
    Context,
    audit::least_id,
    failure::OrInternal,
    names::{Names, name_of},
};

/// The stays that a page lists.
const LISTED: u64 = 50;

#[derive(Clone, Debug)]
pub struct Stay {
    pub id: SupportId,
    /// Who came.
    pub name: String,
    pub email: String,
    pub reason: String,
    pub ticket: String,
    pub mode: Mode,
    pub started_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// `None` while it lasts.
    pub ended: Option<(DateTime<Utc>, Ending)>,
    /// Who ended it, where it was somebody else.
    pub ended_by: Option<String>,
    /// What was changed, oldest first.
    pub done: Vec<audit::Model>,
}

#[derive(Clone, Debug)]
pub struct Record {
    pub consent: Consent,
    /// The choice holds today.
    pub is_given: bool,
    pub allowed_by: Option<String>,
    /// Those who are inside first, then the newest.
    pub stays: Vec<Stay>,
}

pub async fn load_record(context: &Context, admin: Admin) -> Result<Record, AppError> {
    let read = context.database.read();
    let organisation = organisation::Entity::by_id(admin.organisation).one(read).await.or_internal()?;
    let organisation = organisation.ok_or(Code::NotFound)?;
    let rows = support_session::Entity::in_organisation(admin.organisation).limit(LISTED);
    let rows = rows.all(read).await.or_internal()?;
    let done = load_done(context.database.read(), admin.organisation, &rows).await?;
    let mut stays = stays(context, *admin, rows, reach(context, &organisation), &done).await?;
    stays.sort_by_key(|stay| stay.ended.is_some());
    let consent = organisation.consent();
    Ok(Record {
        consent,
        is_given: consent.is_given(today(context, &organisation)),
        allowed_by: name_of(read, *admin, organisation.support_allowed_by).await?,
        stays,
    })
}

/// Who is inside, for the banner: to administrators everybody, to support itself its own stay.
pub async fn load_live(context: &Context, actor: Actor) -> Result<Vec<Stay>, AppError> {
    if actor.admin().is_err() {
        return Ok(Vec::new());
    }
    let mut rows = support_session::Entity::in_organisation(actor.organisation)
        .filter(support_session::Column::EndedAt.is_null())
        .filter(support_session::Column::ExpiresAt.gt(context.now()));
    if let Some(inside) = actor.support {
        rows = rows.filter(support_session::Column::Id.eq(inside.id.0));
    }
    let read = context.database.read();
    let rows = rows.all(read).await.or_internal()?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let organisation = organisation::Entity::by_id(actor.organisation).one(read).await.or_internal()?;
    stays(context, actor, rows, organisation.and_then(|row| reach(context, &row)), &[]).await
}

async fn stays(
    context: &Context,
    reader: Actor,
    rows: Vec<support_session::Model>,
    reach: Option<Mode>,
    done: &[audit::Model],
) -> Result<Vec<Stay>, AppError> {
    let ids: Vec<Uuid> = rows.iter().flat_map(|row| [Some(row.person_id), row.ended_by]).flatten().collect();
    let names = Names::load(context.database.read(), reader, ids).await?;
    let stay = |row: support_session::Model| {
        let (name, email) = names.of(Some(row.person_id)).unwrap_or_default();
        Stay {
            id: row.id(),
            name,
            email,
            mode: mode_now(&row, reach),
            started_at: row.started_at,
            expires_at: row.expires_at,
            ended: row.ended_at.zip(row.ending()),
            ended_by: names.name(row.ended_by.filter(|by| *by != row.person_id)),
            done: done.iter().filter(|done| is_of(&row, done)).cloned().collect(),
            reason: row.reason,
            ticket: row.ticket,
        }
    };
    Ok(rows.into_iter().map(stay).collect())
}

/// How far a stay goes; while it lasts, no further than the organisation lets support go now.
fn mode_now(stay: &support_session::Model, reach: Option<Mode>) -> Mode {
    let is_live = stay.ended_at.is_none();
    reach.filter(|_| is_live).map_or(stay.mode(), |reach| stay.mode().min(reach))
}

/// One person is in one place at a time: who and when say which stay a row of the trail belongs to.
fn is_of(stay: &support_session::Model, done: &audit::Model) -> bool {
    let until = stay.ended_at.unwrap_or(stay.expires_at);
    done.person_id == Some(stay.person_id) && stay.started_at <= done.at && done.at <= until
}

/// What was changed in these stays, oldest first; coming and going left out.
pub(super) async fn load_done(
    on: &impl ConnectionTrait,
    organisation: OrganisationId,
    stays: &[support_session::Model],
) -> Result<Vec<audit::Model>, AppError> {
    let Some(first) = stays.iter().map(|stay| stay.started_at).min() else { return Ok(Vec::new()) };
    let people: Vec<Uuid> = stays.iter().map(|stay| stay.person_id).collect();
    let rows = audit::Entity::find()
        .filter(audit::Column::OrganisationId.eq(organisation.0))
        .filter(audit::Column::PersonId.is_in(people))
        .filter(audit::Column::Id.gte(least_id(first)))
        .filter(audit::Column::Room.ne("support"))
        .order_by_asc(audit::Column::Id)
        .all(on)
        .await
        .or_internal()?;
    Ok(rows.into_iter().filter(|row| stays.iter().any(|stay| is_of(stay, row))).collect())
}
