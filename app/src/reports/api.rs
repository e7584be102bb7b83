//! Days in figures.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    crate::server_side as server,
    chrono::NaiveTime,
    domain::Language,
    services::{
        reports::{self, Day},
        zones,
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayLine {
    /// As the page's language writes it.
    pub date: String,
    /// `Avrupa / İstanbul`
    pub zone: String,
    pub inbound: u32,
    pub outbound: u32,
    pub answered: u32,
    /// Begun ones counted whole.
    pub minutes: u64,
}

#[server(endpoint = "reports/load-days", protocol = crate::protocol::FormToJson)]
pub async fn load_days() -> Result<Vec<DayLine>, Error> {
    let (context, member, l) = (server::context()?, server::member()?, server::facts().language);
    let days = reports::load_days(&context, member, reports::PAGE).await?;
    Ok(days.into_iter().map(|day| line(l, day)).collect())
}

#[cfg(feature = "ssr")]
fn line(l: Language, day: Day) -> DayLine {
    let Day { date, time_zone, inbound, outbound, answered, seconds } = day;
    DayLine {
        date: server::date(l, date.and_time(NaiveTime::MIN)),
        zone: zones::parse(&time_zone).map_or(time_zone, |zone| zones::label(zone, l)),
        inbound,
        outbound,
        answered,
        minutes: seconds.div_ceil(60),
    }
}
