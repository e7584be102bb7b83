//! Whom to call now. Any number of nodes may ask at once: a slot, the next customer and the call are taken in one
//! transaction, the organisation's pool of slots locked first; only then is the platform asked to call.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AppError, CallId, CampaignId, LeaseId, OrganisationId,
    calls::{Number, Outcome, Start},
    campaigns::TargetState,
    slots::Direction,
    upstream::Failure,
};
use entity::{agent, campaign, campaign_target, customer, hours, lease, organisation};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, LockType},
};

use super::{outbound, settle::finish_on};
use crate::{
    Context,
    calls::{self, With},
    failure::OrInternal,
    hours::schedule::is_open,
    slots::{self, Acquired},
    upstream::{self, NotPlaced, Order},
};

/// After trouble with the platform a campaign calls nobody for so long.
const PAUSE: TimeDelta = TimeDelta::seconds(30);
/// Campaigns looked at in one go.
const MOST: u64 = 500;

/// Begins the calls that are due, as far as slots go: how many. The server does this every second, on every node.
pub async fn dispatch(context: &Context) -> Result<usize, AppError> {
    let mut by_organisation = BTreeMap::<OrganisationId, Vec<CampaignId>>::new();
    for row in due(context).await? {
        by_organisation.entry(OrganisationId(row.organisation_id)).or_default().push(row.id());
    }
    let mut begun = 0;
    for (of, campaigns) in by_organisation {
        // What is wrong with one organisation keeps no other waiting.
        match dispatch_for(context, of, campaigns).await {
            Ok(number) => begun += number,
            Err(error) => tracing::warn!(%error, organisation = %of, "a campaign could not call"),
        }
    }
    Ok(begun)
}

/// Campaigns that have somebody to call now.
async fn due(context: &Context) -> Result<Vec<campaign::Model>, AppError> {
    let now = context.now();
    let waiting = campaign_target::Entity::find()
        .select_only()
        .column(campaign_target::Column::CampaignId)
        .filter(
            Expr::col((campaign_target::Entity, campaign_target::Column::CampaignId))
                .eq(Expr::col((campaign::Entity, campaign::Column::Id))),
        )
        .filter(campaign_target::Column::State.eq(TargetState::Waiting.as_str()))
        .filter(campaign_target::Column::NextAt.lte(now))
        .into_query();
    let active = organisation::Entity::active().select_only().column(organisation::Column::Id);
    campaign::Entity::find()
        .filter(callable(now))
        .filter(campaign::Column::OrganisationId.in_subquery(active.into_query()))
        .filter(Expr::exists(waiting))
        .order_by_asc(campaign::Column::Id)
        .limit(MOST)
        .all(context.database.read())
        .await
        .or_internal()
}

/// Campaigns that may call now, if it is open.
fn callable(now: DateTime<Utc>) -> Condition {
    let rested =
        Condition::any().add(campaign::Column::RetryAt.is_null()).add(campaign::Column::RetryAt.lte(now));
    Condition::all().add(campaign::Entity::is_active()).add(campaign::Column::StartsAt.lte(now)).add(rested)
}

/// One call of each campaign after the other, until no slot is free or nobody is left to call now.
async fn dispatch_for(
    context: &Context,
    of: OrganisationId,
    mut campaigns: Vec<CampaignId>,
) -> Result<usize, AppError> {
    let (read, now) = (context.database.read(), context.now());
    let row = organisation::Entity::by_id(of).one(read).await.or_internal()?;
    let Some(row) = row.filter(|row| row.stage().is_open()) else { return Ok(0) };
    let schedule = hours::Entity::in_organisation(of).one(read).await.or_internal()?;
    if !is_open(schedule.as_ref(), &row.time_zone, now)? {
        return Ok(0);
    }
    let running = lease::Entity::in_organisation(of)
        .filter(lease::Column::Held.eq(true))
        .filter(lease::Column::ExpiresAt.gt(now));
    let all = running.clone().count(read).await.or_internal()?;
    let out = running
        .filter(lease::Column::Direction.eq(Direction::Outbound.as_str()))
        .count(read)
        .await
        .or_internal()?;
    let out_left = u64::from(outbound(context, read, &row).await?).saturating_sub(out);
    let free = Ord::min(out_left, u64::from(row.slots(now)).saturating_sub(all));
    let (mut begun, mut turn) = (0, 0);
    while begun < usize::try_from(free).unwrap_or(usize::MAX) && !campaigns.is_empty() {
        turn %= campaigns.len();
        match call_next(context, of, campaigns[turn]).await? {
            Next::Calling(order, troubled) => {
                begun += 1;
                turn += 1;
                ask_platform(context, of, campaigns[turn - 1], *order, troubled);
            }
            Next::Nobody => _ = campaigns.remove(turn),
            Next::Full => break,
        }
    }
    Ok(begun)
}

enum Next {
    /// Whether the platform has refused calls of the campaign before.
    Calling(Box<Order>, bool),
    /// The campaign has nobody to call now, or may not.
    Nobody,
    Full,
}

/// Takes a slot for the next customer of a campaign and writes their call down.
async fn call_next(context: &Context, of: OrganisationId, campaign: CampaignId) -> Result<Next, AppError> {
    let (inner, call) = (context.clone(), CallId(context.id()));
    let next = context.database.write(move |on| {
        Box::pin(async move {
            let row = organisation::Entity::by_id(of).one(on).await.or_internal()?;
            let Some(row) = row.filter(|row| row.stage().is_open()) else { return Ok(Next::Nobody) };
            let slot = LeaseId(call.0);
            if let Acquired::Full(_) = slots::acquire_on(&inner, on, &row, Direction::Outbound, slot).await? {
                return Ok(Next::Full);
            }
            match order_next(&inner, on, &row, campaign, call).await? {
                Some((order, troubled)) => Ok(Next::Calling(Box::new(order), troubled)),
                None => {
                    slots::release_on(&inner, on, of, slot).await?;
                    Ok(Next::Nobody)
                }
            }
        })
    });
    next.await
}

/// With a slot in hand, which has locked the organisation's pool: no other node is here now.
async fn order_next(
    context: &Context,
    on: &impl ConnectionTrait,
    row: &organisation::Model,
    campaign: CampaignId,
    call: CallId,
) -> Result<Option<(Order, bool)>, AppError> {
    let now = context.now();
    let found = campaign::Entity::in_organisation(row.id())
        .filter(campaign::Column::Id.eq(campaign.0))
        .filter(callable(now))
        .lock(LockType::Share);
    let Some(campaign) = found.one(on).await.or_internal()? else { return Ok(None) };
    let agent = match campaign.agent_id {
        Some(id) => agent::Entity::find_by_id(id).one(on).await.or_internal()?,
        None => None,
    };
    let Some(agent) = agent else { return Ok(None) };
    if is_busy(on, &campaign).await? {
        return Ok(None);
    }
    let Some((target, customer)) = next_target(on, &campaign, now).await? else {
        finish_on(on, campaign.id, now).await?;
        return Ok(None);
    };
    let number = |text: &str| Number::parse(text).unwrap_or_default();
    let (from, to) = (number(&agent.number), number(&customer.phone));
    let with = With { agent: Some(agent.id()), customer: Some(customer.id()), campaign: Some(campaign.id()) };
    let start = Start { direction: Direction::Outbound, from, to };
    let call = calls::insert_on(on, row, call, now, start, with).await?;
    campaign_target::Entity::update_many()
        .col_expr(campaign_target::Column::State, Expr::value(TargetState::Calling.as_str()))
        .col_expr(campaign_target::Column::Attempts, Expr::value(target.attempts + 1))
        .col_expr(campaign_target::Column::CallId, Expr::value(Some(call.id)))
        .filter(campaign_target::Column::CampaignId.eq(target.campaign_id))
        .filter(campaign_target::Column::CustomerId.eq(target.customer_id))
        .exec(on)
        .await
        .or_internal()?;
    let order = Order {
        call: call.id(),
        from: call.from_number,
        to: call.to_number,
        language: agent.language(),
        agent_name: agent.name,
        greeting: agent.greeting,
        customer_name: customer.name,
    };
    Ok(Some((order, campaign.trouble.is_some())))
}

/// Whether a campaign makes as many calls at once as was asked for.
async fn is_busy(on: &impl ConnectionTrait, campaign: &campaign::Model) -> Result<bool, AppError> {
    let most = u64::try_from(campaign.at_once).unwrap_or(0);
    if most == 0 {
        return Ok(false);
    }
    let calling = campaign_target::Entity::of_campaign(campaign.id())
        .filter(campaign_target::Column::State.eq(TargetState::Calling.as_str()));
    Ok(calling.count(on).await.or_internal()? >= most)
}

/// Whoever has waited longest. Who wants no calls any more is passed over.
async fn next_target(
    on: &impl ConnectionTrait,
    campaign: &campaign::Model,
    now: DateTime<Utc>,
) -> Result<Option<(campaign_target::Model, customer::Model)>, AppError> {
    loop {
        let found = campaign_target::Entity::of_campaign(campaign.id())
            .filter(campaign_target::Column::State.eq(TargetState::Waiting.as_str()))
            .filter(campaign_target::Column::NextAt.lte(now))
            .order_by_asc(campaign_target::Column::NextAt)
            .order_by_asc(campaign_target::Column::CustomerId)
            .find_also_related(customer::Entity)
            .one(on)
            .await
            .or_internal()?;
        let Some((target, Some(customer))) = found else { return Ok(None) };
        if !customer.do_not_call {
            return Ok(Some((target, customer)));
        }
        campaign_target::Entity::update_many()
            .col_expr(campaign_target::Column::State, Expr::value(TargetState::Skipped.as_str()))
            .filter(campaign_target::Column::CampaignId.eq(target.campaign_id))
            .filter(campaign_target::Column::CustomerId.eq(target.customer_id))
            .exec(on)
            .await
            .or_internal()?;
    }
}

/// In the background: a platform that answers slowly keeps nobody else waiting.
fn ask_platform(context: &Context, of: OrganisationId, campaign: CampaignId, order: Order, troubled: bool) {
    let inner = context.clone();
    context.outbox.afterwards(async move {
        let placed = upstream::place_call(&inner, of, &order).await;
        if placed.is_ok() && !troubled {
            return Ok(());
        }
        let (context, call) = (inner.clone(), order.call);
        let noted = inner.database.write(move |on| {
            Box::pin(async move {
                match placed {
                    Ok(()) => note_trouble(&context, on, campaign, None).await,
                    Err(NotPlaced::Refused(why)) => {
                        withdraw(&context, on, of, call).await?;
                        note_trouble(&context, on, campaign, Some(why)).await
                    }
                    // Somebody may have been called, and nobody knows: not again.
                    Err(NotPlaced::Unclear(why)) => {
                        calls::end_on(&context, on, of, call, Outcome::Lost).await?;
                        note_trouble(&context, on, campaign, Some(why)).await
                    }
                }
            })
        });
        noted.await
    });
}

/// Nobody was called: as if it had not been tried.
async fn withdraw(
    context: &Context,
    on: &impl ConnectionTrait,
    of: OrganisationId,
    call: CallId,
) -> Result<(), AppError> {
    if !calls::withdraw_on(context, on, of, call).await? {
        return Ok(());
    }
    let tries = campaign_target::Column::Attempts;
    campaign_target::Entity::update_many()
        .col_expr(campaign_target::Column::State, Expr::value(TargetState::Waiting.as_str()))
        .col_expr(tries, Expr::col(tries).sub(1))
        .col_expr(campaign_target::Column::CallId, Expr::value(None::<uuid::Uuid>))
        .filter(campaign_target::Column::CallId.eq(call.0))
        .filter(campaign_target::Column::State.eq(TargetState::Calling.as_str()))
        .exec(on)
        .await
        .or_internal()?;
    Ok(())
}

async fn note_trouble(
    context: &Context,
    on: &impl ConnectionTrait,
    id: CampaignId,
    why: Option<Failure>,
) -> Result<(), AppError> {
    let update = campaign::Entity::update_many()
        .col_expr(campaign::Column::Trouble, Expr::value(why.map(Failure::as_str)))
        .col_expr(campaign::Column::RetryAt, Expr::value(why.map(|_| context.now() + PAUSE)))
        .filter(campaign::Column::Id.eq(id.0));
    let update = match why {
        Some(_) => update,
        // Mostly there was none.
        None => update.filter(campaign::Column::Trouble.is_not_null()),
    };
    update.exec(on).await.or_internal()?;
    Ok(())
}
