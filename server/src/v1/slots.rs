//! Slots, and leases of them for calls that are kept elsewhere.

use axum::{
    Extension, Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    AppError, Code, LeaseId, Machine,
    slots::{self as rules, HEARTBEAT},
};
use serde::{Deserialize, Serialize};
use services::{
    Context,
    slots::{self, Acquired, Held, Usage},
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    problem::Refused,
    typed::{Body, Id},
};

/// How many calls may run at once, and how many do.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Slots {
    /// Of the plan.
    limit: u32,
    /// Of those, kept free at this moment for calls that come in.
    reserved: u32,
    /// More than `limit` after a smaller plan was chosen: running calls finish.
    in_use: u32,
}

impl From<Usage> for Slots {
    fn from(Usage { limit, reserved, in_use }: Usage) -> Self {
        Self { limit, reserved, in_use }
    }
}

/// Who calls whom.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    Inbound,
    Outbound,
}

impl From<rules::Direction> for Direction {
    fn from(direction: rules::Direction) -> Self {
        match direction {
            rules::Direction::Inbound => Self::Inbound,
            rules::Direction::Outbound => Self::Outbound,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcquireSlot {
    #[schema(value_type = Direction)]
    direction: String,
}

/// Until when a slot is held.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hold {
    /// Free again then, unless a heartbeat comes before.
    expires_at: DateTime<Utc>,
    /// Seconds between heartbeats.
    heartbeat_seconds: i64,
}

impl Hold {
    pub fn until(expires_at: DateTime<Utc>) -> Self {
        Self { expires_at, heartbeat_seconds: HEARTBEAT.num_seconds() }
    }
}

/// A slot that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct Lease {
    id: Uuid,
    #[serde(flatten)]
    hold: Hold,
    slots: Slots,
}

/// Slots in use
///
/// Scope: slots:read
#[utoipa::path(get, path = "/slots", tag = "slots", operation_id = "readSlots", responses((status = 200, body = Slots)))]
pub async fn read(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
) -> Result<Json<Slots>, Refused> {
    let usage = slots::load_usage(&context, machine.read_slots()?).await?;
    Ok(Json(usage.into()))
}

/// Take a slot
///
/// For a call that is not kept here; a call that is takes its own. Scope: slots:write
#[utoipa::path(
    post, path = "/slots/leases", tag = "slots", operation_id = "acquireSlot", request_body = AcquireSlot,
    responses((status = 201, body = Lease))
)]
pub async fn acquire(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Body(form): Body<AcquireSlot>,
) -> Result<Response, Refused> {
    let machine = machine.write_slots()?;
    let direction = rules::Direction::from_word(&form.direction)
        .ok_or_else(|| AppError::field("direction", Code::ChoiceUnknown))?;
    match slots::acquire(&context, machine, direction).await? {
        Acquired::Held(Held { id, expires_at, usage }) => {
            let lease = Lease { id: id.0, hold: Hold::until(expires_at), slots: usage.into() };
            Ok((StatusCode::CREATED, Json(lease)).into_response())
        }
        Acquired::Full(usage) => Err(Refused::full(usage.into())),
    }
}

/// Go on holding a slot
///
/// Every 20 seconds. Scope: slots:write
#[utoipa::path(
    post, path = "/slots/leases/{id}/heartbeat", tag = "slots", operation_id = "prolongSlot", params(("id" = Uuid, Path)),
    responses((status = 200, body = Hold))
)]
pub async fn heartbeat(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<LeaseId>,
) -> Result<Json<Hold>, Refused> {
    let expires_at = slots::prolong(&context, machine.write_slots()?, id).await?;
    Ok(Json(Hold::until(expires_at)))
}

/// Give a slot back
///
/// Doing so twice is no error. Scope: slots:write
#[utoipa::path(
    delete, path = "/slots/leases/{id}", tag = "slots", operation_id = "releaseSlot", params(("id" = Uuid, Path)),
    responses((status = 204))
)]
pub async fn release(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<LeaseId>,
) -> Result<StatusCode, Refused> {
    slots::release(&context, machine.write_slots()?, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
