//! Calls in words, times in the organisation's zone.

use domain::{
    AppError,
    calls::{CallsForm, Outcome},
    slots::Direction,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    crate::server_side as server,
    domain::{CallId, Code},
    services::{calls, phones, session::Visit},
};

/// Calls of one page.
#[cfg(feature = "ssr")]
const PAGE: u64 = 50;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallsPage {
    /// Newest first.
    pub calls: Vec<CallLine>,
    /// `before` of the next page.
    pub next: Option<String>,
    /// What is wrong with the filter; nothing is listed then.
    pub refused: Option<AppError>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallLine {
    pub id: String,
    pub started: String,
    pub direction: Direction,
    /// Empty where they are withheld.
    pub from: String,
    pub to: String,
    pub outcome: Outcome,
    pub talk_seconds: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallPage {
    pub line: CallLine,
    pub answered: Option<String>,
    pub ended: Option<String>,
    pub transcript: Option<String>,
    /// How long and how large it is.
    pub recording: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallForm {
    pub call: String,
}

#[server(endpoint = "calls/load-calls")]
pub async fn load_calls(#[server(default)] form: CallsForm) -> Result<CallsPage, Error> {
    let (context, member, visit) = (server::context()?, server::member()?, server::visit()?);
    match calls::list(&context, member, form, PAGE).await {
        Ok((rows, more)) => Ok(CallsPage {
            next: rows.last().filter(|_| more).map(|row| row.id.to_string()),
            calls: rows.into_iter().map(|row| line(&visit, &row)).collect(),
            refused: None,
        }),
        Err(error) if !error.fields.is_empty() => {
            Ok(CallsPage { calls: Vec::new(), next: None, refused: Some(error) })
        }
        Err(error) => Err(error.into()),
    }
}

#[server(endpoint = "calls/load-call")]
pub async fn load_call(form: CallForm) -> Result<CallPage, Error> {
    let (context, member, visit) = (server::context()?, server::member()?, server::visit()?);
    let id: CallId = form.call.parse().map_err(|_| AppError::from(Code::NotFound))?;
    let row = calls::load(&context, member, id).await?;
    let l = server::facts().language;
    let told = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| server::instant(&visit, l, at));
    Ok(CallPage {
        line: line(&visit, &row),
        answered: told(row.answered_at),
        ended: told(row.ended_at),
        recording: row
            .recording_bytes
            .filter(|_| row.recording.is_some())
            .map(|bytes| about(l, row.recording_seconds, bytes)),
        transcript: row.transcript,
    })
}

/// `3 dk 5 sn · 1,4 MB`.
#[cfg(feature = "ssr")]
fn about(l: domain::Language, seconds: Option<i32>, bytes: i64) -> String {
    let tenths = (bytes * 10 / (1024 * 1024)).max(1);
    let (whole, rest) = (tenths / 10, tenths % 10);
    let size = texts::calls::megabytes(l, rest, whole);
    let length = seconds.map(|seconds| match (seconds / 60, seconds % 60) {
        (0, seconds) => texts::calls::seconds(l, seconds),
        (minutes, seconds) => texts::calls::minutes(l, minutes, seconds),
    });
    length.map_or(size.clone(), |length| format!("{length} · {size}"))
}

#[cfg(feature = "ssr")]
fn line(visit: &Visit, row: &calls::Call) -> CallLine {
    CallLine {
        id: row.id.to_string(),
        started: server::instant(visit, server::facts().language, row.started_at),
        direction: row.direction(),
        from: phones::format(&row.from_number),
        to: phones::format(&row.to_number),
        outcome: row.outcome(),
        talk_seconds: row.talk_seconds(),
    }
}
