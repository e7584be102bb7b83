//! Slots: taking one, prolonging it, giving it back; never more than the plan allows, on any number of nodes.
//!
//! One conditional update of the organisation's `slot_pool` row decides. Whoever takes or gives back has locked that row first, so
//! that its count is the number of held leases. Time is the context's, on every node.

mod panel;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AppError, Code, LeaseId, OrganisationId,
    actor::WriteSlots,
    slots::{Direction, LEASE, Limits, quarter_of},
};
use entity::{call, hours, lease, organisation, slot_pool, slot_weather};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, SelectStatement},
};

pub(crate) use panel::usage;
pub use panel::{Panel, load_panel, load_usage, reserve, watch};

use crate::{
    Context, counts,
    failure::{OrInternal, internal},
    hours::schedule::is_open,
};

/// So long the row of a slot that was given back stays.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);

/// How many slots there are and how many are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Of the plan.
    pub limit: u32,
    /// Of those, kept free now for calls that come in.
    pub reserved: u32,
    /// More than `limit` after a smaller plan was chosen: running calls finish.
    pub in_use: u32,
}

/// A slot that was just taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub id: LeaseId,
    /// Until then, unless it is prolonged.
    pub expires_at: DateTime<Utc>,
    pub usage: Usage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acquired {
    Held(Held),
    /// None was free. Counted in the weather.
    Full(Usage),
}

/// Takes a slot for [`LEASE`]. Errors: `NotFound` (the organisation is gone).
pub async fn acquire(
    context: &Context,
    machine: WriteSlots,
    direction: Direction,
) -> Result<Acquired, AppError> {
    let (inner, id) = (context.clone(), LeaseId(context.id()));
    let taken = context.database.write(move |on| {
        Box::pin(async move {
            let row = organisation::Entity::by_id(machine.organisation).one(on).await.or_internal()?;
            acquire_on(&inner, on, &row.ok_or(Code::NotFound)?, direction, id).await
        })
    });
    taken.await
}

/// [`acquire`] inside the caller's transaction, which must commit even if there was none: refusals are counted.
/// Errors: `OrganisationDeleting`.
pub(crate) async fn acquire_on(
    context: &Context,
    on: &impl ConnectionTrait,
    row: &organisation::Model,
    direction: Direction,
    id: LeaseId,
) -> Result<Acquired, AppError> {
    let (now, of) = (context.now(), row.id());
    if !row.stage().is_open() {
        return Err(Code::OrganisationDeleting.into());
    }
    let limits = limits(on, row, now).await?;
    let pool = match take(on, of, direction, limits).await? {
        Some(pool) => Some(let_go_of_expired(on, of, now).await?.unwrap_or(pool)),
        None => {
            // Perhaps the first one ever; else perhaps somebody crashed.
            let first =
                slot_pool::ActiveModel { organisation_id: Set(of.0), in_use: Set(0), outbound: Set(0) };
            let keep = OnConflict::column(slot_pool::Column::OrganisationId).do_nothing().to_owned();
            slot_pool::Entity::insert(first)
                .on_conflict(keep)
                .exec_without_returning(on)
                .await
                .or_internal()?;
            let_go_of_expired(on, of, now).await?;
            take(on, of, direction, limits).await?
        }
    };
    let usage = |in_use: i32| Usage { limit: limits.limit, reserved: limits.reserved, in_use: count(in_use) };
    let Some(pool) = pool else {
        let pool = lock_pool(on, of).await?;
        note_weather(on, of, now, pool.in_use, 1).await?;
        counts::slot(false);
        return Ok(Acquired::Full(usage(pool.in_use)));
    };
    let expires_at = now + LEASE;
    let row = lease::ActiveModel {
        id: Set(id.0),
        organisation_id: Set(of.0),
        direction: Set(direction.as_str().to_owned()),
        acquired_at: Set(now),
        expires_at: Set(expires_at),
        held: Set(true),
    };
    lease::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
    note_weather(on, of, now, pool.in_use, 0).await?;
    counts::slot(true);
    Ok(Acquired::Held(Held { id, expires_at, usage: usage(pool.in_use) }))
}

/// Holds a slot for another [`LEASE`] from now on; says until when. Errors: `NotFound`, `LeaseEnded`.
pub async fn prolong(context: &Context, machine: WriteSlots, id: LeaseId) -> Result<DateTime<Utc>, AppError> {
    let (inner, of) = (context.clone(), machine.organisation);
    let prolonged = context.database.write(move |on| {
        Box::pin(async move {
            refuse_call(on, of, id).await?;
            prolong_on(&inner, on, of, id).await
        })
    });
    prolonged.await
}

/// [`prolong`] inside the caller's transaction.
pub(crate) async fn prolong_on(
    context: &Context,
    on: &impl ConnectionTrait,
    of: OrganisationId,
    id: LeaseId,
) -> Result<DateTime<Utc>, AppError> {
    let now = context.now();
    let expires_at = now + LEASE;
    let prolonged = lease::Entity::update_many()
        .col_expr(lease::Column::ExpiresAt, Expr::value(expires_at))
        .filter(lease::Column::OrganisationId.eq(of.0))
        .filter(lease::Column::Id.eq(id.0))
        .filter(lease::Column::Held.eq(true))
        .filter(lease::Column::ExpiresAt.gt(now))
        .exec(on)
        .await
        .or_internal()?;
    if prolonged.rows_affected == 0 {
        find(on, of, id).await?;
        return Err(Code::LeaseEnded.into());
    }
    // Calls that go on from one quarter into the next are part of its weather as well; later ones note themselves.
    let quarter = slot_weather::Entity::find_by_id((of.0, quarter_of(now))).one(on).await.or_internal()?;
    if quarter.is_none() {
        let in_use = count_live(on, of, now).await?;
        note_weather(on, of, now, i32::try_from(in_use).unwrap_or(i32::MAX), 0).await?;
    }
    Ok(expires_at)
}

/// Gives a slot back; doing so twice is no error. Errors: `NotFound`.
pub async fn release(context: &Context, machine: WriteSlots, id: LeaseId) -> Result<(), AppError> {
    let (inner, of) = (context.clone(), machine.organisation);
    let released = context.database.write(move |on| {
        Box::pin(async move {
            refuse_call(on, of, id).await?;
            release_on(&inner, on, of, id).await
        })
    });
    released.await
}

/// [`release`] inside the caller's transaction.
pub(crate) async fn release_on(
    context: &Context,
    on: &impl ConnectionTrait,
    of: OrganisationId,
    id: LeaseId,
) -> Result<(), AppError> {
    let now = context.now();
    let found = find(on, of, id).await?;
    lock_pool(on, of).await?;
    let released = lease::Entity::update_many()
        .col_expr(lease::Column::Held, Expr::value(false))
        .col_expr(lease::Column::ExpiresAt, Expr::value(Ord::min(now, found.expires_at)))
        .filter(lease::Column::Id.eq(id.0))
        .filter(lease::Column::Held.eq(true))
        .exec(on)
        .await
        .or_internal()?;
    if released.rows_affected == 1 {
        give_back(on, of, &[found.direction()]).await?;
    }
    Ok(())
}

/// Forgets slots that were given back, or ran out, a while ago: how many. The server does this every minute.
pub async fn sweep(context: &Context) -> Result<u64, AppError> {
    let before = context.now() - REMEMBERED;
    let swept = context.database.write(move |on| {
        Box::pin(async move {
            let gone = lease::Entity::delete_many()
                .filter(lease::Column::Held.eq(false))
                .filter(lease::Column::ExpiresAt.lt(before))
                // A call that nobody has written down as lost yet ended when its slot did.
                .filter(lease::Column::Id.not_in_subquery(running_calls()))
                .exec(on)
                .await
                .or_internal()?;
            Ok(gone.rows_affected)
        })
    });
    swept.await
}

fn running_calls() -> SelectStatement {
    call::Entity::find()
        .select_only()
        .column(call::Column::Id)
        .filter(call::Column::EndedAt.is_null())
        .into_query()
}

/// The slot of a call is prolonged and given back with the call. Errors: `NotFound`.
async fn refuse_call(on: &impl ConnectionTrait, of: OrganisationId, id: LeaseId) -> Result<(), AppError> {
    let call = call::Entity::in_organisation(of).filter(call::Column::Id.eq(id.0));
    if call.count(on).await.or_internal()? == 0 { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// What the organisation may have at once, at a moment.
pub(crate) async fn limits(
    on: &impl ConnectionTrait,
    row: &organisation::Model,
    now: DateTime<Utc>,
) -> Result<Limits, AppError> {
    let (limit, reserved) = (row.slots(now), count(row.slots_reserved));
    if reserved == 0 {
        return Ok(Limits::new(limit, 0, false));
    }
    let hours = hours::Entity::in_organisation(row.id()).one(on).await.or_internal()?;
    Ok(Limits::new(limit, reserved, is_open(hours.as_ref(), &row.time_zone, now)?))
}

/// The deciding statement. `None`: nothing is free, or the organisation has no pool yet.
async fn take(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    direction: Direction,
    limits: Limits,
) -> Result<Option<slot_pool::Model>, AppError> {
    let (in_use, outbound) = (Expr::col(slot_pool::Column::InUse), Expr::col(slot_pool::Column::Outbound));
    let mut update = slot_pool::Entity::update_many()
        .col_expr(slot_pool::Column::InUse, in_use.add(1))
        .filter(slot_pool::Column::OrganisationId.eq(of.0))
        .filter(slot_pool::Column::InUse.lt(whole(limits.limit)));
    if direction == Direction::Outbound {
        update = update
            .col_expr(slot_pool::Column::Outbound, outbound.add(1))
            .filter(slot_pool::Column::Outbound.lt(whole(limits.of(direction))));
    }
    Ok(update.exec_with_returning(on).await.or_internal()?.pop())
}

/// Whether a slot is held at a moment; one whose time has run out is free from now on.
pub(crate) async fn is_held(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    id: LeaseId,
    now: DateTime<Utc>,
) -> Result<bool, AppError> {
    let_go_of_expired(on, of, now).await?;
    let held = lease::Entity::in_organisation(of)
        .filter(lease::Column::Id.eq(id.0))
        .filter(lease::Column::Held.eq(true));
    Ok(held.one(on).await.or_internal()?.is_some())
}

/// Frees the slots of crashed holders; gives the pool if there were any.
async fn let_go_of_expired(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    now: DateTime<Utc>,
) -> Result<Option<slot_pool::Model>, AppError> {
    lock_pool(on, of).await?;
    let expired = lease::Entity::update_many()
        .col_expr(lease::Column::Held, Expr::value(false))
        .filter(lease::Column::OrganisationId.eq(of.0))
        .filter(lease::Column::Held.eq(true))
        .filter(lease::Column::ExpiresAt.lte(now))
        .exec_with_returning(on)
        .await
        .or_internal()?;
    let directions: Vec<Direction> = expired.iter().map(lease::Model::direction).collect();
    if directions.is_empty() { Ok(None) } else { give_back(on, of, &directions).await.map(Some) }
}

async fn give_back(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    directions: &[Direction],
) -> Result<slot_pool::Model, AppError> {
    let number = |directions: usize| i32::try_from(directions).unwrap_or(i32::MAX);
    let outbound = directions.iter().filter(|direction| **direction == Direction::Outbound).count();
    let mut pools = slot_pool::Entity::update_many()
        .col_expr(slot_pool::Column::InUse, Expr::col(slot_pool::Column::InUse).sub(number(directions.len())))
        .col_expr(slot_pool::Column::Outbound, Expr::col(slot_pool::Column::Outbound).sub(number(outbound)))
        .filter(slot_pool::Column::OrganisationId.eq(of.0))
        .exec_with_returning(on)
        .await
        .or_internal()?;
    pools.pop().ok_or_else(|| internal("held slots without a pool"))
}

async fn lock_pool(on: &impl ConnectionTrait, of: OrganisationId) -> Result<slot_pool::Model, AppError> {
    let pool = slot_pool::Entity::in_organisation(of).lock_exclusive().one(on).await.or_internal()?;
    pool.ok_or_else(|| internal("held slots without a pool"))
}

async fn find(on: &impl ConnectionTrait, of: OrganisationId, id: LeaseId) -> Result<lease::Model, AppError> {
    let found = lease::Entity::in_organisation(of).filter(lease::Column::Id.eq(id.0));
    found.one(on).await.or_internal()?.ok_or_else(|| Code::NotFound.into())
}

/// How many slots are held now, whoever has looked.
pub(crate) async fn count_live(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    now: DateTime<Utc>,
) -> Result<u64, AppError> {
    let live = lease::Entity::in_organisation(of)
        .filter(lease::Column::Held.eq(true))
        .filter(lease::Column::ExpiresAt.gt(now));
    live.count(on).await.or_internal()
}

/// How many slots are held now, of all organisations together.
pub async fn count_all(context: &Context) -> Result<u64, AppError> {
    let live = lease::Entity::find()
        .filter(lease::Column::Held.eq(true))
        .filter(lease::Column::ExpiresAt.gt(context.now()));
    live.count(context.database.read()).await.or_internal()
}

async fn note_weather(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    now: DateTime<Utc>,
    in_use: i32,
    refused: i32,
) -> Result<(), AppError> {
    let row = slot_weather::ActiveModel {
        organisation_id: Set(of.0),
        quarter: Set(quarter_of(now)),
        peak: Set(in_use),
        refused: Set(refused),
    };
    let column = |column| Expr::col((slot_weather::Entity, column));
    let peak = CaseStatement::new()
        .case(column(slot_weather::Column::Peak).lt(in_use), in_use)
        .finally(column(slot_weather::Column::Peak));
    let more = OnConflict::columns([slot_weather::Column::OrganisationId, slot_weather::Column::Quarter])
        .value(slot_weather::Column::Peak, peak)
        .value(slot_weather::Column::Refused, column(slot_weather::Column::Refused).add(refused))
        .to_owned();
    slot_weather::Entity::insert(row).on_conflict(more).exec_without_returning(on).await.or_internal()?;
    Ok(())
}

fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}
