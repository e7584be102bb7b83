//! AI agents: reading, adding, changing and deleting them. Their names are unique within the organisation, whose row is
//! locked where one is added: they are counted.

use domain::{
    Admin, AgentId, AppError, Code, Member, OrganisationId,
    actor::{ReadAgents, WriteAgents},
    agents::{AgentForm, MOST_AGENTS, NewAgent},
    campaigns::State,
    fold::fold,
};
use entity::{
    agent::{Column, Entity},
    campaign,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};

pub use entity::agent::Model as Agent;

use crate::{Context, failure::OrInternal, members::lock_organisation, phones, who::asked_by, zones};

asked_by! {
    /// May read agents.
    pub trait Reads: Member | ReadAgents;
    /// May add, change and delete agents.
    pub trait Writes: Admin | WriteAgents;
}

/// Newest first, those before one, at most `limit`; whether there are more.
pub async fn list(
    context: &Context,
    by: impl Reads,
    before: Option<AgentId>,
    limit: u64,
) -> Result<(Vec<Agent>, bool), AppError> {
    let limit = limit.clamp(1, MOST_AGENTS);
    let mut rows = Entity::in_organisation(by.who().organisation);
    if let Some(before) = before {
        rows = rows.filter(Column::Id.lt(before.0));
    }
    let rows = rows.order_by_desc(Column::Id).limit(limit + 1).all(context.database.read());
    let mut rows = rows.await.or_internal()?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(rows.len()));
    Ok((rows, more))
}

/// Errors: `NotFound`.
pub async fn load(context: &Context, by: impl Reads, id: AgentId) -> Result<Agent, AppError> {
    let found = Entity::in_organisation(by.who().organisation).filter(Column::Id.eq(id.0));
    found.one(context.database.read()).await.or_internal()?.ok_or_else(|| Code::NotFound.into())
}

/// Errors: fields of [`AgentForm`], `NameTaken` at `name`; `TooManyAgents`.
pub async fn create(context: &Context, by: impl Writes, form: AgentForm) -> Result<Agent, AppError> {
    let who = by.who();
    let new = parse(context, who.organisation, &form).await?;
    let inner = context.clone();
    let created = context.database.write(move |on| {
        Box::pin(async move {
            let of = who.organisation;
            lock_organisation(on, of).await?;
            if Entity::in_organisation(of).count(on).await.or_internal()? >= MOST_AGENTS {
                return Err(Code::TooManyAgents.into());
            }
            let key = free_key(on, of, &new.name, None).await?;
            let row = Agent {
                id: inner.id(),
                organisation_id: of.0,
                name: new.name,
                name_key: key,
                language: new.language.tag().to_owned(),
                greeting: new.greeting,
                number: new.number,
                created_at: inner.now(),
                version: 1,
            };
            let insert = Entity::insert(row.clone().into_active_model().reset_all());
            insert.exec_without_returning(on).await.or_internal()?;
            who.record(&inner, on, "agents.create_agent", json!({}), told(&row)).await?;
            Ok(row)
        })
    });
    created.await
}

/// Changes an agent; `version` is the one that is known, if it matters. One that the form does not differ from stays as it is.
/// Errors: fields of [`AgentForm`], `NameTaken` at `name`; `NotFound`, `Conflict`.
pub async fn update(
    context: &Context,
    by: impl Writes,
    id: AgentId,
    form: AgentForm,
    version: Option<i64>,
) -> Result<Agent, AppError> {
    let who = by.who();
    let new = parse(context, who.organisation, &form).await?;
    let inner = context.clone();
    let updated = context.database.write(move |on| {
        Box::pin(async move {
            let of = who.organisation;
            // Names are compared: nobody else gives one meanwhile.
            lock_organisation(on, of).await?;
            let before = find(on, of, id).await?;
            let after = Agent {
                name_key: fold(&new.name),
                name: new.name,
                language: new.language.tag().to_owned(),
                greeting: new.greeting,
                number: new.number,
                version: before.version + 1,
                ..before.clone()
            };
            if told(&before) == told(&after) {
                return Ok(before);
            }
            if version.is_some_and(|version| version != before.version) {
                return Err(Code::Conflict.into());
            }
            free_key(on, of, &after.name, Some(id)).await?;
            Entity::update(after.clone().into_active_model().reset_all()).exec(on).await.or_internal()?;
            who.record(&inner, on, "agents.update_agent", told(&before), told(&after)).await?;
            Ok(after)
        })
    });
    updated.await
}

/// Deletes an agent; the calls it made stay. `version` is the one that is known, if it matters.
/// Errors: `NotFound`, `Conflict`, `AgentInUse`.
pub async fn delete(
    context: &Context,
    by: impl Writes,
    id: AgentId,
    version: Option<i64>,
) -> Result<(), AppError> {
    let (who, inner) = (by.who(), context.clone());
    let deleted = context.database.write(move |on| {
        Box::pin(async move {
            let row = find(on, who.organisation, id).await?;
            if version.is_some_and(|version| version != row.version) {
                return Err(Code::Conflict.into());
            }
            let going_on = State::ALL.into_iter().filter(|state| !state.has_ended()).map(State::as_str);
            let campaigns = campaign::Entity::in_organisation(who.organisation)
                .filter(campaign::Column::AgentId.eq(id.0))
                .filter(campaign::Column::State.is_in(going_on));
            if campaigns.count(on).await.or_internal()? > 0 {
                return Err(Code::AgentInUse.into());
            }
            Entity::delete_by_id(id.0).exec(on).await.or_internal()?;
            who.record(&inner, on, "agents.delete_agent", told(&row), json!({})).await
        })
    });
    deleted.await
}

/// The row, which nobody else changes, deletes or plans a campaign with until the transaction ends.
pub(crate) async fn find(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    id: AgentId,
) -> Result<Agent, AppError> {
    let found = Entity::in_organisation(of).filter(Column::Id.eq(id.0)).lock_exclusive();
    found.one(on).await.or_internal()?.ok_or_else(|| Code::NotFound.into())
}

async fn parse(context: &Context, of: OrganisationId, form: &AgentForm) -> Result<NewAgent, AppError> {
    let country = zones::country_of(context, of).await?;
    form.parse(|text| phones::parse(text, country).map(|phone| phone.e164))
}

/// The key of a name that no other agent has. Errors: `NameTaken`.
async fn free_key(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    name: &str,
    except: Option<AgentId>,
) -> Result<String, AppError> {
    let key = fold(name);
    let same = Entity::in_organisation(of).filter(Column::NameKey.eq(&key)).one(on).await.or_internal()?;
    match same.filter(|row| Some(row.id()) != except) {
        Some(_) => Err(AppError::field("name", Code::NameTaken)),
        None => Ok(key),
    }
}

/// What the trail tells of an agent.
fn told(row: &Agent) -> Value {
    json!({
        "name": row.name,
        "language": row.language,
        "greeting": row.greeting,
        "phone": row.number,
    })
}
