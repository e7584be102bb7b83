//! An invoice as a file, in either language, and the logo on it, for administrators of its organisation.

use app::server_side::Facts;
use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{Admin, AppError, Code, Language, invoices::OneInvoiceForm};
use serde::Deserialize;
use services::invoices;

use crate::{failures::refuse, router::Site, security::FILE_POLICY};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Left out, it is the one that the organisation had at issue.
    #[serde(default)]
    language: Option<String>,
}

pub async fn invoice(
    State(site): State<Site>,
    Extension(facts): Extension<Facts>,
    Path(number): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Response {
    read(&site, &facts, number, wanted).await.unwrap_or_else(refuse)
}

async fn read(
    site: &Site,
    facts: &Facts,
    number: String,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, AppError> {
    let (admin, form) = (admin(facts)?, OneInvoiceForm { number });
    let Query(Wanted { language }) = wanted.map_err(|_| Code::BadRequest)?;
    let language = language
        .map(|tag| Language::from_tag(&tag).ok_or(Code::BadRequest))
        .transpose()
        .map_err(AppError::from)?;
    let (file, language) = invoices::print(&site.context, admin, &form, language).await?;
    let name = format!("attachment; filename=\"{}-{}.pdf\"", form.number, language.tag());
    let name = HeaderValue::from_str(&name).map_err(|_| Code::NotFound)?;
    Ok(([(header::CONTENT_DISPOSITION, name)], kept_apart("application/pdf"), file).into_response())
}

pub async fn logo(
    State(site): State<Site>,
    Extension(facts): Extension<Facts>,
    Path(number): Path<String>,
) -> Response {
    read_logo(&site, &facts, number).await.unwrap_or_else(refuse)
}

async fn read_logo(site: &Site, facts: &Facts, number: String) -> Result<Response, AppError> {
    let (admin, form) = (admin(facts)?, OneInvoiceForm { number });
    let picture = invoices::read_logo(&site.context, admin, form.parse()?).await?;
    Ok((kept_apart("image/png"), picture).into_response())
}

fn admin(facts: &Facts) -> Result<Admin, AppError> {
    facts.visit.as_ref().ok_or(Code::Unauthenticated)?.account.actor()?.admin()
}

/// For whoever asked only, and a place of its own for whatever is in it.
fn kept_apart(kind: &'static str) -> [(HeaderName, &'static str); 3] {
    [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_SECURITY_POLICY, FILE_POLICY),
    ]
}
