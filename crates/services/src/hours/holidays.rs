//! The public holidays of Türkiye, ready to be offered as overrides.
//!
//! Fixed dates, half days from 13:00 and the lengths of the feasts: law no. 2429, article 2. First days
//! of the feasts: the calendar of the Presidency of Religious Affairs (Diyanet), checked against the confirmed years of
//! the `holidays` project (vacanza). Later years are computed ahead and can still move by announcement.

use chrono::{Datelike, Days, NaiveDate};
use domain::hours::{Day, Override, Schedule, Shift, Week};
use domain::{AppError, Language};
use std::ops::RangeInclusive;

/// The years that [`turkish_holidays`] knows.
pub const KNOWN_YEARS: RangeInclusive<i32> = 2024..=2030;
/// When a half day ends, in minutes.
const HALF_DAY_END: u16 = 13 * 60;

/// Every year: month, day, text, half day.
const FIXED: [(u32, u32, &str, bool); 8] = [
    (1, 1, "new_year", false),
    (4, 23, "children_day", false),
    (5, 1, "labour_day", false),
    (5, 19, "youth_day", false),
    (7, 15, "democracy_day", false),
    (8, 30, "victory_day", false),
    (10, 28, "republic_eve", true),
    (10, 29, "republic_day", false),
];

type MonthAndDay = (u32, u32);

/// First days (month, day) of the Ramadan feast, three days long, and of the feast of sacrifice, four days long.
const FEASTS: [(i32, MonthAndDay, MonthAndDay); 7] = [
    (2024, (4, 10), (6, 16)),
    (2025, (3, 30), (6, 6)),
    (2026, (3, 20), (5, 27)),
    (2027, (3, 9), (5, 16)),
    (2028, (2, 26), (5, 5)),
    (2029, (2, 14), (4, 24)),
    (2030, (2, 4), (4, 13)),
];

/// A public holiday, or the half day before one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday {
    pub first: NaiveDate,
    /// Inclusive.
    pub last: NaiveDate,
    /// Its name: a key of `texts::holidays`.
    pub key: &'static str,
    /// Closed from 13:00 only.
    pub half_day: bool,
}

impl Holiday {
    pub fn name(&self, language: Language) -> &'static str {
        texts::holidays::by_key(language, self.key).unwrap_or(self.key)
    }

    fn meets(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// The holidays of a year by date, no two on one date; none outside of [`KNOWN_YEARS`].
///
/// Where a feast meets a fixed holiday, the fixed one keeps its date: the last day of the feast of
/// sacrifice of 2027 stands as 19 May, the half day before that of 2029 is 23 April, a whole holiday.
pub fn turkish_holidays(year: i32) -> Vec<Holiday> {
    let Some((_, ramadan, sacrifice)) = FEASTS.iter().find(|(known, ..)| *known == year) else {
        return Vec::new();
    };
    let mut holidays: Vec<Holiday> = FIXED
        .iter()
        .filter_map(|(month, day, key, half_day)| {
            let date = NaiveDate::from_ymd_opt(year, *month, *day)?;
            Some(Holiday { first: date, last: date, key, half_day: *half_day })
        })
        .collect();
    for ((month, day), length, eve, feast) in
        [(ramadan, 3, "ramadan_eve", "ramadan_feast"), (sacrifice, 4, "sacrifice_eve", "sacrifice_feast")]
    {
        let Some(first) = NaiveDate::from_ymd_opt(year, *month, *day) else { continue };
        let before = first - Days::new(1);
        let last = first + Days::new(length - 1);
        for holiday in [
            Holiday { first: before, last: before, key: eve, half_day: true },
            Holiday { first, last, key: feast, half_day: false },
        ] {
            holidays.extend(without(holiday, &holidays));
        }
    }
    holidays.sort_by_key(|holiday| holiday.first);
    holidays
}

/// What the others leave of a holiday. They only ever take an end of it (tested).
fn without(mut holiday: Holiday, others: &[Holiday]) -> Option<Holiday> {
    for other in others.iter().filter(|other| other.meets(&holiday)).copied().collect::<Vec<_>>() {
        if other.first <= holiday.first {
            holiday.first = other.last + Days::new(1);
        } else {
            holiday.last = other.first - Days::new(1);
        }
    }
    (holiday.first <= holiday.last).then_some(holiday)
}

/// The override for a holiday: closed, or on a half day the hours of that day of the week until 13:00, with
/// what the night before left over.
///
/// # Errors
/// [`domain::Code::TooManyIntervals`] if a half day has 12 intervals and a night before it.
pub fn as_override(holiday: Holiday, language: Language, week: &Week) -> Result<Override, AppError> {
    let day = if holiday.half_day { until_half_day(holiday.first, week)? } else { Day::CLOSED };
    Override::new(holiday.first, holiday.last, holiday.name(language), day)
}

fn until_half_day(date: NaiveDate, week: &Week) -> Result<Day, AppError> {
    let morning = week.intervals_on(date.weekday());
    let shifts = morning.iter().filter(|interval| interval.start() < HALF_DAY_END);
    let shifts = shifts.map(|interval| Shift::new(interval.start(), interval.end().min(HALF_DAY_END)));
    Ok(Day::new(shifts.collect::<Result<_, _>>()?)?)
}

/// The holidays of a year whose dates are still free, as overrides to add.
pub fn offered_overrides(year: i32, language: Language, schedule: &Schedule) -> Vec<Override> {
    let holidays = turkish_holidays(year).into_iter();
    let overrides = holidays.filter_map(|holiday| as_override(holiday, language, schedule.week()).ok());
    overrides.filter(|offer| !schedule.overrides().iter().any(|taken| taken.meets(offer))).collect()
}

#[cfg(test)]
#[path = "holidays_tests.rs"]
mod tests;
