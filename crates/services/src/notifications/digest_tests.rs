use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// End and sending of the window that begins then.
fn next(period: Period, zone: Tz, starts_at: &str) -> (String, String) {
    let window = window(period, zone, at(starts_at));
    (window.ends_at.format("%F %R").to_string(), window.send_at.format("%F %R").to_string())
}

fn pair(ends: &str, sends: &str) -> (String, String) {
    (ends.to_owned(), sends.to_owned())
}

#[test]
fn a_day_ends_at_the_midnight_of_its_own_clock_and_is_told_of_at_eight() {
    let daily = |zone, from| next(Period::Daily, zone, from);
    assert_eq!(
        daily(Tz::Europe__Istanbul, "2026-11-23T21:00:00Z"),
        pair("2026-11-24 21:00", "2026-11-25 05:00")
    );
    // Half hours, and quarters of them.
    assert_eq!(
        daily(Tz::Asia__Kolkata, "2026-11-23T18:30:00Z"),
        pair("2026-11-24 18:30", "2026-11-25 02:30")
    );
    assert_eq!(
        daily(Tz::Asia__Kathmandu, "2026-11-23T18:15:00Z"),
        pair("2026-11-24 18:15", "2026-11-25 02:15")
    );
}

#[test]
fn clocks_that_change_make_days_of_23_25_and_24_and_a_half_hours() {
    let ends = |zone, from: &str| (window(Period::Daily, zone, at(from)).ends_at - at(from)).num_minutes();
    let new_york = Tz::America__New_York;
    assert_eq!(ends(new_york, "2026-03-08T05:00:00Z"), 23 * 60);
    assert_eq!(ends(new_york, "2026-11-01T04:00:00Z"), 25 * 60);
    // Half an hour, on Lord Howe.
    let lord_howe = Tz::Australia__Lord_Howe;
    assert_eq!(ends(lord_howe, "2026-04-04T13:00:00Z"), 24 * 60 + 30);
    assert_eq!(ends(lord_howe, "2026-10-03T13:30:00Z"), 23 * 60 + 30);
}

#[test]
fn where_midnight_is_left_out_the_first_instant_after_it_counts() {
    // Asunción went from 24:00 to 01:00.
    assert_eq!(
        next(Period::Daily, Tz::America__Asuncion, "2023-09-30T04:00:00Z"),
        pair("2023-10-01 04:00", "2023-10-01 11:00")
    );
    // Samoa left 30 December 2011 out: the day after the 29th is the 31st.
    let apia = next(Period::Daily, Tz::Pacific__Apia, "2011-12-29T10:00:00Z");
    assert_eq!(apia.0, "2011-12-30 10:00");
}

#[test]
fn a_week_ends_on_monday_of_the_organisations_own_calendar() {
    // Monday noon in Istanbul, Sunday evening in Honolulu.
    let noon = at("2026-11-23T09:00:00Z");
    let weekly = |zone| last_boundary(Period::Weekly, zone, noon).format("%F %R").to_string();
    assert_eq!(weekly(Tz::Europe__Istanbul), "2026-11-22 21:00");
    assert_eq!(weekly(Tz::Pacific__Honolulu), "2026-11-16 10:00");
    assert_eq!(
        next(Period::Weekly, Tz::Pacific__Honolulu, "2026-11-16T10:00:00Z"),
        pair("2026-11-23 10:00", "2026-11-23 18:00")
    );
}

/// Whatever the zones and however often they change: windows follow each other without gap or overlap.
#[test]
fn one_window_begins_where_the_last_one_ended_also_in_another_zone() {
    let zones = [Tz::Europe__Istanbul, Tz::Europe__London, Tz::Pacific__Auckland, Tz::America__New_York];
    for period in [Period::Daily, Period::Weekly] {
        let mut from = at("2026-03-01T00:00:00Z");
        for step in 0..400 {
            let window = window(period, zones[step % 7 % 4], from);
            let most = if period == Period::Daily { 49 } else { 24 * 7 + 49 };
            assert_eq!(window.starts_at, from);
            assert!(window.ends_at > from && (window.ends_at - from).num_hours() <= most, "{window:?}");
            assert!(window.send_at > window.ends_at, "{window:?}");
            from = window.ends_at;
        }
    }
}

/// From Istanbul to London the day is three hours longer.
#[test]
fn a_move_to_the_west_makes_the_day_longer() {
    let window = window(Period::Daily, Tz::Europe__London, at("2026-11-23T21:00:00Z"));
    assert_eq!((window.ends_at - window.starts_at).num_hours(), 3);
    let after = super::window(Period::Daily, Tz::Europe__London, window.ends_at);
    assert_eq!((after.ends_at - after.starts_at).num_hours(), 24);
}
