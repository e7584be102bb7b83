//! Calls by the day. A day is of the zone that the organisation had when its calls began: after a move to another one the
//! days before keep theirs, and the day of the move may be there twice.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::{AppError, Code, Language, Member, slots::Direction};
use entity::{call_day, organisation};
use sea_orm::{ColumnTrait, QueryFilter};

use crate::{Context, failure::OrInternal, zones};

/// Days of the page, and of the file.
pub const PAGE: u64 = 31;
pub const FILE: u64 = 366;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: NaiveDate,
    /// IANA name.
    pub time_zone: String,
    pub inbound: u32,
    pub outbound: u32,
    /// Of those that have ended.
    pub answered: u32,
    /// Talked.
    pub seconds: u64,
}

/// The last `days` days on which there were calls, today's included, newest first. Errors: `NotFound`.
pub async fn load_days(context: &Context, member: Member, days: u64) -> Result<Vec<Day>, AppError> {
    let read = context.database.read();
    let row = organisation::Entity::by_id(member.organisation).one(read).await.or_internal()?;
    let zone = zones::parse(&row.ok_or(Code::NotFound)?.time_zone).map_err(AppError::from)?;
    let today = context.now().with_timezone(&zone).date_naive();
    let first = today.checked_sub_days(Days::new(days.saturating_sub(1))).unwrap_or(today);
    let rows = call_day::Entity::in_organisation(member.organisation)
        .filter(call_day::Column::Day.gte(first))
        .all(read)
        .await
        .or_internal()?;
    let mut found: BTreeMap<(NaiveDate, String), Day> = BTreeMap::new();
    for row in rows {
        let (date, time_zone) = (row.day, row.time_zone);
        let day = found.entry((date, time_zone.clone())).or_insert(Day {
            date,
            time_zone,
            inbound: 0,
            outbound: 0,
            answered: 0,
            seconds: 0,
        });
        let started = u32::try_from(row.started).unwrap_or(0);
        match Direction::from_column(&row.direction) {
            Direction::Inbound => day.inbound += started,
            Direction::Outbound => day.outbound += started,
        }
        day.answered += u32::try_from(row.answered).unwrap_or(0);
        day.seconds += u64::try_from(row.seconds).unwrap_or(0);
    }
    Ok(found.into_values().rev().collect())
}

/// The same as CSV (RFC 4180) of up to a year: dates, names of zones and numbers, nothing that a spreadsheet would run.
pub async fn export_days(context: &Context, member: Member) -> Result<String, AppError> {
    let days = load_days(context, member, FILE).await?;
    // The mark at the start tells spreadsheets that it is UTF-8.
    let mut text = format!("\u{feff}{}\r\n", columns(member.language).join(","));
    for Day { date, time_zone, inbound, outbound, answered, seconds } in days {
        text += &format!("{date},{time_zone},{inbound},{outbound},{answered},{seconds}\r\n");
    }
    Ok(text)
}

fn columns(l: Language) -> [&'static str; 6] {
    [
        texts::reports::day(l),
        texts::reports::zone(l),
        texts::calls::inbound(l),
        texts::calls::outbound(l),
        texts::reports::answered(l),
        texts::reports::seconds(l),
    ]
}
