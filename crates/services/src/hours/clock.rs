//! Business hours on the real clock: instants in a time zone.
//!
//! One rule decides everything: an instant is open if the wall clock shows an open minute then. So an opening
//! that a clock change leaves out begins after the gap, and an hour that comes twice is open twice.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use domain::hours::{Change, ClockChange, Explanation, Schedule};
use std::{iter, ops::Range};

/// How far [`next_change`] looks.
const HORIZON: Days = Days::new(400);
const DAY: i64 = 24 * 60 * 60;
/// Steps in which clock changes are looked for; from 1950 on no zone has
/// two within six days.
const STEP: i64 = DAY;

/// Whether the wall clock of `zone` shows an open minute at `at`. Looks at one date and the one before.
pub fn is_open_at(schedule: &Schedule, zone: Tz, at: DateTime<Utc>) -> bool {
    let (date, minute) = wall_clock(zone, at);
    schedule.intervals_on(date).iter().any(|interval| interval.contains(minute))
}

/// The first change after `at`: closing if it is open then, else opening.
/// `None` if nothing changes within 400 days.
pub fn next_change(schedule: &Schedule, zone: Tz, at: DateTime<Utc>) -> Option<Change> {
    let from = at.timestamp();
    let until = at.checked_add_days(HORIZON)?.timestamp();
    let (start, end) = open_seconds(schedule, zone, from, until).next()?;
    let opens = start > from;
    let change = if opens { start } else { end };
    let at = DateTime::from_timestamp(change, 0).filter(|_| change < until)?;
    Some(Change { at, local: at.with_timezone(&zone).naive_local(), opens })
}

/// The open stretches of `[from, to)`, cut off at both ends: sorted, with a closed time between
/// two of them. Takes time in proportion to the days between.
pub fn open_intervals_between(
    schedule: &Schedule,
    zone: Tz,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> impl Iterator<Item = Range<DateTime<Utc>>> {
    // Whole seconds around the range, as zone data knows nothing smaller.
    let whole = open_seconds(schedule, zone, from.timestamp(), to.timestamp().saturating_add(1));
    whole.filter_map(move |(start, end)| {
        let start = DateTime::from_timestamp(start, 0)?.max(from);
        let end = DateTime::from_timestamp(end, 0)?.min(to);
        (start < end).then_some(start..end)
    })
}

/// How long it is open within `[from, to)`, as a stopwatch counts: an hour that comes twice counts
/// twice. Zero if `to` is not after `from`.
pub fn open_time(schedule: &Schedule, zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
    open_intervals_between(schedule, zone, from, to)
        .fold(TimeDelta::zero(), |sum, open| sum + (open.end - open.start))
}

/// [`open_time`] in whole minutes, rounded down.
pub fn open_minutes(schedule: &Schedule, zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    open_time(schedule, zone, from, to).num_minutes()
}

/// Are we open at `at`, and why; for the page.
pub fn explain(schedule: &Schedule, zone: Tz, at: DateTime<Utc>) -> Explanation {
    let (date, minute) = wall_clock(zone, at);
    Explanation {
        at,
        local: at.with_timezone(&zone).naive_local(),
        reason: schedule.reason_at(date, minute),
        clock_change: clock_change_on(zone, date, at),
        next: next_change(schedule, zone, at),
    }
}

fn wall_clock(zone: Tz, at: DateTime<Utc>) -> (NaiveDate, u16) {
    let local = at.with_timezone(&zone).naive_local();
    // Below 1440 by definition.
    let minute = u16::try_from(local.num_seconds_from_midnight() / 60).unwrap_or_default();
    (local.date(), minute)
}

/// The first clock change that touches the local date of `at`.
fn clock_change_on(zone: Tz, date: NaiveDate, at: DateTime<Utc>) -> Option<ClockChange> {
    let pieces = pieces(zone, at.timestamp() - 2 * DAY, at.timestamp() + 2 * DAY);
    let mut before: Option<Piece> = None;
    pieces.into_iter().find_map(|piece| {
        let before = before.replace(piece)?;
        let shift = piece.offset - before.offset;
        let touches = [before.local(piece.from - 1), piece.local(piece.from)]
            .iter()
            .any(|local| local.is_some_and(|local| local.date() == date));
        (shift != 0 && touches).then_some(())?;
        Some(ClockChange {
            at: DateTime::from_timestamp(piece.from, 0)?,
            minutes: i32::try_from(shift / 60).ok()?,
        })
    })
}

/// Seconds since 1970 from which on, up to which, and how far the wall clock is ahead of UTC.
#[derive(Clone, Copy)]
struct Piece {
    from: i64,
    to: i64,
    offset: i64,
}

impl Piece {
    fn local(self, at: i64) -> Option<NaiveDateTime> {
        Some(DateTime::from_timestamp(at + self.offset, 0)?.naive_utc())
    }

    /// The open stretches while the wall clock runs evenly.
    fn open(self, schedule: &Schedule) -> impl Iterator<Item = (i64, i64)> {
        let days = (self.from + self.offset).div_euclid(DAY)..=(self.to - 1 + self.offset).div_euclid(DAY);
        let dates = days.filter_map(|day| Some((day, NaiveDate::from_epoch_days(i32::try_from(day).ok()?)?)));
        dates.flat_map(move |(day, date)| {
            let midnight = day * DAY - self.offset;
            schedule.intervals_on(date).into_iter().filter_map(move |interval| {
                let start = self.from.max(midnight + i64::from(interval.start()) * 60);
                let end = self.to.min(midnight + i64::from(interval.end()) * 60);
                (start < end).then_some((start, end))
            })
        })
    }
}

/// Cuts `[from, to)` into pieces of at most [`STEP`] in which the clock is not changed.
fn pieces(zone: Tz, from: i64, to: i64) -> impl Iterator<Item = Piece> {
    let mut from = from;
    iter::from_fn(move || {
        let offset = offset_at(zone, from).filter(|_| from < to)?;
        let end = to.min(from + STEP);
        let (mut same, mut other) = (from, end);
        if offset_at(zone, end)? != offset {
            while other - same > 1 {
                let middle = same + (other - same) / 2;
                if offset_at(zone, middle)? == offset { same = middle } else { other = middle }
            }
        }
        let piece = Piece { from, to: other, offset };
        from = other;
        Some(piece)
    })
}

/// `None` outside of the calendar (some 262 000 years).
fn offset_at(zone: Tz, at: i64) -> Option<i64> {
    let at = DateTime::from_timestamp(at, 0)?;
    Some(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc().into())
}

/// The open stretches of `[from, to)` in seconds since 1970, found as they are asked for.
fn open_seconds(schedule: &Schedule, zone: Tz, from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> {
    let mut cut = pieces(zone, from, to).flat_map(move |piece| piece.open(schedule)).peekable();
    iter::from_fn(move || {
        let (start, mut end) = cut.next()?;
        while let Some((_, later)) = cut.next_if(|(next, _)| *next == end) {
            end = later;
        }
        Some((start, end))
    })
}

#[cfg(test)]
#[path = "clock_laws.rs"]
mod laws;
#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
