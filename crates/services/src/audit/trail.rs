//! Reading an organisation's trail: filtered, newest first, a page at a time.

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use domain::{
    Actor, Admin, AppError, Code, Member, OrganisationId, PersonId,
    audit::{TrailForm, Turn, Wanted},
    fold::fold,
};
use entity::{
    audit::{self, Trail},
    membership, organisation,
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Context,
    failure::OrInternal,
    names::{Named, Names, name_of},
    who::KEY,
    zones,
};

/// Rows of a page.
const PAGE: usize = 50;
/// Rows of a room in which the last change of each of its fields is looked for.
const LAST: usize = 100;

/// A row and what its people are called.
#[derive(Clone, Debug)]
pub struct Line {
    pub row: audit::Model,
    /// Name and address, if it was a person that still exists.
    pub person: Option<Named>,
    pub on_behalf_of: Option<Named>,
    /// The name of the access key of the program that did it, if it was one.
    pub key: Option<String>,
}

impl Line {
    /// What a page of the trail that begins with this row is asked with: `TrailForm::before`.
    pub fn beginning(&self) -> Uuid {
        Uuid::from_u128(self.row.id.as_u128().saturating_add(1))
    }
}

#[derive(Clone, Debug)]
pub struct Page {
    /// Newest first.
    pub lines: Vec<Line>,
    /// The row that the page before this one comes after, and the one that the page after it comes before.
    pub newer: Option<Uuid>,
    pub older: Option<Uuid>,
    /// Whom one can ask for, sorted by name: the members, and the person asked for.
    pub people: Vec<(PersonId, String)>,
    pub zone: Tz,
}

/// Errors: fields of [`TrailForm`]; `NotFound` for a person who is no member and never did anything here.
pub async fn load_trail(context: &Context, admin: Admin, form: &TrailForm) -> Result<Page, AppError> {
    let wanted = form.parse()?;
    let zone = find_zone(context, admin.organisation).await?;
    let trail = trail_of(admin.organisation, &wanted, zone);
    let mut people = members(context, admin).await?;
    if let Some(id) = wanted.person
        && !people.iter().any(|(member, _)| *member == id)
    {
        people.push((id, former(context, admin, id).await?));
    }
    people.sort_by_cached_key(|(_, name)| fold(name));
    let (rows, newer, older) = turn(context, &trail, wanted.turn).await?;
    let names = names(context, *admin, &rows).await?;
    let lines = rows.into_iter().map(|row| line(row, &names)).collect();
    Ok(Page { lines, newer, older, people, zone })
}

/// The rows of a page with the ends to turn it at.
async fn turn(
    context: &Context,
    trail: &Trail,
    turn: Turn,
) -> Result<(Vec<audit::Model>, Option<Uuid>, Option<Uuid>), AppError> {
    let rows = audit::Entity::in_trail(trail).limit(PAGE as u64 + 1);
    let newest_first = rows.clone().order_by_desc(audit::Column::Id);
    let read = context.database.read();
    if let Turn::Newer(row) = turn {
        let next = rows.filter(audit::Column::Id.gt(row)).order_by_asc(audit::Column::Id);
        let mut rows = next.all(read).await.or_internal()?;
        // Fewer than a page are the newest: they are shown as the first page is, filled up.
        if rows.len() > PAGE {
            rows.truncate(PAGE);
            rows.reverse();
            let ends = (rows.first().map(|row| row.id), rows.last().map(|row| row.id));
            return Ok((rows, ends.0, ends.1));
        }
    }
    let page = match turn {
        Turn::Older(row) => newest_first.filter(audit::Column::Id.lt(row)),
        Turn::Newest | Turn::Newer(_) => newest_first,
    };
    let mut rows = page.all(read).await.or_internal()?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let newer = matches!(turn, Turn::Older(_)).then(|| rows.first().map(|row| row.id)).flatten();
    let older = more.then(|| rows.last().map(|row| row.id)).flatten();
    Ok((rows, newer, older))
}

/// The last changes of a room's settings, newest first, for the head of its page.
pub async fn last_changes(
    context: &Context,
    member: Member,
    room: &'static str,
) -> Result<Vec<Line>, AppError> {
    let last = async |wanted: Wanted| {
        audit::Entity::in_trail(&unlimited(member.organisation, &wanted))
            // These change nothing.
            .filter(
                audit::Column::Action.is_not_in(["security.remind_member", "billing.reveal_national_number"]),
            )
            .order_by_desc(audit::Column::Id)
            .limit(LAST as u64)
            .all(context.database.read())
            .await
            .or_internal()
    };
    let mut rows = last(Wanted { room: Some(room), ..Wanted::default() }).await?;
    if room == "general" {
        // The permission for support stands on that page as well.
        rows.extend(last(Wanted { action: Some("support.save_consent"), ..Wanted::default() }).await?);
        rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    }
    let names = names(context, *member, &rows).await?;
    Ok(rows.into_iter().map(|row| line(row, &names)).collect())
}

fn unlimited(organisation: OrganisationId, wanted: &Wanted) -> Trail {
    let Wanted { person, room, action, .. } = *wanted;
    Trail { organisation, person, room, action, from: None, until: None }
}

/// The trail that was asked for; its days begin and end in the organisation's zone.
pub(super) fn trail_of(organisation: OrganisationId, wanted: &Wanted, zone: Tz) -> Trail {
    let first_id = |date: NaiveDate| least_id(start_of(zone, date));
    Trail {
        from: wanted.first.map(first_id),
        until: wanted.last.and_then(|date| date.succ_opt()).map(first_id),
        ..unlimited(organisation, wanted)
    }
}

/// The first instant of a local date: not everywhere does the clock show 00:00 every day.
fn start_of(zone: Tz, date: NaiveDate) -> DateTime<Utc> {
    let midnight = date.and_time(chrono::NaiveTime::MIN);
    let mut quarters = (0..=100).map(|quarters| midnight + TimeDelta::minutes(15 * quarters));
    let first = quarters.find_map(|local| zone.from_local_datetime(&local).earliest());
    first.map_or_else(|| midnight.and_utc(), |first| first.with_timezone(&Utc))
}

/// Not greater than any identifier (UUID version 7) made at `at` or later.
pub(crate) fn least_id(at: DateTime<Utc>) -> Uuid {
    Uuid::from_u128(u128::from(at.timestamp_millis().unsigned_abs()) << 80)
}

pub(super) async fn find_zone(context: &Context, id: OrganisationId) -> Result<Tz, AppError> {
    let row = organisation::Entity::by_id(id).one(context.database.read()).await.or_internal()?;
    Ok(zones::parse(&row.ok_or(Code::NotFound)?.time_zone)?)
}

async fn members(context: &Context, admin: Admin) -> Result<Vec<(PersonId, String)>, AppError> {
    let read = context.database.read();
    let ids: Vec<Uuid> = membership::Entity::in_organisation(admin.organisation)
        .select_only()
        .column(membership::Column::PersonId)
        .into_tuple()
        .all(read)
        .await
        .or_internal()?;
    let names = Names::load(read, *admin, ids.iter().copied()).await?;
    Ok(ids.into_iter().filter_map(|id| Some((PersonId(id), names.name(Some(id))?))).collect())
}

/// The name of somebody who is no longer here but did something; anybody else does not exist.
async fn former(context: &Context, admin: Admin, id: PersonId) -> Result<String, AppError> {
    let wanted = Wanted { person: Some(id), ..Wanted::default() };
    let read = context.database.read();
    let row =
        audit::Entity::in_trail(&unlimited(admin.organisation, &wanted)).one(read).await.or_internal()?;
    if row.is_none() {
        return Err(Code::NotFound.into());
    }
    Ok(name_of(read, *admin, Some(id.0)).await?.unwrap_or_default())
}

/// Everybody in the rows.
pub(super) async fn names(
    context: &Context,
    reader: Actor,
    rows: &[audit::Model],
) -> Result<Names, AppError> {
    let ids: Vec<Uuid> = rows.iter().flat_map(|row| [row.person_id, row.on_behalf_of]).flatten().collect();
    Names::load(context.database.read(), reader, ids).await
}

pub(super) fn line(mut row: audit::Model, names: &Names) -> Line {
    if row.person_id.is_some_and(|id| names.veil.hides(id)) {
        row.address.clear();
    }
    for told in [&mut row.before, &mut row.after] {
        // Tax identity is closed to support, here too.
        *told = match names.veil.is_for_support() && row.room == "billing" {
            true => "{}".to_owned(),
            false => names.veil.conceal(std::mem::take(told)),
        };
    }
    let told: Value = serde_json::from_str(&row.after).unwrap_or_default();
    let key = told.get(KEY).and_then(Value::as_str).map(str::to_owned);
    Line { person: names.of(row.person_id), on_behalf_of: names.of(row.on_behalf_of), key, row }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(zone: Tz, date: (i32, u32, u32)) -> String {
        let date = NaiveDate::from_ymd_opt(date.0, date.1, date.2).unwrap();
        start_of(zone, date).format("%F %H:%M").to_string()
    }

    #[test]
    fn a_day_begins_where_the_organisation_is() {
        assert_eq!(start(Tz::Europe__Istanbul, (2026, 11, 23)), "2026-11-22 21:00");
        // The clocks go forward at midnight: the day begins at 01:00.
        assert_eq!(start(Tz::America__Santiago, (2026, 9, 6)), "2026-09-06 04:00");
        // The day that Samoa left out: it is as long as none.
        assert_eq!(start(Tz::Pacific__Apia, (2011, 12, 30)), start(Tz::Pacific__Apia, (2011, 12, 31)));
    }

    #[test]
    fn ids_are_told_apart_by_their_instant() {
        let at: DateTime<Utc> = "2026-11-23T09:00:00Z".parse().unwrap();
        let made = crate::context::new_id(&crate::Clock::fixed(at));
        assert!(least_id(at) <= made);
        assert!(least_id(at + TimeDelta::milliseconds(1)) > made);
    }
}
