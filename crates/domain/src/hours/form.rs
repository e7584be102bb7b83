//! The form of the room: everything as typed, every error at its own field.
//!
//! A list may arrive with gaps in its numbering (a row removed in the browser, an unticked day
//! that sends nothing): the gaps are kept as blank rows, so that the path of an error is the name of an input.

use super::rows::{parse_overrides, parse_week};
use super::{Day, Override, Schedule, Shift, parse_date};
use crate::error::FieldErrors;
use crate::{AppError, Code};
use chrono::NaiveDate;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::{fmt, marker::PhantomData};

/// The whole page. `days` is Monday first; missing days are closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HoursForm {
    /// The version that was loaded; saving another one is a conflict.
    pub version: i64,
    #[serde(deserialize_with = "list")]
    pub days: Vec<DayForm>,
    #[serde(deserialize_with = "list")]
    pub overrides: Vec<OverrideForm>,
    /// `YYYY-MM-DD`: what was over on that date is not in `overrides` and stays as it is saved. Blank: all are in it.
    pub since: String,
}

/// One day of the week. The rows of a day that is not open are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DayForm {
    /// A checkbox with the value `true`.
    pub open: bool,
    #[serde(deserialize_with = "list")]
    pub intervals: Vec<IntervalForm>,
}

/// Two times of day; a row with both blank is ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IntervalForm {
    /// `HH:MM`.
    pub start: String,
    /// `HH:MM`, also `24:00`; before the start it is on the next day.
    pub end: String,
}

/// A date, or a range of dates; ignored if nothing is typed in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OverrideForm {
    /// Leave this one out: how a row is removed without JavaScript. A checkbox with the value `true`.
    pub remove: bool,
    /// `YYYY-MM-DD`.
    pub first: String,
    /// `YYYY-MM-DD`, inclusive; blank means `first`.
    pub last: String,
    pub label: String,
    /// A checkbox with the value `true`; otherwise closed, and the rows are ignored.
    pub open: bool,
    #[serde(deserialize_with = "list")]
    pub intervals: Vec<IntervalForm>,
}

impl HoursForm {
    /// The form that shows a schedule.
    pub fn from_schedule(schedule: &Schedule, version: i64) -> Self {
        Self {
            version,
            days: schedule.week().days().iter().map(DayForm::from).collect(),
            overrides: schedule.overrides().iter().map(OverrideForm::from).collect(),
            since: String::new(),
        }
    }

    /// The same without the overrides that are over on `today`: what there is to edit.
    pub fn from_today(schedule: &Schedule, version: i64, today: NaiveDate) -> Self {
        let overrides = schedule.split_at(today).1.iter().map(OverrideForm::from).collect();
        Self { overrides, since: today.to_string(), ..Self::from_schedule(schedule, version) }
    }

    /// Reads the whole form, which was made from `saved`.
    ///
    /// # Errors
    /// Every wrong field at once, in the order of the page. What concerns a day and not a row
    /// (no interval, too many) stands at its `open`; an overlap at the `start` of the row that begins while another
    /// is still running, be it that of the evening before; a date that is taken, by one that is over too, at the `first` of the lower row.
    /// [`Code::BadRequest`] for more than seven days and a `since` that is no date.
    pub fn parse_onto(self, saved: &Schedule) -> Result<Schedule, AppError> {
        let since = if self.since.is_empty() { Ok(NaiveDate::MIN) } else { parse_date(&self.since) };
        let Some(since) = since.ok().filter(|_| self.days.len() <= 7) else {
            return Err(Code::BadRequest.into());
        };
        let (past, _) = saved.split_at(since);
        let mut errors = FieldErrors::default();
        let week = parse_week(&self.days, &mut errors);
        let overrides = parse_overrides(&self.overrides, past, &mut errors);
        errors.finish()?;
        Ok(Schedule::new(week?, overrides)?.with_past(past)?)
    }

    /// Reads a form that has everything in it.
    ///
    /// # Errors
    /// As [`HoursForm::parse_onto`].
    pub fn parse(self) -> Result<Schedule, AppError> {
        self.parse_onto(&Schedule::default())
    }
}

impl IntervalForm {
    pub(super) fn is_blank(&self) -> bool {
        self.start.trim().is_empty() && self.end.trim().is_empty()
    }
}

impl OverrideForm {
    pub(super) fn is_blank(&self) -> bool {
        let typed = [&self.first, &self.last, &self.label];
        typed.iter().all(|text| text.trim().is_empty()) && self.intervals.iter().all(IntervalForm::is_blank)
    }
}

impl From<&Shift> for IntervalForm {
    fn from(shift: &Shift) -> Self {
        Self { start: shift.start_text(), end: shift.end_text() }
    }
}

impl From<&Day> for DayForm {
    fn from(day: &Day) -> Self {
        Self { open: !day.is_closed(), intervals: day.shifts().iter().map(IntervalForm::from).collect() }
    }
}

impl From<&Override> for OverrideForm {
    fn from(one: &Override) -> Self {
        let DayForm { open, intervals } = one.day().into();
        let last = if one.last() == one.first() { String::new() } else { one.last().to_string() };
        Self {
            remove: false,
            first: one.first().to_string(),
            last,
            label: one.label().to_owned(),
            open,
            intervals,
        }
    }
}

/// The longest list that is read, gaps included: far above every limit, so that those can answer with an error
/// of their own, and low enough that a made-up number costs nothing.
const LONGEST_LIST: usize = 1000;

/// Reads a list with gaps. A form post has numbered keys (a "struct" to serde, as the numbers
/// would be lost in a sequence); JSON has a plain list.
fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    deserializer.deserialize_struct("list", &[], List(PhantomData))
}

struct List<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for List<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {LONGEST_LIST} numbered rows")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<T>, A::Error> {
        let mut rows = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let number = key.parse().ok().filter(|number| *number < LONGEST_LIST);
            let number = number.ok_or_else(|| A::Error::custom("not the number of a row"))?;
            if rows.len() <= number {
                rows.resize_with(number + 1, T::default);
            }
            rows[number] = map.next_value()?;
        }
        Ok(rows)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = seq.next_element()? {
            rows.push(row);
        }
        Ok(rows)
    }
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
