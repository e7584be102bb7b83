//! Laws of the clock, tried on made-up hours around the clock changes of many zones.

use super::*;
use chrono_tz::{
    Africa::Cairo, America::New_York, Asia::Kolkata, Australia::Lord_Howe, Europe::Istanbul, Europe::London,
    Pacific::Apia, Pacific::Chatham,
};
use domain::hours::{Day, Override, Shift, Week};
use proptest::prelude::*;

const ZONES: [Tz; 8] = [New_York, London, Istanbul, Cairo, Kolkata, Lord_Howe, Apia, Chatham];

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Week and overrides around 2026-03-08, whatever is in order of what is drawn.
fn schedules() -> impl Strategy<Value = Schedule> {
    let shift =
        (0..24_u16, 1..24_u16).prop_map(|(start, hours)| Shift::new(start * 60, (start + hours) * 60).ok());
    let week = prop::collection::vec((0..7_usize, shift.clone()), 0..14);
    let special = (prop::collection::vec(shift, 0..3), 0..12_u64, 0..3_u64);
    (week, prop::collection::vec(special, 0..3)).prop_map(|(shifts, specials)| {
        let mut week = Week::default();
        for (day, shift) in shifts {
            let mut days = week.days().clone();
            let fuller = Day::new(days[day].shifts().iter().copied().chain(shift).collect());
            days[day] = fuller.unwrap_or_else(|_| days[day].clone());
            week = Week::new(days).unwrap_or(week);
        }
        let mut overrides = Vec::new();
        for (shifts, first, days) in specials {
            let first = NaiveDate::from_ymd_opt(2026, 3, 3).unwrap() + Days::new(first);
            let day = Day::new(shifts.into_iter().flatten().collect()).unwrap_or_default();
            let special = Override::new(first, first + Days::new(days), "", day).unwrap();
            if !overrides.iter().any(|other: &Override| other.meets(&special)) {
                overrides.push(special);
            }
        }
        Schedule::new(week, overrides).unwrap()
    })
}

/// A zone and an instant (to the second) within a week of a clock change of that zone.
fn moments() -> impl Strategy<Value = (Tz, DateTime<Utc>)> {
    const AROUND: [&str; 8] = [
        "2026-03-08T07:00:00Z",
        "2026-11-01T06:00:00Z",
        "2026-03-29T01:00:00Z",
        "2026-10-25T01:00:00Z",
        "2026-04-04T15:00:00Z",
        "2026-10-03T15:30:00Z",
        "2026-04-23T22:00:00Z",
        "2011-12-30T10:00:00Z",
    ];
    (prop::sample::select(&ZONES), prop::sample::select(&AROUND), -302_400_i64..302_400)
        .prop_map(|(zone, around, seconds)| (zone, utc(around) + TimeDelta::seconds(seconds)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Cutting a stretch in two changes nothing.
    #[test]
    fn open_time_is_additive(schedule in schedules(), (zone, a) in moments(), b in 0..900_000_i64, c in 0..900_000_i64) {
        let b = a + TimeDelta::seconds(b);
        let c = b + TimeDelta::seconds(c);
        let time = |from, to| open_time(&schedule, zone, from, to);
        prop_assert_eq!(time(a, b) + time(b, c), time(a, c));
        prop_assert_eq!(time(c, a), if c > a { TimeDelta::zero() } else { time(c, a) });
        let whole = |at: DateTime<Utc>| at - TimeDelta::seconds(at.timestamp().rem_euclid(60));
        let minutes = |from, to| open_minutes(&schedule, zone, whole(from), whole(to));
        prop_assert_eq!(minutes(a, b) + minutes(b, c), minutes(a, c));
    }

    /// Minute by minute over three days, all answers agree with the wall clock.
    #[test]
    fn all_answers_agree(schedule in schedules(), (zone, from) in moments()) {
        let from = from - TimeDelta::seconds(from.timestamp().rem_euclid(60));
        let to = from + TimeDelta::days(3);
        let stretches: Vec<_> = open_intervals_between(&schedule, zone, from, to).collect();
        prop_assert!(stretches.windows(2).all(|pair| pair[0].end < pair[1].start));
        let mut open_for = 0;
        let mut flip = None;
        for minute in 0..3 * 1440 {
            let at = from + TimeDelta::minutes(minute);
            let (date, shown) = wall_clock(zone, at);
            let open = schedule.intervals_on(date).iter().any(|interval| interval.contains(shown));
            prop_assert_eq!(is_open_at(&schedule, zone, at), open);
            prop_assert_eq!(stretches.iter().any(|stretch| stretch.contains(&at)), open, "{}", at);
            open_for += i64::from(open);
            if flip.is_none() && open != is_open_at(&schedule, zone, from) {
                flip = Some((at, open));
            }
        }
        prop_assert_eq!(open_minutes(&schedule, zone, from, to), open_for);
        let next = next_change(&schedule, zone, from).map(|change| (change.at, change.opens));
        match flip {
            Some(_) => prop_assert_eq!(next, flip, "the first flip"),
            None => prop_assert!(next.is_none_or(|(at, _)| at >= to)),
        }
        let answer = explain(&schedule, zone, from);
        prop_assert_eq!(answer.is_open(), is_open_at(&schedule, zone, from));
    }
}
