//! Campaigns: planning one, watching it, pausing, resuming and stopping it. Who is called, and when, is decided in [`dispatch`];
//! what became of a call is written down with it ([`settle_on`]).

mod dispatch;
mod plan;
mod settle;

use domain::{
    Admin, AppError, CampaignId, Code, Member, OrganisationId,
    actor::{ReadCampaigns, WriteCampaigns},
    campaigns::{Step, TargetState},
    slots::{Direction, Limits},
};
use entity::{agent, campaign, campaign_target, organisation};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use uuid::Uuid;

pub use dispatch::dispatch;
pub use entity::campaign::Model as Campaign;
pub use plan::{Choices, load_choices, plan_campaign};
pub(crate) use settle::settle_on;

use crate::{Context, failure::OrInternal, slots, who::asked_by};

/// Campaigns of one page, unless fewer are asked for.
pub const PAGE: u64 = 100;

/// How many of a campaign's customers are how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub waiting: u64,
    pub calling: u64,
    pub reached: u64,
    pub unreached: u64,
    pub skipped: u64,
}

impl Progress {
    pub const fn all(&self) -> u64 {
        self.waiting + self.calling + self.reached + self.unreached + self.skipped
    }

    /// Nobody is called any more.
    pub const fn done(&self) -> u64 {
        self.reached + self.unreached + self.skipped
    }

    fn add(&mut self, state: TargetState, number: u64) {
        *match state {
            TargetState::Waiting => &mut self.waiting,
            TargetState::Calling => &mut self.calling,
            TargetState::Reached => &mut self.reached,
            TargetState::Unreached => &mut self.unreached,
            TargetState::Skipped => &mut self.skipped,
        } += number;
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub campaign: campaign::Model,
    pub progress: Progress,
    /// `None`: it was deleted.
    pub agent: Option<String>,
}

asked_by! {
    /// May read campaigns and how far they are.
    pub trait Reads: Member | ReadCampaigns;
    /// May plan, pause, resume and stop campaigns.
    pub trait Writes: Admin | WriteCampaigns;
}

/// Newest first, those before one, at most `limit` and at most [`PAGE`]; whether there are more.
pub async fn list(
    context: &Context,
    by: impl Reads,
    before: Option<CampaignId>,
    limit: u64,
) -> Result<(Vec<Shown>, bool), AppError> {
    let (read, limit) = (context.database.read(), limit.clamp(1, PAGE));
    let mut found = campaign::Entity::in_organisation(by.who().organisation);
    if let Some(before) = before {
        found = found.filter(campaign::Column::Id.lt(before.0));
    }
    let mut rows = found
        .find_also_related(agent::Entity)
        .order_by_desc(campaign::Column::Id)
        .limit(limit + 1)
        .all(read)
        .await
        .or_internal()?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(rows.len()));
    let mut progress = progress_of(read, rows.iter().map(|(row, _)| row.id)).await?;
    let shown = |(campaign, agent): (campaign::Model, Option<agent::Model>)| Shown {
        progress: progress.remove(&campaign.id).unwrap_or_default(),
        agent: agent.map(|agent| agent.name),
        campaign,
    };
    Ok((rows.into_iter().map(shown).collect(), more))
}

/// Errors: `NotFound`.
pub async fn load(context: &Context, by: impl Reads, id: CampaignId) -> Result<Shown, AppError> {
    shown(context, by.who().organisation, id).await
}

async fn shown(context: &Context, of: OrganisationId, id: CampaignId) -> Result<Shown, AppError> {
    let read = context.database.read();
    let found = campaign::Entity::in_organisation(of)
        .filter(campaign::Column::Id.eq(id.0))
        .find_also_related(agent::Entity);
    let (campaign, agent) = found.one(read).await.or_internal()?.ok_or(Code::NotFound)?;
    let progress = progress_of(read, [campaign.id]).await?.remove(&campaign.id).unwrap_or_default();
    Ok(Shown { campaign, progress, agent: agent.map(|agent| agent.name) })
}

/// So many calls may go out at once now.
pub async fn load_limit(context: &Context, member: Member) -> Result<u32, AppError> {
    let read = context.database.read();
    let row = organisation::Entity::by_id(member.organisation).one(read).await.or_internal()?;
    outbound(context, read, &row.ok_or(Code::NotFound)?).await
}

pub(crate) async fn outbound(
    context: &Context,
    on: &impl ConnectionTrait,
    row: &organisation::Model,
) -> Result<u32, AppError> {
    let limits: Limits = slots::limits(on, row, context.now()).await?;
    Ok(limits.of(Direction::Outbound))
}

async fn progress_of(
    on: &impl ConnectionTrait,
    campaigns: impl IntoIterator<Item = Uuid>,
) -> Result<std::collections::HashMap<Uuid, Progress>, AppError> {
    #[derive(FromQueryResult)]
    struct Counted {
        campaign_id: Uuid,
        state: String,
        number: i64,
    }
    let counted = campaign_target::Entity::find()
        .select_only()
        .columns([campaign_target::Column::CampaignId, campaign_target::Column::State])
        .column_as(campaign_target::Column::CustomerId.count(), "number")
        .filter(campaign_target::Column::CampaignId.is_in(campaigns))
        .group_by(campaign_target::Column::CampaignId)
        .group_by(campaign_target::Column::State)
        .into_model::<Counted>()
        .all(on)
        .await
        .or_internal()?;
    let mut progress = std::collections::HashMap::<Uuid, Progress>::new();
    for Counted { campaign_id, state, number } in counted {
        let number = u64::try_from(number).unwrap_or(0);
        progress.entry(campaign_id).or_default().add(TargetState::from_column(&state), number);
    }
    Ok(progress)
}

/// Pauses, resumes or stops a campaign; calls that run go on. Doing what is done already is no error.
/// Errors: `NotFound`, `CampaignState`.
pub async fn step(context: &Context, by: impl Writes, id: CampaignId, step: Step) -> Result<Shown, AppError> {
    let (who, inner) = (by.who(), context.clone());
    let stepped = context.database.write(move |on| {
        Box::pin(async move {
            let found = campaign::Entity::in_organisation(who.organisation)
                .filter(campaign::Column::Id.eq(id.0))
                .lock_exclusive();
            let row = found.one(on).await.or_internal()?.ok_or(Code::NotFound)?;
            let before = row.state();
            let after = match step.of(before) {
                Some(after) => after,
                None if before == step.leads_to() => return Ok(()),
                None => return Err(Code::CampaignState.into()),
            };
            let (version, name) = (row.version, row.name.clone());
            let mut row = row.into_active_model();
            row.state = Set(after.as_str().to_owned());
            row.version = Set(version + 1);
            row.ended_at = Set(after.has_ended().then(|| inner.now()));
            if step == Step::Resume {
                (row.trouble, row.retry_at) = (Set(None), Set(None));
            }
            row.update(on).await.or_internal()?;
            let after = json!({ "campaign": name, "state": after.as_str() });
            who.record(&inner, on, action_of(step), json!({ "state": before.as_str() }), after).await
        })
    });
    stepped.await?;
    shown(context, who.organisation, id).await
}

const fn action_of(step: Step) -> &'static str {
    match step {
        Step::Pause => "campaigns.pause",
        Step::Resume => "campaigns.resume",
        Step::Stop => "campaigns.stop",
    }
}
