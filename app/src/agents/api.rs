//! Agents, their numbers as people read them.

use domain::agents::{AgentForm, OneAgentForm};
use leptos::prelude::*;

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    crate::{paths, server_side as server},
    domain::{agents::MOST_AGENTS, fold::fold},
    services::{agents, phones},
};

/// The agents as forms that would leave them as they are, by name.
#[server(endpoint = "agents/load-agents", protocol = crate::protocol::FormToJson)]
pub async fn load_agents() -> Result<Vec<AgentForm>, Error> {
    let (mut rows, _) = agents::list(&server::context()?, server::member()?, None, MOST_AGENTS).await?;
    rows.sort_by_cached_key(|row| fold(&row.name));
    Ok(rows.into_iter().map(form_of).collect())
}

#[server(endpoint = "agents/load-agent", protocol = crate::protocol::FormToJson)]
pub async fn load_agent(form: OneAgentForm) -> Result<AgentForm, Error> {
    let (context, member, id) = (server::context()?, server::member()?, form.parse()?);
    Ok(form_of(agents::load(&context, member, id).await?))
}

#[server(endpoint = "agents/create-agent", protocol = crate::protocol::FormToJson)]
pub async fn create_agent(form: AgentForm) -> Result<(), Error> {
    agents::create(&server::context()?, server::admin()?, form).await?;
    Ok(())
}

/// As it is saved now.
#[server(endpoint = "agents/update-agent", protocol = crate::protocol::FormToJson)]
pub async fn update_agent(form: AgentForm) -> Result<AgentForm, Error> {
    let (context, admin, id) = (server::context()?, server::admin()?, form.id()?);
    let version = Some(form.version);
    Ok(form_of(agents::update(&context, admin, id, form, version).await?))
}

#[server(endpoint = "agents/delete-agent", protocol = crate::protocol::FormToJson)]
pub async fn delete_agent(form: OneAgentForm) -> Result<(), Error> {
    let (context, admin, id) = (server::context()?, server::admin()?, form.parse()?);
    agents::delete(&context, admin, id, None).await?;
    server::send_to(&format!("{}?saved=agents/delete-agent", paths::AGENTS));
    Ok(())
}

#[cfg(feature = "ssr")]
fn form_of(row: agents::Agent) -> AgentForm {
    AgentForm {
        agent: row.id.to_string(),
        number: phones::format(&row.number),
        name: row.name,
        language: row.language,
        greeting: row.greeting,
        version: row.version,
    }
}
