//! What another time zone makes of the hours: they stay as they are written, on another clock.

use chrono_tz::Tz;
use domain::{AppError, Member, hours::Explanation};
use entity::hours;

use super::{
    clock,
    schedule::{find_zone, schedule_of},
};
use crate::{Context, failure::OrInternal, zones};

/// The same moment and the same hours in two zones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneChange {
    pub from: Tz,
    pub to: Tz,
    pub before: Explanation,
    pub after: Explanation,
}

/// What it means now that the zone of the organisation was `from`. `None` if it still is, or there is no such zone.
pub async fn explain_zone_change(
    context: &Context,
    member: Member,
    from: &str,
) -> Result<Option<ZoneChange>, AppError> {
    let read = context.database.read();
    let to = find_zone(read, member).await?;
    let Some(from) = zones::parse(from).ok().filter(|from| *from != to) else { return Ok(None) };
    let row = hours::Entity::in_organisation(member.organisation).one(read).await.or_internal()?;
    let (schedule, now) = (schedule_of(row.as_ref())?, context.now());
    let [before, after] = [from, to].map(|zone| clock::explain(&schedule, zone, now));
    Ok(Some(ZoneChange { from, to, before, after }))
}
