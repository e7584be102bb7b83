//! The connection in words, and what is done to it. A key goes in here and never comes out.

use domain::upstream::{ConfirmForm, Failure, TryForm, UseForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    crate::server_side as server,
    domain::{Admin, AppError, Language},
    services::{Context, session::Visit, upstream},
};

/// Times are in figures, in the organisation's zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamPage {
    pub connection: Option<ConnectionLine>,
    /// What the reader has just tried out.
    pub trial: Option<TrialLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionLine {
    pub address: String,
    /// Of its key.
    pub end: String,
    pub connected_at: String,
    /// The end of the key that can be fallen back to, and until when.
    pub old: Option<(String, String)>,
    /// The end of the key that was refused, and when the one before was taken back.
    pub rolled_back: Option<(String, String)>,
    pub tested: Option<TestedLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialLine {
    pub address: String,
    pub end: String,
    pub tested: TestedLine,
    /// Until then it can be saved.
    pub until: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestedLine {
    pub at: String,
    pub failure: Option<Failure>,
    pub account: String,
    /// Each permission that is needed, and whether the key has it.
    pub permissions: Vec<(String, bool)>,
    /// Milliseconds.
    pub latency: Option<i32>,
}

/// Tests what was typed; how it went is on the page that follows.
#[server(endpoint = "upstream/try-upstream", protocol = crate::protocol::FormToJson)]
pub async fn try_upstream(form: TryForm) -> Result<(), Error> {
    Ok(upstream::try_out(&server::context()?, server::recent_admin()?, form).await?)
}

/// Uses what was tried out.
#[server(endpoint = "upstream/use-upstream", protocol = crate::protocol::FormToJson)]
pub async fn use_upstream(form: UseForm) -> Result<(), Error> {
    Ok(upstream::use_trial(&server::context()?, server::recent_admin()?, form).await?)
}

#[server(endpoint = "upstream/discard-trial", protocol = crate::protocol::FormToJson)]
pub async fn discard_trial(form: ConfirmForm) -> Result<(), Error> {
    Ok(upstream::discard_trial(&server::context()?, server::admin()?, form).await?)
}

/// Tests the connection that is used; how it went is on the page that follows.
#[server(endpoint = "upstream/test-upstream", protocol = crate::protocol::FormToJson)]
pub async fn test_upstream(form: ConfirmForm) -> Result<(), Error> {
    Ok(upstream::test(&server::context()?, server::recent_admin()?, form).await?)
}

#[server(endpoint = "upstream/finish-swap", protocol = crate::protocol::FormToJson)]
pub async fn finish_swap(form: ConfirmForm) -> Result<(), Error> {
    Ok(upstream::finish_swap(&server::context()?, server::recent_admin()?, form).await?)
}

#[server(endpoint = "upstream/remove-upstream", protocol = crate::protocol::FormToJson)]
pub async fn remove_upstream(form: ConfirmForm) -> Result<(), Error> {
    Ok(upstream::remove(&server::context()?, server::recent_admin()?, form).await?)
}

/// For the page of the keys, which loads it along with them.
#[cfg(feature = "ssr")]
pub async fn load(context: &Context, admin: Admin, visit: &Visit) -> Result<UpstreamPage, AppError> {
    let l = server::facts().language;
    let upstream::Upstream { connection, trial } = upstream::load_upstream(context, admin).await?;
    let told = |(end, at)| (end, server::instant(visit, l, at));
    Ok(UpstreamPage {
        connection: connection.map(|row| ConnectionLine {
            address: row.base,
            end: row.key_end,
            connected_at: server::instant(visit, l, row.connected_at),
            old: row.old.map(told),
            rolled_back: row.rolled_back.map(told),
            tested: row.tested.map(|tested| tested_line(visit, l, tested)),
        }),
        trial: trial.map(|row| TrialLine {
            address: row.base,
            end: row.key_end,
            until: server::instant(visit, l, row.until),
            tested: tested_line(visit, l, row.tested),
        }),
    })
}

#[cfg(feature = "ssr")]
fn tested_line(visit: &Visit, l: Language, tested: upstream::Tested) -> TestedLine {
    TestedLine {
        at: server::instant(visit, l, tested.at),
        failure: tested.failure,
        account: tested.account.unwrap_or_default(),
        permissions: tested.permissions.into_iter().map(|(word, has)| (word.to_owned(), has)).collect(),
        latency: tested.latency,
    }
}
