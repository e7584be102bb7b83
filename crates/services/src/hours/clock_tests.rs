use super::*;
use chrono_tz::{
    Africa::Cairo, America::New_York, Asia::Kolkata, Australia::Lord_Howe, Europe::Istanbul, Europe::London,
    Pacific::Apia, Pacific::Chatham, TZ_VARIANTS,
};
use domain::hours::{Day, Override, Reason, Rule, Shift, Week};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn day(rows: &[(&str, &str)]) -> Day {
    Day::new(rows.iter().map(|(start, end)| Shift::parse(start, end).unwrap()).collect()).unwrap()
}

/// The same hours on all seven days.
fn daily(rows: &[(&str, &str)]) -> Schedule {
    Schedule::new(Week::new(std::array::from_fn(|_| day(rows))).unwrap(), Vec::new()).unwrap()
}

fn with(schedule: &Schedule, first: &str, last: &str, rows: &[(&str, &str)]) -> Schedule {
    let special = Override::new(date(first), date(last), "Özel gün", day(rows)).unwrap();
    Schedule::new(schedule.week().clone(), vec![special]).unwrap()
}

/// The open stretches of some days (UTC), as wall-clock times with their offset.
fn opens(schedule: &Schedule, zone: Tz, from: &str, to: &str) -> Vec<String> {
    let shown = |at: DateTime<Utc>| at.with_timezone(&zone).format("%d %H:%M%:z").to_string();
    open_intervals_between(schedule, zone, utc(from), utc(to))
        .map(|open| format!("{} – {}", shown(open.start), shown(open.end)))
        .collect()
}

fn minutes(schedule: &Schedule, zone: Tz, from: &str, to: &str) -> i64 {
    open_minutes(schedule, zone, utc(from), utc(to))
}

fn change(schedule: &Schedule, zone: Tz, at: &str) -> Option<(String, bool)> {
    next_change(schedule, zone, utc(at)).map(|change| (change.at.format("%FT%TZ").to_string(), change.opens))
}

#[test]
fn the_end_is_closed_to_the_second() {
    let office = Schedule::office_hours();
    // Monday 2026-03-02 in Istanbul, UTC+3 all year.
    for (at, open) in [
        ("2026-03-02T05:59:59.999Z", false),
        ("2026-03-02T06:00:00Z", true),
        ("2026-03-02T14:59:59.999Z", true),
        ("2026-03-02T15:00:00Z", false),
    ] {
        assert_eq!(is_open_at(&office, Istanbul, utc(at)), open, "{at}");
    }
    assert_eq!(
        change(&office, Istanbul, "2026-03-02T05:59:59.999Z"),
        Some(("2026-03-02T06:00:00Z".into(), true))
    );
    assert_eq!(
        change(&office, Istanbul, "2026-03-02T06:00:00Z"),
        Some(("2026-03-02T15:00:00Z".into(), false))
    );
    assert_eq!(
        change(&office, Istanbul, "2026-03-06T15:00:00Z"),
        Some(("2026-03-09T06:00:00Z".into(), true)),
        "a weekend"
    );
    let next = next_change(&office, Istanbul, utc("2026-03-02T06:00:00Z")).unwrap();
    assert_eq!(next.local.to_string(), "2026-03-02 18:00:00");
}

#[test]
fn a_night_before_a_day_off_opens_the_day_after_it() {
    // Sunday 01:41 in Istanbul.
    let next = explain(&Schedule::office_hours(), Istanbul, utc("2026-11-28T22:41:00Z"));
    assert_eq!(next.local.to_string(), "2026-11-29 01:41:00");
    assert_eq!(next.next.unwrap().local.to_string(), "2026-11-30 09:00:00");
}

#[test]
fn the_last_minute_of_the_day_is_open() {
    let always = daily(&[("00:00", "24:00")]);
    assert!(is_open_at(&always, Istanbul, utc("2026-03-02T20:59:59.999Z")));
    assert_eq!(minutes(&always, Istanbul, "2026-03-02T21:00:00Z", "2026-03-03T21:00:00Z"), 1440);
}

#[test]
fn what_never_changes_has_no_next_change() {
    assert_eq!(change(&Schedule::default(), New_York, "2026-03-08T00:00:00Z"), None);
    assert_eq!(change(&daily(&[("00:00", "24:00")]), New_York, "2026-03-08T00:00:00Z"), None);
    assert_eq!(
        change(&daily(&[("08:00", "20:00"), ("20:00", "08:00")]), London, "2026-03-08T00:00:00Z"),
        None
    );
    let closed = with(&daily(&[("00:00", "24:00")]), "2026-12-24", "2026-12-24", &[]);
    assert_eq!(change(&closed, London, "2026-03-08T00:00:00Z"), Some(("2026-12-24T00:00:00Z".into(), false)));
    assert_eq!(change(&closed, London, "2026-12-24T00:00:00Z"), Some(("2026-12-25T00:00:00Z".into(), true)));
    let once = with(&Schedule::default(), "2027-06-01", "2027-06-01", &[("12:00", "13:00")]);
    assert_eq!(change(&once, Kolkata, "2026-06-01T00:00:00Z"), Some(("2027-06-01T06:30:00Z".into(), true)));
    assert_eq!(change(&once, Kolkata, "2026-04-01T00:00:00Z"), None, "more than 400 days ahead");
}

#[test]
fn sunday_night_wraps_into_monday() {
    let mut days: [Day; 7] = Default::default();
    days[6] = day(&[("22:00", "06:00")]);
    let sunday = Schedule::new(Week::new(days).unwrap(), Vec::new()).unwrap();
    assert_eq!(
        opens(&sunday, Istanbul, "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z"),
        ["01 22:00+03:00 – 02 06:00+03:00"]
    );
}

#[test]
fn new_york_leaves_an_hour_out_in_march() {
    // 2026-03-08: 02:00 becomes 03:00.
    let (from, to) = ("2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z");
    assert_eq!(opens(&daily(&[("02:30", "04:00")]), New_York, from, to), ["08 03:00-04:00 – 08 04:00-04:00"]);
    assert!(opens(&daily(&[("02:00", "03:00")]), New_York, from, to).is_empty());
    assert_eq!(minutes(&daily(&[("00:00", "24:00")]), New_York, from, to), 23 * 60);
    let night = daily(&[("22:00", "06:00")]);
    assert_eq!(minutes(&night, New_York, "2026-03-08T03:00:00Z", "2026-03-08T10:00:00Z"), 7 * 60);
    assert_eq!(
        change(&night, New_York, "2026-03-08T03:00:00Z"),
        Some(("2026-03-08T10:00:00Z".into(), false))
    );
    let office = daily(&[("09:00", "18:00")]);
    assert_eq!(opens(&office, New_York, from, to), ["08 09:00-04:00 – 08 18:00-04:00"]);
}

#[test]
fn new_york_has_an_hour_twice_in_november() {
    // 2026-11-01: 02:00 becomes 01:00 at 06:00Z.
    let (from, to) = ("2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z");
    assert_eq!(opens(&daily(&[("01:00", "02:00")]), New_York, from, to), ["01 01:00-04:00 – 01 02:00-05:00"]);
    assert_eq!(minutes(&daily(&[("01:00", "02:00")]), New_York, from, to), 120);
    assert_eq!(
        opens(&daily(&[("00:00", "01:30")]), New_York, from, to),
        ["01 00:00-04:00 – 01 01:30-04:00", "01 01:00-05:00 – 01 01:30-05:00"],
        "the clock shows 01:00 to 01:30 twice"
    );
    assert_eq!(minutes(&daily(&[("00:00", "24:00")]), New_York, from, to), 25 * 60);
    assert_eq!(
        minutes(&daily(&[("22:00", "06:00")]), New_York, "2026-11-01T02:00:00Z", "2026-11-01T11:00:00Z"),
        9 * 60
    );
}

#[test]
fn an_override_on_the_day_of_a_clock_change() {
    let special = with(&daily(&[("22:00", "06:00")]), "2026-03-08", "2026-03-08", &[("01:00", "05:00")]);
    assert_eq!(
        opens(&special, New_York, "2026-03-07T12:00:00Z", "2026-03-10T00:00:00Z"),
        ["07 22:00-05:00 – 08 00:00-05:00", "08 01:00-05:00 – 08 05:00-04:00"]
    );
    assert_eq!(minutes(&special, New_York, "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"), 180);
    let special = with(&Schedule::default(), "2026-11-01", "2026-11-01", &[("00:30", "03:00")]);
    assert_eq!(minutes(&special, New_York, "2026-11-01T00:00:00Z", "2026-11-03T00:00:00Z"), 210);
}

#[test]
fn london_and_cairo_change_too() {
    let all = daily(&[("00:00", "24:00")]);
    let early = daily(&[("00:00", "02:00")]);
    assert_eq!(minutes(&early, London, "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"), 60);
    assert_eq!(minutes(&early, London, "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z"), 180);
    // Cairo leaves out the first hour of Friday 2026-04-24, and has the last of Thursday 2026-10-29 twice.
    assert_eq!(minutes(&early, Cairo, "2026-04-23T22:00:00Z", "2026-04-24T20:00:00Z"), 60);
    assert_eq!(
        opens(&early, Cairo, "2026-04-23T12:00:00Z", "2026-04-24T12:00:00Z"),
        ["24 01:00+03:00 – 24 02:00+03:00"]
    );
    assert_eq!(minutes(&all, Cairo, "2026-10-28T21:00:00Z", "2026-10-29T22:00:00Z"), 25 * 60);
    let late = daily(&[("23:00", "24:00")]);
    assert_eq!(minutes(&late, Cairo, "2026-10-29T12:00:00Z", "2026-10-30T12:00:00Z"), 120);
}

#[test]
fn zones_without_changes_and_with_odd_offsets() {
    let office = daily(&[("09:00", "18:00")]);
    assert_eq!(
        opens(&office, Istanbul, "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z"),
        ["29 09:00+03:00 – 29 18:00+03:00"]
    );
    assert_eq!(
        opens(&office, Kolkata, "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z"),
        ["29 09:00+05:30 – 29 18:00+05:30"]
    );
    assert!(is_open_at(&office, Chatham, utc("2026-06-30T20:15:00Z")), "09:00 at +12:45");
    assert!(!is_open_at(&office, Chatham, utc("2026-06-30T20:14:59Z")));
    // +13:45 ends on 2026-04-05 at 03:45, which becomes 02:45.
    assert_eq!(
        minutes(&daily(&[("02:45", "03:45")]), Chatham, "2026-04-04T10:00:00Z", "2026-04-05T10:00:00Z"),
        120
    );
}

#[test]
fn lord_howe_moves_by_half_an_hour() {
    // 2026-04-05: 02:00 becomes 01:30. 2026-10-04: 02:00 becomes 02:30.
    let early = daily(&[("01:00", "03:00")]);
    assert_eq!(minutes(&early, Lord_Howe, "2026-04-04T13:00:00Z", "2026-04-05T13:00:00Z"), 150);
    assert_eq!(minutes(&early, Lord_Howe, "2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z"), 90);
    assert_eq!(
        opens(&daily(&[("02:15", "03:00")]), Lord_Howe, "2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z"),
        ["04 02:30+11:00 – 04 03:00+11:00"]
    );
}

#[test]
fn apia_has_no_30_december_2011() {
    let office = daily(&[("09:00", "18:00")]);
    assert_eq!(
        opens(&office, Apia, "2011-12-29T12:00:00Z", "2011-12-31T08:00:00Z"),
        ["29 09:00-10:00 – 29 18:00-10:00", "31 09:00+14:00 – 31 18:00+14:00"]
    );
    let special = with(&office, "2011-12-30", "2011-12-30", &[("00:00", "24:00")]);
    assert_eq!(minutes(&special, Apia, "2011-12-29T12:00:00Z", "2011-12-31T08:00:00Z"), 18 * 60);
    let night = daily(&[("22:00", "06:00")]);
    assert_eq!(
        opens(&night, Apia, "2011-12-30T00:00:00Z", "2011-12-31T00:00:00Z"),
        ["29 22:00-10:00 – 31 06:00+14:00"],
        "the night goes on over the missing day"
    );
}

#[test]
fn the_29th_of_february_is_a_day_like_others() {
    let office = daily(&[("09:00", "18:00")]);
    let closed = with(&office, "2028-02-29", "2028-02-29", &[]);
    let (from, to) = ("2028-02-28T21:00:00Z", "2028-03-01T21:00:00Z");
    assert_eq!(minutes(&office, Istanbul, from, to), 2 * 540);
    assert_eq!(minutes(&closed, Istanbul, from, to), 540);
}

#[test]
fn the_answer_has_reasons() {
    let closed = with(&Schedule::office_hours(), "2026-03-09", "2026-03-09", &[]);
    // Sunday 2026-03-08, the day the clocks go forward.
    let sunday = explain(&closed, New_York, utc("2026-03-08T16:00:00Z"));
    assert_eq!(sunday.local.to_string(), "2026-03-08 12:00:00");
    assert_eq!(sunday.reason, Reason::DayOff { rule: Rule::Week(chrono::Weekday::Sun) });
    assert_eq!(sunday.clock_change, Some(ClockChange { at: utc("2026-03-08T07:00:00Z"), minutes: 60 }));
    assert_eq!(sunday.next.unwrap().at, utc("2026-03-10T13:00:00Z"), "Monday is closed");
    let monday = explain(&closed, New_York, utc("2026-03-09T16:00:00Z"));
    assert_eq!(monday.reason, Reason::DayOff { rule: Rule::Override("Özel gün".into()) });
    assert_eq!(monday.clock_change, None);
    let back = explain(&closed, New_York, utc("2026-11-01T16:00:00Z"));
    assert_eq!(back.clock_change.map(|change| change.minutes), Some(-60));
    let missing = explain(&closed, Apia, utc("2011-12-29T20:00:00Z"));
    assert_eq!(missing.clock_change.map(|change| change.minutes), Some(1440));
    assert!(explain(&closed, London, utc("2026-03-10T10:00:00Z")).is_open());
}

/// What [`STEP`] relies on.
#[test]
fn no_zone_changes_twice_within_a_step() {
    let (from, to) = (utc("2024-01-01T00:00:00Z").timestamp(), utc("2032-01-01T00:00:00Z").timestamp());
    for zone in TZ_VARIANTS {
        let mut changed = from - STEP;
        let mut offset = offset_at(zone, from);
        for at in (from..to).step_by(6 * 60 * 60) {
            let now = offset_at(zone, at);
            if now != offset {
                assert!(at - changed > STEP + 6 * 60 * 60, "{zone} around {at}");
                (changed, offset) = (at, now);
            }
        }
    }
}
