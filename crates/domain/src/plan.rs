//! What an organisation has subscribed to, and what that lets it do.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{AppError, Code, OrganisationId};

/// A plan; a greater one has at least what a lesser one has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    Discovery,
    Team,
    Scale,
    Enterprise,
}

impl Plan {
    pub const ALL: [Self; 4] = [Self::Discovery, Self::Team, Self::Scale, Self::Enterprise];
    /// What a new organisation tries out.
    pub const TRIAL: Self = Self::Team;
    /// What it has when that is over and it has chosen nothing.
    pub const AFTER_TRIAL: Self = Self::Discovery;
    /// What an owner chooses alone; more than these is agreed with staff.
    pub const OPEN: [Self; 3] = [Self::Discovery, Self::Team, Self::Scale];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Team => "team",
            Self::Scale => "scale",
            Self::Enterprise => "enterprise",
        }
    }

    pub fn from_word(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.as_str() == text)
    }

    /// A name is not translated.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Discovery => "Discovery",
            Self::Team => "Team",
            Self::Scale => "Scale",
            Self::Enterprise => "Enterprise",
        }
    }

    /// People of one organisation, open invitations included.
    pub const fn seats(self) -> usize {
        match self {
            Self::Discovery => 5,
            Self::Team => 25,
            Self::Scale => 100,
            Self::Enterprise => 500,
        }
    }

    /// Calls at the same time. Of Enterprise the least.
    pub const fn slots(self) -> u32 {
        match self {
            Self::Discovery => 2,
            Self::Team | Self::Scale | Self::Enterprise => 10,
        }
    }

    /// Bytes of all files of the knowledge base.
    pub const fn storage(self) -> u64 {
        const GB: u64 = 1024 * 1024 * 1024;
        match self {
            Self::Discovery => GB,
            Self::Team => 10 * GB,
            Self::Scale => 50 * GB,
            Self::Enterprise => 250 * GB,
        }
    }
}

/// How long a new organisation tries a plan out.
pub const TRIAL: TimeDelta = TimeDelta::days(14);

/// So many days before a trial ends its owners are told.
pub const TRIAL_TOLD: [u8; 2] = [3, 1];

/// What an organisation has at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub plan: Plan,
    /// The plan is being tried out until then.
    pub trial_ends_at: Option<DateTime<Utc>>,
}

impl Subscription {
    /// A trial that is over is over, whether or not anybody has written it down yet.
    pub fn at(now: DateTime<Utc>, plan: Plan, trial_ends_at: Option<DateTime<Utc>>) -> Self {
        match trial_ends_at {
            Some(end) if end <= now => Self { plan: Plan::AFTER_TRIAL, trial_ends_at: None },
            trial_ends_at => Self { plan, trial_ends_at },
        }
    }
}

/// Days until the end of a trial, begun ones counted whole.
pub fn days_left(now: DateTime<Utc>, end: DateTime<Utc>) -> i64 {
    let left = end - now;
    left.num_days() + i64::from(left > TimeDelta::days(left.num_days()))
}

/// The word of the news that is due: days before the end, 0 at it. `None`: it is too early.
pub fn trial_news(now: DateTime<Utc>, end: DateTime<Utc>) -> Option<u8> {
    if end <= now {
        return Some(0);
    }
    TRIAL_TOLD.into_iter().rev().find(|days| end - now <= TimeDelta::days(i64::from(*days)))
}

/// An owner's choice.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanForm {
    /// [`Plan::as_str`].
    #[serde(default)]
    pub plan: String,
}

impl PlanForm {
    /// Errors: field `plan` is `Required`, or `ChoiceUnknown` for what no owner chooses alone.
    pub fn parse(&self) -> Result<Plan, AppError> {
        let code = if self.plan.is_empty() { Code::Required } else { Code::ChoiceUnknown };
        Plan::OPEN
            .into_iter()
            .find(|plan| plan.as_str() == self.plan)
            .ok_or_else(|| AppError::field("plan", code))
    }
}

/// What staff agreed on with an organisation: Enterprise, with so many calls at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreeForm {
    pub organisation: String,
    pub slots: String,
}

impl AgreeForm {
    pub const MOST_SLOTS: u32 = 10_000;

    /// Errors: `NotFound` for what is no identifier; field `slots` is `Required` or `SlotsUnfit` (no number, or not
    /// between what every Enterprise has and [`Self::MOST_SLOTS`]).
    pub fn parse(&self) -> Result<(OrganisationId, u32), AppError> {
        let organisation = self.organisation.parse().map_err(|_| Code::NotFound)?;
        let typed = self.slots.trim();
        let slots = match whole_number(typed) {
            Some(slots) if (Plan::Enterprise.slots()..=Self::MOST_SLOTS).contains(&slots) => Ok(slots),
            _ if typed.is_empty() => Err(Code::Required),
            _ => Err(Code::SlotsUnfit),
        };
        slots.map(|slots| (organisation, slots)).map_err(|code| AppError::field("slots", code))
    }
}

/// Reads `10000` and, as both languages write it, `10.000` or `10,000`.
pub(crate) fn whole_number(typed: &str) -> Option<u32> {
    let mut groups = typed.split(['.', ',', ' ', '\u{a0}']);
    let mut digits = groups.next()?.to_owned();
    let begun = digits.len();
    for group in groups {
        if !(1..=3).contains(&begun) || group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_a_greater_plan_has_more_seats() {
        assert!(Plan::ALL.into_iter().all(|plan| Plan::from_word(plan.as_str()) == Some(plan)));
        assert_eq!(Plan::from_word("Team"), None);
        assert!(Plan::ALL.is_sorted_by(|one, next| one < next && one.seats() < next.seats()));
        assert_eq!(Plan::ALL.map(Plan::slots), [2, 10, 10, 10], "as published");
        assert!(Plan::ALL.is_sorted_by(|one, next| one.storage() < next.storage()));
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_trial_ends_by_itself_and_at_its_instant() {
        let end = at("2026-12-07T09:00:00Z");
        let running = Subscription { plan: Plan::Team, trial_ends_at: Some(end) };
        assert_eq!(Subscription::at(end - TimeDelta::seconds(1), Plan::Team, Some(end)), running);
        let over = Subscription { plan: Plan::Discovery, trial_ends_at: None };
        assert_eq!(Subscription::at(end, Plan::Team, Some(end)), over);
        let chosen = Subscription { plan: Plan::Scale, trial_ends_at: None };
        assert_eq!(Subscription::at(end, Plan::Scale, None), chosen);
    }

    #[test]
    fn news_of_a_trial_is_due_three_days_and_one_day_before_and_at_its_end() {
        let end = at("2026-12-07T09:00:00Z");
        let due = |text| trial_news(at(text), end);
        assert_eq!(due("2026-12-04T08:59:59Z"), None);
        assert_eq!(due("2026-12-04T09:00:00Z"), Some(3));
        assert_eq!(due("2026-12-06T08:59:59Z"), Some(3));
        assert_eq!(due("2026-12-06T09:00:00Z"), Some(1));
        assert_eq!((due("2026-12-07T09:00:00Z"), due("2027-12-07T09:00:00Z")), (Some(0), Some(0)));
        let left = |text| days_left(at(text), end);
        assert_eq!((left("2026-11-23T09:00:00Z"), left("2026-11-23T09:00:01Z")), (14, 14));
        assert_eq!((left("2026-12-06T09:00:00Z"), left("2026-12-07T08:59:59Z")), (1, 1));
    }

    #[test]
    fn staff_agree_on_ten_calls_or_more() {
        let organisation = "0190b6f0-0000-7000-8000-000000000001";
        let agree = |slots: &str| {
            let form = AgreeForm { organisation: organisation.into(), slots: slots.into() };
            form.parse().map(|(_, slots)| slots).map_err(|error| error.fields[0].code)
        };
        assert_eq!((agree("10"), agree(" 10000 ")), (Ok(10), Ok(10_000)));
        assert_eq!((agree("10.000"), agree("1,500"), agree("1 500")), (Ok(10_000), Ok(1_500), Ok(1_500)));
        assert_eq!(agree(" "), Err(Code::Required));
        for unfit in [
            "9",
            "0",
            "-10",
            "+10",
            "10001",
            "1e3",
            "10,5",
            "1.0000",
            "1000.000",
            ".100",
            "99999999999",
            "on",
        ] {
            assert_eq!(agree(unfit), Err(Code::SlotsUnfit), "{unfit}");
        }
        assert_eq!(
            AgreeForm { organisation: "x".into(), slots: "10".into() }.parse(),
            Err(Code::NotFound.into())
        );
    }

    #[test]
    fn an_owner_chooses_what_is_open() {
        let choose =
            |plan: &str| PlanForm { plan: plan.into() }.parse().map_err(|error| error.fields[0].code);
        assert_eq!(choose("scale"), Ok(Plan::Scale));
        assert_eq!(choose(""), Err(Code::Required));
        assert_eq!(
            (choose("enterprise"), choose("Team")),
            (Err(Code::ChoiceUnknown), Err(Code::ChoiceUnknown))
        );
    }
}
