//! One line of opening hours ([`Shift`], as typed), the lines of one day ([`Day`]), and what
//! is left of them inside one local date ([`Interval`]).

use super::time::{MIDNIGHT, parse_end, parse_start, show_time};
use crate::{AppError, Code};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most lines one day can have.
pub const MAX_INTERVALS: usize = 12;

/// Open minutes inside one local date: `[start, end)` after midnight, `0 <= start < end <= 1440`.
/// Half-open: at `end` it is closed. JSON: `[start, end]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(u16, u16)", into = "(u16, u16)")]
pub struct Interval {
    start: u16,
    end: u16,
}

impl Interval {
    /// # Errors
    /// [`Code::IntervalEmpty`] unless `start < end`, [`Code::TimeInvalid`] beyond 1440.
    pub const fn new(start: u16, end: u16) -> Result<Self, Code> {
        match (start < end, end <= MIDNIGHT) {
            (false, _) => Err(Code::IntervalEmpty),
            (_, false) => Err(Code::TimeInvalid),
            _ => Ok(Self { start, end }),
        }
    }

    /// First open minute, 0 to 1439.
    pub const fn start(self) -> u16 {
        self.start
    }

    /// First minute that is closed again, 1 to 1440.
    pub const fn end(self) -> u16 {
        self.end
    }

    pub const fn minutes(self) -> u16 {
        self.end - self.start
    }

    pub const fn contains(self, minute: u16) -> bool {
        self.start <= minute && minute < self.end
    }

    /// Sorts, and joins what overlaps or touches.
    pub(super) fn merge(mut all: Vec<Self>) -> Vec<Self> {
        all.sort_unstable();
        let mut merged: Vec<Self> = Vec::with_capacity(all.len());
        for next in all {
            match merged.last_mut() {
                Some(last) if next.start <= last.end => last.end = last.end.max(next.end),
                _ => merged.push(next),
            }
        }
        merged
    }
}

/// `09:00–18:00`, `21:00–24:00`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", show_time(self.start), show_time(self.end))
    }
}

/// A line of opening hours as a person writes it, in minutes after the midnight its day begins
/// with: `0 <= start < 1440`, `start < end`. `21:00–02:00` ends at 1560, on the next day.
///
/// It is shorter than 24 hours, or exactly `00:00–24:00`: anything else could not be written
/// as two times of day. JSON: `[start, end]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(u16, u16)", into = "(u16, u16)")]
pub struct Shift {
    start: u16,
    end: u16,
}

impl Shift {
    pub const WHOLE_DAY: Self = Self { start: 0, end: MIDNIGHT };

    /// `end` counts on after midnight: 02:00 of the next day is 1560.
    ///
    /// # Errors
    /// [`Code::IntervalEmpty`] unless `start < end`; [`Code::TimeInvalid`] if it does not start
    /// within the day or is too long to be written.
    pub const fn new(start: u16, end: u16) -> Result<Self, Code> {
        if start >= end {
            Err(Code::IntervalEmpty)
        } else if start < MIDNIGHT && Self::writable(start, end) {
            Ok(Self { start, end })
        } else {
            Err(Code::TimeInvalid)
        }
    }

    const fn writable(start: u16, end: u16) -> bool {
        end - start < MIDNIGHT || (start == 0 && end == MIDNIGHT)
    }

    /// Reads two times of day; an end before the start means the next day.
    ///
    /// # Errors
    /// Per side: [`Code::Required`], [`Code::TimeInvalid`]; at the end also
    /// [`Code::IntervalEmpty`] if both are the same.
    pub fn parse(start: &str, end: &str) -> Result<Self, ShiftErrors> {
        match (parse_start(start), parse_end(end)) {
            (Ok(start), Ok(end)) => {
                let end = if end < start { end + MIDNIGHT } else { end };
                Self::new(start, end).map_err(|code| ShiftErrors { start: None, end: Some(code) })
            }
            (start, end) => Err(ShiftErrors { start: start.err(), end: end.err() }),
        }
    }

    /// First open minute, 0 to 1439.
    pub const fn start(self) -> u16 {
        self.start
    }

    /// First minute that is closed again; above 1440 it is on the next day.
    pub const fn end(self) -> u16 {
        self.end
    }

    /// The start as it is typed, `21:00`.
    pub fn start_text(self) -> String {
        show_time(self.start)
    }

    /// The end as it is typed, `02:00`; midnight is `24:00`.
    pub fn end_text(self) -> String {
        show_time(self.end)
    }

    /// Whether it runs on into the next day: show a "+1".
    pub const fn is_overnight(self) -> bool {
        self.end > MIDNIGHT
    }

    /// The part before midnight.
    pub const fn evening(self) -> Interval {
        Interval { start: self.start, end: if self.is_overnight() { MIDNIGHT } else { self.end } }
    }

    /// The part after midnight, in minutes of the next day.
    pub const fn morning(self) -> Option<Interval> {
        if self.is_overnight() { Some(Interval { start: 0, end: self.end - MIDNIGHT }) } else { None }
    }
}

/// `09:00–18:00`, `21:00–02:00`.
impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", show_time(self.start), show_time(self.end))
    }
}

/// What is wrong with the two fields of a [`Shift`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShiftErrors {
    pub start: Option<Code>,
    pub end: Option<Code>,
}

/// The hours of one day or of each day of an override: at most [`MAX_INTERVALS`] shifts, sorted,
/// never overlapping. None at all means closed. JSON: a list of shifts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Shift>")]
pub struct Day(Vec<Shift>);

impl Day {
    pub const CLOSED: Self = Self(Vec::new());

    /// Sorts, and joins shifts that touch (unless the sum could no longer be written, as
    /// 08:00–20:00 and 20:00–08:00).
    ///
    /// # Errors
    /// [`Code::TooManyIntervals`], [`Code::IntervalsOverlap`].
    pub fn new(mut shifts: Vec<Shift>) -> Result<Self, Code> {
        if shifts.len() > MAX_INTERVALS {
            return Err(Code::TooManyIntervals);
        }
        shifts.sort_unstable();
        let mut day: Vec<Shift> = Vec::with_capacity(shifts.len());
        for next in shifts {
            match day.last_mut() {
                Some(last) if next.start < last.end => return Err(Code::IntervalsOverlap),
                Some(last) if next.start == last.end && Shift::writable(last.start, next.end) => {
                    last.end = next.end
                }
                _ => day.push(next),
            }
        }
        Ok(Self(day))
    }

    pub fn shifts(&self) -> &[Shift] {
        &self.0
    }

    pub fn is_closed(&self) -> bool {
        self.0.is_empty()
    }

    /// What runs on into the next day, in that day's minutes. Only the last shift can.
    pub fn spill(&self) -> Option<Interval> {
        self.0.last().and_then(|shift| shift.morning())
    }

    /// What lies before midnight.
    pub(super) fn own(&self) -> impl Iterator<Item = Interval> {
        self.0.iter().map(|shift| shift.evening())
    }
}

macro_rules! pairs {
    ($($pair:ty),+) => { $(
        impl TryFrom<(u16, u16)> for $pair {
            type Error = AppError;

            fn try_from((start, end): (u16, u16)) -> Result<Self, AppError> {
                Ok(Self::new(start, end)?)
            }
        }

        impl From<$pair> for (u16, u16) {
            fn from(pair: $pair) -> Self {
                (pair.start, pair.end)
            }
        }
    )+ };
}

pairs!(Interval, Shift);

impl TryFrom<Vec<Shift>> for Day {
    type Error = AppError;

    fn try_from(shifts: Vec<Shift>) -> Result<Self, AppError> {
        Ok(Self::new(shifts)?)
    }
}

#[cfg(test)]
#[path = "shift_tests.rs"]
mod tests;
