//! What the answers to common questions speak of, as it is now.

use chrono::{DateTime, Utc};
use domain::{AppError, Code, Member, plan::Subscription, security::IdleLimit, support::Consent};
use entity::organisation;

use crate::{Context, account::Factors, audit, failure::OrInternal, knowledge, security};

#[derive(Clone, Debug)]
pub struct Facts {
    /// `Europe/Istanbul`
    pub time_zone: String,
    /// Who set it, if anybody did within the time that the trail remembers; told to administrators only.
    pub zone_set: Option<ZoneSet>,
    pub created_at: DateTime<Utc>,
    pub categories: usize,
    pub files: u64,
    /// Files without a category.
    pub uncategorised: u64,
    pub subscription: Subscription,
    /// Calls at the same time.
    pub slots: u32,
    pub two_factor_required: bool,
    /// The reader has a second factor.
    pub has_two_factor: bool,
    /// Members without one; told to administrators only.
    pub without_two_factor: Option<usize>,
    pub idle_limit: IdleLimit,
    pub consent: Consent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneSet {
    pub at: DateTime<Utc>,
    pub by: Option<String>,
}

pub async fn load_facts(context: &Context, member: Member) -> Result<Facts, AppError> {
    let read = context.database.read();
    let row = organisation::Entity::by_id(member.organisation).one(read).await.or_internal()?;
    let row = row.ok_or(Code::NotFound)?;
    let known = knowledge::list_categories(context, member).await?;
    let own = Factors::of(read, member.person).await?;
    let (mut zone_set, mut without_two_factor) = (None, None);
    if let Ok(admin) = member.admin() {
        let set = audit::last_changes(context, member, "general").await?;
        let set = set.into_iter().find(|line| {
            serde_json::from_str::<serde_json::Value>(&line.row.after)
                .is_ok_and(|after| after.get("time_zone").is_some())
        });
        zone_set = set.map(|line| ZoneSet { at: line.row.at, by: line.person.map(|(name, _)| name) });
        let people = security::load_security(context, admin).await?.people;
        without_two_factor = Some(people.iter().filter(|person| !person.has_second_factor).count());
    }
    let first_level = known.lines.iter().filter(|line| line.parent.is_none());
    let now = context.now();
    Ok(Facts {
        zone_set,
        without_two_factor,
        created_at: row.created_at,
        categories: known.lines.len(),
        files: first_level.map(|line| line.files).sum::<u64>() + known.uncategorised,
        uncategorised: known.uncategorised,
        subscription: row.subscription(now),
        slots: row.slots(now),
        two_factor_required: row.two_factor_required,
        has_two_factor: own.any(),
        idle_limit: IdleLimit::from_column(row.idle_limit),
        consent: row.consent(),
        time_zone: row.time_zone,
    })
}
