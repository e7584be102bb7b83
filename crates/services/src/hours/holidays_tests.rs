use super::*;
use chrono::Weekday;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn day(rows: &[(&str, &str)]) -> Day {
    Day::new(rows.iter().map(|(start, end)| Shift::parse(start, end).unwrap()).collect()).unwrap()
}

fn shown(year: i32) -> Vec<String> {
    turkish_holidays(year)
        .iter()
        .map(|one| {
            format!("{} {} {}{}", one.first, one.last.day(), one.key, if one.half_day { " half" } else { "" })
        })
        .collect()
}

fn half_day(first: &str) -> Holiday {
    turkish_holidays(2026).into_iter().find(|one| one.half_day && one.first == date(first)).unwrap()
}

#[test]
fn the_year_2026() {
    assert_eq!(
        shown(2026),
        [
            "2026-01-01 1 new_year",
            "2026-03-19 19 ramadan_eve half",
            "2026-03-20 22 ramadan_feast",
            "2026-04-23 23 children_day",
            "2026-05-01 1 labour_day",
            "2026-05-19 19 youth_day",
            "2026-05-26 26 sacrifice_eve half",
            "2026-05-27 30 sacrifice_feast",
            "2026-07-15 15 democracy_day",
            "2026-08-30 30 victory_day",
            "2026-10-28 28 republic_eve half",
            "2026-10-29 29 republic_day",
        ]
    );
}

#[test]
fn feasts_make_room_for_fixed_holidays() {
    let year = shown(2027);
    assert!(year.contains(&"2027-05-16 18 sacrifice_feast".into()));
    assert!(year.contains(&"2027-05-19 19 youth_day".into()));
    let year = shown(2029);
    assert!(year.contains(&"2029-04-23 23 children_day".into()));
    assert!(year.contains(&"2029-04-24 27 sacrifice_feast".into()));
    assert!(!year.iter().any(|one| one.contains("sacrifice_eve")));
}

/// Every year fits into a schedule as it is, and every day of every feast is covered.
#[test]
fn every_known_year_is_whole() {
    assert_eq!(FEASTS.map(|(year, ..)| year).to_vec(), KNOWN_YEARS.collect::<Vec<_>>());
    for (year, ramadan, sacrifice) in FEASTS {
        let offers = offered_overrides(year, Language::Tr, &Schedule::office_hours());
        assert_eq!(offers.len(), turkish_holidays(year).len());
        let schedule = Schedule::new(Week::office_hours(), offers).unwrap();
        for ((month, day), length) in [(ramadan, 3), (sacrifice, 4)] {
            let first = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            for date in first.iter_days().take(length) {
                assert!(schedule.override_on(date).is_some_and(|one| one.day().is_closed()), "{date}");
            }
            let eve = schedule.override_on(first - Days::new(1)).unwrap();
            assert!(eve.day().shifts().iter().all(|shift| shift.end() <= HALF_DAY_END));
        }
    }
    assert!(turkish_holidays(2023).is_empty() && turkish_holidays(2031).is_empty());
}

#[test]
fn every_holiday_has_a_name_in_both_languages() {
    for holiday in KNOWN_YEARS.flat_map(turkish_holidays) {
        for language in Language::ALL {
            assert!(texts::holidays::by_key(language, holiday.key).is_some(), "{}", holiday.key);
        }
    }
    assert_eq!(half_day("2026-03-19").name(Language::Tr), "Ramazan Bayramı arifesi");
}

#[test]
fn a_half_day_ends_at_13() {
    // 2026-10-28 is a Wednesday.
    let hours = |rows: &[(&str, &str)], night: &[(&str, &str)]| {
        let mut days: [Day; 7] = Default::default();
        days[Weekday::Tue.num_days_from_monday() as usize] = day(night);
        days[Weekday::Wed.num_days_from_monday() as usize] = day(rows);
        let half = as_override(half_day("2026-10-28"), Language::En, &Week::new(days).unwrap()).unwrap();
        assert_eq!(
            (half.first(), half.last(), half.label()),
            (date("2026-10-28"), date("2026-10-28"), "Republic Day eve")
        );
        half.day().clone()
    };
    assert_eq!(hours(&[("09:00", "18:00")], &[]), day(&[("09:00", "13:00")]));
    assert_eq!(hours(&[("09:00", "12:30"), ("13:30", "18:00")], &[]), day(&[("09:00", "12:30")]));
    assert_eq!(hours(&[("12:00", "02:00")], &[]), day(&[("12:00", "13:00")]));
    assert_eq!(hours(&[("13:00", "18:00")], &[]), Day::CLOSED);
    assert_eq!(hours(&[], &[]), Day::CLOSED);
    assert_eq!(hours(&[("00:00", "24:00")], &[]), day(&[("00:00", "13:00")]));
    assert_eq!(
        hours(&[("09:00", "18:00")], &[("22:00", "06:00")]),
        day(&[("00:00", "06:00"), ("09:00", "13:00")])
    );
}

#[test]
fn taken_dates_are_not_offered() {
    let own = Override::new(date("2026-05-30"), date("2026-06-02"), "Taşınma", Day::CLOSED).unwrap();
    let schedule = Schedule::new(Week::office_hours(), vec![own]).unwrap();
    let offers = offered_overrides(2026, Language::Tr, &schedule);
    assert_eq!(offers.len(), turkish_holidays(2026).len() - 1);
    assert!(!offers.iter().any(|one| one.label() == "Kurban Bayramı"));
}
