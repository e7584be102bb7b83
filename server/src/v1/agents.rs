//! AI agents.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use domain::{AgentId, Code, Machine, agents::AgentForm};
use serde::{Deserialize, Serialize};
use services::{Context, agents};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    ROOT,
    problem::Refused,
    typed::{Asked, Body, Id, changed_meanwhile, known_version, something, tagged, wanted_version},
};

/// What somebody speaks.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the words; the domain reads them")]
pub enum Spoken {
    Tr,
    En,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Agent {
    id: Uuid,
    name: String,
    #[schema(value_type = Spoken)]
    language: String,
    /// What it says first.
    greeting: String,
    /// The number it calls from, E.164; empty: the platform's own.
    number: String,
    created_at: DateTime<Utc>,
    /// Grows with each change; the entity tag.
    version: i64,
}

impl Agent {
    fn of(row: agents::Agent) -> Self {
        let agents::Agent { id, name, language, greeting, number, created_at, version, .. } = row;
        Self { id, name, language, greeting, number, created_at, version }
    }
}

/// An agent, to be added or as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentToBe {
    /// Unique within the organisation, whatever its letters' case.
    #[schema(min_length = 1, max_length = 60, example = "Elif")]
    name: String,
    #[schema(value_type = Spoken)]
    language: String,
    #[schema(min_length = 1, max_length = 1000, example = "Merhaba, Yıldız Çağrı Merkezi'nden arıyorum.")]
    greeting: String,
    /// In any usual spelling; without a country code it is of the organisation's country. Empty: the platform's own.
    #[serde(default)]
    #[schema(example = "+908502220444")]
    number: String,
}

impl AgentToBe {
    fn form(self) -> AgentForm {
        let Self { name, language, greeting, number } = self;
        AgentForm { name, language, greeting, number, ..AgentForm::default() }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Agents {
    /// Newest first.
    agents: Vec<Agent>,
    /// `before` of the page after this one; null on the last one.
    next: Option<Uuid>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Turn {
    /// `next` of the page before.
    #[param(value_type = Option<Uuid>)]
    before: Option<String>,
    /// Agents of one page.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 100, default = 50)]
    limit: Option<u64>,
}

/// Add an agent
///
/// At most 100 of them. Scope: agents:write
#[utoipa::path(
    post, path = "/agents", tag = "agents", operation_id = "addAgent", request_body = AgentToBe,
    responses((status = 201, body = Agent, headers(("location" = String), ("etag" = String))))
)]
pub async fn create(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Body(agent): Body<AgentToBe>,
) -> Result<Response, Refused> {
    let row = agents::create(&context, machine.write_agents()?, agent.form()).await?;
    let location = [(header::LOCATION, format!("{ROOT}/agents/{}", row.id))];
    let tagged = tagged(&HeaderMap::new(), &row.version.to_string(), &Agent::of(row));
    Ok((StatusCode::CREATED, location, tagged).into_response())
}

/// List agents
///
/// Newest first. Scope: agents:read
#[utoipa::path(
    get, path = "/agents", tag = "agents", operation_id = "listAgents", params(Turn),
    responses((status = 200, body = Agents))
)]
pub async fn list(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Asked(Turn { before, limit }): Asked<Turn>,
) -> Result<Json<Agents>, Refused> {
    let (machine, limit) = (machine.read_agents()?, limit.unwrap_or(50));
    if !(1..=100).contains(&limit) {
        return Err(Code::BadRequest.into());
    }
    let before: Option<AgentId> = match something(before)?.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| domain::AppError::field("before", Code::ChoiceUnknown))?),
    };
    let (rows, more) = agents::list(&context, machine, before, limit).await?;
    let next = rows.last().filter(|_| more).map(|row| row.id);
    Ok(Json(Agents { agents: rows.into_iter().map(Agent::of).collect(), next }))
}

/// Read an agent
///
/// Scope: agents:read
#[utoipa::path(
    get, path = "/agents/{id}", tag = "agents", operation_id = "readAgent", params(("id" = Uuid, Path)),
    responses((status = 200, body = Agent, headers(("etag" = String))), (status = 304))
)]
pub async fn read(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<AgentId>,
    asked: HeaderMap,
) -> Result<Response, Refused> {
    let agent = Agent::of(agents::load(&context, machine.read_agents()?, id).await?);
    Ok(tagged(&asked, &agent.version.to_string(), &agent))
}

/// Change an agent
///
/// Replaces all of it; `If-Match` says which version is known, `*` that any will do. Scope: agents:write
#[utoipa::path(
    put, path = "/agents/{id}", tag = "agents", operation_id = "changeAgent",
    params(("id" = Uuid, Path), ("if-match" = String, Header, description = "The entity tag of the agent that is known.")),
    request_body = AgentToBe,
    responses((status = 200, body = Agent, headers(("etag" = String))))
)]
pub async fn replace(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<AgentId>,
    asked: HeaderMap,
    Body(agent): Body<AgentToBe>,
) -> Result<Response, Refused> {
    let (machine, version) = (machine.write_agents()?, known_version(&asked)?);
    let row = agents::update(&context, machine, id, agent.form(), version).await;
    let agent = Agent::of(row.map_err(changed_meanwhile)?);
    Ok(tagged(&HeaderMap::new(), &agent.version.to_string(), &agent))
}

/// Delete an agent
///
/// The calls it made stay. An agent that a campaign calls with is deleted when the campaign has ended; until then the
/// answer is 409. Scope: agents:write
#[utoipa::path(
    delete, path = "/agents/{id}", tag = "agents", operation_id = "deleteAgent",
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header, description = "The entity tag of the agent that is known.")),
    responses((status = 204), (status = 412, body = super::problem::Problem, content_type = "application/problem+json", description = "Somebody else changed it meanwhile."))
)]
pub async fn delete(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<AgentId>,
    asked: HeaderMap,
) -> Result<StatusCode, Refused> {
    let (machine, version) = (machine.write_agents()?, wanted_version(&asked)?);
    agents::delete(&context, machine, id, version).await.map_err(changed_meanwhile)?;
    Ok(StatusCode::NO_CONTENT)
}
