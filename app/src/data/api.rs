//! The retention table and the export in words, times in the organisation's zone.

use domain::data::{ExportState, Kept, OneExportForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    crate::{knowledge::size::size, server_side as server},
    domain::{Code, Role},
    services::{data, export},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionPage {
    pub lines: Vec<KeptLine>,
    pub next_purge: String,
    /// The reader is an owner.
    pub owns: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptLine {
    pub kind: Kept,
    /// `None`: until somebody deletes it.
    pub days: Option<i64>,
    pub count: u64,
    pub size: Option<String>,
    pub oldest: Option<String>,
    /// What the next purge takes.
    pub leaving: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportLine {
    pub id: String,
    pub state: ExportState,
    /// Of a hundred.
    pub percent: u8,
    pub asked: String,
    /// Who asked for it, if they are still known.
    pub by: Option<String>,
    pub until: Option<String>,
    pub size: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartExportForm {
    pub confirmed: bool,
}

#[server(endpoint = "data/load-retention", protocol = crate::protocol::FormToJson)]
pub async fn load_retention() -> Result<RetentionPage, Error> {
    let (context, admin, visit) = (server::context()?, server::admin()?, server::visit()?);
    let l = server::facts().language;
    let data::Retention { held, next_purge } = data::load_retention(&context, admin).await?;
    let line = |held: data::Holding| KeptLine {
        kind: held.kind,
        days: held.kind.lasts().map(|lasts| lasts.num_days()),
        count: held.count,
        size: held.bytes.filter(|_| held.count > 0).map(|bytes| size(l, bytes)),
        oldest: held.oldest.map(|at| server::instant(&visit, l, at)),
        leaving: held.leaving,
    };
    Ok(RetentionPage {
        lines: held.into_iter().map(line).collect(),
        next_purge: server::instant(&visit, l, next_purge),
        owns: admin.role >= Role::Owner,
    })
}

/// The last export, if there was one.
#[server(endpoint = "data/load-export", protocol = crate::protocol::FormToJson)]
pub async fn load_export() -> Result<Option<ExportLine>, Error> {
    last_export().await
}

/// The same, for a page that asks again and again: that is no activity.
#[server(endpoint = "data/watch-export", protocol = crate::protocol::FormToJson)]
pub async fn watch_export() -> Result<Option<ExportLine>, Error> {
    last_export().await
}

#[cfg(feature = "ssr")]
async fn last_export() -> Result<Option<ExportLine>, Error> {
    let (context, owner, visit) = (server::context()?, server::owner_while_leaving()?, server::visit()?);
    let l = server::facts().language;
    let Some(export::Last { row, by }) = export::load_last(&context, owner).await? else { return Ok(None) };
    let percent = if row.total > 0 { row.done.saturating_mul(100) / row.total } else { 0 };
    Ok(Some(ExportLine {
        id: row.id.to_string(),
        state: row.state(),
        percent: u8::try_from(percent.clamp(0, 99)).unwrap_or(99),
        asked: server::instant(&visit, l, row.asked_at),
        by,
        until: row.expires_at.map(|at| server::instant(&visit, l, at)),
        size: size(l, row.bytes.unsigned_abs()),
    }))
}

#[server(endpoint = "data/start-export", protocol = crate::protocol::FormToJson)]
pub async fn start_export(form: StartExportForm) -> Result<(), Error> {
    let (context, owner) = (server::context()?, server::recent_owner_while_leaving()?);
    if !form.confirmed {
        return Err(Code::BadRequest.into());
    }
    export::start(&context, owner).await?;
    Ok(())
}

#[server(endpoint = "data/cancel-export", protocol = crate::protocol::FormToJson)]
pub async fn cancel_export(form: OneExportForm) -> Result<(), Error> {
    let (context, owner) = (server::context()?, server::owner_while_leaving()?);
    Ok(export::cancel(&context, owner, &form).await?)
}
