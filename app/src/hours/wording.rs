//! What the server says about the saved hours: sentences from the facts of `domain::hours`.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use domain::{
    Language,
    hours::{ClockChange, Explanation, MIDNIGHT, Reason, Rule, Schedule, Shift},
};

use super::{
    api::{Answer, Today},
    dates,
};

/// "It is 14:32, you are open; closing 18:00." `next` is the next change, as people say it.
pub fn now(language: Language, now: &Explanation, next: Option<String>) -> String {
    let time = now.local.format("%H:%M");
    match (now.is_open(), next) {
        (true, Some(when)) => texts::hours::now_open_until(language, time, when),
        (true, None) => texts::hours::now_open_always(language, time),
        (false, Some(when)) => texts::hours::now_closed_until(language, time, when),
        (false, None) => texts::hours::now_closed_always(language, time),
    }
}

pub fn today(language: Language, schedule: &Schedule, local: NaiveDateTime) -> Today {
    let open = schedule.intervals_on(local.date());
    let time = local.format("%H:%M");
    let hours: Vec<String> = open.iter().map(ToString::to_string).collect();
    let label = if hours.is_empty() {
        texts::hours::today_closed(language, time)
    } else {
        texts::hours::today_open(language, hours.join(", "), time)
    };
    let now = u16::try_from(local.hour() * 60 + local.minute()).unwrap_or(MIDNIGHT);
    Today { open: open.iter().map(|interval| (interval.start(), interval.end())).collect(), now, label }
}

/// The special days of the year before `today`, newest first.
pub fn past(language: Language, schedule: &Schedule, today: NaiveDate) -> Vec<String> {
    let since = today - Days::new(366);
    let past = schedule.split_at(today).0.iter().rev().take_while(|one| one.last() >= since);
    past.map(|one| dates::line(language, &one.into())).collect()
}

/// The answer, the rule it follows from, what the clocks do that day, the next change.
pub fn answer(language: Language, explanation: &Explanation) -> Answer {
    let open = explanation.is_open();
    let when = moment(language, explanation.local);
    let title = if open {
        texts::hours::answer_open(language, when)
    } else {
        texts::hours::answer_closed(language, when)
    };
    let mut reasons = because(language, explanation);
    reasons.extend(explanation.clock_change.map(|change| clock(language, explanation, change)));
    reasons.push(match explanation.next {
        Some(next) if next.opens => texts::hours::next_opens(language, moment(language, next.local)),
        Some(next) => texts::hours::next_closes(language, moment(language, next.local)),
        None => texts::hours::next_none(language).to_owned(),
    });
    Answer { open, title, reasons }
}

fn because(language: Language, explanation: &Explanation) -> Vec<String> {
    match &explanation.reason {
        Reason::Open { day, rule, shift } => {
            let mut reasons = vec![covered(language, rule, *shift)];
            if *day != explanation.local.date() {
                let day =
                    format!("{} {}", dates::date(language, *day), dates::weekday(language, day.weekday()));
                reasons.push(texts::hours::because_night(language, day));
            }
            reasons
        }
        Reason::OutsideHours { rule: Rule::Week(day) } => {
            vec![texts::hours::because_week_outside(language, dates::weekday(language, *day))]
        }
        Reason::OutsideHours { rule: Rule::Override(label) } => {
            vec![texts::hours::because_special_outside(language, named(language, label))]
        }
        Reason::DayOff { rule: Rule::Week(day) } => {
            vec![texts::hours::because_week_off(language, dates::weekday(language, *day))]
        }
        Reason::DayOff { rule: Rule::Override(label) } => {
            vec![texts::hours::because_special_off(language, named(language, label))]
        }
    }
}

fn covered(language: Language, rule: &Rule, shift: Shift) -> String {
    match rule {
        Rule::Week(day) => texts::hours::because_week_open(language, dates::weekday(language, *day), shift),
        Rule::Override(label) => texts::hours::because_special_open(language, shift, named(language, label)),
    }
}

fn named(language: Language, label: &str) -> String {
    if label.is_empty() {
        texts::hours::special_unnamed(language).to_owned()
    } else {
        format!("“{label}”")
    }
}

/// The time on the wall clock at which it is put forward or back.
fn clock(language: Language, explanation: &Explanation, change: ClockChange) -> String {
    let mut local = explanation.local + (change.at - explanation.at);
    // Seen from afterwards, the clock already shows the new time.
    if change.at <= explanation.at {
        local -= TimeDelta::minutes(change.minutes.into());
    }
    let (time, minutes) = (local.format("%H:%M"), change.minutes.unsigned_abs());
    if change.minutes > 0 {
        texts::hours::clock_forward(language, minutes, time)
    } else {
        texts::hours::clock_back(language, minutes, time)
    }
}

/// `23 Kasım 2026 Pazartesi 14:32`.
fn moment(language: Language, at: NaiveDateTime) -> String {
    let (date, weekday) = (dates::date(language, at.date()), dates::weekday(language, at.weekday()));
    format!("{date} {weekday} {}", at.format("%H:%M"))
}

#[cfg(test)]
#[path = "wording_tests.rs"]
mod tests;
