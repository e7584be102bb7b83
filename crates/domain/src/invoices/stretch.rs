//! Stretches of days with one plan: where they begin and end, and the line that charges one.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{KDV, Price};
use crate::{money::Money, plan::Plan};

/// One line of an invoice: some days of a month with a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub plan: Plan,
    pub first: NaiveDate,
    /// In the same month.
    pub last: NaiveDate,
    /// Calls at once that the unit is for each of.
    pub slots: Option<u32>,
    /// For a month, without tax.
    pub unit: Money,
    pub net: Money,
    /// In basis points.
    pub rate: u32,
    pub tax: Money,
}

impl Line {
    /// What the days from `first` to `last`, both of one month, cost; `None`: nothing.
    pub fn charge(plan: Plan, price: Price, first: NaiveDate, last: NaiveDate) -> Option<Self> {
        let net = price.month().share(days_between(first, last), days_of_month(first));
        let Price { unit, slots } = price;
        let line = Self { plan, first, last, slots, unit, net, rate: KDV, tax: net.tax(KDV) };
        (first <= last && net > Money::ZERO).then_some(line)
    }

    pub fn days(&self) -> u32 {
        days_between(self.first, self.last)
    }

    pub fn total(&self) -> Money {
        self.net + self.tax
    }
}

/// What a document comes to: tax is that of its lines, never of their sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    pub net: Money,
    pub tax: Money,
}

impl Sums {
    pub fn of(lines: &[Line]) -> Self {
        Self { net: lines.iter().map(|line| line.net).sum(), tax: lines.iter().map(|line| line.tax).sum() }
    }

    pub fn total(self) -> Money {
        self.net + self.tax
    }
}

fn days_between(first: NaiveDate, last: NaiveDate) -> u32 {
    u32::try_from((last - first).num_days() + 1).unwrap_or(0)
}

/// How many days the month of a date has.
pub fn days_of_month(date: NaiveDate) -> u32 {
    u32::from(date.num_days_in_month())
}

/// The days from `first` to `last` as stretches that each lie in one month, oldest first.
pub fn months(first: NaiveDate, last: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
    let mut stretches = Vec::new();
    let mut begin = first;
    while begin <= last {
        let end = begin.with_day(days_of_month(begin)).unwrap_or(begin).min(last);
        stretches.push((begin, end));
        match end.succ_opt() {
            Some(next) => begin = next,
            None => break,
        }
    }
    stretches
}

/// The first day that is charged by the new price when a plan changes on `day`: the day itself belongs to the dearer of
/// the two, so that nobody has a day of a plan for nothing.
pub fn switch_day(day: NaiveDate, old: Price, new: Price) -> NaiveDate {
    if new.month() >= old.month() { day } else { day.succ_opt().unwrap_or(day) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn team() -> Price {
        Price::of(Plan::Team, 0)
    }

    #[test]
    fn a_whole_month_costs_its_price_whatever_its_length() {
        for (first, last) in
            [("2026-02-01", "2026-02-28"), ("2028-02-01", "2028-02-29"), ("2026-11-01", "2026-11-30")]
        {
            let line = Line::charge(Plan::Team, team(), day(first), day(last)).unwrap();
            assert_eq!(
                (line.net, line.tax, line.total()),
                (Money::lira(1_990), Money::lira(398), Money::lira(2_388))
            );
        }
    }

    #[test]
    fn some_days_cost_their_share() {
        let line = Line::charge(Plan::Team, team(), day("2026-11-01"), day("2026-11-14")).unwrap();
        assert_eq!((line.days(), line.net, line.tax), (14, Money(92_867), Money(18_573)));
        let agreed = Line::charge(
            Plan::Enterprise,
            Price::of(Plan::Enterprise, 12),
            day("2026-11-30"),
            day("2026-11-30"),
        );
        assert_eq!(agreed.unwrap().net, Money(31_600));
        assert_eq!(Line::charge(Plan::Discovery, Price::FREE, day("2026-11-01"), day("2026-11-30")), None);
        assert_eq!(Line::charge(Plan::Team, team(), day("2026-11-02"), day("2026-11-01")), None);
    }

    #[test]
    fn the_day_of_a_change_belongs_to_the_dearer_plan() {
        let scale = Price::of(Plan::Scale, 0);
        assert_eq!(switch_day(day("2026-11-15"), team(), scale), day("2026-11-15"));
        assert_eq!(switch_day(day("2026-11-15"), scale, team()), day("2026-11-16"));
    }

    #[test]
    fn a_server_that_was_away_for_months_charges_each() {
        let stretches = months(day("2026-11-20"), day("2027-01-31"));
        let expected =
            [("2026-11-20", "2026-11-30"), ("2026-12-01", "2026-12-31"), ("2027-01-01", "2027-01-31")];
        assert_eq!(stretches, expected.map(|(first, last)| (day(first), day(last))));
        assert_eq!(months(day("2026-11-20"), day("2026-11-19")), []);
    }

    proptest! {
        /// Wherever a month is cut, its parts cost the month, but for half a kuruş each.
        #[test]
        fn parts_of_a_month_add_up(cut in 1u32..=30, slots in 10u32..=10_000) {
            let (first, last) = (day("2026-12-01"), day("2026-12-31"));
            let middle = first.with_day(cut).unwrap();
            let price = Price::of(Plan::Enterprise, slots);
            let cost = |from, to| Line::charge(Plan::Enterprise, price, from, to).unwrap().net;
            let parts = cost(first, middle) + cost(middle.succ_opt().unwrap(), last);
            prop_assert!((parts - price.month()).kurus().abs() <= 1);
        }

        #[test]
        fn the_tax_of_a_document_is_that_of_its_lines(cuts in proptest::collection::vec(1u32..=31, 1..6)) {
            let lines: Vec<Line> = cuts
                .into_iter()
                .filter_map(|cut| Line::charge(Plan::Team, team(), day("2026-12-01"), day("2026-12-01").with_day(cut)?))
                .collect();
            let sums = Sums::of(&lines);
            prop_assert_eq!(sums.total(), lines.iter().map(Line::total).sum());
        }
    }
}
