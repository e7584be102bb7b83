//! Campaigns in words and figures, times in the organisation's zone.

use domain::{
    campaigns::{CampaignForm, OneCampaignForm},
    upstream::Failure,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    crate::{paths, server_side as server},
    chrono::{DateTime, Utc},
    domain::{
        Language, Role,
        campaigns::{State, Step, plan_for},
    },
    services::{
        campaigns::{self, Shown},
        hours::explain_now,
        session::Visit,
        upstream,
    },
};

/// Calls at once that count as few.
#[cfg(feature = "ssr")]
const FEW: u32 = 5;
/// Minutes that a call holds its slot, ringing and talking, on the average.
#[cfg(feature = "ssr")]
const MINUTES: u64 = 2;

/// What a campaign does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Its start is yet to come.
    Scheduled,
    Calling,
    /// It waits for the business hours.
    Closed,
    /// The platform takes no calls.
    Troubled,
    Paused,
    Stopped,
    Finished,
}

impl Phase {
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Stopped | Self::Finished)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

    pub const fn done(&self) -> u64 {
        self.reached + self.unreached + self.skipped
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignsPage {
    pub administers: bool,
    /// Newest first.
    pub campaigns: Vec<CampaignLine>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignLine {
    pub id: String,
    pub name: String,
    /// `None`: it was deleted.
    pub agent: Option<String>,
    pub list: String,
    pub starts: String,
    pub phase: Phase,
    pub progress: Progress,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignPage {
    pub line: CampaignLine,
    pub administers: bool,
    pub planned: String,
    pub ended: Option<String>,
    /// 0: as many as there are free slots.
    pub at_once: u32,
    /// So many calls may go out at once now.
    pub slots: u32,
    /// The plan that allows `at_once`, where this one does not.
    pub better: Option<String>,
    pub attempts: u32,
    pub retry_minutes: u32,
    pub trouble: Option<Failure>,
    /// When it is open again, if it is closed.
    pub opens: Option<String>,
}

/// What a campaign can be made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanPage {
    /// Id and name.
    pub agents: Vec<(String, String)>,
    /// Id, name, number of customers.
    pub lists: Vec<(String, String, u64)>,
    pub slots: u32,
    pub plan: String,
    /// Where there are few slots: the next plan, what it allows, and the hours that the longest list takes now and then.
    pub few: Option<Few>,
    pub is_connected: bool,
    /// `Avrupa / İstanbul`, and its wall clock now.
    pub zone: String,
    pub now: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Few {
    pub plan: String,
    pub slots: u32,
    pub customers: u64,
    pub minutes_now: u64,
    pub minutes_then: u64,
}

#[server(endpoint = "campaigns/load-campaigns", protocol = crate::protocol::FormToJson)]
pub async fn load_campaigns() -> Result<CampaignsPage, Error> {
    let (context, member, visit) = (server::context()?, server::member()?, server::visit()?);
    let l = server::facts().language;
    let (_, hours) = explain_now(&context, &visit)?;
    let (rows, _) = campaigns::list(&context, member, None, campaigns::PAGE).await?;
    Ok(CampaignsPage {
        administers: member.role >= Role::Admin,
        campaigns: rows.into_iter().map(|row| line(&visit, l, context.now(), hours.is_open(), row)).collect(),
    })
}

#[server(endpoint = "campaigns/load-campaign", protocol = crate::protocol::FormToJson)]
pub async fn load_campaign(form: OneCampaignForm) -> Result<CampaignPage, Error> {
    one(form).await
}

/// Asked again and again by a page in sight; does not keep a session from becoming idle.
#[server(endpoint = "campaigns/watch-campaign", protocol = crate::protocol::FormToJson)]
pub async fn watch_campaign(form: OneCampaignForm) -> Result<CampaignPage, Error> {
    one(form).await
}

#[server(endpoint = "campaigns/load-choices", protocol = crate::protocol::FormToJson)]
pub async fn load_choices() -> Result<PlanPage, Error> {
    let (context, admin, visit) = (server::context()?, server::admin()?, server::visit()?);
    let l = server::facts().language;
    let (zone, _) = explain_now(&context, &visit)?;
    let choices = campaigns::load_choices(&context, admin).await?;
    let plan = choices.organisation.subscription(context.now()).plan;
    let longest = choices.lists.iter().map(|list| list.customers).max().unwrap_or(0);
    let minutes = |slots: u32| (longest * MINUTES).div_ceil(u64::from(slots.max(1)));
    let better = plan_for(choices.slots + 1).filter(|better| *better > plan && choices.slots < FEW);
    let few = better.filter(|_| longest > u64::from(choices.slots)).map(|better| Few {
        plan: better.name().to_owned(),
        slots: better.slots(),
        customers: longest,
        minutes_now: minutes(choices.slots),
        minutes_then: minutes(better.slots()),
    });
    Ok(PlanPage {
        agents: choices.agents.into_iter().map(|agent| (agent.id.to_string(), agent.name)).collect(),
        lists: choices
            .lists
            .into_iter()
            .map(|list| (list.id.to_string(), list.name, list.customers))
            .collect(),
        slots: choices.slots,
        plan: plan.name().to_owned(),
        few,
        is_connected: upstream::is_connected(&context, admin.organisation).await?,
        zone: services::zones::label(zone, l),
        now: server::instant(&visit, l, context.now()),
    })
}

/// Answers with its id; its page follows.
#[server(endpoint = "campaigns/plan-campaign", protocol = crate::protocol::FormToJson)]
pub async fn plan_campaign(form: CampaignForm) -> Result<String, Error> {
    let planned = campaigns::plan_campaign(&server::context()?, server::admin()?, form).await?;
    let id = planned.campaign.id.to_string();
    server::send_to(&format!("{}?saved=campaigns/planned", paths::campaign(&id)));
    Ok(id)
}

#[server(endpoint = "campaigns/pause", protocol = crate::protocol::FormToJson)]
pub async fn pause(form: OneCampaignForm) -> Result<(), Error> {
    step(form, Step::Pause).await
}

#[server(endpoint = "campaigns/resume", protocol = crate::protocol::FormToJson)]
pub async fn resume(form: OneCampaignForm) -> Result<(), Error> {
    step(form, Step::Resume).await
}

#[server(endpoint = "campaigns/stop", protocol = crate::protocol::FormToJson)]
pub async fn stop(form: OneCampaignForm) -> Result<(), Error> {
    step(form, Step::Stop).await
}

#[cfg(feature = "ssr")]
async fn step(form: OneCampaignForm, step: Step) -> Result<(), Error> {
    campaigns::step(&server::context()?, server::admin()?, form.parse()?, step).await?;
    Ok(())
}

#[cfg(feature = "ssr")]
async fn one(form: OneCampaignForm) -> Result<CampaignPage, Error> {
    let (context, member, visit) = (server::context()?, server::member()?, server::visit()?);
    let l = server::facts().language;
    let (_, hours) = explain_now(&context, &visit)?;
    let shown = campaigns::load(&context, member, form.parse()?).await?;
    let slots = campaigns::load_limit(&context, member).await?;
    let row = &shown.campaign;
    let number = |number: i32| u32::try_from(number).unwrap_or(0);
    let at_once = number(row.at_once);
    let told = |at: DateTime<Utc>| server::instant(&visit, l, at);
    let opens = hours.next.filter(|_| !hours.is_open());
    Ok(CampaignPage {
        administers: member.role >= Role::Admin,
        planned: told(row.created_at),
        ended: row.ended_at.map(told),
        at_once,
        slots,
        better: plan_for(at_once).filter(|_| at_once > slots).map(|plan| plan.name().to_owned()),
        attempts: number(row.attempts),
        retry_minutes: number(row.retry_minutes),
        trouble: row.trouble.as_deref().and_then(Failure::from_word),
        opens: opens.map(|next| server::moment(l, hours.local, next.local)),
        line: line(&visit, l, context.now(), hours.is_open(), shown),
    })
}

#[cfg(feature = "ssr")]
fn line(visit: &Visit, l: Language, now: DateTime<Utc>, is_open: bool, shown: Shown) -> CampaignLine {
    let Shown { campaign, progress, agent } = shown;
    let phase = match campaign.state() {
        State::Paused => Phase::Paused,
        State::Stopped => Phase::Stopped,
        State::Finished => Phase::Finished,
        State::Active if campaign.starts_at > now => Phase::Scheduled,
        State::Active if campaign.trouble.is_some() => Phase::Troubled,
        State::Active if is_open || progress.calling > 0 => Phase::Calling,
        State::Active => Phase::Closed,
    };
    let campaigns::Progress { waiting, calling, reached, unreached, skipped } = progress;
    CampaignLine {
        id: campaign.id.to_string(),
        starts: server::instant(visit, l, campaign.starts_at),
        name: campaign.name,
        agent,
        list: campaign.list_name,
        phase,
        progress: Progress { waiting, calling, reached, unreached, skipped },
    }
}
