//! Reading and writing times of day (24 hours, minutes after midnight) and dates.

use crate::Code;
use chrono::{Datelike, NaiveDate};

/// The end of a day in minutes: a legal end (`24:00`), never a start.
pub const MIDNIGHT: u16 = 24 * 60;

/// Reads a start, `00:00` to `23:59`. Accepts `09:00`, `9:00`, `09.00`, `0900`.
///
/// # Errors
/// [`Code::Required`] for nothing but blanks, else [`Code::TimeInvalid`].
pub fn parse_start(text: &str) -> Result<u16, Code> {
    parse_end(text).and_then(|minute| if minute < MIDNIGHT { Ok(minute) } else { Err(Code::TimeInvalid) })
}

/// Reads an end: like [`parse_start`], and `24:00` too.
///
/// # Errors
/// [`Code::Required`] for nothing but blanks, else [`Code::TimeInvalid`].
pub fn parse_end(text: &str) -> Result<u16, Code> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Code::Required);
    }
    let (hour, minute) = match text.split_once([':', '.']) {
        Some((hour, minute)) if matches!(hour.len(), 1 | 2) => (hour, minute),
        None if text.len() == 4 && text.is_ascii() => text.split_at(2),
        _ => return Err(Code::TimeInvalid),
    };
    match (number(hour), number(minute)) {
        (Some(hour), Some(minute))
            if matches!((hour, minute), (0..=23, 0..=59) | (24, 0)) && text.len() > 3 =>
        {
            Ok(hour * 60 + minute)
        }
        _ => Err(Code::TimeInvalid),
    }
}

/// One or two ASCII digits (`u16::parse` would take `+9` as well).
fn number(digits: &str) -> Option<u16> {
    let plain = matches!(digits.len(), 1 | 2) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// `HH:MM`. Minutes after the next midnight are shown as the clock shows them then
/// (1560 is `02:00`); midnight itself is `24:00`, because it only ever is an end.
pub fn show_time(minute: u16) -> String {
    let minute = if minute > MIDNIGHT { minute - MIDNIGHT } else { minute };
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Reads `YYYY-MM-DD`, what a date field sends, in the years 2000 to 2199: no date in use is
/// so near the limits of the calendar that the day before or after would not exist.
///
/// # Errors
/// [`Code::Required`] for nothing but blanks, else [`Code::DateInvalid`].
pub fn parse_date(text: &str) -> Result<NaiveDate, Code> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Code::Required);
    }
    calendar_date(text).filter(in_use).ok_or(Code::DateInvalid)
}

/// By hand: chrono's parser reads far more, and would be a good part of the page's Wasm.
fn calendar_date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    let fine = digits(year, 4) && digits(month, 2) && digits(day, 2) && parts.next().is_none();
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| fine)
}

pub(super) fn in_use(date: &NaiveDate) -> bool {
    (2000..2200).contains(&date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        for text in ["09:00", "9:00", "09.00", "9.00", "0900", " 09:00 "] {
            assert_eq!(parse_start(text), Ok(540), "{text}");
        }
        assert_eq!(parse_start("00:00"), Ok(0));
        assert_eq!(parse_start("23:59"), Ok(1439));
        assert_eq!(parse_end("24:00"), Ok(MIDNIGHT));
        assert_eq!(parse_end("2400"), Ok(MIDNIGHT));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "9",
            "900",
            "9:0",
            "9:000",
            "24:01",
            "25:00",
            "09:60",
            "9am",
            "09:00:00",
            "+9:00",
            "-1:00",
            "٠٩:٠٠",
            "o9:00",
            ":",
            "1:2:3",
            "é00",
            "009:00",
        ] {
            assert_eq!(parse_end(text), Err(Code::TimeInvalid), "{text}");
        }
        assert_eq!(parse_start("24:00"), Err(Code::TimeInvalid));
        assert_eq!(parse_start("  "), Err(Code::Required));
    }

    #[test]
    fn every_minute_is_read_back() {
        for minute in 0..=MIDNIGHT {
            assert_eq!(parse_end(&show_time(minute)), Ok(minute));
        }
        assert_eq!(show_time(1560), "02:00");
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(parse_date(" 2028-02-29 "), Ok(NaiveDate::from_ymd_opt(2028, 2, 29).unwrap()));
        for text in [
            "2027-02-29",
            "2026-13-01",
            "29.10.2026",
            "1999-12-31",
            "2200-01-01",
            "+20260-01-01",
            "2027-1-05",
            "2027-01-05-1",
            "2027-+1-05",
            "x",
        ] {
            assert_eq!(parse_date(text), Err(Code::DateInvalid), "{text}");
        }
        assert_eq!(parse_date(""), Err(Code::Required));
    }
}
