//! The use-cases of the room: load and save the schedule, add public holidays to it, and say whether it is open.
//!
//! Before the first save there is no row: everybody sees [`Schedule::office_hours`], and calls are
//! answered by them as well.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use domain::{
    Admin, AppError, Code, Language, Member,
    actor::ReadHours,
    hours::{Explanation, HoursForm, Override, Schedule, parse_date},
};
use entity::{hours, organisation};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    sea_query::OnConflict,
};
use serde_json::{Value, json};

use crate::{
    Context,
    audit::{self, Entry},
    failure::{OrInternal, internal},
    hours::{clock, holidays::offered_overrides},
    names::name_of,
    session::Visit,
    zones,
};

/// How many years of public holidays are offered at once.
const OFFERED_YEARS: usize = 2;

/// The schedule as it is saved now, and what it says about this moment.
#[derive(Clone, Debug)]
pub struct Saved {
    pub schedule: Schedule,
    /// Grows by one with each save. 0 while nothing was ever saved: the schedule is only a proposal then.
    pub version: i64,
    pub zone: Tz,
    /// Who saved last, if it was a person that still exists.
    pub changed_by: Option<String>,
    /// When, on the wall clock of the organisation.
    pub changed_at: Option<NaiveDateTime>,
    pub now: Explanation,
    /// Public holidays from today on whose dates are still free, sorted by date.
    pub offers: Vec<Override>,
}

/// # Errors
/// [`Code::NotFound`] if the organisation is gone.
pub async fn load_hours(context: &Context, member: Member) -> Result<Saved, AppError> {
    let read = context.database.read();
    let zone = find_zone(read, member).await?;
    let row = hours::Entity::in_organisation(member.organisation).one(read).await.or_internal()?;
    let schedule = schedule_of(row.as_ref())?;
    let changed_by = name_of(read, *member, row.as_ref().and_then(|row| row.changed_by)).await?;
    let now = clock::explain(&schedule, zone, context.now());
    Ok(Saved {
        version: version_of(row.as_ref()),
        zone,
        changed_by,
        changed_at: row.map(|row| row.changed_at.with_timezone(&zone).naive_local()),
        offers: offer_holidays(&schedule, member.language, now.local.date()),
        now,
        schedule,
    })
}

/// The saved schedule as its entries in the trail tell it, and its version.
pub(crate) async fn load_audited(context: &Context, admin: Admin) -> Result<(Value, i64), AppError> {
    let row = hours::Entity::in_organisation(admin.organisation).one(context.database.read()).await;
    let row = row.or_internal()?;
    Ok((audited(row.as_ref())?, version_of(row.as_ref())))
}

/// Saves the whole form, or nothing; special days that were over when it was made stay. Answers with the new version.
///
/// # Errors
/// [`Code::Invalid`] with every field at fault; [`Code::Conflict`] when `form.version` is no longer the saved one.
pub async fn save_hours(context: &Context, admin: Admin, form: HoursForm) -> Result<i64, AppError> {
    let expected = form.version;
    let saved = hours::Entity::in_organisation(admin.organisation).one(context.database.read()).await;
    let saved = saved.or_internal()?.filter(|saved| saved.version == expected);
    let schedule = form.parse_onto(&schedule_of(saved.as_ref())?)?;
    let inner = context.clone();
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let before =
                    hours::Entity::in_organisation(admin.organisation).one(on).await.or_internal()?;
                if version_of(before.as_ref()) != expected {
                    return Err(Code::Conflict.into());
                }
                replace(&inner, on, admin, before, &schedule, "hours.save_hours").await
            })
        })
        .await
}

/// Adds the offered holidays that begin on one of `dates` (`YYYY-MM-DD`) to what is saved. What is no longer offered is
/// left out: somebody else added it meanwhile. Answers with how many were added.
///
/// # Errors
/// At `dates`: [`Code::ChoiceUnknown`] if there are none or one is no date. [`Code::TooManyOverrides`].
/// [`Code::Conflict`] if somebody saves at the same moment.
pub async fn add_holidays(context: &Context, admin: Admin, dates: &[String]) -> Result<usize, AppError> {
    let dates: Result<Vec<NaiveDate>, Code> = dates.iter().map(|date| parse_date(date)).collect();
    let dates = dates.ok().filter(|dates| !dates.is_empty());
    let dates = dates.ok_or_else(|| AppError::field("dates", Code::ChoiceUnknown))?;
    let zone = find_zone(context.database.read(), admin.into()).await?;
    let today = context.now().with_timezone(&zone).date_naive();
    let inner = context.clone();
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let before =
                    hours::Entity::in_organisation(admin.organisation).one(on).await.or_internal()?;
                let saved = schedule_of(before.as_ref())?;
                let (past, upcoming) = saved.split_at(today);
                let mut chosen = offer_holidays(&saved, admin.language, today);
                chosen.retain(|offer| dates.contains(&offer.first()));
                let added = chosen.len();
                if added > 0 {
                    chosen.extend_from_slice(upcoming);
                    let schedule = Schedule::new(saved.week().clone(), chosen)?.with_past(past)?;
                    replace(&inner, on, admin, before, &schedule, "hours.add_holidays").await?;
                }
                Ok(added)
            })
        })
        .await
}

/// Would it be open at a moment typed as local date and time (`YYYY-MM-DDTHH:MM`), and why: by the saved hours.
///
/// A time that a clock change leaves out means the moment that much later; of a time that comes
/// twice, the first is meant.
///
/// # Errors
/// At `at`: [`Code::Required`], [`Code::DateInvalid`].
pub async fn explain_at(context: &Context, member: Member, at: &str) -> Result<Explanation, AppError> {
    let local = parse_moment(at).map_err(|code| AppError::field("at", code))?;
    let read = context.database.read();
    let zone = find_zone(read, member).await?;
    let row = hours::Entity::in_organisation(member.organisation).one(read).await.or_internal()?;
    let at = instant_of(zone, local).ok_or_else(|| AppError::field("at", Code::DateInvalid))?;
    Ok(clock::explain(&schedule_of(row.as_ref())?, zone, at))
}

/// Open or closed now, why, and until when: for the shell of every page, from what the session
/// query already read.
pub fn explain_now(context: &Context, visit: &Visit) -> Result<(Tz, Explanation), AppError> {
    let zone = zones::parse(&visit.time_zone).map_err(AppError::from)?;
    let schedule = match &visit.schedule {
        Some(json) => decode(json)?,
        None => Schedule::office_hours(),
    };
    Ok((zone, clock::explain(&schedule, zone, context.now())))
}

/// For programs: the saved schedule and the zone that it is of.
pub async fn load_schedule(context: &Context, machine: ReadHours) -> Result<(Schedule, Tz), AppError> {
    let read = context.database.read();
    let row = organisation::Entity::by_id(machine.organisation).one(read).await.or_internal()?;
    let zone = zones::parse(&row.ok_or(Code::NotFound)?.time_zone).map_err(AppError::from)?;
    let hours = hours::Entity::in_organisation(machine.organisation).one(read).await.or_internal()?;
    Ok((schedule_of(hours.as_ref())?, zone))
}

/// Whether an organisation is open at a moment, by its saved hours.
pub(crate) fn is_open(row: Option<&hours::Model>, zone: &str, at: DateTime<Utc>) -> Result<bool, AppError> {
    let zone = zones::parse(zone).map_err(AppError::from)?;
    Ok(clock::is_open_at(&schedule_of(row)?, zone, at))
}

/// The holidays from `today` on that are still free, of the next years that have any.
fn offer_holidays(schedule: &Schedule, language: Language, today: NaiveDate) -> Vec<Override> {
    let years = (today.year()..).take(OFFERED_YEARS + 1);
    let offers = years.map(|year| {
        let offers = offered_overrides(year, language, schedule).into_iter();
        offers.filter(|offer| offer.last() >= today).collect::<Vec<_>>()
    });
    offers.filter(|offers| !offers.is_empty()).take(OFFERED_YEARS).flatten().collect()
}

pub(super) async fn find_zone(on: &impl ConnectionTrait, member: Member) -> Result<Tz, AppError> {
    let organisation = organisation::Entity::by_id(member.organisation).one(on).await.or_internal()?;
    zones::parse(&organisation.ok_or(Code::NotFound)?.time_zone).map_err(AppError::from)
}

/// What a `datetime-local` field sends; some browsers add seconds.
pub(crate) fn parse_moment(text: &str) -> Result<NaiveDateTime, Code> {
    let (date, time) = text.trim().split_once('T').unwrap_or((text, ""));
    let date = parse_date(date)?;
    let time =
        ["%H:%M", "%H:%M:%S"].iter().find_map(|format| chrono::NaiveTime::parse_from_str(time, format).ok());
    time.map(|time| date.and_time(time)).ok_or(Code::DateInvalid)
}

/// The instant at which the wall clock shows `local`. No zone leaves out more than a day (Apia, 2011).
pub(crate) fn instant_of(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    let mut quarters = (0..=100).map(|quarters| TimeDelta::minutes(15 * quarters));
    quarters.find_map(|gap| {
        let before = zone.from_local_datetime(&(local - gap)).earliest()?;
        Some(before.with_timezone(&Utc) + gap)
    })
}

/// Writes the next version and its audit row, inside the caller's transaction.
async fn replace(
    context: &Context,
    on: &DatabaseTransaction,
    admin: Admin,
    before: Option<hours::Model>,
    schedule: &Schedule,
    action: &'static str,
) -> Result<i64, AppError> {
    let after = serde_json::to_value(schedule).or_internal()?;
    let version = version_of(before.as_ref()) + 1;
    let row = hours::ActiveModel {
        organisation_id: Set(admin.organisation.0),
        schedule: Set(after.to_string()),
        version: Set(version),
        changed_at: Set(context.now()),
        changed_by: Set(Some(admin.person.0)),
    };
    write_row(on, row, before.as_ref()).await?;
    let before = audited(before.as_ref())?;
    let (organisation, person) = (Some(admin.organisation), Some(admin.person));
    audit::record(context, on, Entry { organisation, person, action, before, after }).await?;
    Ok(version)
}

/// Inserts the first version, or updates exactly the version that was read: on PostgreSQL
/// somebody else may have saved between the read and this statement.
async fn write_row(
    on: &DatabaseTransaction,
    row: hours::ActiveModel,
    before: Option<&hours::Model>,
) -> Result<(), AppError> {
    let written = match before {
        None => {
            let keep = OnConflict::column(hours::Column::OrganisationId).do_nothing().to_owned();
            hours::Entity::insert(row).on_conflict(keep).exec_without_returning(on).await.or_internal()?
        }
        Some(before) => {
            hours::Entity::update_many()
                .set(row)
                .filter(hours::Column::OrganisationId.eq(before.organisation_id))
                .filter(hours::Column::Version.eq(before.version))
                .exec(on)
                .await
                .or_internal()?
                .rows_affected
        }
    };
    if written == 0 { Err(Code::Conflict.into()) } else { Ok(()) }
}

fn version_of(row: Option<&hours::Model>) -> i64 {
    row.map_or(0, |row| row.version)
}

fn audited(row: Option<&hours::Model>) -> Result<Value, AppError> {
    row.map_or_else(|| Ok(json!({})), |row| serde_json::from_str(&row.schedule).or_internal())
}

pub(super) fn schedule_of(row: Option<&hours::Model>) -> Result<Schedule, AppError> {
    row.map_or_else(|| Ok(Schedule::office_hours()), |row| decode(&row.schedule))
}

fn decode(json: &str) -> Result<Schedule, AppError> {
    serde_json::from_str(json).map_err(internal)
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
