//! The answers to "are we open?": what the server finds out and the page shows.

use super::Shift;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc, Weekday};
use serde::{Deserialize, Serialize};

/// What decides about a local date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The weekly hours of this day of the week.
    Week(Weekday),
    /// An override; its label, which may be empty.
    Override(String),
}

/// Why a local minute is open or closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A shift covers it.
    Open {
        /// The day the shift started on: the date itself, or the day before for the hours after midnight.
        day: NaiveDate,
        /// What decides about `day`.
        rule: Rule,
        shift: Shift,
    },
    /// No shift covers it, though the day has some.
    OutsideHours { rule: Rule },
    /// The day has no hours at all.
    DayOff { rule: Rule },
}

impl Reason {
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }
}

/// A moment at which open turns to closed or closed to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub at: DateTime<Utc>,
    /// `at` on the wall clock of the organisation.
    pub local: NaiveDateTime,
    /// Whether it is open from then on.
    pub opens: bool,
}

/// The clocks are put forward or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockChange {
    pub at: DateTime<Utc>,
    /// How far: above zero forward (that much wall-clock time is left out), below zero back (it comes twice).
    pub minutes: i32,
}

/// The whole answer for one instant, from the rule to the next change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    pub at: DateTime<Utc>,
    /// `at` on the wall clock of the organisation.
    pub local: NaiveDateTime,
    pub reason: Reason,
    /// The clock change of that local date, if it has one.
    pub clock_change: Option<ClockChange>,
    /// `None`: nothing changes within 400 days.
    pub next: Option<Change>,
}

impl Explanation {
    pub const fn is_open(&self) -> bool {
        self.reason.is_open()
    }
}
