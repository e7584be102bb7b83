//! How full it is: now, in the last day, and by hour of the week; and how many slots are kept for calls that come in.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use domain::{
    Admin, AppError, Code, OrganisationId, Role,
    actor::ReadSlots,
    slots::{Cell, Limits, ReserveForm, Weather},
};
use entity::{organisation, slot_weather};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use super::{Usage, count, count_live, limits, whole};
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    members::{acting_role, lock_organisation},
    zones,
};

/// So far back the hours of the week are looked at: each of them four times.
const WEEKS: TimeDelta = TimeDelta::weeks(4);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    pub usage: Usage,
    /// Chosen to be kept free while it is open; what holds now is in `usage`.
    pub reserved: u32,
    /// The most slots held at once in the last 24 hours, and how many calls were refused in them.
    pub peak: u32,
    pub refused: u32,
    /// Of the last four weeks.
    pub weather: Weather,
}

pub async fn load_panel(context: &Context, admin: Admin) -> Result<Panel, AppError> {
    let (read, now) = (context.database.read(), context.now());
    let row = organisation::Entity::by_id(admin.organisation).one(read).await.or_internal()?;
    let row = row.ok_or(Code::NotFound)?;
    let zone = zones::parse(&row.time_zone).map_err(AppError::from)?;
    let quarters = slot_weather::Entity::in_organisation(row.id())
        .filter(slot_weather::Column::Quarter.gt(now - WEEKS))
        .all(read)
        .await
        .or_internal()?;
    let usage = usage(read, &row, now).await?;
    let (mut peak, mut refused, mut weather) = (usage.in_use, 0, Weather::default());
    for quarter in quarters {
        let local = quarter.quarter.with_timezone(&zone);
        let of_quarter = Cell { peak: count(quarter.peak), refused: count(quarter.refused) };
        weather.add(local.weekday(), local.hour(), of_quarter);
        if quarter.quarter > now - TimeDelta::days(1) {
            peak = peak.max(of_quarter.peak);
            refused += of_quarter.refused;
        }
    }
    Ok(Panel { usage, reserved: count(row.slots_reserved), peak, refused, weather })
}

/// For the page, while it is looked at.
pub async fn watch(context: &Context, admin: Admin) -> Result<Usage, AppError> {
    usage_of(context, admin.organisation).await
}

/// For programs.
pub async fn load_usage(context: &Context, machine: ReadSlots) -> Result<Usage, AppError> {
    usage_of(context, machine.organisation).await
}

async fn usage_of(context: &Context, of: OrganisationId) -> Result<Usage, AppError> {
    let read = context.database.read();
    let row = organisation::Entity::by_id(of).one(read).await.or_internal()?;
    usage(read, &row.ok_or(Code::NotFound)?, context.now()).await
}

/// Keeps slots free for calls that come in, from the next call on. Errors: field `reserved`.
pub async fn reserve(context: &Context, admin: Admin, form: ReserveForm) -> Result<u32, AppError> {
    let inner = context.clone();
    let reserved = context.database.write(move |on| {
        Box::pin(async move {
            let row = lock_organisation(on, admin.organisation).await?;
            acting_role(on, *admin, Role::Admin).await?;
            let reserved = form.parse(row.slots(inner.now()))?;
            save_reserved(on, row.id(), reserved).await?;
            let entry = Entry {
                organisation: Some(row.id()),
                before: json!({ "reserved": row.slots_reserved }),
                after: json!({ "reserved": reserved }),
                ..audit::personal(admin.person, "billing.reserve_slots")
            };
            if entry.before != entry.after {
                audit::record(&inner, on, entry).await?;
            }
            Ok(reserved)
        })
    });
    reserved.await
}

async fn save_reserved(on: &impl ConnectionTrait, of: OrganisationId, reserved: u32) -> Result<(), AppError> {
    organisation::Entity::update_many()
        .col_expr(organisation::Column::SlotsReserved, Expr::value(whole(reserved)))
        .filter(organisation::Column::Id.eq(of.0))
        .exec(on)
        .await
        .or_internal()?;
    Ok(())
}

pub(crate) async fn usage(
    on: &impl ConnectionTrait,
    row: &organisation::Model,
    now: DateTime<Utc>,
) -> Result<Usage, AppError> {
    let Limits { limit, reserved } = limits(on, row, now).await?;
    let in_use = count_live(on, row.id(), now).await?;
    Ok(Usage { limit, reserved, in_use: u32::try_from(in_use).unwrap_or(u32::MAX) })
}
