//! What the organisation's day is like: calls of today, by the hour of its own clock.

use chrono::{NaiveDate, Timelike};
use chrono_tz::Tz;
use domain::{
    AppError, Code, Member,
    slots::{Direction, QUARTER},
};
use entity::{call_quarter, campaign, organisation};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    Context,
    failure::OrInternal,
    slots::{self, Usage},
    zones::{self, first_from, midnight},
};

/// Campaigns that the page shows.
const CAMPAIGNS: u64 = 3;

/// Calls that began in an hour of the wall clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hour {
    pub inbound: u32,
    pub outbound: u32,
}

/// A day, or what there is of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub calls: u32,
    /// Of those that have ended.
    pub answered: u32,
    /// Talked, of those that have ended.
    pub seconds: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Today {
    pub date: NaiveDate,
    pub zone: Tz,
    pub sums: Sums,
    /// Of the day before until the same time of day, quarters that were over then.
    pub yesterday: Sums,
    /// By the hour in which they began; an hour that comes twice is one.
    pub hours: [Hour; 24],
    pub usage: Usage,
    /// Those that call, or will: the next to begin first, at most three.
    pub campaigns: Vec<campaign::Model>,
}

/// Reads at most two days of quarters, however many calls there were. Errors: `NotFound`.
pub async fn load_today(context: &Context, member: Member) -> Result<Today, AppError> {
    let (read, now) = (context.database.read(), context.now());
    let row = organisation::Entity::by_id(member.organisation).one(read).await.or_internal()?;
    let row = row.ok_or(Code::NotFound)?;
    let zone = zones::parse(&row.time_zone).map_err(AppError::from)?;
    let local = now.with_timezone(&zone).naive_local();
    let (date, day_before) = (local.date(), local.date().pred_opt().unwrap_or(local.date()));
    let (began, before) = (midnight(zone, date), midnight(zone, day_before));
    let same_time_yesterday = first_from(zone, day_before.and_time(local.time()));
    let quarters = call_quarter::Entity::in_organisation(member.organisation)
        .filter(call_quarter::Column::Quarter.gte(before))
        .all(read)
        .await
        .or_internal()?;
    let (mut sums, mut yesterday, mut hours) = (Sums::default(), Sums::default(), [Hour::default(); 24]);
    for quarter in quarters {
        if quarter.quarter < began {
            // Whole quarters only: of one in progress nobody knows how far it had come.
            if quarter.quarter + QUARTER <= same_time_yesterday {
                yesterday.add(&quarter);
            }
            continue;
        }
        sums.add(&quarter);
        let local = quarter.quarter.with_timezone(&zone);
        if let Some(hour) = hours.get_mut(local.hour() as usize) {
            let started = u32::try_from(quarter.started).unwrap_or(0);
            match Direction::from_column(&quarter.direction) {
                Direction::Inbound => hour.inbound += started,
                Direction::Outbound => hour.outbound += started,
            }
        }
    }
    let usage = slots::usage(read, &row, now).await?;
    let campaigns = campaign::Entity::in_organisation(member.organisation)
        .filter(campaign::Column::EndedAt.is_null())
        .order_by_asc(campaign::Column::StartsAt)
        .limit(CAMPAIGNS)
        .all(read)
        .await
        .or_internal()?;
    Ok(Today { date, zone, sums, yesterday, hours, usage, campaigns })
}

/// Calls that began today, by the midnight of each of these zones.
pub(crate) async fn count_today<const N: usize>(
    context: &Context,
    member: Member,
    zones: [Tz; N],
) -> Result<[u32; N], AppError> {
    let now = context.now();
    let began = zones.map(|zone| midnight(zone, now.with_timezone(&zone).date_naive()));
    let quarters = call_quarter::Entity::in_organisation(member.organisation)
        .filter(call_quarter::Column::Quarter.gte(began.iter().min().copied().unwrap_or(now)))
        .all(context.database.read())
        .await
        .or_internal()?;
    Ok(began.map(|began| {
        let mut sums = Sums::default();
        quarters.iter().filter(|quarter| quarter.quarter >= began).for_each(|quarter| sums.add(quarter));
        sums.calls
    }))
}

impl Sums {
    fn add(&mut self, quarter: &call_quarter::Model) {
        self.calls += u32::try_from(quarter.started).unwrap_or(0);
        self.answered += u32::try_from(quarter.answered).unwrap_or(0);
        self.seconds += u64::try_from(quarter.seconds).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_with_its_first_instant_also_where_midnight_is_left_out() {
        let first = |zone: Tz, date: &str| midnight(zone, date.parse().unwrap()).to_rfc3339();
        assert_eq!(first(chrono_tz::Europe::Istanbul, "2026-11-23"), "2026-11-22T21:00:00+00:00");
        assert_eq!(first(chrono_tz::Asia::Kathmandu, "2026-11-23"), "2026-11-22T18:15:00+00:00");
        // Clocks went from 24:00 to 01:00.
        assert_eq!(first(chrono_tz::America::Asuncion, "2023-10-01"), "2023-10-01T04:00:00+00:00");
        // London, the morning after the clocks went forward: ten is ten.
        let ten =
            |date: &str| first_from(chrono_tz::Europe::London, format!("{date}T10:00:00").parse().unwrap());
        assert_eq!((ten("2026-03-28") - ten("2026-03-29")).num_hours(), -23);
        // Midnight came twice: the first one.
        assert_eq!(first(chrono_tz::America::Havana, "2026-11-01"), "2026-11-01T04:00:00+00:00");
    }
}
