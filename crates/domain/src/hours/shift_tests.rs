use super::*;

fn day(shifts: &[(u16, u16)]) -> Result<Day, Code> {
    Day::new(shifts.iter().map(|(start, end)| Shift::new(*start, *end).unwrap()).collect())
}

#[test]
fn an_end_before_the_start_is_the_next_day() {
    let night = Shift::parse("21:00", "02:00").unwrap();
    assert_eq!((night.start(), night.end()), (1260, 1560));
    assert_eq!(
        (night.evening(), night.morning()),
        (Interval::new(1260, 1440).unwrap(), Interval::new(0, 120).ok())
    );
    assert_eq!((night.start_text(), night.end_text()), ("21:00".into(), "02:00".into()));
    assert!(night.is_overnight());
}

#[test]
fn midnight_is_a_plain_end() {
    let late = Shift::parse("18:00", "24:00").unwrap();
    assert_eq!(late, Shift::parse("18:00", "00:00").unwrap());
    assert!(!late.is_overnight());
    assert_eq!(late.end_text(), "24:00");
    assert_eq!(Shift::parse("00:00", "24:00"), Ok(Shift::WHOLE_DAY));
    assert_eq!(Shift::WHOLE_DAY.evening().minutes(), 1440);
}

#[test]
fn each_side_has_its_own_error() {
    let errors = |start, end| Shift::parse(start, end).unwrap_err();
    assert_eq!(errors("09:00", "09:00"), ShiftErrors { start: None, end: Some(Code::IntervalEmpty) });
    assert_eq!(errors("00:00", "00:00"), ShiftErrors { start: None, end: Some(Code::IntervalEmpty) });
    assert_eq!(errors("", "09:00"), ShiftErrors { start: Some(Code::Required), end: None });
    assert_eq!(
        errors("24:00", "x"),
        ShiftErrors { start: Some(Code::TimeInvalid), end: Some(Code::TimeInvalid) }
    );
}

#[test]
fn what_could_not_be_written_is_no_shift() {
    assert_eq!(Shift::new(540, 1980), Err(Code::TimeInvalid), "24 hours from 09:00");
    assert_eq!(Shift::new(1440, 1500), Err(Code::TimeInvalid));
    assert_eq!(Shift::new(1439, 2878), Shift::parse("23:59", "23:58").map_err(|_| Code::Invalid));
}

#[test]
fn a_day_is_sorted_and_joined() {
    assert_eq!(day(&[(810, 1080), (540, 750)]), day(&[(540, 750), (810, 1080)]));
    assert_eq!(day(&[(540, 720), (720, 1080)]), day(&[(540, 1080)]));
    assert_eq!(day(&[(0, 720), (720, 1440)]), Ok(Day(vec![Shift::WHOLE_DAY])));
    assert_eq!(day(&[(480, 1200), (1200, 1920)]).unwrap().shifts().len(), 2, "24 hours from 08:00");
    assert_eq!(day(&[(540, 721), (720, 1080)]), Err(Code::IntervalsOverlap));
    assert_eq!(day(&[(540, 720); 2]), Err(Code::IntervalsOverlap));
    let minutes: Vec<_> = (0..13).map(|minute| (minute * 2, minute * 2 + 1)).collect();
    assert_eq!(day(&minutes), Err(Code::TooManyIntervals));
    assert!(day(&minutes[1..]).is_ok());
}

#[test]
fn merging_joins_what_overlaps_or_touches() {
    let merged = |all: &[(u16, u16)]| {
        let all = all.iter().map(|(start, end)| Interval::new(*start, *end).unwrap()).collect();
        Interval::merge(all).into_iter().map(Into::into).collect::<Vec<(u16, u16)>>()
    };
    assert_eq!(merged(&[(60, 120), (0, 60), (110, 115), (121, 130)]), [(0, 120), (121, 130)]);
    assert_eq!(merged(&[]), []);
}

#[test]
fn json_is_checked_on_the_way_in() {
    assert_eq!(serde_json::to_string(&day(&[(1260, 1560)]).unwrap()).unwrap(), "[[1260,1560]]");
    assert!(serde_json::from_str::<Day>("[[540,720],[700,800]]").is_err());
    assert!(serde_json::from_str::<Shift>("[540,540]").is_err());
    assert!(serde_json::from_str::<Interval>("[540,1441]").is_err());
}
