//! Calls: beginning one takes a slot, ending it gives the slot back; both stand in one transaction with the sums that
//! dashboards are made of. Whoever runs a call and falls silent has lost it when its slot runs out.
//!
//! Rows are locked in this order: call, pool, lease, weather, sums.

mod export;
mod list;

use chrono::{DateTime, Utc};
use domain::{
    Admin, AgentId, AppError, CallId, CampaignId, Code, CustomerId, LeaseId, OrganisationId,
    actor::WriteCalls,
    calls::{Outcome, Start, StartForm, parse_transcript},
    slots::{Direction, quarter_of},
};
use entity::{call, call_day, call_quarter, lease, organisation};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter,
    QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde_json::json;

pub use entity::call::Model as Call;
pub use export::export;
pub use list::{PAGE, Reads, list, load};

use crate::{
    Context, campaigns, customers,
    failure::OrInternal,
    slots::{self, Acquired, Held, Usage},
    who::Who,
    zones,
};

/// Lost calls that are written down in one go.
const BATCH: u64 = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Started {
    Running(Box<call::Model>, Held),
    /// No slot was free: there is no call.
    Full(Usage),
}

/// Begins a call, if there is a slot for it. Errors: fields of [`StartForm`].
pub async fn start(context: &Context, machine: WriteCalls, form: StartForm) -> Result<Started, AppError> {
    let (form, inner) = (form.parse()?, context.clone());
    let started = context.database.write(move |on| {
        Box::pin(async move {
            let row = organisation::Entity::by_id(machine.organisation).one(on).await.or_internal()?;
            let (row, id) = (row.ok_or(Code::NotFound)?, inner.id());
            let held = match slots::acquire_on(&inner, on, &row, form.direction, LeaseId(id)).await? {
                Acquired::Held(held) => held,
                Acquired::Full(usage) => return Ok(Started::Full(usage)),
            };
            let other = match form.direction {
                Direction::Inbound => form.from.as_str(),
                Direction::Outbound => form.to.as_str(),
            };
            let customer = customers::of_number(on, machine.organisation, other).await?;
            let with = With { customer: customer.map(CustomerId), ..With::default() };
            let call = insert_on(on, &row, CallId(id), inner.now(), form, with).await?;
            Ok(Started::Running(Box::new(call), held))
        })
    });
    started.await
}

/// With whom a call is, and why.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct With {
    pub agent: Option<AgentId>,
    pub customer: Option<CustomerId>,
    pub campaign: Option<CampaignId>,
}

/// Writes down a call whose slot is held already.
pub(crate) async fn insert_on(
    on: &impl ConnectionTrait,
    row: &organisation::Model,
    id: CallId,
    now: DateTime<Utc>,
    form: Start,
    with: With,
) -> Result<call::Model, AppError> {
    let zone = zones::parse(&row.time_zone).map_err(AppError::from)?;
    let call = call::Model {
        id: id.0,
        organisation_id: row.id,
        direction: form.direction.as_str().to_owned(),
        from_number: form.from.as_str().to_owned(),
        to_number: form.to.as_str().to_owned(),
        outcome: Outcome::Running.as_str().to_owned(),
        started_at: now,
        answered_at: None,
        ended_at: None,
        time_zone: row.time_zone.clone(),
        day: now.with_timezone(&zone).date_naive(),
        transcript: None,
        version: 1,
        agent_id: with.agent.map(|id| id.0),
        customer_id: with.customer.map(|id| id.0),
        campaign_id: with.campaign.map(|id| id.0),
        recording: None,
        recording_bytes: None,
        recording_type: None,
        recording_seconds: None,
    };
    let insert = call::Entity::insert(call.clone().into_active_model().reset_all());
    insert.exec_without_returning(on).await.or_internal()?;
    add(on, &call, Sums { started: 1, ..Sums::default() }).await?;
    Ok(call)
}

/// Takes back a call that nobody was asked to make: it leaves no trace but a slot that was held for a moment.
pub(crate) async fn withdraw_on(
    context: &Context,
    on: &impl ConnectionTrait,
    of: OrganisationId,
    id: CallId,
) -> Result<bool, AppError> {
    let call = find(on, of, id).await?;
    if call.ended_at.is_some() {
        return Ok(false);
    }
    slots::release_on(context, on, of, call.lease()).await?;
    add(on, &call, Sums { started: -1, ..Sums::default() }).await?;
    call::Entity::delete_by_id(call.id).exec(on).await.or_internal()?;
    Ok(true)
}

/// [`end`] inside the caller's transaction, with any outcome.
pub(crate) async fn end_on(
    context: &Context,
    on: &impl ConnectionTrait,
    of: OrganisationId,
    id: CallId,
    outcome: Outcome,
) -> Result<call::Model, AppError> {
    let call = find(on, of, id).await?;
    if call.ended_at.is_some() {
        return Ok(call);
    }
    slots::release_on(context, on, of, call.lease()).await?;
    close(on, call, outcome, context.now()).await
}

/// The call goes on, and was answered if it says so for the first time; says until when its slot is held now.
/// Errors: `NotFound`, `LeaseEnded`.
pub async fn continue_call(
    context: &Context,
    machine: WriteCalls,
    id: CallId,
    is_answered: bool,
) -> Result<DateTime<Utc>, AppError> {
    let inner = context.clone();
    let continued = context.database.write(move |on| {
        Box::pin(async move {
            let call = find(on, machine.organisation, id).await?;
            if call.ended_at.is_some() {
                return Err(Code::LeaseEnded.into());
            }
            let lease = call.lease();
            if is_answered && call.answered_at.is_none() {
                answer(on, call, inner.now()).await?;
            }
            match slots::prolong_on(&inner, on, machine.organisation, lease).await {
                // Longer silent than its row is kept.
                Err(error) if error.code == Code::NotFound => Err(Code::LeaseEnded.into()),
                prolonged => prolonged,
            }
        })
    });
    continued.await
}

/// Ends a call and gives its slot back. One that has ended stays as it is. Errors: `NotFound`; field `outcome`.
pub async fn end(
    context: &Context,
    machine: WriteCalls,
    id: CallId,
    outcome: &str,
) -> Result<call::Model, AppError> {
    let outcome = match Outcome::from_word(outcome).filter(|outcome| Outcome::ENDS.contains(outcome)) {
        Some(outcome) => outcome,
        None if outcome.is_empty() => return Err(AppError::field("outcome", Code::Required)),
        None => return Err(AppError::field("outcome", Code::ChoiceUnknown)),
    };
    let inner = context.clone();
    let ended = context.database.write(move |on| {
        Box::pin(async move { end_on(&inner, on, machine.organisation, id, outcome).await })
    });
    ended.await
}

/// What was said. `version` is the one that is known, if it matters. Errors: `NotFound`, `Conflict`, field `text`.
pub async fn save_transcript(
    context: &Context,
    machine: WriteCalls,
    id: CallId,
    text: &str,
    version: Option<i64>,
) -> Result<call::Model, AppError> {
    let text = parse_transcript(text)?;
    let saved = context.database.write(move |on| {
        Box::pin(async move {
            let call = find(on, machine.organisation, id).await?;
            if version.is_some_and(|version| version != call.version) {
                return Err(Code::Conflict.into());
            }
            let version = call.version;
            let mut row = call.into_active_model();
            row.transcript = Set(Some(text));
            row.version = Set(version + 1);
            row.update(on).await.or_internal()
        })
    });
    saved.await
}

/// Deletes what was said; the call stays. Errors: `NotFound` where nothing is written down, `CallRunning`.
pub async fn delete_transcript(context: &Context, admin: Admin, id: CallId) -> Result<(), AppError> {
    let inner = context.clone();
    let deleted = context.database.write(move |on| {
        Box::pin(async move {
            let call = find(on, admin.organisation, id).await?;
            let text = call.transcript.as_deref().ok_or(Code::NotFound)?;
            if call.ended_at.is_none() {
                return Err(Code::CallRunning.into());
            }
            let before = json!({ "call": call.id, "characters": text.chars().count() });
            let version = call.version;
            let mut row = call.into_active_model();
            row.transcript = Set(None);
            row.version = Set(version + 1);
            row.update(on).await.or_internal()?;
            let who = Who::of_actor(*admin);
            who.record(&inner, on, "calls.delete_transcript", before, json!({})).await
        })
    });
    deleted.await
}

/// Writes down the calls that were lost: how many. The server does this every minute.
pub async fn sweep(context: &Context) -> Result<usize, AppError> {
    let now = context.now();
    let lost = call::Entity::find()
        .join(
            JoinType::LeftJoin,
            call::Entity::belongs_to(lease::Entity).from(call::Column::Id).to(lease::Column::Id).into(),
        )
        .filter(call::Column::EndedAt.is_null())
        .filter(Condition::any().add(lease::Column::Id.is_null()).add(lease::Column::ExpiresAt.lte(now)))
        .select_also(lease::Entity)
        .limit(BATCH)
        .all(context.database.read())
        .await
        .or_internal()?;
    let number = lost.len();
    for (call, lease) in lost {
        let ended_at = lease.map_or(now, |lease| lease.expires_at);
        let closed = context.database.write(move |on| {
            Box::pin(async move {
                let (of, id) = (OrganisationId(call.organisation_id), call.id());
                let call = find(on, of, id).await?;
                // Prolonged meanwhile, it goes on.
                if slots::is_held(on, of, call.lease(), now).await? {
                    return Ok(());
                }
                close(on, call, Outcome::Lost, ended_at).await.map(|_| ())
            })
        });
        // One that fails does not keep the others.
        if let Err(error) = closed.await {
            tracing::warn!(%error, "a lost call could not be written down");
        }
    }
    Ok(number)
}

/// The row, which nobody else changes until the transaction ends.
pub(crate) async fn find(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    id: CallId,
) -> Result<call::Model, AppError> {
    let found = call::Entity::in_organisation(of).filter(call::Column::Id.eq(id.0)).lock_exclusive();
    found.one(on).await.or_internal()?.ok_or_else(|| Code::NotFound.into())
}

async fn answer(on: &impl ConnectionTrait, call: call::Model, now: DateTime<Utc>) -> Result<(), AppError> {
    let version = call.version;
    let mut row = call.into_active_model();
    row.answered_at = Set(Some(now));
    row.version = Set(version + 1);
    row.update(on).await.or_internal()?;
    Ok(())
}

/// A call that is completed without anybody having said that it was answered was answered when it began.
async fn close(
    on: &impl ConnectionTrait,
    call: call::Model,
    outcome: Outcome,
    at: DateTime<Utc>,
) -> Result<call::Model, AppError> {
    if call.ended_at.is_some() {
        return Ok(call);
    }
    let answered = match outcome {
        Outcome::Completed => call.answered_at.or(Some(call.started_at)),
        _ => call.answered_at,
    };
    let version = call.version;
    let mut row = call.into_active_model();
    row.outcome = Set(outcome.as_str().to_owned());
    row.answered_at = Set(answered);
    row.ended_at = Set(Some(at));
    row.version = Set(version + 1);
    let call = row.update(on).await.or_internal()?;
    let sums = Sums {
        answered: i32::from(call.answered_at.is_some()),
        seconds: call.talk_seconds(),
        ..Sums::default()
    };
    add(on, &call, sums).await?;
    campaigns::settle_on(on, &call, at).await?;
    Ok(call)
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    started: i32,
    answered: i32,
    seconds: i64,
}

/// Adds to the sums of the quarter and of the day in which a call began.
async fn add(on: &impl ConnectionTrait, call: &call::Model, sums: Sums) -> Result<(), AppError> {
    let Sums { started, answered, seconds } = sums;
    let row = call_quarter::ActiveModel {
        organisation_id: Set(call.organisation_id),
        quarter: Set(quarter_of(call.started_at)),
        direction: Set(call.direction.clone()),
        started: Set(started),
        answered: Set(answered),
        seconds: Set(seconds),
    };
    let column = |column| Expr::col((call_quarter::Entity, column));
    let key = [
        call_quarter::Column::OrganisationId,
        call_quarter::Column::Quarter,
        call_quarter::Column::Direction,
    ];
    let more = OnConflict::columns(key)
        .value(call_quarter::Column::Started, column(call_quarter::Column::Started).add(started))
        .value(call_quarter::Column::Answered, column(call_quarter::Column::Answered).add(answered))
        .value(call_quarter::Column::Seconds, column(call_quarter::Column::Seconds).add(seconds))
        .to_owned();
    call_quarter::Entity::insert(row).on_conflict(more).exec_without_returning(on).await.or_internal()?;
    let row = call_day::ActiveModel {
        organisation_id: Set(call.organisation_id),
        day: Set(call.day),
        time_zone: Set(call.time_zone.clone()),
        direction: Set(call.direction.clone()),
        started: Set(started),
        answered: Set(answered),
        seconds: Set(seconds),
    };
    let column = |column| Expr::col((call_day::Entity, column));
    let key = [
        call_day::Column::OrganisationId,
        call_day::Column::Day,
        call_day::Column::TimeZone,
        call_day::Column::Direction,
    ];
    let more = OnConflict::columns(key)
        .value(call_day::Column::Started, column(call_day::Column::Started).add(started))
        .value(call_day::Column::Answered, column(call_day::Column::Answered).add(answered))
        .value(call_day::Column::Seconds, column(call_day::Column::Seconds).add(seconds))
        .to_owned();
    call_day::Entity::insert(row).on_conflict(more).exec_without_returning(on).await.or_internal()?;
    Ok(())
}
