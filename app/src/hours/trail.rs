//! The audit trail of the room in words: what differs, by the day.

use std::collections::BTreeMap;

use domain::{
    Language,
    hours::{DayForm, HoursForm, OverrideForm, Schedule},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::dates;

/// Day, before, after. Only the halves of the schedule that changed stand in what is given.
pub fn changes(
    l: Language,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Vec<(String, Option<String>, Option<String>)> {
    let (old, new) = (lines(l, before), lines(l, after));
    let mut days: Vec<_> = old.keys().chain(new.keys()).collect();
    days.sort();
    days.dedup();
    let differ = days.into_iter().filter(|day| old.get(*day) != new.get(*day));
    differ.map(|day| (day.1.clone(), old.get(day).cloned(), new.get(day).cloned())).collect()
}

/// A line for each day of the week and each special day. The first part of its key sorts:
/// weekdays, then dates.
fn lines(l: Language, told: &Map<String, Value>) -> BTreeMap<(String, String), String> {
    let week = read(told, "week");
    let has_week = week.is_some();
    let schedule = Schedule::new(week.unwrap_or_default(), read(told, "overrides").unwrap_or_default());
    let HoursForm { days, overrides, .. } = HoursForm::from_schedule(&schedule.unwrap_or_default(), 0);
    let weekdays = days.iter().zip(1..).filter(|_| has_week).map(|(day, number)| {
        let name = texts::hours::by_key(l, &format!("weekday_{number}")).unwrap_or_default();
        ((format!("0{number}"), name.to_owned()), dates::hours(l, day))
    });
    let specials = overrides.iter().map(|special| {
        let OverrideForm { first, last, label, open, intervals, .. } = special;
        let name = dates::special(l, first, last).map(|(dates, _)| dates).unwrap_or_default();
        let hours = dates::hours(l, &DayForm { open: *open, intervals: intervals.clone() });
        let text = if label.is_empty() { hours } else { format!("{label} · {hours}") };
        ((first.clone(), name), text)
    });
    weekdays.chain(specials).collect()
}

fn read<T: DeserializeOwned>(told: &Map<String, Value>, key: &str) -> Option<T> {
    serde_json::from_value(told.get(key)?.clone()).ok()
}
