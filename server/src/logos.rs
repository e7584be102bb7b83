//! Logos, for everybody who knows their random name: mail programs have no session. And a mail as it would look now, for
//! the page of the logo.

use app::server_side::Facts;
use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{AppError, Code};
use serde::Deserialize;
use services::{branding, mail::Scheme};

use crate::{failures::refuse, router::Site, security::FILE_POLICY};

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

pub async fn logo(State(site): State<Site>, Path((name, width)): Path<(String, String)>) -> Response {
    match read_logo(&site, &name, &width).await {
        Ok(response) => response,
        Err(error) => refuse(error),
    }
}

/// Kept for a day only: a logo that is removed is to be gone.
async fn read_logo(site: &Site, name: &str, width: &str) -> Result<Response, AppError> {
    let width = width.parse().map_err(|_| Code::NotFound)?;
    let bytes = branding::read_logo(&site.context, name, width).await?;
    Ok((
        [
            (header::CONTENT_TYPE, "image/png"),
            (header::CONTENT_DISPOSITION, "inline; filename=\"logo.png\""),
            (header::CACHE_CONTROL, "public, max-age=86400, immutable"),
            (header::CONTENT_SECURITY_POLICY, FILE_POLICY),
            // Web mail shows it on a page of its own.
            (RESOURCE_POLICY, "cross-origin"),
        ],
        bytes,
    )
        .into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preview {
    scheme: String,
    /// Of the logo; only makes the address another one.
    #[serde(default, rename = "version")]
    _version: String,
}

type Wanted = Result<Query<Preview>, QueryRejection>;

pub async fn mail_preview(State(site): State<Site>, facts: Extension<Facts>, wanted: Wanted) -> Response {
    match read_preview(&site, &facts, wanted).await {
        Ok(response) => response,
        Err(error) => refuse(error),
    }
}

async fn read_preview(site: &Site, facts: &Facts, wanted: Wanted) -> Result<Response, AppError> {
    let visit = facts.visit.as_ref().ok_or(Code::Unauthenticated)?;
    let admin = visit.account.actor()?.admin()?;
    let Query(Preview { scheme, .. }) = wanted.map_err(|_| Code::BadRequest)?;
    let scheme = match scheme.as_str() {
        "light" => Scheme::Light,
        "dark" => Scheme::Dark,
        _ => return Err(Code::BadRequest.into()),
    };
    let html = branding::preview_mail(&site.context, admin, scheme).await?;
    // Mails carry their styles themselves, because their readers load nothing else.
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; img-src {}; frame-ancestors 'self'",
        site.origin
    );
    Ok((
        [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).map_err(|_| Code::Internal)?),
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
        ],
        html,
    )
        .into_response())
}
