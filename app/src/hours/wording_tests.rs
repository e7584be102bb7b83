//! The sentences, from real answers of the clock.

use super::*;
use chrono_tz::{America::New_York, Europe::Istanbul, Tz};
use domain::hours::HoursForm;
use services::hours::explain;

fn schedule() -> Schedule {
    let mut form = HoursForm::from_schedule(&Schedule::office_hours(), 0);
    let night = ("21:00", "02:00");
    form.days[5].open = true;
    form.days[5].intervals =
        vec![domain::hours::IntervalForm { start: night.0.to_owned(), end: night.1.to_owned() }];
    form.overrides = vec![domain::hours::OverrideForm {
        first: "2026-10-29".to_owned(),
        label: "Cumhuriyet Bayramı".to_owned(),
        ..Default::default()
    }];
    form.parse().unwrap()
}

fn answered(zone: Tz, at: &str) -> (String, Vec<String>) {
    let answer = answer(Language::Tr, &explain(&schedule(), zone, at.parse().unwrap()));
    (answer.title, answer.reasons)
}

#[test]
fn a_weekday_is_explained_by_its_hours() {
    let (title, reasons) = answered(Istanbul, "2026-11-23T11:32:00Z");
    assert_eq!(title, "23 Kasım 2026 Pazartesi 14:32: açıksınız");
    assert_eq!(
        reasons,
        ["Pazartesi düzeni: 09:00–18:00.", "Sonraki değişiklik: kapanış, 23 Kasım 2026 Pazartesi 18:00."]
    );
}

#[test]
fn a_night_is_explained_by_the_evening_before() {
    let (title, reasons) = answered(Istanbul, "2026-11-28T22:30:00Z");
    assert_eq!(title, "29 Kasım 2026 Pazar 01:30: açıksınız");
    assert_eq!(reasons[0], "Cumartesi düzeni: 21:00–02:00.");
    assert_eq!(reasons[1], "Bir önceki gün başlayan mesai sürüyor (28 Kasım 2026 Cumartesi).");
}

#[test]
fn a_holiday_is_named() {
    let (title, reasons) = answered(Istanbul, "2026-10-29T09:00:00Z");
    assert_eq!(title, "29 Ekim 2026 Perşembe 12:00: kapalısınız");
    assert_eq!(reasons[0], "Haftalık düzenin yerine geçen özel gün, “Cumhuriyet Bayramı”: bütün gün kapalı.");
}

#[test]
fn hours_of_a_special_day_are_told_with_its_name() {
    let mut form = HoursForm::from_schedule(&schedule(), 0);
    form.overrides[0].open = true;
    form.overrides[0].intervals = form.days[0].intervals.clone();
    let explanation = explain(&form.parse().unwrap(), Istanbul, "2026-10-29T09:00:00Z".parse().unwrap());
    assert_eq!(
        because(Language::Tr, &explanation),
        ["Haftalık düzenin yerine geçen özel gün, “Cumhuriyet Bayramı”: 09:00–18:00."]
    );
}

#[test]
fn the_clocks_of_the_day_are_told_from_both_sides() {
    for (at, clocks) in [
        ("2026-03-08T06:00:00Z", "O gün saat 02:00 olunca 60 dakika ileri alınıyor."),
        ("2026-03-08T20:00:00Z", "O gün saat 02:00 olunca 60 dakika ileri alınıyor."),
        ("2026-11-01T05:30:00Z", "O gün saat 02:00 olunca 60 dakika geri alınıyor."),
        ("2026-11-01T20:00:00Z", "O gün saat 02:00 olunca 60 dakika geri alınıyor."),
    ] {
        let (_, reasons) = answered(New_York, at);
        assert!(reasons.iter().any(|reason| reason == clocks), "{at}: {reasons:?}");
    }
}

#[test]
fn the_bar_has_the_rest_of_the_night_and_says_the_same_in_words() {
    let today = today(Language::En, &schedule(), "2026-11-29T14:32:00".parse().unwrap());
    assert_eq!((today.open, today.now), (vec![(0, 120)], 872));
    assert_eq!(today.label, "Open today: 00:00–02:00. It is 14:32.");
}

#[test]
fn what_is_over_is_told_newest_first_for_a_year() {
    let dates = ["2025-10-29", "2026-01-01", "2026-10-29", "2026-11-23", "2026-12-31"];
    let special = |first: &str| domain::hours::OverrideForm { first: first.to_owned(), ..Default::default() };
    let form = HoursForm { overrides: dates.map(special).to_vec(), ..HoursForm::default() };
    let today = "2026-11-23".parse().unwrap();
    assert_eq!(
        past(Language::En, &form.parse().unwrap(), today),
        ["29 October 2026 · Closed", "1 January 2026 · Closed"]
    );
}
