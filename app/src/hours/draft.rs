//! The rows of the editor while it is used. What people type stands in the inputs; these follow along.
//!
//! A row keeps the number in its name for good, so that errors stay with it when another one goes.
//! Each list has one spare number: the blank row that people without JavaScript write a new line into.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use chrono::NaiveDate;
use domain::hours::{DayForm, HoursForm, IntervalForm, OverrideForm, Shift, parse_date};
use leptos::prelude::*;

/// The whole form.
#[derive(Clone)]
pub struct Draft {
    /// Monday first, always seven.
    pub days: Vec<DayRows>,
    pub specials: Specials,
}

/// The rows of one day.
#[derive(Clone)]
pub struct DayRows {
    pub open: ArcRwSignal<bool>,
    pub rows: ArcRwSignal<Vec<IntervalRow>>,
    pub spare: IntervalRow,
    next: Arc<AtomicUsize>,
}

/// Two times of day.
#[derive(Clone)]
pub struct IntervalRow {
    /// Never used again in the same day.
    pub key: usize,
    /// In the names of its inputs.
    pub number: usize,
    pub start: ArcRwSignal<String>,
    pub end: ArcRwSignal<String>,
}

/// The dates that differ.
#[derive(Clone)]
pub struct Specials {
    pub list: ArcRwSignal<Vec<Special>>,
    pub spare: Special,
    next: Arc<AtomicUsize>,
}

#[derive(Clone)]
pub struct Special {
    pub number: usize,
    pub first: ArcRwSignal<String>,
    pub last: ArcRwSignal<String>,
    pub label: ArcRwSignal<String>,
    pub day: DayRows,
    /// Just added by hand: there is nothing to read yet.
    pub unwritten: bool,
}

impl Draft {
    pub fn of(form: &HoursForm) -> Self {
        let blank = DayForm::default();
        let day = |day| form.days.get(day).unwrap_or(&blank);
        Self {
            days: (0..7).map(|index| DayRows::of(day(index).open, &day(index).intervals)).collect(),
            specials: Specials::of(&form.overrides),
        }
    }

    /// Open minutes of a week without special days.
    pub fn minutes(&self) -> u32 {
        self.days.iter().map(|day| open_minutes(&day.form())).sum()
    }

    /// Notes in the current effect which rows there are.
    pub fn track_rows(&self) {
        self.days.iter().for_each(|day| day.rows.track());
        self.specials.list.with(|list| list.iter().for_each(|special| special.day.rows.track()));
    }
}

impl DayRows {
    fn of(open: bool, intervals: &[IntervalForm]) -> Self {
        let written = |row: &&IntervalForm| !(row.start.trim().is_empty() && row.end.trim().is_empty());
        let rows = intervals.iter().enumerate().filter(|(_, row)| written(row));
        let rows: Vec<_> = rows.map(|(number, row)| IntervalRow::of(number, number, row)).collect();
        let spare = intervals.len();
        Self {
            open: ArcRwSignal::new(open),
            rows: ArcRwSignal::new(rows),
            spare: IntervalRow::of(spare, spare, &IntervalForm::default()),
            next: Arc::new(AtomicUsize::new(spare + 1)),
        }
    }

    /// Adds a row; answers with its number.
    pub fn add(&self, start: &str, end: &str) -> usize {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let form = IntervalForm { start: start.to_owned(), end: end.to_owned() };
        self.rows.update(|rows| rows.push(IntervalRow::of(number, number, &form)));
        number
    }

    pub fn remove(&self, key: usize) {
        self.rows.update(|rows| rows.retain(|row| row.key != key));
    }

    /// Takes over other rows, numbered from the start: those that are the same again count as no change.
    pub fn replace(&self, intervals: &[IntervalForm]) {
        let numbers = (0..).filter(|number| *number != self.spare.number);
        let rows = numbers.zip(intervals);
        let rows =
            rows.map(|(number, row)| IntervalRow::of(self.next.fetch_add(1, Ordering::Relaxed), number, row));
        self.rows.set(rows.collect());
    }

    /// As typed; the rows of a closed day do not count. Tracks all of it.
    pub fn form(&self) -> DayForm {
        if !self.open.get() {
            return DayForm::default();
        }
        let rows = self.rows.get();
        let read = |text: &ArcRwSignal<String>| text.with(|text| text.trim().to_owned());
        let rows = rows.iter().map(|row| IntervalForm { start: read(&row.start), end: read(&row.end) });
        let rows = rows.filter(|row| !(row.start.is_empty() && row.end.is_empty()));
        DayForm { open: true, intervals: rows.collect() }
    }
}

impl IntervalRow {
    fn of(key: usize, number: usize, form: &IntervalForm) -> Self {
        let (start, end) = (ArcRwSignal::new(form.start.clone()), ArcRwSignal::new(form.end.clone()));
        Self { key, number, start, end }
    }

    /// Whether it runs on into the next day.
    pub fn is_overnight(&self) -> bool {
        let shift = self.start.with(|start| self.end.with(|end| Shift::parse(start, end)));
        shift.is_ok_and(Shift::is_overnight)
    }
}

impl Specials {
    fn of(forms: &[OverrideForm]) -> Self {
        // A gap in the numbers of a post is a blank row: not one that somebody began to write.
        let written = forms.iter().enumerate().filter(|(_, form)| **form != OverrideForm::default());
        let list: Vec<_> = written.map(|(number, form)| Special::of(number, form)).collect();
        let mut spare = Special::of(forms.len(), &OverrideForm::default());
        spare.unwritten = true;
        Self { list: ArcRwSignal::new(list), spare, next: Arc::new(AtomicUsize::new(forms.len() + 1)) }
    }

    /// Adds a row to be written, at the end; answers with its number.
    pub fn add_blank(&self) -> usize {
        let mut special = self.made(&OverrideForm::default());
        special.unwritten = true;
        let number = special.number;
        self.list.update(|list| list.push(special));
        number
    }

    /// Adds written rows, each before the first one with a later date.
    pub fn add(&self, forms: &[OverrideForm]) {
        self.list.update(|list| {
            for form in forms {
                let later = |special: &Special| special.first.with_untracked(|first| *first > form.first);
                let place = list.iter().position(later).unwrap_or(list.len());
                list.insert(place, self.made(form));
            }
        });
    }

    pub fn remove(&self, number: usize) {
        self.list.update(|list| list.retain(|special| special.number != number));
    }

    /// The dates that are taken, first and last. Tracks all of them.
    pub fn taken(&self) -> Vec<(NaiveDate, NaiveDate)> {
        self.list.with(|list| list.iter().filter_map(|special| dates(&special.form())).collect())
    }

    fn made(&self, form: &OverrideForm) -> Special {
        Special::of(self.next.fetch_add(1, Ordering::Relaxed), form)
    }
}

impl Special {
    fn of(number: usize, form: &OverrideForm) -> Self {
        Self {
            number,
            first: ArcRwSignal::new(form.first.clone()),
            last: ArcRwSignal::new(form.last.clone()),
            label: ArcRwSignal::new(form.label.clone()),
            day: DayRows::of(form.open, &form.intervals),
            unwritten: false,
        }
    }

    /// As typed. Tracks all of it.
    pub fn form(&self) -> OverrideForm {
        let DayForm { open, intervals } = self.day.form();
        let (first, last, label) = (self.first.get(), self.last.get(), self.label.get());
        OverrideForm { remove: false, first, last, label, open, intervals }
    }
}

/// First and last date, if they can be read.
pub fn dates(form: &OverrideForm) -> Option<(NaiveDate, NaiveDate)> {
    let first = parse_date(&form.first).ok()?;
    let last = if form.last.trim().is_empty() { first } else { parse_date(&form.last).ok()? };
    Some((first, last))
}

/// How long a day is open, each row by itself; rows that cannot be read yet count nothing.
pub fn open_minutes(day: &DayForm) -> u32 {
    let shifts = day.intervals.iter().filter_map(|row| Shift::parse(&row.start, &row.end).ok());
    shifts.filter(|_| day.open).map(|shift| u32::from(shift.end() - shift.start())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(start: &str, end: &str) -> IntervalForm {
        IntervalForm { start: start.to_owned(), end: end.to_owned() }
    }

    fn day(rows: &[(&str, &str)]) -> DayForm {
        DayForm { open: true, intervals: rows.iter().map(|(start, end)| row(start, end)).collect() }
    }

    #[test]
    fn minutes_count_the_night_and_leave_out_what_is_unreadable() {
        assert_eq!(open_minutes(&day(&[("09:00", "12:30"), ("13:30", "18:00")])), 480);
        assert_eq!(open_minutes(&day(&[("21:00", "02:00"), ("9", ""), ("10:00", "10:00")])), 300);
        assert_eq!(open_minutes(&day(&[("00:00", "24:00")])), 1440);
        assert_eq!(open_minutes(&DayForm { open: false, ..day(&[("09:00", "18:00")]) }), 0);
    }

    #[test]
    fn rows_keep_their_numbers_and_the_spare_one_is_never_given_away() {
        let _owner = Owner::new();
        let rows = DayRows::of(true, &day(&[("09:00", "12:00"), ("", ""), ("13:00", "18:00")]).intervals);
        let numbers = |rows: &DayRows| {
            rows.rows.with_untracked(|rows| rows.iter().map(|row| row.number).collect::<Vec<_>>())
        };
        assert_eq!((numbers(&rows), rows.spare.number), (vec![0, 2], 3), "a gap is no row");
        assert_eq!(rows.add("19:00", "20:00"), 4);
        rows.remove(0);
        assert_eq!(numbers(&rows), [2, 4]);
        rows.replace(
            &day(&[("1:00", "2:00"), ("3:00", "4:00"), ("5:00", "6:00"), ("7:00", "8:00")]).intervals,
        );
        assert_eq!(numbers(&rows), [0, 1, 2, 4]);
        assert!(rows.add("", "") > 4);
    }

    #[test]
    fn holidays_are_put_in_by_date() {
        let special = |first: &str| OverrideForm { first: first.to_owned(), ..OverrideForm::default() };
        let specials = Specials::of(&[special("2027-01-01"), OverrideForm::default(), special("2027-05-01")]);
        specials.add(&[special("2027-04-23"), special("2027-10-29")]);
        let list = specials.list.get_untracked();
        let first: Vec<_> = list.iter().map(|special| special.first.get_untracked()).collect();
        assert_eq!(first, ["2027-01-01", "2027-04-23", "2027-05-01", "2027-10-29"]);
        assert_eq!(list.iter().map(|special| special.number).collect::<Vec<_>>(), [0, 4, 2, 5]);
        assert_eq!(specials.taken().len(), 4);
    }
}
