//! Files to take away. The audit trail, written while it is read: for administrators; the filter is that of the page.

use app::server_side::Facts;
use axum::{
    Extension,
    body::Body,
    extract::{Query, State, rejection::QueryRejection},
    http::header,
    response::{IntoResponse, Response},
};
use domain::{AppError, Code, audit::TrailForm};
use services::{
    audit::{Format, export},
    reports,
};

use crate::{failures::refuse, router::Site};

type Filter = Result<Query<TrailForm>, QueryRejection>;

pub async fn audit_csv(site: State<Site>, facts: Extension<Facts>, filter: Filter) -> Response {
    answer(write(&site, &facts, filter, Format::Csv).await)
}

pub async fn audit_jsonl(site: State<Site>, facts: Extension<Facts>, filter: Filter) -> Response {
    answer(write(&site, &facts, filter, Format::JsonLines).await)
}

/// Calls by the day, for members.
pub async fn reports_csv(State(site): State<Site>, facts: Extension<Facts>) -> Response {
    answer(days(&site, &facts).await)
}

async fn days(site: &Site, facts: &Facts) -> Result<Response, AppError> {
    let visit = facts.visit.as_ref().ok_or(Code::Unauthenticated)?;
    let text = reports::export_days(&site.context, visit.account.actor()?.member()).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"ayar-reports.csv\""),
    ];
    Ok((headers, text).into_response())
}

fn answer(written: Result<Response, AppError>) -> Response {
    written.unwrap_or_else(refuse)
}

async fn write(site: &Site, facts: &Facts, filter: Filter, format: Format) -> Result<Response, AppError> {
    let visit = facts.visit.as_ref().ok_or(Code::Unauthenticated)?;
    let admin = visit.account.actor()?.admin()?;
    let Query(form) = filter.map_err(|_| Code::BadRequest)?;
    let rows = export(&site.context, admin, &form, format).await?;
    let (kind, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"ayar-audit.csv\""),
        Format::JsonLines => {
            ("application/jsonl; charset=utf-8", "attachment; filename=\"ayar-audit.jsonl\"")
        }
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(rows)).into_response())
}
