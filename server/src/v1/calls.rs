//! Calls.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    CallId, Code, Machine,
    calls::{self as rules, CallsForm, StartForm},
    recordings::MOST_BYTES,
};
use serde::{Deserialize, Serialize};
use services::{
    Context,
    calls::{self, PAGE, Started},
    recordings,
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    ROOT,
    problem::Refused,
    slots::{Direction, Hold, Slots},
    typed::{Asked, Body, Id, changed_meanwhile, something, tagged, wanted_version},
};

/// What became of a call.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It goes on.
    Running,
    Completed,
    NoAnswer,
    Busy,
    Failed,
    /// No heartbeat came any more.
    Lost,
}

impl From<rules::Outcome> for Outcome {
    fn from(outcome: rules::Outcome) -> Self {
        match outcome {
            rules::Outcome::Running => Self::Running,
            rules::Outcome::Completed => Self::Completed,
            rules::Outcome::NoAnswer => Self::NoAnswer,
            rules::Outcome::Busy => Self::Busy,
            rules::Outcome::Failed => Self::Failed,
            rules::Outcome::Lost => Self::Lost,
        }
    }
}

/// With what a call can be ended.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the words; the domain reads them")]
pub enum End {
    Completed,
    NoAnswer,
    Busy,
    Failed,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Call {
    id: Uuid,
    direction: Direction,
    /// E.164; empty where it is withheld.
    from: String,
    to: String,
    outcome: Outcome,
    started_at: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    /// From the answer to the end.
    talk_seconds: i64,
    /// The date on which it began in `time_zone`, the organisation's zone then.
    day: NaiveDate,
    time_zone: String,
    /// Whom it is with, if their number is known.
    customer_id: Option<Uuid>,
    /// Who speaks, if an agent does.
    agent_id: Option<Uuid>,
    /// Null in lists.
    transcript: Option<String>,
    /// Null: no campaign made it.
    campaign_id: Option<Uuid>,
    /// Null: there is none.
    recording: Option<Recording>,
    /// Grows with each change; the entity tag.
    version: i64,
}

/// What is known of a recording. Members of the organisation hear it on the call's page.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recording {
    content_type: String,
    bytes: i64,
    /// Null: not known.
    seconds: Option<i32>,
}

impl Call {
    fn of(row: calls::Call) -> Self {
        let recording = row.recording_type.clone().zip(row.recording_bytes);
        Self {
            recording: recording.map(|(content_type, bytes)| Recording {
                content_type,
                bytes,
                seconds: row.recording_seconds,
            }),
            id: row.id,
            direction: row.direction().into(),
            outcome: row.outcome().into(),
            talk_seconds: row.talk_seconds(),
            from: row.from_number,
            to: row.to_number,
            started_at: row.started_at,
            answered_at: row.answered_at,
            ended_at: row.ended_at,
            day: row.day,
            time_zone: row.time_zone,
            customer_id: row.customer_id,
            agent_id: row.agent_id,
            transcript: row.transcript,
            campaign_id: row.campaign_id,
            version: row.version,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartCall {
    #[schema(value_type = Direction)]
    direction: String,
    /// E.164; empty where it is withheld.
    #[serde(default)]
    #[schema(pattern = r"^(\+[1-9][0-9]{6,14})?$", example = "+902125550100")]
    from: String,
    /// Required of a call that goes out.
    #[serde(default)]
    #[schema(pattern = r"^(\+[1-9][0-9]{6,14})?$", example = "+905325550123")]
    to: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StartedCall {
    call: Call,
    hold: Hold,
    slots: Slots,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Heartbeat {
    /// Somebody has answered. The first time counts.
    #[serde(default)]
    answered: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndCall {
    #[schema(value_type = End)]
    outcome: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Transcript {
    /// At most 256 KB of text.
    #[schema(min_length = 1, example = "Müşteri: Alo?")]
    text: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    #[param(value_type = Option<Direction>)]
    direction: Option<String>,
    #[param(value_type = Option<Outcome>)]
    outcome: Option<String>,
    /// Those that a campaign made.
    #[param(value_type = Option<Uuid>)]
    campaign: Option<String>,
    /// `next` of the page before.
    #[param(value_type = Option<Uuid>)]
    before: Option<String>,
    /// Calls of one page.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 100, default = 50)]
    limit: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Calls {
    /// Newest first.
    calls: Vec<Call>,
    /// `before` of the page after this one; null on the last one.
    next: Option<Uuid>,
}

/// Start a call
///
/// Takes a slot, or answers 429 when all are in use. Scope: calls:write
#[utoipa::path(
    post, path = "/calls", tag = "calls", operation_id = "startCall", request_body = StartCall,
    responses((status = 201, body = StartedCall, headers(("location" = String))))
)]
pub async fn start(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Body(StartCall { direction, from, to }): Body<StartCall>,
) -> Result<Response, Refused> {
    match calls::start(&context, machine.write_calls()?, StartForm { direction, from, to }).await? {
        Started::Full(usage) => Err(Refused::full(usage.into())),
        Started::Running(call, held) => {
            let location = [(header::LOCATION, format!("{ROOT}/calls/{}", call.id))];
            let (hold, slots) = (Hold::until(held.expires_at), held.usage.into());
            let started = StartedCall { call: Call::of(*call), hold, slots };
            Ok((StatusCode::CREATED, location, Json(started)).into_response())
        }
    }
}

/// List calls
///
/// Newest first. Scope: calls:read
#[utoipa::path(
    get, path = "/calls", tag = "calls", operation_id = "listCalls", params(Filter),
    responses((status = 200, body = Calls))
)]
pub async fn list(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Asked(Filter { direction, outcome, campaign, before, limit }): Asked<Filter>,
) -> Result<Json<Calls>, Refused> {
    let machine = machine.read_calls()?;
    let limit = limit.unwrap_or(50);
    if !(1..=PAGE).contains(&limit) {
        return Err(Code::BadRequest.into());
    }
    let form = CallsForm {
        direction: something(direction)?,
        outcome: something(outcome)?,
        campaign: something(campaign)?,
        before: something(before)?,
    };
    let (rows, more) = calls::list(&context, machine, form, limit).await?;
    let next = rows.last().filter(|_| more).map(|row| row.id);
    Ok(Json(Calls { calls: rows.into_iter().map(Call::of).collect(), next }))
}

/// Read a call
///
/// Scope: calls:read
#[utoipa::path(
    get, path = "/calls/{id}", tag = "calls", operation_id = "readCall", params(("id" = Uuid, Path)),
    responses((status = 200, body = Call, headers(("etag" = String))), (status = 304))
)]
pub async fn read(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CallId>,
    asked: HeaderMap,
) -> Result<Response, Refused> {
    let call = Call::of(calls::load(&context, machine.read_calls()?, id).await?);
    Ok(tagged(&asked, &call.version.to_string(), &call))
}

/// The call goes on
///
/// Every 20 seconds; without it the call is lost after 60. Scope: calls:write
#[utoipa::path(
    post, path = "/calls/{id}/heartbeat", tag = "calls", operation_id = "continueCall", params(("id" = Uuid, Path)),
    request_body = Heartbeat, responses((status = 200, body = Hold))
)]
pub async fn heartbeat(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CallId>,
    Body(Heartbeat { answered }): Body<Heartbeat>,
) -> Result<Json<Hold>, Refused> {
    let expires_at = calls::continue_call(&context, machine.write_calls()?, id, answered).await?;
    Ok(Json(Hold::until(expires_at)))
}

/// End a call
///
/// Gives its slot back. A call that has ended stays as it is. Scope: calls:write
#[utoipa::path(
    post, path = "/calls/{id}/end", tag = "calls", operation_id = "endCall", params(("id" = Uuid, Path)),
    request_body = EndCall, responses((status = 200, body = Call, headers(("etag" = String))))
)]
pub async fn end(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CallId>,
    Body(EndCall { outcome }): Body<EndCall>,
) -> Result<Response, Refused> {
    let call = Call::of(calls::end(&context, machine.write_calls()?, id, &outcome).await?);
    Ok(tagged(&HeaderMap::new(), &call.version.to_string(), &call))
}

/// Save what was said
///
/// Replaces what was saved before; with `If-Match` only if nobody else did. Scope: calls:write
#[utoipa::path(
    put, path = "/calls/{id}/transcript", tag = "calls", operation_id = "saveTranscript",
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header, description = "The entity tag of the call that is known.")),
    request_body = Transcript,
    responses((status = 200, body = Call, headers(("etag" = String))))
)]
pub async fn save_transcript(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CallId>,
    asked: HeaderMap,
    Body(Transcript { text }): Body<Transcript>,
) -> Result<Response, Refused> {
    let (machine, version) = (machine.write_calls()?, wanted_version(&asked)?);
    let saved = calls::save_transcript(&context, machine, id, &text, version).await;
    let call = Call::of(saved.map_err(changed_meanwhile)?);
    Ok(tagged(&HeaderMap::new(), &call.version.to_string(), &call))
}

/// Save the recording
///
/// The body is the sound itself: WAV, MP3, Ogg (Opus, Vorbis) or M4A, told from its first bytes, at most 50 MB. Replaces the one
/// before. The call may have ended. Scope: calls:write
#[utoipa::path(
    put, path = "/calls/{id}/recording", tag = "calls", operation_id = "saveRecording", params(("id" = Uuid, Path)),
    request_body(content = Sound, content_type = "application/octet-stream"),
    responses((status = 200, body = Call, headers(("etag" = String))))
)]
pub async fn save_recording(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CallId>,
    asked: HeaderMap,
    body: axum::body::Body,
) -> Result<Response, Refused> {
    let machine = machine.write_calls()?;
    let length = asked.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MOST_BYTES) {
        return Err(Code::TooLarge.into());
    }
    let saved = recordings::save_recording(&context, machine, id, body.into_data_stream()).await?;
    let call = Call::of(saved);
    Ok(tagged(&HeaderMap::new(), &call.version.to_string(), &call))
}

#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes a body that is read as a stream")]
pub struct Sound(Vec<u8>);
