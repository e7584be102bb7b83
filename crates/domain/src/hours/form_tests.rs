use super::*;
use chrono::Weekday;

fn rows(rows: &[(&str, &str)]) -> Vec<IntervalForm> {
    rows.iter().map(|(start, end)| IntervalForm { start: (*start).into(), end: (*end).into() }).collect()
}

fn day(intervals: &[(&str, &str)]) -> DayForm {
    DayForm { open: true, intervals: rows(intervals) }
}

fn week(days: Vec<DayForm>) -> HoursForm {
    HoursForm { days, ..HoursForm::default() }
}

fn special(first: &str, last: &str) -> OverrideForm {
    OverrideForm { first: first.into(), last: last.into(), ..OverrideForm::default() }
}

fn specials(overrides: Vec<OverrideForm>) -> HoursForm {
    HoursForm { overrides, ..HoursForm::default() }
}

#[track_caller]
fn assert_errors(form: HoursForm, expected: &[(&str, Code)]) {
    let error = form.parse().unwrap_err();
    let found: Vec<_> = error.fields.iter().map(|one| (one.field.as_str(), one.code)).collect();
    assert_eq!(found, expected);
}

#[test]
fn lunch_night_and_whole_day_are_read() {
    let mut days = vec![DayForm::default(); 7];
    days[0] = day(&[("13:30", "18:00"), ("", " "), ("9:00", "12.30")]);
    days[5] = day(&[("21:00", "02:00")]);
    days[2] = day(&[("00:00", "24:00")]);
    let schedule = week(days).parse().unwrap();
    let shown = |day| schedule.week().intervals_on(day).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(shown(Weekday::Mon), ["09:00–12:30", "13:30–18:00"]);
    assert_eq!(shown(Weekday::Wed), ["00:00–24:00"]);
    assert_eq!(
        (shown(Weekday::Sat), shown(Weekday::Sun)),
        (vec!["21:00–24:00".into()], vec!["00:00–02:00".into()])
    );
    let again = HoursForm::from_schedule(&schedule, 7);
    assert_eq!(again.days[0], day(&[("09:00", "12:30"), ("13:30", "18:00")]));
    assert_eq!(again.days[5], day(&[("21:00", "02:00")]));
    assert_eq!(again.days[6], DayForm::default());
    assert_eq!((again.version, again.parse()), (7, Ok(schedule)));
}

#[test]
fn nothing_at_all_is_never_open() {
    assert_eq!(HoursForm::default().parse(), Ok(Schedule::default()));
    let closed = DayForm { open: false, intervals: rows(&[("x", "y")]) };
    assert_eq!(week(vec![closed]).parse(), Ok(Schedule::default()), "rows of a closed day do not matter");
}

#[test]
fn every_error_stands_at_its_field_in_page_order() {
    let form = HoursForm {
        version: 1,
        days: vec![
            day(&[("9", "24:30"), ("10:00", "")]),
            day(&[("", "")]),
            day(&[("10:00", "12:00"), ("09:00", "11:00"), ("12:00", "12:00")]),
        ],
        overrides: vec![
            special("2026-13-01", "x"),
            special("", "2026-01-02"),
            special("2026-01-03", "2026-01-02"),
            OverrideForm {
                open: true,
                label: "ğ".repeat(81),
                intervals: rows(&[("08:00", "7")]),
                ..special("2026-01-05", "")
            },
        ],
        ..HoursForm::default()
    };
    assert_errors(
        form,
        &[
            ("days[0][intervals][0][start]", Code::TimeInvalid),
            ("days[0][intervals][0][end]", Code::TimeInvalid),
            ("days[0][intervals][1][end]", Code::Required),
            ("days[1][open]", Code::IntervalsMissing),
            ("days[2][intervals][0][start]", Code::IntervalsOverlap),
            ("days[2][intervals][2][end]", Code::IntervalEmpty),
            ("overrides[0][first]", Code::DateInvalid),
            ("overrides[0][last]", Code::DateInvalid),
            ("overrides[1][first]", Code::Required),
            ("overrides[2][last]", Code::DatesReversed),
            ("overrides[3][label]", Code::TooLong),
            ("overrides[3][intervals][0][end]", Code::TimeInvalid),
        ],
    );
}

#[test]
fn the_night_before_can_be_in_the_way() {
    let tuesday = &[("days[1][intervals][0][start]", Code::IntervalsOverlap)];
    assert_errors(week(vec![day(&[("22:00", "06:00")]), day(&[("05:59", "09:00")])]), tuesday);
    assert!(week(vec![day(&[("22:00", "06:00")]), day(&[("06:00", "09:00")])]).parse().is_ok());
    let mut days = vec![DayForm::default(); 7];
    days[0] = day(&[("12:00", "13:00"), ("05:00", "09:00")]);
    days[6] = day(&[("22:00", "06:00")]);
    assert_errors(week(days), &[("days[0][intervals][1][start]", Code::IntervalsOverlap)]);
}

#[test]
fn lists_have_limits() {
    let minutes: Vec<_> = (10..23).map(|hour| (format!("{hour}:00"), format!("{hour}:30"))).collect();
    let minutes: Vec<_> = minutes.iter().map(|(start, end)| (start.as_str(), end.as_str())).collect();
    assert_errors(week(vec![day(&minutes)]), &[("days[0][open]", Code::TooManyIntervals)]);
    assert!(week(vec![day(&minutes[1..])]).parse().is_ok());
    assert_eq!(week(vec![DayForm::default(); 8]).parse(), Err(Code::BadRequest.into()));

    let first: chrono::NaiveDate = "2026-01-01".parse().unwrap();
    let mut many: Vec<_> = first.iter_days().take(401).map(|date| special(&date.to_string(), "")).collect();
    assert_errors(specials(many.clone()), &[("overrides[400][first]", Code::TooManyOverrides)]);
    many[3].remove = true;
    assert_eq!(specials(many).parse().unwrap().overrides().len(), 400);
}

#[test]
fn a_date_is_taken_once() {
    let all = vec![special("2026-03-20", "2026-03-22"), special("2026-05-01", ""), special("2026-03-22", "")];
    assert_errors(specials(all), &[("overrides[2][first]", Code::DateTaken)]);
    let removed = OverrideForm { remove: true, ..special("2026-03-22", "") };
    let kept = specials(vec![removed, special("2026-03-22", "2026-03-22"), OverrideForm::default()])
        .parse()
        .unwrap();
    assert_eq!(kept.overrides().len(), 1);
    assert_eq!(HoursForm::from_schedule(&kept, 0).overrides, [special("2026-03-22", "")]);
}

#[test]
fn json_has_plain_lists_and_no_unknown_fields() {
    let form = HoursForm {
        version: 3,
        days: vec![day(&[("09:00", "18:00")])],
        overrides: vec![special("x", "y")],
        ..HoursForm::default()
    };
    let json = serde_json::to_string(&form).unwrap();
    assert_eq!(serde_json::from_str::<HoursForm>(&json).unwrap(), form);
    assert!(serde_json::from_str::<HoursForm>(r#"{"days":[{"opens":true}]}"#).is_err());
}

/// What a form post decodes to: numbered keys, in the order of the text.
#[test]
fn gaps_in_a_list_become_blank_rows() {
    let form: HoursForm = serde_json::from_str(
        r#"{"days":{"10":{"open":true},"2":{"open":true,"intervals":{"1":{"start":"09:00"}}}}}"#,
    )
    .unwrap();
    assert_eq!(form.days.len(), 11);
    assert_eq!(form.days[2], day(&[("", ""), ("09:00", "")]));
    assert!(!form.days[9].open && form.days[10].open);
    for broken in [r#"{"days":{"x":{}}}"#, r#"{"days":{"-1":{}}}"#, r#"{"overrides":{"1000":{}}}"#] {
        assert!(serde_json::from_str::<HoursForm>(broken).is_err(), "{broken}");
    }
}

#[test]
fn what_was_over_when_the_form_was_made_stays_and_keeps_its_dates() {
    let saved = HoursForm {
        overrides: vec![
            special("2026-01-01", ""),
            special("2026-10-28", "2026-10-29"),
            special("2026-12-31", ""),
        ],
        ..HoursForm::default()
    };
    let saved = saved.parse().unwrap();
    let form = HoursForm::from_today(&saved, 3, "2026-10-30".parse().unwrap());
    assert_eq!((&*form.since, &form.overrides), ("2026-10-30", &vec![special("2026-12-31", "")]));
    assert_eq!(form.clone().parse_onto(&saved), Ok(saved.clone()));

    let removed = HoursForm { overrides: Vec::new(), ..form.clone() };
    assert_eq!(removed.parse_onto(&saved).unwrap().overrides(), &saved.overrides()[..2]);
    let all = HoursForm { since: String::new(), overrides: Vec::new(), ..form.clone() };
    assert!(all.parse_onto(&saved).unwrap().overrides().is_empty(), "it had all of them in it");

    let reaching_back = HoursForm { overrides: vec![special("2026-10-29", "2026-11-01")], ..form.clone() };
    let error = reaching_back.parse_onto(&saved).unwrap_err();
    assert_eq!((&*error.fields[0].field, error.fields[0].code), ("overrides[0][first]", Code::DateTaken));
    let nonsense = HoursForm { since: "yesterday".into(), ..form };
    assert_eq!(nonsense.parse_onto(&saved).unwrap_err().code, Code::BadRequest);
}
