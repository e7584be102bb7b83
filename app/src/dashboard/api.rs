//! Today in figures.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    crate::server_side as server,
    domain::{Language, Role, campaigns::State},
    services::{
        Context,
        campaigns::Campaign,
        dashboard::{self, Sums},
        invoices, zones,
    },
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Today {
    /// As the page's language writes it.
    pub date: String,
    /// `Avrupa / İstanbul`
    pub zone: String,
    pub now: Figures,
    /// Until the same time of day.
    pub yesterday: Figures,
    /// Calls that came in and that went out, for each hour of the day.
    pub hours: Vec<(u32, u32)>,
    pub slots: u32,
    pub in_use: u32,
    /// The next to begin first.
    pub campaigns: Vec<NextCampaign>,
    /// For whoever administers.
    pub credit: Option<CreditNow>,
}

/// A campaign that calls, or will.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextCampaign {
    pub id: String,
    pub name: String,
    pub list: String,
    /// When it begins or began, and that it is paused: in words.
    pub when: String,
    pub is_paused: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNow {
    pub balance: String,
    /// Below the threshold that somebody set.
    pub is_low: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub calls: u32,
    pub answered: u32,
    /// Talked, begun ones counted whole.
    pub minutes: u64,
}

#[server(endpoint = "dashboard/load-today", protocol = crate::protocol::FormToJson)]
pub async fn load_today() -> Result<Today, Error> {
    today().await
}

/// Asked again and again by a page in sight; does not keep a session from becoming idle.
#[server(endpoint = "dashboard/watch-today", protocol = crate::protocol::FormToJson)]
pub async fn watch_today() -> Result<Today, Error> {
    today().await
}

#[cfg(feature = "ssr")]
async fn today() -> Result<Today, Error> {
    let (context, member, l) = (server::context()?, server::member()?, server::facts().language);
    let dashboard::Today { date, zone, sums, yesterday, hours, usage, campaigns } =
        dashboard::load_today(&context, member).await?;
    let (visit, now) = (server::visit()?, context.now());
    let campaign = |row: Campaign| {
        let at = server::instant(&visit, l, row.starts_at);
        let is_paused = row.state() == State::Paused;
        NextCampaign {
            id: row.id.to_string(),
            name: row.name,
            list: row.list_name,
            when: match row.starts_at > now {
                true => texts::dashboard::campaign_begins(l, at),
                false => texts::dashboard::campaign_since(l, at),
            },
            is_paused,
        }
    };
    Ok(Today {
        date: server::date(l, date.and_time(chrono::NaiveTime::MIN)),
        zone: zones::label(zone, l),
        now: figures(sums),
        yesterday: figures(yesterday),
        hours: hours.iter().map(|hour| (hour.inbound, hour.outbound)).collect(),
        slots: usage.limit,
        in_use: usage.in_use,
        campaigns: campaigns.into_iter().map(campaign).collect(),
        credit: credit(&context, l).await?,
    })
}

#[cfg(feature = "ssr")]
async fn credit(context: &Context, l: Language) -> Result<Option<CreditNow>, Error> {
    let member = server::member()?;
    // Support sees the calls of nobody, and no books.
    if member.role < Role::Admin || member.support.is_some() {
        return Ok(None);
    }
    let credit = invoices::load_credit(context, member.admin()?).await?;
    Ok(Some(CreditNow { balance: credit.balance.text(l), is_low: credit.is_low }))
}

#[cfg(feature = "ssr")]
const fn figures(Sums { calls, answered, seconds }: Sums) -> Figures {
    Figures { calls, answered, minutes: seconds.div_ceil(60) }
}
