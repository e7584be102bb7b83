//! What another time zone makes of today: the hours stay as they are written, on another clock, campaigns with them, and the
//! calls of today are those since another midnight.

use chrono_tz::Tz;
use domain::{AppError, Member, hours::Explanation};
use entity::{campaign, hours};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};

use super::{
    clock,
    schedule::{find_zone, schedule_of},
};
use crate::{Context, dashboard, failure::OrInternal, notifications, zones};

/// The same moment and the same hours in two zones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneChange {
    pub from: Tz,
    pub to: Tz,
    pub before: Explanation,
    pub after: Explanation,
    /// Calls of today, by the midnight of each.
    pub calls: [u32; 2],
    /// Campaigns that call in business hours now.
    pub campaigns: u64,
    /// When the next daily digest is sent, each with its zone; `None` where nobody gets one.
    pub digest: Option<[String; 2]>,
}

/// The zone that the one of the organisation is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other<'z> {
    /// It was the organisation's.
    Before(&'z str),
    /// It may become the organisation's.
    After(&'z str),
}

/// What the change from the one zone to the other means now. `None` if they are the same, or there is no such zone.
pub async fn explain_zone_change(
    context: &Context,
    member: Member,
    other: Other<'_>,
) -> Result<Option<ZoneChange>, AppError> {
    let read = context.database.read();
    let own = find_zone(read, member).await?;
    let (Other::Before(name) | Other::After(name)) = other;
    let Some(named) = zones::parse(name).ok().filter(|named| *named != own) else { return Ok(None) };
    let [from, to] = match other {
        Other::Before(_) => [named, own],
        Other::After(_) => [own, named],
    };
    let row = hours::Entity::in_organisation(member.organisation).one(read).await.or_internal()?;
    let (schedule, now) = (schedule_of(row.as_ref())?, context.now());
    let [before, after] = [from, to].map(|zone| clock::explain(&schedule, zone, now));
    let campaigns = campaign::Entity::in_organisation(member.organisation)
        .filter(campaign::Entity::is_active())
        .filter(campaign::Column::StartsAt.lte(now));
    Ok(Some(ZoneChange {
        from,
        to,
        before,
        after,
        calls: dashboard::count_today(context, member, [from, to]).await?,
        campaigns: campaigns.count(read).await.or_internal()?,
        digest: notifications::next_daily(context, member.organisation, [from, to]).await?,
    }))
}
