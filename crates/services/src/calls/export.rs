//! Calls as a CSV file, written while they are read: however many there are, they never stand in memory together. Times
//! are those of the zone in which the call was made. Who took them away is in the trail.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::{
    Admin, AppError, CallId, Language,
    calls::{CallsForm, Outcome, Wanted},
    slots::Direction,
};
use entity::call;
use futures::{StreamExt, stream, stream::BoxStream};
use sea_orm::QuerySelect;
use serde_json::json;

use super::list::in_order;
use crate::{Context, cells::row_of, failure::OrInternal, who::Who, zones};

const ROWS_AT_ONCE: u64 = 500;

/// Those that `form` asks for, newest first, whatever its page. Errors, before anything is written: fields of
/// [`CallsForm`].
pub async fn export(
    context: &Context,
    admin: Admin,
    form: &CallsForm,
) -> Result<BoxStream<'static, Result<Bytes, AppError>>, AppError> {
    let (wanted, inner) = (form.parse()?, context.clone());
    let told = json!({
        "direction": wanted.direction.map(Direction::as_str),
        "outcome": wanted.outcome.map(Outcome::as_str),
        "narrowed": wanted.campaign.is_some(),
    });
    let noted = context.database.write(move |on| {
        Box::pin(
            async move { Who::of_actor(*admin).record(&inner, on, "calls.export", json!({}), told).await },
        )
    });
    noted.await?;
    let head = format!("\u{feff}{}", row_of(columns(admin.language)));
    let writing = Writing { context: context.clone(), admin, wanted, before: None };
    let rows = stream::try_unfold(Some(writing), |writing| async {
        match writing {
            Some(writing) => writing.next().await,
            None => Ok(None),
        }
    });
    Ok(stream::once(async { Ok(Bytes::from(head)) }).chain(rows).boxed())
}

struct Writing {
    context: Context,
    admin: Admin,
    wanted: Wanted,
    /// The last call that was written.
    before: Option<CallId>,
}

impl Writing {
    /// The next rows, and what comes after them.
    async fn next(self) -> Result<Option<(Bytes, Option<Self>)>, AppError> {
        let rows = in_order(self.admin.organisation, &self.wanted, self.before).limit(ROWS_AT_ONCE);
        let rows = rows.all(self.context.database.read()).await.or_internal()?;
        let Some(before) = rows.last().map(call::Model::id) else { return Ok(None) };
        let text: String = rows.iter().map(|row| csv(self.admin.language, row)).collect();
        Ok(Some((Bytes::from(text), Some(Self { before: Some(before), ..self }))))
    }
}

fn columns(l: Language) -> [&'static str; 9] {
    use texts::calls as t;
    [
        t::started(l),
        t::answered(l),
        t::ended(l),
        texts::general::time_zone(l),
        t::direction(l),
        t::from(l),
        t::to(l),
        t::outcome(l),
        t::talked_seconds(l),
    ]
}

fn csv(l: Language, row: &call::Model) -> String {
    let at = |at: Option<DateTime<Utc>>| at.map(|at| local(&row.time_zone, at)).unwrap_or_default();
    let direction = texts::calls::by_key(l, &row.direction).unwrap_or(&row.direction);
    let outcome = texts::calls::by_key(l, &row.outcome).unwrap_or(&row.outcome);
    row_of([
        at(Some(row.started_at)).as_str(),
        &at(row.answered_at),
        &at(row.ended_at),
        &row.time_zone,
        direction,
        &row.from_number,
        &row.to_number,
        outcome,
        &row.talk_seconds().to_string(),
    ])
}

/// `2026-11-23 14:32:05`: a table program reads it as a time in every language.
fn local(zone: &str, at: DateTime<Utc>) -> String {
    let zone = zones::parse(zone).unwrap_or(zones::DEFAULT);
    at.with_timezone(&zone).format("%F %T").to_string()
}
