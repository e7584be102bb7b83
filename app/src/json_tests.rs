use std::collections::BTreeMap;

use domain::hours::{DayForm, HoursForm, IntervalForm};
use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Bare,
    Of(i64),
    Pair(String, bool),
    Named { seconds: Option<u32> },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event {
    Began { at: i64 },
    Ended,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Wrapped(String);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct All {
    kinds: Vec<Kind>,
    events: Vec<Event>,
    wrapped: Wrapped,
    share: f64,
    whole: f64,
    below: i64,
    most: u64,
    letter: char,
    pair: (u8, Option<String>),
    days: [bool; 3],
    unit: (),
    by_name: BTreeMap<String, u16>,
    #[serde(default)]
    later: Option<Box<All>>,
    outcome: Result<(), String>,
}

fn all() -> All {
    All {
        kinds: vec![Kind::Bare, Kind::Of(-3), Kind::Pair("ş".into(), true), Kind::Named { seconds: None }],
        events: vec![Event::Began { at: 7 }, Event::Ended],
        wrapped: Wrapped("<\"&\u{2028}>".into()),
        share: 0.25,
        whole: 2.0,
        below: i64::MIN,
        most: u64::MAX,
        letter: 'İ',
        pair: (255, Some(String::new())),
        days: [true, false, true],
        unit: (),
        by_name: [("a".to_owned(), 1), ("b".to_owned(), 2)].into(),
        later: None,
        outcome: Err("late".into()),
    }
}

#[test]
fn what_was_written_is_read() {
    let whole = All { later: Some(Box::new(all())), outcome: Ok(()), ..all() };
    let text = serde_json::to_string(&whole).unwrap();
    assert_eq!(read(&text), Ok(whole));
    assert_eq!(read::<Option<()>>("null"), Ok(None));
}

#[test]
fn the_business_hours_are_read() {
    let rows = |times: &[(&str, &str)]| {
        let row = |(start, end): &(&str, &str)| IntervalForm { start: (*start).into(), end: (*end).into() };
        times.iter().map(row).collect::<Vec<_>>()
    };
    let day = DayForm { open: true, intervals: rows(&[("09:00", "12:00"), ("13:00", "18:00")]) };
    let form = HoursForm { version: 3, days: vec![day, DayForm::default()], ..HoursForm::default() };
    assert_eq!(read(serde_json::to_string(&form).unwrap()), Ok(form));
}

#[test]
fn a_field_that_is_not_known_is_passed_over_and_one_that_is_missing_is_not() {
    let mut written = serde_json::to_value(all()).unwrap();
    written["unheard_of"] = json!({ "deep": [1, { "deeper": null }] });
    assert_eq!(read(written.to_string()), Ok(all()));
    written.as_object_mut().unwrap().remove("wrapped");
    assert_eq!(read::<All>(written.to_string()), Err(Unreadable));
}

#[test]
fn what_is_of_another_type_is_refused() {
    for (field, value) in [
        ("kinds", json!({})),
        ("kinds", json!(["Unheard"])),
        ("kinds", json!([{ "Bare": 1 }])),
        ("kinds", json!([{ "Of": "3" }])),
        ("events", json!([{ "event": "began" }])),
        ("below", json!("1")),
        ("below", json!(u64::MAX)),
        ("most", json!(-1)),
        ("pair", json!([256, null])),
        ("pair", json!([1])),
        ("days", json!([true, false])),
        ("letter", json!("ab")),
        ("wrapped", json!(null)),
        ("outcome", json!({})),
    ] {
        let mut written = serde_json::to_value(all()).unwrap();
        written[field] = value.clone();
        assert_eq!(read::<All>(written.to_string()), Err(Unreadable), "{field}: {value}");
    }
    for text in ["", "{", "[1,]", "nul", "1 2", "{\"a\":1,}"] {
        assert_eq!(read::<Vec<u8>>(text), Err(Unreadable), "{text}");
    }
}
