//! Reads the rows of [`HoursForm`](super::HoursForm) and notes what is wrong with each, in page order.

use super::form::{DayForm, IntervalForm, OverrideForm};
use super::schedule::parse_label;
use super::{Day, Interval, MAX_INTERVALS, MAX_OVERRIDES, Override, Shift, Week, parse_date};
use crate::Code;
use crate::error::FieldErrors;
use chrono::NaiveDate;
use std::{array, collections::BTreeMap};

/// The rows of one day, with their numbers, and what is wrong with them.
#[derive(Default)]
struct Rows {
    shifts: Vec<(usize, Shift)>,
    day_error: Option<Code>,
    /// One error a field, by row and side.
    errors: BTreeMap<(usize, Side), Code>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Start,
    End,
}

impl Rows {
    fn read(open: bool, intervals: &[IntervalForm]) -> Self {
        let mut rows = Self::default();
        if !open {
            return rows;
        }
        for (row, interval) in intervals.iter().enumerate().filter(|(_, interval)| !interval.is_blank()) {
            match Shift::parse(&interval.start, &interval.end) {
                Ok(shift) => rows.shifts.push((row, shift)),
                Err(wrong) => {
                    rows.note(row, Side::Start, wrong.start);
                    rows.note(row, Side::End, wrong.end);
                }
            }
        }
        rows.day_error = match rows.shifts.len() {
            0 if rows.errors.is_empty() => Some(Code::IntervalsMissing),
            count if count > MAX_INTERVALS => Some(Code::TooManyIntervals),
            _ => None,
        };
        rows.note_overlaps();
        rows
    }

    fn note(&mut self, row: usize, side: Side, code: Option<Code>) {
        if let Some(code) = code {
            self.errors.entry((row, side)).or_insert(code);
        }
    }

    /// Blames the row that begins while an earlier one is still running.
    fn note_overlaps(&mut self) {
        self.shifts.sort_by_key(|(_, shift)| *shift);
        let mut busy_until = 0;
        for (row, shift) in self.shifts.clone() {
            if shift.start() < busy_until {
                self.note(row, Side::Start, Some(Code::IntervalsOverlap));
            }
            busy_until = busy_until.max(shift.end());
        }
    }

    /// The same for what the evening before left over.
    fn note_collisions(&mut self, spill: Interval) {
        for (row, shift) in self.shifts.clone() {
            if shift.start() < spill.end() {
                self.note(row, Side::Start, Some(Code::IntervalsOverlap));
            }
        }
    }

    fn spill(&self) -> Option<Interval> {
        self.shifts.iter().filter_map(|(_, shift)| shift.morning()).max()
    }

    fn report(&self, path: &str, errors: &mut FieldErrors) {
        if let Some(code) = self.day_error {
            errors.push(format!("{path}[open]"), code);
        }
        for ((row, side), code) in &self.errors {
            let side = match side {
                Side::Start => "start",
                Side::End => "end",
            };
            errors.push(format!("{path}[intervals][{row}][{side}]"), *code);
        }
    }

    fn into_day(self) -> Result<Day, Code> {
        Day::new(self.shifts.into_iter().map(|(_, shift)| shift).collect())
    }
}

/// Missing days are closed. The result counts only if no error was noted.
pub(super) fn parse_week(days: &[DayForm], errors: &mut FieldErrors) -> Result<Week, Code> {
    let mut rows: [Rows; 7] = array::from_fn(|day| {
        days.get(day).map(|form| Rows::read(form.open, &form.intervals)).unwrap_or_default()
    });
    for day in 0..7 {
        if let Some(spill) = rows[(day + 6) % 7].spill() {
            rows[day].note_collisions(spill);
        }
        rows[day].report(&format!("days[{day}]"), errors);
    }
    let mut week: [Day; 7] = Default::default();
    for (day, rows) in week.iter_mut().zip(rows) {
        *day = rows.into_day()?;
    }
    Week::new(week)
}

/// Those that are neither blank nor removed, on dates that `past` leaves free. The result counts only if no error was noted.
pub(super) fn parse_overrides(
    forms: &[OverrideForm],
    past: &[Override],
    errors: &mut FieldErrors,
) -> Vec<Override> {
    let mut taken: Vec<_> = past.iter().map(|one| (one.first(), one.last())).collect();
    let mut overrides = Vec::new();
    let kept = forms.iter().enumerate().filter(|(_, form)| !form.remove && !form.is_blank());
    for (count, (index, form)) in kept.enumerate() {
        let path = format!("overrides[{index}]");
        if count == MAX_OVERRIDES {
            errors.push(format!("{path}[first]"), Code::TooManyOverrides);
            break;
        }
        let dates = parse_dates(&path, form, &mut taken, errors);
        let label = errors.keep(&format!("{path}[label]"), parse_label(&form.label));
        let rows = Rows::read(form.open, &form.intervals);
        rows.report(&path, errors);
        if let (Some((first, last)), Some(label), Ok(day)) = (dates, label, rows.into_day()) {
            overrides.extend(Override::new(first, last, &label, day));
        }
    }
    overrides
}

/// A range of its own, or an error at `first` or `last`.
fn parse_dates(
    path: &str,
    form: &OverrideForm,
    taken: &mut Vec<(NaiveDate, NaiveDate)>,
    errors: &mut FieldErrors,
) -> Option<(NaiveDate, NaiveDate)> {
    let first = parse_date(&form.first);
    let last =
        if form.last.trim().is_empty() { first.or(Err(None)) } else { parse_date(&form.last).map_err(Some) };
    match (first, last) {
        (Ok(first), Ok(last)) if last < first => errors.push(format!("{path}[last]"), Code::DatesReversed),
        (Ok(first), Ok(last)) if taken.iter().any(|(from, to)| *from <= last && first <= *to) => {
            errors.push(format!("{path}[first]"), Code::DateTaken);
        }
        (Ok(first), Ok(last)) => {
            taken.push((first, last));
            return Some((first, last));
        }
        (first, last) => {
            for (side, code) in [("first", first.err()), ("last", last.err().flatten())] {
                if let Some(code) = code {
                    errors.push(format!("{path}[{side}]"), code);
                }
            }
        }
    }
    None
}
