//! Business hours: which minutes of a local date are open. No time zone here: clocks and
//! instants are `services::hours::clock`.
//!
//! Hours are kept as they are typed (`21:00–02:00` belongs to the evening it starts on) and are cut
//! at midnight only when read: otherwise a holiday could not take its own night along.

mod answer;
mod form;
mod rows;
mod schedule;
mod shift;
mod time;

#[cfg(test)]
mod laws;

pub use answer::{Change, ClockChange, Explanation, Reason, Rule};
pub use form::{DayForm, HoursForm, IntervalForm, OverrideForm};
pub use schedule::{LABEL_CHARACTERS, MAX_OVERRIDES, Override, Schedule, Week};
pub use shift::{Day, Interval, MAX_INTERVALS, Shift};
pub use time::{MIDNIGHT, parse_date, parse_end, parse_start, show_time};
