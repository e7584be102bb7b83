//! Digests: what happened in a day or a week of the organisation's clock, mailed at eight the morning after.
//!
//! A window ends at a local midnight and the next one begins there, also when the zone changes in between: nothing falls
//! between two, and nothing is in both. Of a night without a midnight, or a morning without an eight, the first instant after
//! counts; of one that comes twice, the first. A server that was away at eight sends when it is back, unless that is more
//! than half a day later: then the next digest tells of both.

use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use domain::{
    AppError, Language, Member, OrganisationId, PersonId, Role,
    notifications::{Event, MOST_IN_DIGEST, Period},
};
use entity::{
    digest, digest_window, membership, notification,
    notification::{NONE, SENT},
    organisation, person,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{Choices, Line, choices::load_choices, mail, unsubscribe, words::line};
use crate::{
    Context,
    failure::OrInternal,
    jobs::{self, Kind, New},
    mail::{Digest, Item, MailKind},
    zones::{self, first_from, midnight},
};

/// How late a digest may still be.
const LATE: TimeDelta = TimeDelta::hours(12);
/// When it is sent, on the organisation's clock.
const HOUR: u32 = 8;
/// Windows looked at in one go.
const BATCH: u64 = 200;

/// A window and the moment at which it is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    send_at: DateTime<Utc>,
}

/// The window that begins at `starts_at`: it ends at the first midnight after it, of a week that of Monday.
fn window(period: Period, zone: Tz, starts_at: DateTime<Utc>) -> Window {
    let begun = starts_at.with_timezone(&zone).date_naive();
    let date = (0..=8)
        .filter_map(|days| begun.checked_add_days(Days::new(days)))
        .find(|date| {
            let ends = period == Period::Daily || date.weekday() == Weekday::Mon;
            ends && midnight(zone, *date) > starts_at
        })
        .unwrap_or(begun);
    let eight = NaiveTime::from_hms_opt(HOUR, 0, 0).unwrap_or_default();
    Window { starts_at, ends_at: midnight(zone, date), send_at: first_from(zone, date.and_time(eight)) }
}

/// The last midnight, of a week that of Monday.
fn last_boundary(period: Period, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    let back = if period == Period::Daily { 0 } else { today.weekday().num_days_from_monday().into() };
    let mut date = today.checked_sub_days(Days::new(back)).unwrap_or(today);
    // Clocks that go back over midnight: today has not begun for good.
    while midnight(zone, date) > now {
        date = date.pred_opt().unwrap_or(date);
    }
    midnight(zone, date)
}

/// The window that begins with `late` and whose morning is not too far gone: it tells of all that was missed.
fn still_to_come(period: Period, zone: Tz, late: &digest_window::Model, now: DateTime<Utc>) -> Window {
    let mut next = window(period, zone, late.ends_at);
    while next.send_at + LATE <= now {
        next = window(period, zone, next.ends_at);
    }
    Window { starts_at: late.starts_at, ..next }
}

fn zone_of(organisation: &organisation::Model) -> Tz {
    zones::parse(&organisation.time_zone).unwrap_or(zones::DEFAULT)
}

/// Makes sure that what waits will be sent some day.
pub(super) async fn open_window(
    context: &Context,
    on: &DatabaseTransaction,
    organisation: &organisation::Model,
    period: Period,
) -> Result<(), AppError> {
    let zone = zone_of(organisation);
    let window = window(period, zone, last_boundary(period, zone, context.now()));
    let row = digest_window::ActiveModel {
        organisation_id: Set(organisation.id),
        period: Set(period.word().to_owned()),
        starts_at: Set(window.starts_at),
        starts_zone: Set(zone.name().to_owned()),
        ends_at: Set(window.ends_at),
        send_at: Set(window.send_at),
    };
    let keep = OnConflict::columns([digest_window::Column::OrganisationId, digest_window::Column::Period])
        .do_nothing()
        .to_owned();
    digest_window::Entity::insert(row).on_conflict(keep).exec_without_returning(on).await.or_internal()?;
    Ok(())
}

/// The windows of an organisation, locked.
pub(super) async fn lock_windows(
    on: &DatabaseTransaction,
    id: OrganisationId,
) -> Result<Vec<digest_window::Model>, AppError> {
    digest_window::Entity::in_organisation(id)
        .order_by_asc(digest_window::Column::Period)
        .lock_exclusive()
        .all(on)
        .await
        .or_internal()
}

async fn set_window(
    on: &DatabaseTransaction,
    row: &digest_window::Model,
    window: Window,
    starts_zone: &str,
) -> Result<(), AppError> {
    digest_window::Entity::update_many()
        .col_expr(digest_window::Column::StartsAt, Expr::value(window.starts_at))
        .col_expr(digest_window::Column::StartsZone, Expr::value(starts_zone))
        .col_expr(digest_window::Column::EndsAt, Expr::value(window.ends_at))
        .col_expr(digest_window::Column::SendAt, Expr::value(window.send_at))
        .filter(digest_window::Column::OrganisationId.eq(row.organisation_id))
        .filter(digest_window::Column::Period.eq(row.period.clone()))
        .exec(on)
        .await
        .or_internal()?;
    Ok(())
}

/// The organisation's clock is another one from now on: what has begun ends by the new one.
pub(crate) async fn zone_changed(
    on: &DatabaseTransaction,
    organisation: &organisation::Model,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let zone = zone_of(organisation);
    for row in lock_windows(on, organisation.id()).await? {
        let Ok(period) = Period::from_word(&row.period) else { continue };
        // What has ended is only waiting for its morning.
        if row.ends_at > now {
            let longer = Window { starts_at: row.starts_at, ..window(period, zone, row.starts_at.max(now)) };
            set_window(on, &row, longer, &row.starts_zone).await?;
        }
    }
    Ok(())
}

/// When the next daily digest is sent by the clock of each zone. `None` where nobody has ever had one.
pub(crate) async fn next_daily(
    context: &Context,
    organisation: OrganisationId,
    zones: [Tz; 2],
) -> Result<Option<[String; 2]>, AppError> {
    let open = digest_window::Entity::in_organisation(organisation)
        .filter(digest_window::Column::Period.eq(Period::Daily.word()))
        .one(context.database.read())
        .await
        .or_internal()?;
    let (Some(open), now) = (open, context.now()) else { return Ok(None) };
    Ok(Some(zones.map(|zone| {
        // What has ended is sent when it was to be.
        let send_at =
            if open.ends_at > now { window(Period::Daily, zone, now).send_at } else { open.send_at };
        zones::told(zone.name(), send_at)
    })))
}

/// Notes a job for every window whose time has come: how many.
pub async fn sweep(context: &Context) -> Result<usize, AppError> {
    let active = organisation::Entity::active().select_only().column(organisation::Column::Id);
    let due = digest_window::Entity::find()
        .filter(digest_window::Column::SendAt.lte(context.now()))
        .filter(digest_window::Column::OrganisationId.in_subquery(active.into_query()))
        .order_by_asc(digest_window::Column::SendAt)
        .limit(BATCH)
        .all(context.database.read())
        .await
        .or_internal()?;
    let (count, inner) = (due.len(), context.clone());
    if due.is_empty() {
        return Ok(0);
    }
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                for row in &due {
                    let key = format!("{}/{}/{}", row.organisation_id, row.period, row.ends_at.to_rfc3339());
                    let (id, due_at) = (inner.id(), inner.now());
                    let new = New { id, kind: Kind::Digest, key: &key, payload: None, due_at };
                    jobs::note(&inner, on, new).await?;
                }
                Ok(count)
            })
        })
        .await
}

/// Sends the digests of one window to everybody for whom something is in it, and opens the next one, all at once.
pub(crate) async fn close_window(context: &Context, key: &str) -> Result<(), AppError> {
    let mut parts = key.splitn(3, '/');
    let (Some(id), Some(period), Some(ends_at)) = (parts.next(), parts.next(), parts.next()) else {
        return Ok(());
    };
    let (Ok(id), Ok(period), Ok(ends_at)) =
        (id.parse::<Uuid>(), Period::from_word(period), DateTime::parse_from_rfc3339(ends_at))
    else {
        return Ok(());
    };
    let (id, ends_at, inner, now) = (OrganisationId(id), ends_at.to_utc(), context.clone(), context.now());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let rows = lock_windows(on, id).await?;
                let row = rows.iter().find(|row| row.period == period.word());
                // Another one: it is closed already, or the zone has changed.
                let Some(row) = row.filter(|row| row.ends_at == ends_at && row.send_at <= now) else {
                    return Ok(());
                };
                let found = organisation::Entity::by_id(id).one(on).await.or_internal()?;
                let Some(organisation) = found.filter(|row| row.stage().is_open()) else { return Ok(()) };
                let zone = zone_of(&organisation);
                if row.send_at + LATE <= now {
                    let longer = still_to_come(period, zone, row, now);
                    return set_window(on, row, longer, &row.starts_zone).await;
                }
                send_to_all(&inner, on, &organisation, period, row).await?;
                set_window(on, row, window(period, zone, row.ends_at), zone.name()).await
            })
        })
        .await
}

async fn send_to_all(
    context: &Context,
    on: &DatabaseTransaction,
    organisation: &organisation::Model,
    period: Period,
    closing: &digest_window::Model,
) -> Result<(), AppError> {
    let id = organisation.id();
    let choices = Choices::load(on, id, None).await?;
    let waiting = notification::Entity::waiting(id)
        // Whatever waits from before is told of too.
        .filter(notification::Column::CreatedAt.lt(closing.ends_at))
        .order_by_asc(notification::Column::PersonId)
        .order_by_asc(notification::Column::Id)
        .all(on)
        .await
        .or_internal()?;
    let mine = |row: &notification::Model| {
        let news = row.news();
        news.is_none_or(|news| choices.of(PersonId(row.person_id), news.event()).period() == Some(period))
    };
    let waiting: Vec<_> = waiting.into_iter().filter(mine).collect();
    for rows in waiting.chunk_by(|one, other| one.person_id == other.person_id) {
        let Some(first) = rows.first() else { continue };
        let member = membership::Entity::find_by_id((id.0, first.person_id))
            .find_also_related(person::Entity)
            .one(on)
            .await
            .or_internal()?;
        let Some((member, Some(person))) = member else { continue };
        send(context, on, organisation, &member, &person, rows, Some((period, closing))).await?;
    }
    Ok(())
}

/// Mails one person what they have not seen yet of `rows`, if there is any, and is done with all of them.
pub(super) async fn send(
    context: &Context,
    on: &DatabaseTransaction,
    organisation: &organisation::Model,
    member: &membership::Model,
    person: &person::Model,
    rows: &[notification::Model],
    of: Option<(Period, &digest_window::Model)>,
) -> Result<(), AppError> {
    let news = told(rows, member.role());
    if let Some((period, closing)) = of.filter(|_| !news.is_empty()) {
        let row = digest::ActiveModel {
            organisation_id: Set(organisation.id),
            person_id: Set(person.id),
            period: Set(period.word().to_owned()),
            ends_at: Set(closing.ends_at),
            items: Set(i32::try_from(news.len()).unwrap_or(i32::MAX)),
        };
        digest::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
    }
    if !news.is_empty() {
        let kind = MailKind::Digest {
            digest: Box::new(digest_of(organisation, &news, of)),
            unsubscribe: unsubscribe::link(context, person.id(), organisation.id(), &events_of(&news))?,
            organisation: organisation.name.clone(),
            link: context.link("/notifications"),
        };
        mail(context, on, organisation, person, kind).await?;
    }
    notification::Entity::update_many()
        .col_expr(notification::Column::Mail, Expr::value(if news.is_empty() { NONE } else { SENT }))
        .filter(notification::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(on)
        .await
        .or_internal()?;
    Ok(())
}

type Told<'a> = Vec<(&'a notification::Model, domain::notifications::News)>;

/// What of `rows` is still news to somebody of this role.
fn told(rows: &[notification::Model], role: Role) -> Told<'_> {
    rows.iter()
        .filter(|row| row.seen_at.is_none())
        .filter_map(|row| Some((row, row.news()?)))
        .filter(|(_, news)| role >= news.event().least())
        .collect()
}

fn events_of(news: &Told<'_>) -> Vec<Event> {
    let mut events: Vec<_> = news.iter().map(|(_, news)| news.event()).collect();
    events.sort_unstable();
    events.dedup();
    events
}

fn digest_of(
    organisation: &organisation::Model,
    news: &Told<'_>,
    of: Option<(Period, &digest_window::Model)>,
) -> Digest {
    let zone = &organisation.time_zone;
    let items = news.iter().take(MOST_IN_DIGEST);
    let from_to = of.map(|(_, closing)| {
        let from = zones::told(&closing.starts_zone, closing.starts_at);
        let hours = (closing.ends_at - closing.starts_at).num_hours();
        let moved = (closing.starts_zone != *zone).then_some(hours);
        (from, zones::told(zone, closing.ends_at), moved)
    });
    Digest {
        period: of.map(|(period, _)| period),
        from_to,
        items: items
            .map(|(row, news)| Item { at: zones::told(zone, row.created_at), news: news.clone() })
            .collect(),
        more: news.len().saturating_sub(MOST_IN_DIGEST),
    }
}

/// What somebody's next digest would hold if it were sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub period: Period,
    /// With its zone.
    pub send_at: String,
    pub from: String,
    pub until: String,
    /// The newest last; at most a hundred.
    pub items: Vec<(String, Line)>,
    pub more: usize,
}

/// The next digests of the reader, of the periods that they have chosen for something.
pub async fn load_previews(
    context: &Context,
    member: Member,
    language: Language,
) -> Result<Vec<Preview>, AppError> {
    let read = context.database.read();
    let chosen = load_choices(context, member).await?;
    let found = organisation::Entity::by_id(member.organisation).one(read).await.or_internal()?;
    let Some(organisation) = found else { return Ok(Vec::new()) };
    let zone = zone_of(&organisation);
    let windows =
        digest_window::Entity::in_organisation(member.organisation).all(read).await.or_internal()?;
    let waiting = notification::Entity::waiting(member.organisation)
        .filter(notification::Column::PersonId.eq(member.person.0))
        .order_by_asc(notification::Column::Id)
        .all(read)
        .await
        .or_internal()?;
    let previews = Period::ALL.iter().filter_map(|period| {
        let events: Vec<Event> = chosen
            .iter()
            .filter(|chosen| chosen.effective().period() == Some(*period))
            .map(|chosen| chosen.event)
            .collect();
        if events.is_empty() {
            return None;
        }
        let open = windows.iter().find(|row| row.period == period.word());
        let (starts_zone, next) = open.map_or_else(
            || (zone.name(), window(*period, zone, last_boundary(*period, zone, context.now()))),
            |row| {
                let open = Window { starts_at: row.starts_at, ends_at: row.ends_at, send_at: row.send_at };
                (row.starts_zone.as_str(), open)
            },
        );
        let news = told(&waiting, member.role);
        let news: Told<'_> = news.into_iter().filter(|(_, news)| events.contains(&news.event())).collect();
        let lines = news.iter().take(MOST_IN_DIGEST);
        Some(Preview {
            period: *period,
            send_at: zones::told(zone.name(), next.send_at),
            from: zones::told(starts_zone, next.starts_at),
            until: zones::told(zone.name(), next.ends_at),
            items: lines
                .map(|(row, news)| (zones::told(zone.name(), row.created_at), line(news, language)))
                .collect(),
            more: news.len().saturating_sub(MOST_IN_DIGEST),
        })
    });
    Ok(previews.collect())
}

#[cfg(test)]
#[path = "digest_tests.rs"]
mod tests;
