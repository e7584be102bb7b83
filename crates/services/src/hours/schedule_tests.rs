use super::*;
use chrono_tz::{America::New_York, Australia::Lord_Howe, Europe::Istanbul, Pacific::Apia};

fn instant(zone: Tz, local: &str) -> String {
    let instant = instant_of(zone, parse_moment(local).unwrap()).unwrap();
    instant.format("%FT%TZ").to_string()
}

#[test]
fn a_typed_moment_is_an_instant_in_the_zone() {
    assert_eq!(instant(Istanbul, "2026-11-23T14:32"), "2026-11-23T11:32:00Z");
    assert_eq!(instant(Istanbul, " 2026-11-23T14:32:10 "), "2026-11-23T11:32:10Z");
    assert_eq!(instant(New_York, "2026-11-01T01:30"), "2026-11-01T05:30:00Z", "comes twice: the first");
}

#[test]
fn a_moment_that_is_left_out_moves_on_by_the_gap() {
    assert_eq!(instant(New_York, "2026-03-08T02:30"), "2026-03-08T07:30:00Z", "shown as 03:30");
    assert_eq!(instant(Lord_Howe, "2026-10-04T02:15"), "2026-10-03T15:45:00Z", "shown as 02:45");
    assert_eq!(instant(Apia, "2011-12-30T12:00"), "2011-12-30T22:00:00Z", "shown as the 31st");
}

#[test]
fn what_is_no_moment_is_refused() {
    assert_eq!(parse_moment(" "), Err(Code::Required));
    for text in [
        "2026-11-23",
        "2026-11-23T",
        "2026-02-30T10:00",
        "2026-11-23T24:30",
        "23.11.2026 14:30",
        "1899-01-01T00:00",
    ] {
        assert_eq!(parse_moment(text), Err(Code::DateInvalid), "{text}");
    }
}

#[test]
fn holidays_are_offered_from_today_on_for_two_years() {
    let offers = |today: &str| {
        let offers = offer_holidays(&Schedule::office_hours(), Language::Tr, today.parse().unwrap());
        let ends = [offers.first(), offers.last()].map(|offer| offer.map(|offer| offer.first().to_string()));
        ends.map(Option::unwrap_or_default)
    };
    assert_eq!(offers("2026-10-29"), ["2026-10-29", "2027-10-29"]);
    assert_eq!(offers("2026-10-30"), ["2027-01-01", "2028-10-29"], "nothing left in 2026");
    assert_eq!(offers("2030-10-30"), ["", ""], "no calendar so far ahead");
}
