use super::*;
use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
use chrono::Days;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn day(rows: &[(&str, &str)]) -> Day {
    Day::new(rows.iter().map(|(start, end)| Shift::parse(start, end).unwrap()).collect()).unwrap()
}

/// Monday to Friday 21:00–02:00, Saturday 09:00–18:00, Sunday 22:00–06:00.
fn nights() -> Week {
    let night = || day(&[("21:00", "02:00")]);
    let days =
        [night(), night(), night(), night(), night(), day(&[("09:00", "18:00")]), day(&[("22:00", "06:00")])];
    Week::new(days).unwrap()
}

fn schedule(overrides: &[(&str, &str, Day)]) -> Schedule {
    let overrides = overrides
        .iter()
        .map(|(first, last, day)| Override::new(date(first), date(last), "Özel", day.clone()).unwrap())
        .collect();
    Schedule::new(nights(), overrides).unwrap()
}

fn shown(intervals: &[Interval]) -> Vec<String> {
    intervals.iter().map(Interval::to_string).collect()
}

/// 2026-10-26 is a Monday.
fn on(schedule: &Schedule, day: u32) -> Vec<String> {
    shown(&schedule.intervals_on(NaiveDate::from_ymd_opt(2026, 10, day).unwrap()))
}

#[test]
fn nights_are_cut_at_midnight_when_read() {
    let week = nights();
    assert_eq!(shown(&week.intervals_on(Mon)), ["00:00–06:00", "21:00–24:00"], "Sunday runs on into Monday");
    for weekday in [Tue, Wed, Thu, Fri] {
        assert_eq!(shown(&week.intervals_on(weekday)), ["00:00–02:00", "21:00–24:00"]);
    }
    assert_eq!(shown(&week.intervals_on(Sat)), ["00:00–02:00", "09:00–18:00"]);
    assert_eq!(shown(&week.intervals_on(Sun)), ["22:00–24:00"]);
    assert_eq!(on(&schedule(&[]), 26), ["00:00–06:00", "21:00–24:00"]);
}

#[test]
fn a_closed_date_takes_its_own_night_along_and_clips_the_one_before() {
    let closed = schedule(&[("2026-10-28", "2026-10-28", Day::CLOSED)]);
    assert_eq!(on(&closed, 27), ["00:00–02:00", "21:00–24:00"]);
    assert!(on(&closed, 28).is_empty());
    assert_eq!(on(&closed, 29), ["21:00–24:00"]);
    assert_eq!(on(&closed, 30), ["00:00–02:00", "21:00–24:00"]);
}

#[test]
fn the_last_evening_of_an_override_runs_on_into_an_ordinary_day() {
    let party = schedule(&[("2026-10-27", "2026-10-28", day(&[("20:00", "04:00")]))]);
    assert_eq!(on(&party, 27), ["20:00–24:00"]);
    assert_eq!(on(&party, 28), ["20:00–24:00"], "an override takes nothing over, not even from itself");
    assert_eq!(on(&party, 29), ["00:00–04:00", "21:00–24:00"]);
}

#[test]
fn what_touches_or_overlaps_over_midnight_is_one() {
    let late = schedule(&[("2026-10-30", "2026-10-30", day(&[("12:00", "11:00")]))]);
    assert_eq!(on(&late, 31), ["00:00–18:00"], "until 11:00 from Friday, from 09:00 on its own");
    let whole = || day(&[("00:00", "24:00")]);
    let always = Week::new([whole(), whole(), whole(), whole(), whole(), whole(), whole()]).unwrap();
    assert_eq!(shown(&always.intervals_on(Mon)), ["00:00–24:00"]);
    let round = || day(&[("08:00", "20:00"), ("20:00", "08:00")]);
    let round = Week::new([round(), round(), round(), round(), round(), round(), round()]).unwrap();
    assert_eq!(shown(&round.intervals_on(Mon)), ["00:00–24:00"]);
}

#[test]
fn a_night_never_overlaps_the_next_day_of_the_week() {
    let mut days = nights().days().clone();
    days[0] = day(&[("05:00", "07:00")]);
    assert_eq!(Week::new(days.clone()), Err(Code::IntervalsOverlap), "Sunday ends at 06:00 on Monday");
    days[0] = day(&[("06:00", "07:00")]);
    assert!(Week::new(days).is_ok());
}

#[test]
fn overrides_are_found_by_date() {
    let all = schedule(&[
        ("2028-02-29", "2028-02-29", Day::CLOSED),
        ("2026-10-28", "2026-10-30", Day::CLOSED),
        ("2026-10-31", "2026-10-31", Day::CLOSED),
    ]);
    let first = |text| all.override_on(date(text)).map(|one| one.first().to_string());
    assert_eq!(first("2026-10-27"), None);
    assert_eq!(first("2026-10-28").as_deref(), Some("2026-10-28"));
    assert_eq!(first("2026-10-30").as_deref(), Some("2026-10-28"));
    assert_eq!(first("2026-10-31").as_deref(), Some("2026-10-31"));
    assert_eq!(first("2028-02-28"), None);
    assert_eq!(first("2028-02-29").as_deref(), Some("2028-02-29"));
    assert_eq!(first("2028-03-01"), None);
}

#[test]
fn a_date_has_at_most_one_override() {
    let one = |first, last| Override::new(date(first), date(last), "", Day::CLOSED).unwrap();
    let both = |a, b| Schedule::new(Week::default(), vec![a, b]).map(|_| ());
    let feast = || one("2026-03-20", "2026-03-22");
    assert_eq!(both(feast(), one("2026-03-22", "2026-03-23")), Err(Code::DateTaken));
    assert_eq!(both(one("2026-03-01", "2026-03-31"), feast()), Err(Code::DateTaken));
    assert_eq!(both(one("2026-03-23", "2026-03-23"), feast()), Ok(()));
}

#[test]
fn an_override_has_limits() {
    let new = |first: &str, last: &str, label: &str| {
        Override::new(date(first), date(last), label, Day::CLOSED).map_err(|error| error.fields[0].clone())
    };
    let error = |field: &str, code| Err(crate::FieldError { field: field.into(), code });
    assert_eq!(new("2026-03-22", "2026-03-20", ""), error("last", Code::DatesReversed));
    assert_eq!(new("1999-12-31", "2026-03-20", ""), error("first", Code::DateInvalid));
    assert_eq!(new("2026-03-20", "2026-03-20", &"ş".repeat(81)), error("label", Code::TooLong));
    assert_eq!(new("2026-03-20", "2026-03-20", "a\u{7}b"), error("label", Code::ControlCharacter));
    assert_eq!(
        new("2026-03-20", "2026-03-20", &format!(" {} ", "ş".repeat(80))).unwrap().label(),
        "ş".repeat(80)
    );
}

#[test]
fn reasons_name_the_rule_and_the_day_it_started_on() {
    let closed = schedule(&[("2026-10-28", "2026-10-28", Day::CLOSED)]);
    let night = Shift::parse("21:00", "02:00").unwrap();
    let at = |text, minute| closed.reason_at(date(text), minute);
    let open = |text, weekday| Reason::Open { day: date(text), rule: Rule::Week(weekday), shift: night };
    assert_eq!(at("2026-10-27", 1260), open("2026-10-27", Tue));
    assert_eq!(at("2026-10-27", 119), open("2026-10-26", Mon), "after midnight it is Monday's shift");
    assert_eq!(at("2026-10-27", 120), Reason::OutsideHours { rule: Rule::Week(Tue) });
    assert_eq!(at("2026-10-28", 60), Reason::DayOff { rule: Rule::Override("Özel".into()) });
    assert_eq!(at("2026-10-29", 60), Reason::OutsideHours { rule: Rule::Week(Thu) });
    assert_eq!(
        Schedule::default().reason_at(date("2026-10-29"), 0),
        Reason::DayOff { rule: Rule::Week(Thu) }
    );
}

#[test]
fn json_is_stable_and_checked() {
    let stored = r#"{"week":[[[540,1080]],[[540,1080]],[[540,1080]],[[540,1080]],[[540,1080]],[],[[1320,1800]]],"overrides":[{"first":"2026-10-29","last":"2026-10-29","label":"Cumhuriyet Bayramı","day":[]}]}"#;
    let schedule: Schedule = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&schedule).unwrap(), stored);
    assert_eq!(schedule.week().day(Sat), &Day::CLOSED);
    for broken in [
        stored.replace("[540,1080]],[],", "[540,1080]],"),
        stored.replace("[[1320,1800]]", "[[1320,2000]]"),
        stored.replace("\"last\":\"2026-10-29\"", "\"last\":\"2026-10-28\""),
        stored.replace("\"week\"", "\"extra\":1,\"week\""),
    ] {
        assert!(serde_json::from_str::<Schedule>(&broken).is_err(), "{broken}");
    }
}

#[test]
fn a_new_organisation_has_office_hours() {
    assert_eq!(shown(&Schedule::office_hours().week().intervals_on(Fri)), ["09:00–18:00"]);
    assert!(Schedule::office_hours().week().intervals_on(Sat).is_empty());
}

#[test]
fn a_special_day_is_over_after_its_last_night() {
    let saved = schedule(&[
        ("2026-01-01", "2026-01-01", Day::CLOSED),
        ("2026-10-24", "2026-10-25", day(&[("20:00", "02:00")])),
        ("2026-12-31", "2026-12-31", Day::CLOSED),
    ]);
    let over = |today: &str| saved.split_at(date(today)).0.len();
    assert_eq!(["2026-01-01", "2026-01-02", "2026-10-26", "2026-10-27"].map(over), [0, 1, 1, 2]);
}

#[test]
fn what_is_over_is_kept_as_far_as_there_is_room() {
    let closed = |first: NaiveDate| Override::new(first, first, "", Day::CLOSED).unwrap();
    let past = ["2026-01-01", "2026-04-23", "2026-10-29"].map(|first| closed(date(first)));
    let from = |first: &str, days: u64| {
        let all = (0..days).map(|day| closed(date(first) + Days::new(day))).collect();
        Schedule::new(nights(), all).unwrap()
    };
    let firsts = |schedule: &Schedule| schedule.overrides().iter().map(Override::first).collect::<Vec<_>>();
    let kept = from("2027-01-01", 1).with_past(&past).unwrap();
    assert_eq!(firsts(&kept), ["2026-01-01", "2026-04-23", "2026-10-29", "2027-01-01"].map(date));
    let full = from("2027-01-01", MAX_OVERRIDES as u64 - 1).with_past(&past).unwrap();
    assert_eq!((full.overrides().len(), firsts(&full)[0]), (MAX_OVERRIDES, date("2026-10-29")), "the newest");
    assert_eq!(
        from("2027-01-01", MAX_OVERRIDES as u64).with_past(&past).unwrap().overrides()[0].first(),
        date("2027-01-01")
    );
    assert_eq!(from("2026-10-28", 2).with_past(&past), Err(Code::DateTaken));
}
