//! Slots: how many calls an organisation may have at once. A slot is held by a lease, which its holder prolongs while the
//! call runs; whoever crashes gives it back by doing nothing.

use chrono::{DateTime, TimeDelta, Utc, Weekday};
use serde::{Deserialize, Serialize};

use crate::{AppError, Code, plan::whole_number};

/// How long a slot is held without being prolonged. Its holder does so every [`HEARTBEAT`].
pub const LEASE: TimeDelta = TimeDelta::seconds(60);
pub const HEARTBEAT: TimeDelta = TimeDelta::seconds(20);

/// Seconds after which a refused call may be tried again. When one ends nobody knows; the next heartbeats will.
pub const RETRY_AFTER: u32 = 5;

/// In steps of this the past is remembered: of the offsets in use every one is a multiple of it.
pub const QUARTER: TimeDelta = TimeDelta::minutes(15);

/// Who calls whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Somebody calls the organisation.
    Inbound,
    /// The organisation calls somebody.
    Outbound,
}

impl Direction {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }

    pub fn from_word(text: &str) -> Option<Self> {
        [Self::Inbound, Self::Outbound].into_iter().find(|direction| direction.as_str() == text)
    }

    /// What a column says; a word that is none counts as a call that we make, which is refused first.
    pub fn from_column(text: &str) -> Self {
        Self::from_word(text).unwrap_or(Self::Outbound)
    }
}

/// How many calls may run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of the plan.
    pub limit: u32,
    /// Kept free for calls that come in: always fewer than `limit`. 0 outside business hours.
    pub reserved: u32,
}

impl Limits {
    /// `reserved` as it was chosen, perhaps for a greater plan.
    pub fn new(limit: u32, reserved: u32, is_open: bool) -> Self {
        Self { limit, reserved: if is_open { reserved.min(limit.saturating_sub(1)) } else { 0 } }
    }

    /// So many calls of one direction may run at once.
    pub const fn of(self, direction: Direction) -> u32 {
        match direction {
            Direction::Inbound => self.limit,
            Direction::Outbound => self.limit.saturating_sub(self.reserved),
        }
    }
}

/// The first instant of the quarter of an hour that `at` is in.
pub fn quarter_of(at: DateTime<Utc>) -> DateTime<Utc> {
    let seconds = at.timestamp();
    let start = seconds - seconds.rem_euclid(QUARTER.num_seconds());
    DateTime::from_timestamp(start, 0).unwrap_or(at)
}

/// How full it was: the most slots held at once, and how many calls were refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    pub peak: u32,
    pub refused: u32,
}

/// The hours of a week, Monday first, each as full as it was at its fullest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weather {
    days: [[Cell; 24]; 7],
}

impl Weather {
    /// `hour` from 0 to 23 of the wall clock.
    pub fn add(&mut self, day: Weekday, hour: u32, more: Cell) {
        let day = &mut self.days[day.num_days_from_monday() as usize];
        let Some(cell) = usize::try_from(hour).ok().and_then(|hour| day.get_mut(hour)) else { return };
        cell.peak = cell.peak.max(more.peak);
        cell.refused = cell.refused.saturating_add(more.refused);
    }

    /// Monday first, each with its hours.
    pub fn week(&self) -> impl Iterator<Item = (Weekday, &[Cell; 24])> {
        let days = std::iter::successors(Some(Weekday::Mon), |day| Some(day.succ()));
        days.zip(&self.days)
    }

    /// Whether anything ever happened.
    pub fn is_calm(&self) -> bool {
        self.days.iter().flatten().all(|cell| *cell == Cell::default())
    }

    /// The hours in which calls were refused, worst first.
    pub fn storms(&self) -> Vec<(Weekday, usize, Cell)> {
        let cells = self
            .week()
            .flat_map(|(day, hours)| hours.iter().enumerate().map(move |(hour, cell)| (day, hour, *cell)));
        let mut storms: Vec<_> = cells.filter(|(_, _, cell)| cell.refused > 0).collect();
        storms.sort_by_key(|(_, _, cell)| std::cmp::Reverse(cell.refused));
        storms
    }
}

/// How many slots are kept free for calls that come in, while the organisation is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReserveForm {
    pub reserved: String,
}

impl ReserveForm {
    /// Errors: field `reserved` is `Required`, or `ReserveUnfit` for what is no number below `limit`.
    pub fn parse(&self, limit: u32) -> Result<u32, AppError> {
        let typed = self.reserved.trim();
        let reserved = match whole_number(typed) {
            Some(reserved) if reserved < limit => Ok(reserved),
            _ if typed.is_empty() => Err(Code::Required),
            _ => Err(Code::ReserveUnfit),
        };
        reserved.map_err(|code| AppError::field("reserved", code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reserved_is_kept_from_calls_that_go_out_while_it_is_open() {
        let open = Limits::new(10, 3, true);
        assert_eq!((open.of(Direction::Inbound), open.of(Direction::Outbound)), (10, 7));
        assert_eq!(Limits::new(10, 3, false).of(Direction::Outbound), 10);
        assert_eq!(
            Limits::new(2, 3, true).of(Direction::Outbound),
            1,
            "a smaller plan came after the choice"
        );
        assert_eq!(Limits::new(0, 3, true).of(Direction::Outbound), 0);
    }

    #[test]
    fn a_quarter_begins_at_its_first_instant() {
        let quarter = |text: &str| quarter_of(text.parse().unwrap()).to_rfc3339();
        assert_eq!(quarter("2026-11-29T10:14:59.999999Z"), "2026-11-29T10:00:00+00:00");
        assert_eq!(quarter("2026-11-29T10:15:00Z"), "2026-11-29T10:15:00+00:00");
        assert_eq!(quarter("1969-12-31T23:59:59Z"), "1969-12-31T23:45:00+00:00");
    }

    #[test]
    fn fewer_slots_are_reserved_than_there_are() {
        let reserve = |reserved: &str| {
            ReserveForm { reserved: reserved.into() }.parse(10).map_err(|error| error.fields[0].code)
        };
        assert_eq!((reserve("0"), reserve(" 9 ")), (Ok(0), Ok(9)));
        assert_eq!(reserve(""), Err(Code::Required));
        for unfit in ["10", "-1", "two", "1.5"] {
            assert_eq!(reserve(unfit), Err(Code::ReserveUnfit), "{unfit}");
        }
    }

    #[test]
    fn an_hour_of_the_week_is_as_full_as_at_its_fullest() {
        let mut weather = Weather::default();
        assert!(weather.is_calm() && weather.storms().is_empty());
        weather.add(Weekday::Mon, 9, Cell { peak: 2, refused: 1 });
        weather.add(Weekday::Mon, 9, Cell { peak: 1, refused: 2 });
        weather.add(Weekday::Sun, 23, Cell { peak: 0, refused: 9 });
        weather.add(Weekday::Sun, 24, Cell { peak: 9, refused: 9 });
        assert_eq!(weather.week().next().unwrap().1[9], Cell { peak: 2, refused: 3 });
        assert_eq!(
            weather.storms(),
            [
                (Weekday::Sun, 23, Cell { peak: 0, refused: 9 }),
                (Weekday::Mon, 9, Cell { peak: 2, refused: 3 })
            ]
        );
    }

    #[test]
    fn words_are_read_back() {
        for direction in [Direction::Inbound, Direction::Outbound] {
            assert_eq!(Direction::from_word(direction.as_str()), Some(direction));
        }
        assert_eq!(Direction::from_column("sideways"), Direction::Outbound);
    }
}
