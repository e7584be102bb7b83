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
    domain::{CallId, Code, Member},
    services::{Context, calls, customers, phones, recordings, session::Visit},
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
    /// Whom it was with, if that is known.
    pub customer: Option<Customer>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    pub id: String,
    pub name: String,
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

#[server(endpoint = "calls/load-calls", protocol = crate::protocol::FormToJson)]
pub async fn load_calls(#[server(default)] form: CallsForm) -> Result<CallsPage, Error> {
    let (context, member, visit) = (server::context()?, server::member()?, server::visit()?);
    match calls::list(&context, member, form, PAGE).await {
        Ok((rows, more)) => Ok(CallsPage {
            next: rows.last().filter(|_| more).map(|row| row.id.to_string()),
            calls: lines(&context, member, &visit, &rows).await?,
            refused: None,
        }),
        Err(error) if !error.fields.is_empty() => {
            Ok(CallsPage { calls: Vec::new(), next: None, refused: Some(error) })
        }
        Err(error) => Err(error.into()),
    }
}

#[server(endpoint = "calls/load-call", protocol = crate::protocol::FormToJson)]
pub async fn load_call(form: CallForm) -> Result<CallPage, Error> {
    let (context, member, visit) = (server::context()?, server::member()?, server::visit()?);
    let id = id(&form)?;
    let row = calls::load(&context, member, id).await?;
    let l = server::facts().language;
    let told = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| server::instant(&visit, l, at));
    let lines = lines(&context, member, &visit, std::slice::from_ref(&row)).await?;
    Ok(CallPage {
        line: lines.into_iter().next().ok_or(Code::NotFound)?,
        answered: told(row.answered_at),
        ended: told(row.ended_at),
        recording: row
            .recording_bytes
            .filter(|_| row.recording.is_some())
            .map(|bytes| about(l, row.recording_seconds, bytes)),
        transcript: row.transcript,
    })
}

#[server(endpoint = "calls/delete-recording", protocol = crate::protocol::FormToJson)]
pub async fn delete_recording(form: CallForm) -> Result<(), Error> {
    let (context, admin, id) = (server::context()?, server::admin()?, id(&form)?);
    Ok(recordings::delete_recording(&context, admin, id).await?)
}

#[server(endpoint = "calls/delete-transcript", protocol = crate::protocol::FormToJson)]
pub async fn delete_transcript(form: CallForm) -> Result<(), Error> {
    let (context, admin, id) = (server::context()?, server::admin()?, id(&form)?);
    Ok(calls::delete_transcript(&context, admin, id).await?)
}

/// What is no identifier does not exist.
#[cfg(feature = "ssr")]
fn id(form: &CallForm) -> Result<CallId, AppError> {
    form.call.parse().map_err(|_| Code::NotFound.into())
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

/// Calls as lines of a list.
#[cfg(feature = "ssr")]
pub(crate) async fn lines(
    context: &Context,
    member: Member,
    visit: &Visit,
    rows: &[calls::Call],
) -> Result<Vec<CallLine>, AppError> {
    let with = rows.iter().filter_map(|row| row.customer_id);
    let names = customers::named(context, member, with).await?;
    let line = |row: &calls::Call| CallLine {
        id: row.id.to_string(),
        started: server::instant(visit, server::facts().language, row.started_at),
        direction: row.direction(),
        from: phones::format(&row.from_number),
        to: phones::format(&row.to_number),
        outcome: row.outcome(),
        talk_seconds: row.talk_seconds(),
        customer: row
            .customer_id
            .and_then(|id| names.get(&id).map(|name| Customer { id: id.to_string(), name: name.clone() })),
    };
    Ok(rows.iter().map(line).collect())
}
