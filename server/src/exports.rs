//! Files to take away; the filter is that of the page. The audit trail and the customers are written while they are read.

use app::server_side::Facts;
use axum::{
    Extension,
    body::Body,
    extract::{Query, State, rejection::QueryRejection},
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    Admin, AppError, Code,
    audit::TrailForm,
    calls::CallsForm,
    customers::{CustomersForm, import::OneImportForm},
};
use services::{
    audit::{Format, export},
    calls, customers, reports,
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
    Ok(csv("attachment; filename=\"ayar-reports.csv\"", Body::from(text)))
}

/// Calls, written while they are read: for administrators; the filter is that of the page.
pub async fn calls_csv(
    State(site): State<Site>,
    facts: Extension<Facts>,
    filter: Result<Query<CallsForm>, QueryRejection>,
) -> Response {
    let written = async {
        let admin = admin(&facts)?;
        let Query(form) = filter.map_err(|_| Code::BadRequest)?;
        let rows = calls::export(&site.context, admin, &form).await?;
        Ok(csv("attachment; filename=\"ayar-calls.csv\"", Body::from_stream(rows)))
    };
    answer(written.await)
}

/// Customers, written while they are read: for administrators; the filter is that of the page.
pub async fn customers_csv(
    State(site): State<Site>,
    facts: Extension<Facts>,
    filter: Result<Query<CustomersForm>, QueryRejection>,
) -> Response {
    let written = async {
        let admin = admin(&facts)?;
        let Query(form) = filter.map_err(|_| Code::BadRequest)?;
        let rows = customers::export(&site.context, admin, &form).await?;
        Ok(csv("attachment; filename=\"ayar-customers.csv\"", Body::from_stream(rows)))
    };
    answer(written.await)
}

/// The rows with errors of a table that one has uploaded.
pub async fn refused_csv(
    State(site): State<Site>,
    facts: Extension<Facts>,
    asked: Result<Query<OneImportForm>, QueryRejection>,
) -> Response {
    let written = async {
        let admin = admin(&facts)?;
        let Query(form) = asked.map_err(|_| Code::BadRequest)?;
        let text = customers::import::export_refused(&site.context, admin, form.parse()?).await?;
        Ok(csv("attachment; filename=\"ayar-import-errors.csv\"", Body::from(text)))
    };
    answer(written.await)
}

fn admin(facts: &Facts) -> Result<Admin, AppError> {
    facts.visit.as_ref().ok_or(Code::Unauthenticated)?.account.actor()?.admin()
}

fn csv(name: &'static str, body: Body) -> Response {
    let kind = "text/csv; charset=utf-8";
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], body).into_response()
}

fn answer(written: Result<Response, AppError>) -> Response {
    written.unwrap_or_else(refuse)
}

async fn write(site: &Site, facts: &Facts, filter: Filter, format: Format) -> Result<Response, AppError> {
    let admin = admin(facts)?;
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
