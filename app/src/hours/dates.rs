//! Dates, hours and lengths of time as people read them. No clock and no zone: the same in the browser.

use chrono::{Datelike, NaiveDate, Weekday};
use domain::{
    Language,
    hours::{DayForm, OverrideForm, parse_date},
};

pub fn weekday(language: Language, day: Weekday) -> &'static str {
    named(language, "weekday", day.number_from_monday())
}

/// `Pzt`
pub fn weekday_short(language: Language, day: Weekday) -> &'static str {
    named(language, "weekday_short", day.number_from_monday())
}

/// `29 Ekim 2027`.
pub fn date(language: Language, date: NaiveDate) -> String {
    format!("{} {} {}", date.day(), named(language, "month", date.month()), date.year())
}

/// `29 Ekim 2027`, `9–11 Mart 2027`, `31 Mart – 2 Nisan 2027`.
pub fn range(language: Language, first: NaiveDate, last: NaiveDate) -> String {
    let end = date(language, last);
    let month = |date: NaiveDate| named(language, "month", date.month());
    if first >= last {
        date(language, first)
    } else if (first.year(), first.month()) == (last.year(), last.month()) {
        format!("{}–{end}", first.day())
    } else if first.year() == last.year() {
        format!("{} {} – {end}", first.day(), month(first))
    } else {
        format!("{} – {end}", date(language, first))
    }
}

/// The dates of a special day as typed, with the weekday of a single one; `None` while they cannot be read.
pub fn special(language: Language, first: &str, last: &str) -> Option<(String, &'static str)> {
    let first = parse_date(first).ok()?;
    let last = if last.trim().is_empty() { first } else { parse_date(last).ok()? };
    let weekday = if first == last { weekday(language, first.weekday()) } else { "" };
    Some((range(language, first, last), weekday))
}

/// `09:00–12:30, 13:30–18:00`, or that it is closed. As typed: nothing is checked.
pub fn hours(language: Language, day: &DayForm) -> String {
    if !day.open || day.intervals.is_empty() {
        return texts::hours::closed(language).to_owned();
    }
    let rows: Vec<String> = day.intervals.iter().map(|row| format!("{}–{}", row.start, row.end)).collect();
    rows.join(", ")
}

/// `29 Ekim 2027 · Cumhuriyet Bayramı · kapalı`.
pub fn line(language: Language, form: &OverrideForm) -> String {
    let dates = special(language, &form.first, &form.last).map(|(dates, _)| dates).unwrap_or_default();
    let day = DayForm { open: form.open, intervals: form.intervals.clone() };
    let parts = [dates, form.label.clone(), hours(language, &day)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// `8 sa 30 dk`.
pub fn duration(language: Language, minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => texts::hours::minutes_only(language, minutes),
        (hours, 0) => texts::hours::hours_only(language, hours),
        (hours, minutes) => texts::hours::hours_minutes(language, hours, minutes),
    }
}

fn named(language: Language, what: &str, number: u32) -> &'static str {
    texts::hours::by_key(language, &format!("{what}_{number}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn special_day(first: &str, last: &str) -> String {
        special(Language::Tr, first, last)
            .map(|(dates, weekday)| format!("{dates} {weekday}"))
            .unwrap_or_default()
    }

    #[test]
    fn dates_are_short_where_they_can_be() {
        assert_eq!(special_day("2027-10-29", ""), "29 Ekim 2027 Cuma");
        assert_eq!(special_day("2027-10-29", "2027-10-29"), "29 Ekim 2027 Cuma");
        assert_eq!(special_day("2027-03-09", "2027-03-11"), "9–11 Mart 2027 ");
        assert_eq!(special_day("2027-03-31", "2027-04-02"), "31 Mart – 2 Nisan 2027 ");
        assert_eq!(special_day("2026-12-31", "2027-01-01"), "31 Aralık 2026 – 1 Ocak 2027 ");
        assert_eq!(special_day("2027-02-30", ""), "");
    }

    #[test]
    fn lengths_leave_out_what_is_nought() {
        let said = |minutes| duration(Language::En, minutes);
        assert_eq!([said(0), said(30), said(480), said(510)], ["0 min", "30 min", "8 h", "8 h 30 min"]);
    }
}
