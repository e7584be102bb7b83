//! Campaigns.

use axum::{
    Extension, Json, extract,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    CampaignId, Code, Machine,
    campaigns::{self as rules, CampaignForm, Step},
};
use serde::{Deserialize, Serialize};
use services::{
    Context,
    campaigns::{self, PAGE, Shown},
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    ROOT,
    problem::Refused,
    typed::{Asked, Body, Id, tagged, whole, whole_or_none},
};

/// What was decided about a campaign. Whether an active one calls now depends on its start and the business hours as well.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Active,
    Paused,
    /// Ended before everybody was called.
    Stopped,
    /// Everybody was called.
    Finished,
}

impl From<rules::State> for State {
    fn from(state: rules::State) -> Self {
        match state {
            rules::State::Active => Self::Active,
            rules::State::Paused => Self::Paused,
            rules::State::Stopped => Self::Stopped,
            rules::State::Finished => Self::Finished,
        }
    }
}

/// How many customers are how far.
#[derive(Debug, Serialize, ToSchema)]
pub struct Progress {
    waiting: u64,
    calling: u64,
    reached: u64,
    unreached: u64,
    /// Not called: they do not want to be.
    skipped: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Campaign {
    id: Uuid,
    name: String,
    /// Null: it was deleted.
    agent_id: Option<Uuid>,
    /// The list's name when it was planned.
    list_name: String,
    state: State,
    progress: Progress,
    /// It calls nobody before.
    starts_at: DateTime<Utc>,
    /// 0: as many as there are free slots.
    at_once: i32,
    /// How often somebody who is not reached is called, the first time among them.
    attempts: i32,
    retry_minutes: i32,
    /// Why the telephony platform takes no calls, in a word; null while it does.
    trouble: Option<String>,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    /// Grows with each step; with the progress it is the entity tag.
    version: i64,
}

impl Campaign {
    fn of(shown: Shown) -> Self {
        let (row, campaigns::Progress { waiting, calling, reached, unreached, skipped }) =
            (shown.campaign, shown.progress);
        Self {
            id: row.id,
            state: row.state().into(),
            name: row.name,
            agent_id: row.agent_id,
            list_name: row.list_name,
            progress: Progress { waiting, calling, reached, unreached, skipped },
            starts_at: row.starts_at,
            at_once: row.at_once,
            attempts: row.attempts,
            retry_minutes: row.retry_minutes,
            trouble: row.trouble,
            created_at: row.created_at,
            ended_at: row.ended_at,
            version: row.version,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanCampaign {
    #[schema(min_length = 1, max_length = 80, example = "Kasım araması")]
    name: String,
    #[schema(value_type = Uuid)]
    agent: String,
    /// Everybody who stands on it now is called.
    #[schema(value_type = Uuid)]
    list: String,
    /// A moment of the organisation's clocks; left out: at once.
    #[serde(default)]
    #[schema(pattern = r"^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})?$", example = "2027-03-01T10:00")]
    starts_at: String,
    /// The most calls at once; left out: as many as there are free slots.
    #[serde(default, deserialize_with = "whole_or_none")]
    #[schema(minimum = 1, maximum = 10000)]
    at_once: Option<u32>,
    /// How often somebody who is not reached is called: 1, 2, 3 or 5.
    #[serde(default = "two", deserialize_with = "whole")]
    #[schema(value_type = u8, minimum = 1, maximum = 5, default = 2)]
    attempts: u32,
    /// After so many minutes: 15, 60, 240 or 1440.
    #[serde(default = "hour", deserialize_with = "whole")]
    #[schema(value_type = u16, minimum = 15, maximum = 1440, default = 60)]
    retry_minutes: u32,
}

const fn two() -> u32 {
    2
}

const fn hour() -> u32 {
    60
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// `next` of the page before.
    #[param(value_type = Option<Uuid>)]
    before: Option<String>,
    /// Campaigns of one page.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 100, default = 50)]
    limit: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Campaigns {
    /// Newest first.
    campaigns: Vec<Campaign>,
    /// `before` of the page after this one; null on the last one.
    next: Option<Uuid>,
}

/// List campaigns
///
/// Newest first. Scope: campaigns:read
#[utoipa::path(
    get, path = "/campaigns", tag = "campaigns", operation_id = "listCampaigns", params(Page),
    responses((status = 200, body = Campaigns))
)]
pub async fn list(
    extract::State(context): extract::State<Context>,
    Extension(machine): Extension<Machine>,
    Asked(Page { before, limit }): Asked<Page>,
) -> Result<Json<Campaigns>, Refused> {
    let (machine, limit) = (machine.read_campaigns()?, limit.unwrap_or(50));
    if !(1..=PAGE).contains(&limit) {
        return Err(Code::BadRequest.into());
    }
    let before: Option<CampaignId> =
        before.map(|text| text.parse()).transpose().map_err(|_| Code::BadRequest)?;
    let (rows, more) = campaigns::list(&context, machine, before, limit).await?;
    let next = rows.last().filter(|_| more).map(|shown| shown.campaign.id);
    Ok(Json(Campaigns { campaigns: rows.into_iter().map(Campaign::of).collect(), next }))
}

/// Plan a campaign
///
/// An agent calls everybody on a list, in business hours, as many at once as there are free slots. Scope: campaigns:write
#[utoipa::path(
    post, path = "/campaigns", tag = "campaigns", operation_id = "planCampaign", request_body = PlanCampaign,
    responses((status = 201, body = Campaign, headers(("location" = String))))
)]
pub async fn plan(
    extract::State(context): extract::State<Context>,
    Extension(machine): Extension<Machine>,
    Body(asked): Body<PlanCampaign>,
) -> Result<Response, Refused> {
    let machine = machine.write_campaigns()?;
    let form = CampaignForm {
        name: asked.name,
        agent: asked.agent,
        list: asked.list,
        starts_at: asked.starts_at,
        at_once: asked.at_once.map(|number| number.to_string()).unwrap_or_default(),
        attempts: asked.attempts.to_string(),
        retry_minutes: asked.retry_minutes.to_string(),
        // A program that names a number means it.
        sure: true,
    };
    let shown = campaigns::plan_campaign(&context, machine, form).await?;
    let location = [(header::LOCATION, format!("{ROOT}/campaigns/{}", shown.campaign.id))];
    Ok((StatusCode::CREATED, location, Json(Campaign::of(shown))).into_response())
}

/// Read a campaign
///
/// Scope: campaigns:read
#[utoipa::path(
    get, path = "/campaigns/{id}", tag = "campaigns", operation_id = "readCampaign", params(("id" = Uuid, Path)),
    responses((status = 200, body = Campaign, headers(("etag" = String))), (status = 304))
)]
pub async fn read(
    extract::State(context): extract::State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CampaignId>,
    asked: HeaderMap,
) -> Result<Response, Refused> {
    let campaign = Campaign::of(campaigns::load(&context, machine.read_campaigns()?, id).await?);
    let Progress { waiting, calling, reached, .. } = &campaign.progress;
    let tag = format!("{}-{waiting}-{calling}-{reached}", campaign.version);
    Ok(tagged(&asked, &tag, &campaign))
}

/// Pause a campaign
///
/// Running calls finish. Scope: campaigns:write
#[utoipa::path(
    post, path = "/campaigns/{id}/pause", tag = "campaigns", operation_id = "pauseCampaign", params(("id" = Uuid, Path)),
    responses((status = 200, body = Campaign))
)]
pub async fn pause(
    extract::State(context): extract::State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CampaignId>,
) -> Result<Json<Campaign>, Refused> {
    step(context, machine, id, Step::Pause).await
}

/// Resume a campaign
///
/// Scope: campaigns:write
#[utoipa::path(
    post, path = "/campaigns/{id}/resume", tag = "campaigns", operation_id = "resumeCampaign", params(("id" = Uuid, Path)),
    responses((status = 200, body = Campaign))
)]
pub async fn resume(
    extract::State(context): extract::State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CampaignId>,
) -> Result<Json<Campaign>, Refused> {
    step(context, machine, id, Step::Resume).await
}

/// Stop a campaign
///
/// Running calls finish; nothing starts it again. Scope: campaigns:write
#[utoipa::path(
    post, path = "/campaigns/{id}/stop", tag = "campaigns", operation_id = "stopCampaign", params(("id" = Uuid, Path)),
    responses((status = 200, body = Campaign))
)]
pub async fn stop(
    extract::State(context): extract::State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CampaignId>,
) -> Result<Json<Campaign>, Refused> {
    step(context, machine, id, Step::Stop).await
}

async fn step(
    context: Context,
    machine: Machine,
    id: CampaignId,
    step: Step,
) -> Result<Json<Campaign>, Refused> {
    let shown = campaigns::step(&context, machine.write_campaigns()?, id, step).await?;
    Ok(Json(Campaign::of(shown)))
}
