//! Support access: who lets the vendor's support in, what it says when it comes, and what it may do inside.

mod form;
mod scope;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use form::{Enter, EnterForm, FindForm, HideForm, Mode, Sought, SupportForm, reason};
pub use scope::{SCOPES, Scope, judge, scope_of};

/// From entering to the end; nothing renews it.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(60);
/// How long the operator's override holds: long enough to enter once.
pub const BREAK_GLASS: TimeDelta = TimeDelta::minutes(60);

/// Whether an organisation lets support in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// An administrator's choice.
    pub allowed: bool,
    /// The last day of it, in the organisation's zone.
    pub until: Option<NaiveDate>,
    /// How far it goes.
    pub mode: Mode,
    /// The operator of the installation has overridden the choice until then.
    pub forced_until: Option<DateTime<Utc>>,
}

impl Consent {
    /// An administrator's choice that holds on this day.
    pub fn is_given(&self, today: NaiveDate) -> bool {
        self.allowed && self.until.is_none_or(|last| today <= last)
    }

    /// Whether an administrator's choice lets support further in, or for longer, than an earlier one.
    pub fn is_wider_than(&self, earlier: &Self) -> bool {
        let last = |consent: &Self| consent.until.unwrap_or(NaiveDate::MAX);
        let goes_further = (earlier.mode, self.mode) == (Mode::Read, Mode::Write);
        self.allowed && (!earlier.allowed || goes_further || last(self) > last(earlier))
    }

    /// How far support may go at this moment; `None`: it may not be inside. The operator's override goes all the way.
    pub fn reach(&self, now: DateTime<Utc>, today: NaiveDate) -> Option<Mode> {
        if self.forced_until.is_some_and(|until| now < until) {
            return Some(Mode::Write);
        }
        self.is_given(today).then_some(self.mode)
    }
}

/// How a support session came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// The staff left, or signed out.
    Left,
    /// An administrator pressed the button.
    ShownOut,
    /// The 60 minutes were over.
    Expired,
    /// The organisation no longer lets support in.
    Withdrawn,
    /// The session or the account of the staff is over.
    SignedOut,
}

impl Ending {
    pub const ALL: [Self; 5] = [Self::Left, Self::ShownOut, Self::Expired, Self::Withdrawn, Self::SignedOut];

    /// The word in the database, the audit trail and the texts (`ended_<word>`).
    pub const fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::ShownOut => "shown_out",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::SignedOut => "signed_out",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ending| ending.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    #[test]
    fn nobody_is_let_in_unless_somebody_said_so_and_until_the_last_day() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(Consent::default().reach(now, day(23)), None);
        let open = Consent { allowed: true, ..Consent::default() };
        assert_eq!(open.reach(now, day(23)), Some(Mode::Read));
        let ends = Consent { until: Some(day(23)), mode: Mode::Write, ..open };
        assert_eq!((ends.reach(now, day(23)), ends.reach(now, day(24))), (Some(Mode::Write), None));
        let denied = Consent { allowed: false, ..ends };
        assert_eq!(denied.reach(now, day(23)), None);
    }

    #[test]
    fn an_override_ends_to_the_moment_and_is_no_consent() {
        let until = DateTime::UNIX_EPOCH + BREAK_GLASS;
        let forced = Consent { forced_until: Some(until), ..Consent::default() };
        assert_eq!(forced.reach(DateTime::UNIX_EPOCH, day(23)), Some(Mode::Write));
        assert_eq!(forced.reach(until, day(23)), None);
        assert!(!forced.is_given(day(23)));
    }

    #[test]
    fn endings_read_what_they_write() {
        for ending in Ending::ALL {
            assert_eq!(Ending::from_word(ending.word()), Some(ending));
        }
        assert_eq!(Ending::from_word("bored"), None);
    }
}
