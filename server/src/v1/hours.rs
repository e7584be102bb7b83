//! Business hours.

use axum::{Extension, Json, extract::State, http::HeaderMap, response::Response};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Code, Machine,
    hours::{HoursForm, IntervalForm},
};
use serde::{Deserialize, Serialize};
use services::{Context, hours};
use utoipa::{IntoParams, ToSchema};

use super::{
    problem::Refused,
    typed::{Asked, tagged_by_content},
};

/// The saved schedule.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hours {
    /// IANA name; all times are of its wall clock.
    time_zone: String,
    /// Monday first; seven days.
    week: Vec<Vec<Open>>,
    /// Dates that differ, sorted.
    overrides: Vec<Override>,
}

/// `HH:MM`; an end that is not after the start is on the next day, `24:00` is the end of the day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Open {
    #[schema(example = "09:00")]
    start: String,
    #[schema(example = "18:00")]
    end: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Override {
    first: NaiveDate,
    last: NaiveDate,
    label: String,
    /// Empty: closed.
    open: Vec<Open>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Moment {
    /// RFC 3339, with an offset; now, if it is left out.
    #[serde(default)]
    #[param(value_type = Option<DateTime<Utc>>)]
    instant: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAt {
    at: DateTime<Utc>,
    is_open: bool,
    /// Null if nothing changes within 400 days.
    next_change: Option<Change>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Change {
    at: DateTime<Utc>,
    opens: bool,
}

/// Read the business hours
///
/// Scope: hours:read
#[utoipa::path(
    get, path = "/hours", tag = "hours", operation_id = "readHours",
    responses((status = 200, body = Hours, headers(("etag" = String))), (status = 304))
)]
pub async fn read(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    asked: HeaderMap,
) -> Result<Response, Refused> {
    let (schedule, zone) = hours::load_schedule(&context, machine.read_hours()?).await?;
    // As people write it.
    let form = HoursForm::from_schedule(&schedule, 0);
    let overrides = schedule.overrides().iter().zip(form.overrides).map(|(saved, form)| Override {
        first: saved.first(),
        last: saved.last(),
        label: form.label,
        open: if form.open { written(form.intervals) } else { Vec::new() },
    });
    let week = form.days.into_iter().map(|day| if day.open { written(day.intervals) } else { Vec::new() });
    let hours =
        Hours { time_zone: zone.name().to_owned(), week: week.collect(), overrides: overrides.collect() };
    Ok(tagged_by_content(&asked, &hours))
}

fn written(intervals: Vec<IntervalForm>) -> Vec<Open> {
    intervals.into_iter().map(|IntervalForm { start, end }| Open { start, end }).collect()
}

/// Is it open?
///
/// At an instant, and when that changes. Scope: hours:read
#[utoipa::path(
    get, path = "/hours/at", tag = "hours", operation_id = "isOpenAt", params(Moment),
    responses((status = 200, body = OpenAt))
)]
pub async fn at(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Asked(Moment { instant }): Asked<Moment>,
) -> Result<Json<OpenAt>, Refused> {
    let machine = machine.read_hours()?;
    let at = match instant {
        Some(text) => DateTime::parse_from_rfc3339(&text).map_err(|_| Code::BadRequest)?.to_utc(),
        None => context.now(),
    };
    let (schedule, zone) = hours::load_schedule(&context, machine).await?;
    let next = hours::next_change(&schedule, zone, at);
    Ok(Json(OpenAt {
        at,
        is_open: hours::is_open_at(&schedule, zone, at),
        next_change: next.map(|change| Change { at: change.at, opens: change.opens }),
    }))
}
