//! What plans cost, what a stretch of days with one is charged, and what stands on an invoice.
//!
//! A stretch ends with its month or with its plan. A plan is charged by the day, of the organisation's calendar.

mod forms;
mod party;
mod stretch;
mod words;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{money::Money, plan::Plan};

pub use forms::{CreditForm, CreditNoteForm, MOST_IN_REASON, MailForm, OneInvoiceForm, ThresholdForm};
pub use party::{Buyer, Seller};
pub use stretch::{Line, Sums, days_of_month, months, switch_day};
pub use words::in_words;

/// Value-added tax on every line, in basis points.
pub const KDV: u32 = 2000;
/// Three letters before the year, as electronic invoices are numbered.
pub const SERIES: &str = "AYR";

/// What a month of a plan costs, without tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    pub unit: Money,
    /// Calls at once that the unit is for each of; `None`: it is for the plan as a whole.
    pub slots: Option<u32>,
}

impl Price {
    pub const FREE: Self = Self { unit: Money::ZERO, slots: None };

    /// The catalogue. `slots` are those agreed for Enterprise.
    pub const fn of(plan: Plan, slots: u32) -> Self {
        match plan {
            Plan::Discovery => Self::FREE,
            Plan::Team => Self { unit: Money::lira(1_990), slots: None },
            Plan::Scale => Self { unit: Money::lira(6_990), slots: None },
            Plan::Enterprise => Self { unit: Money::lira(790), slots: Some(slots) },
        }
    }

    pub fn month(self) -> Money {
        self.unit * self.slots.unwrap_or(1)
    }
}

/// What kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Invoice,
    /// Takes a whole invoice back; refers to it.
    CreditNote,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::Invoice, Self::CreditNote];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
        }
    }

    /// An unknown word can only be in a column that somebody wrote by hand.
    pub fn from_column(word: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).unwrap_or(Self::Invoice)
    }
}

/// Why credit changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Booking {
    /// A payment that staff wrote down.
    Added,
    Invoice,
    CreditNote,
}

impl Booking {
    pub const ALL: [Self; 3] = [Self::Added, Self::Invoice, Self::CreditNote];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
        }
    }

    /// See [`Kind::from_column`].
    pub fn from_column(word: &str) -> Self {
        Self::ALL.into_iter().find(|booking| booking.as_str() == word).unwrap_or(Self::Added)
    }
}

/// Whether credit is below what its owners want to be told of.
pub fn is_low(credit: Money, threshold: Option<Money>) -> bool {
    threshold.is_some_and(|threshold| credit < threshold)
}

/// The series of a year: `AYR2026`.
pub fn series_of(issued: NaiveDate) -> String {
    format!("{SERIES}{:04}", issued.year())
}

/// `AYR2026000000001`
pub fn number_in(series: &str, sequence: i64) -> String {
    format!("{series}{sequence:09}")
}

/// Whether a text can be an invoice's number at all.
pub fn is_number(text: &str) -> bool {
    text.strip_prefix(SERIES)
        .is_some_and(|rest| rest.len() == 13 && rest.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greater_plan_costs_more() {
        let month = |plan: Plan| Price::of(plan, plan.slots()).month();
        assert!(Plan::ALL.is_sorted_by(|one, next| month(*one) < month(*next)));
        assert_eq!(Price::of(Plan::Enterprise, 40).month(), Money::lira(31_600));
    }

    #[test]
    fn numbers_are_of_their_year_and_sort() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let number = number_in(&series_of(day("2026-12-31")), 1);
        assert_eq!((number.as_str(), number.len()), ("AYR2026000000001", 16));
        assert!(number < number_in(&series_of(day("2026-12-31")), 10));
        assert!(is_number(&number));
        for text in
            ["", "AYR2026", "AYR20260000000001", "ABC2026000000001", "AYR2026/00000001", "../../etc/passw"]
        {
            assert!(!is_number(text), "{text}");
        }
    }

    #[test]
    fn credit_is_low_below_the_threshold_only() {
        let low = |credit, threshold| is_low(Money(credit), threshold);
        assert!(!low(-1, None) && !low(500, Some(Money(500))) && low(499, Some(Money(500))));
    }

    #[test]
    fn words_are_read_back() {
        assert!(Kind::ALL.into_iter().all(|kind| Kind::from_column(kind.as_str()) == kind));
        assert!(Booking::ALL.into_iter().all(|booking| Booking::from_column(booking.as_str()) == booking));
    }
}
