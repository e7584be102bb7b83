//! Laws of the room, tried on made-up hours.

use super::*;
use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;

/// Few distinct times, so that rows touch, overlap and meet midnight often.
fn time() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0_u16..24).prop_map(|hour| show_time(hour * 60)),
        1 => (0..MIDNIGHT).prop_map(show_time),
        1 => Just("24:00".to_owned()),
        1 => Just(String::new()),
    ]
}

fn intervals() -> impl Strategy<Value = Vec<IntervalForm>> {
    prop::collection::vec((time(), time()).prop_map(|(start, end)| IntervalForm { start, end }), 0..4)
}

fn override_form() -> impl Strategy<Value = OverrideForm> {
    (0..40_u64, 0..3_u64, any::<bool>(), intervals()).prop_map(|(first, days, open, intervals)| {
        let date = |days| (monday() + Days::new(days)).to_string();
        OverrideForm {
            first: date(first),
            last: date(first + days),
            open,
            intervals,
            ..OverrideForm::default()
        }
    })
}

fn monday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2028, 2, 21).unwrap()
}

prop_compose! {
    fn form()(
        days in prop::collection::vec((any::<bool>(), intervals()), 0..8),
        overrides in prop::collection::vec(override_form(), 0..3),
        version in any::<i64>(),
    ) -> HoursForm {
        let days = days.into_iter().map(|(open, intervals)| DayForm { open, intervals }).collect();
        HoursForm { version, days, overrides, since: String::new() }
    }
}

/// Hours that are in order: whatever stands in the way of what is there already is left out.
fn schedule() -> impl Strategy<Value = Schedule> {
    let shifts = prop::collection::vec((0..7_usize, time(), time()), 0..16);
    (shifts, prop::collection::vec(override_form(), 0..4)).prop_map(|(shifts, overrides)| {
        let mut week = Week::default();
        for (day, start, end) in shifts {
            let Ok(shift) = Shift::parse(&start, &end) else { continue };
            let mut days = week.days().clone();
            let fuller = Day::new(days[day].shifts().iter().copied().chain([shift]).collect());
            days[day] = fuller.unwrap_or_else(|_| days[day].clone());
            week = Week::new(days).unwrap_or(week);
        }
        let mut schedule = Schedule::new(week, Vec::new()).unwrap();
        for form in overrides {
            let mut more = HoursForm::from_schedule(&schedule, 0);
            more.overrides.push(form);
            schedule = more.parse().unwrap_or(schedule);
        }
        schedule
    })
}

proptest! {
    /// Whatever is typed is read, or refused with a field at fault.
    #[test]
    fn a_form_is_read_or_refused(form in form()) {
        if let Err(error) = form.parse() {
            prop_assert!(!error.fields.is_empty());
        }
    }

    /// What is read is shown, read and stored the same for ever.
    #[test]
    fn form_to_schedule_to_form_is_stable(schedule in schedule(), version in any::<i64>()) {
        let shown = HoursForm::from_schedule(&schedule, version);
        let again = shown.clone().parse();
        prop_assert_eq!(again.as_ref(), Ok(&schedule));
        prop_assert_eq!(HoursForm::from_schedule(&schedule, version), shown);
        let json = serde_json::to_string(&schedule).unwrap();
        prop_assert_eq!(serde_json::from_str::<Schedule>(&json).unwrap(), schedule);
    }

    /// The intervals of a date are sorted with a gap between them, and say the same as the reasons.
    #[test]
    fn intervals_and_reasons_agree(schedule in schedule(), days in 0..45_u64) {
        let date = monday() + Days::new(days);
        let intervals = schedule.intervals_on(date);
        prop_assert!(intervals.windows(2).all(|pair| pair[0].end() < pair[1].start()));
        for minute in 0..MIDNIGHT {
            let open = intervals.iter().any(|interval| interval.contains(minute));
            prop_assert_eq!(schedule.reason_at(date, minute).is_open(), open, "minute {}", minute);
        }
    }

    /// Without overrides a schedule is its week.
    #[test]
    fn a_week_repeats(schedule in schedule(), days in 0..1000_u64) {
        let week = schedule.week().clone();
        let schedule = Schedule::new(week, Vec::new()).unwrap();
        let date = monday() + Days::new(days);
        prop_assert_eq!(schedule.intervals_on(date), schedule.week().intervals_on(date.weekday()));
    }

    /// Two times of day are a shift that reads back the same, or are refused.
    #[test]
    fn shifts_read_back(start in time(), end in time()) {
        if let Ok(shift) = Shift::parse(&start, &end) {
            prop_assert_eq!(Shift::parse(&shift.start_text(), &shift.end_text()), Ok(shift));
            prop_assert_eq!(shift.start_text(), start);
        }
    }
}
