//! The week, the dates that replace it, and the one question both answer: which minutes of a
//! local date are open.

use super::time::in_use;
use super::{Day, Interval, Reason, Rule, Shift};
use crate::{AppError, Code};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// The most overrides one organisation can keep.
pub const MAX_OVERRIDES: usize = 400;
/// The longest label of an override, in characters.
pub const LABEL_CHARACTERS: usize = 80;

/// Seven days, Monday first. The night of one day never overlaps the hours of the next
/// (Sunday's night: Monday). JSON: a list of seven days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "[Day; 7]")]
pub struct Week([Day; 7]);

impl Week {
    /// # Errors
    /// [`Code::IntervalsOverlap`] if a night runs into the hours of the next day.
    pub fn new(days: [Day; 7]) -> Result<Self, Code> {
        let collides = |day: usize| {
            let morning = days[(day + 1) % 7].shifts().first();
            matches!((days[day].spill(), morning), (Some(spill), Some(morning)) if morning.start() < spill.end())
        };
        if (0..7).any(collides) { Err(Code::IntervalsOverlap) } else { Ok(Self(days)) }
    }

    /// What a new organisation starts with: Monday to Friday 09:00–18:00.
    pub fn office_hours() -> Self {
        let open = || Shift::new(9 * 60, 18 * 60).and_then(|shift| Day::new(vec![shift])).unwrap_or_default();
        Self([open(), open(), open(), open(), open(), Day::CLOSED, Day::CLOSED])
    }

    /// Monday first.
    pub fn days(&self) -> &[Day; 7] {
        &self.0
    }

    pub fn day(&self, weekday: Weekday) -> &Day {
        &self.0[weekday.num_days_from_monday() as usize]
    }

    /// The open minutes of an ordinary day, with what the evening before left over: sorted, disjoint.
    pub fn intervals_on(&self, weekday: Weekday) -> Vec<Interval> {
        let spill = self.day(weekday.pred()).spill();
        Interval::merge(spill.into_iter().chain(self.day(weekday).own()).collect())
    }
}

/// Dates whose hours replace those of the week. Nights behave as in the week: an evening runs
/// on into the next day, unless an override (also this one) decides about that day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawOverride")]
pub struct Override {
    first: NaiveDate,
    last: NaiveDate,
    label: String,
    day: Day,
}

impl Override {
    /// `first` to `last` inclusive; `label` is trimmed and may be empty; `day` holds for each of the dates.
    ///
    /// # Errors
    /// At `first`, `last` or `label`: [`Code::DateInvalid`] outside of 2000 to 2199,
    /// [`Code::DatesReversed`], [`Code::TooLong`], [`Code::ControlCharacter`].
    pub fn new(first: NaiveDate, last: NaiveDate, label: &str, day: Day) -> Result<Self, AppError> {
        for (field, date) in [("first", first), ("last", last)] {
            if !in_use(&date) {
                return Err(AppError::field(field, Code::DateInvalid));
            }
        }
        if last < first {
            return Err(AppError::field("last", Code::DatesReversed));
        }
        let label = parse_label(label).map_err(|code| AppError::field("label", code))?;
        Ok(Self { first, last, label, day })
    }

    pub const fn first(&self) -> NaiveDate {
        self.first
    }

    /// Inclusive; the same as `first` for a single day.
    pub const fn last(&self) -> NaiveDate {
        self.last
    }

    /// May be empty.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The hours of each of its dates; closed if there are none.
    pub const fn day(&self) -> &Day {
        &self.day
    }

    /// Whether the two share a date.
    pub fn meets(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// # Errors
/// [`Code::TooLong`], [`Code::ControlCharacter`].
pub(super) fn parse_label(label: &str) -> Result<String, Code> {
    let label = label.trim();
    if label.chars().count() > LABEL_CHARACTERS {
        Err(Code::TooLong)
    } else if label.chars().any(char::is_control) {
        Err(Code::ControlCharacter)
    } else {
        Ok(label.to_owned())
    }
}

/// The business hours of an organisation, in wall-clock time: they hold in whatever zone it is in.
/// JSON (for the database): `{"week": [..7 days..], "overrides": [..]}`. The default is never open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawSchedule")]
pub struct Schedule {
    week: Week,
    /// Sorted by date, disjoint.
    overrides: Vec<Override>,
}

impl Schedule {
    /// Sorts the overrides by date.
    ///
    /// # Errors
    /// [`Code::TooManyOverrides`]; [`Code::DateTaken`] if two overrides share a date.
    pub fn new(week: Week, mut overrides: Vec<Override>) -> Result<Self, Code> {
        if overrides.len() > MAX_OVERRIDES {
            return Err(Code::TooManyOverrides);
        }
        overrides.sort_by_key(|one| one.first);
        if overrides.windows(2).any(|pair| pair[0].meets(&pair[1])) {
            return Err(Code::DateTaken);
        }
        Ok(Self { week, overrides })
    }

    /// What a new organisation starts with: [`Week::office_hours`], no overrides.
    pub fn office_hours() -> Self {
        Self { week: Week::office_hours(), overrides: Vec::new() }
    }

    pub const fn week(&self) -> &Week {
        &self.week
    }

    /// Sorted by date, disjoint.
    pub fn overrides(&self) -> &[Override] {
        &self.overrides
    }

    /// The overrides that are over on `today`, the night after their last date too, and those that are not; each sorted by date.
    pub fn split_at(&self, today: NaiveDate) -> (&[Override], &[Override]) {
        let is_over = |one: &Override| one.last + Days::new(u64::from(one.day.spill().is_some())) < today;
        self.overrides.split_at(self.overrides.partition_point(is_over))
    }

    /// With the newest of `past` for which there is room.
    ///
    /// # Errors
    /// [`Code::DateTaken`] if one of them shares a date with an override.
    pub fn with_past(self, past: &[Override]) -> Result<Self, Code> {
        let room = MAX_OVERRIDES.saturating_sub(self.overrides.len());
        let kept = &past[past.len().saturating_sub(room)..];
        Self::new(self.week, [kept, &*self.overrides].concat())
    }

    /// The override that decides about a date.
    pub fn override_on(&self, date: NaiveDate) -> Option<&Override> {
        let next = self.overrides.partition_point(|one| one.first <= date);
        self.overrides[..next].last().filter(|one| date <= one.last)
    }

    /// The open minutes of a local date: sorted, disjoint, not touching.
    ///
    /// An override replaces the day, and clips at midnight what the evening before left over;
    /// the evening of an override runs on into an ordinary day.
    pub fn intervals_on(&self, date: NaiveDate) -> Vec<Interval> {
        let spill = self.evening_before(date).and_then(|(_, day)| day.spill());
        Interval::merge(spill.into_iter().chain(self.day_on(date).own()).collect())
    }

    /// Why a minute (0 to 1439) of a local date is open or closed.
    pub fn reason_at(&self, date: NaiveDate, minute: u16) -> Reason {
        let day = self.day_on(date);
        if let Some(shift) = day.shifts().iter().find(|shift| shift.evening().contains(minute)) {
            return Reason::Open { day: date, rule: self.rule_on(date), shift: *shift };
        }
        if let Some((before, evening)) = self.evening_before(date)
            && let Some(shift) = evening.shifts().last()
            && shift.morning().is_some_and(|morning| morning.contains(minute))
        {
            return Reason::Open { day: before, rule: self.rule_on(before), shift: *shift };
        }
        let rule = self.rule_on(date);
        if day.is_closed() { Reason::DayOff { rule } } else { Reason::OutsideHours { rule } }
    }

    fn day_on(&self, date: NaiveDate) -> &Day {
        self.override_on(date).map_or_else(|| self.week.day(date.weekday()), |one| &one.day)
    }

    /// The day before, unless an override decides about `date`: it takes nothing over.
    fn evening_before(&self, date: NaiveDate) -> Option<(NaiveDate, &Day)> {
        let before = date.pred_opt().filter(|_| self.override_on(date).is_none())?;
        Some((before, self.day_on(before)))
    }

    fn rule_on(&self, date: NaiveDate) -> Rule {
        self.override_on(date)
            .map_or_else(|| Rule::Week(date.weekday()), |one| Rule::Override(one.label.clone()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOverride {
    first: NaiveDate,
    last: NaiveDate,
    label: String,
    day: Day,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSchedule {
    week: Week,
    overrides: Vec<Override>,
}

impl TryFrom<[Day; 7]> for Week {
    type Error = AppError;

    fn try_from(days: [Day; 7]) -> Result<Self, AppError> {
        Ok(Self::new(days)?)
    }
}

impl TryFrom<RawOverride> for Override {
    type Error = AppError;

    fn try_from(raw: RawOverride) -> Result<Self, AppError> {
        Self::new(raw.first, raw.last, &raw.label, raw.day)
    }
}

impl TryFrom<RawSchedule> for Schedule {
    type Error = AppError;

    fn try_from(raw: RawSchedule) -> Result<Self, AppError> {
        Ok(Self::new(raw.week, raw.overrides)?)
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
