//! Stored files, for members of the organisation they belong to. Fixed type, sandboxed; a photo's
//! address changes with each upload, so it may be kept for ever. And backup codes, as a file to keep.

use app::server_side::Facts;
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{AppError, Code};

use crate::{failures::refuse, router::Site, security::FILE_POLICY};

pub async fn photo(
    State(site): State<Site>,
    Extension(facts): Extension<Facts>,
    Path((name, size)): Path<(String, String)>,
) -> Response {
    match read_photo(&site, &facts, &name, &size).await {
        Ok(response) => response,
        Err(error) => refuse(error),
    }
}

async fn read_photo(site: &Site, facts: &Facts, name: &str, size: &str) -> Result<Response, AppError> {
    let visit = facts.visit.as_ref().ok_or(Code::Unauthenticated)?;
    let size = size.parse().map_err(|_| Code::NotFound)?;
    let (bytes, kind) =
        services::general::read_photo(&site.context, visit.account.actor()?.member(), name, size).await?;
    let kind = HeaderValue::from_str(&kind).map_err(|_| Code::Internal)?;
    Ok((
        [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"photo\"")),
            (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable")),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FILE_POLICY)),
        ],
        bytes,
    )
        .into_response())
}

/// The backup codes that this session has just made, until it says that they are saved.
pub async fn backup_codes(State(site): State<Site>, Extension(facts): Extension<Facts>) -> Response {
    match read_codes(&site, &facts).await {
        Ok(response) => response,
        Err(error) => refuse(error),
    }
}

async fn read_codes(site: &Site, facts: &Facts) -> Result<Response, AppError> {
    let visit = facts.visit.as_ref().ok_or(Code::Unauthenticated)?;
    let codes = services::account::load_fresh_codes(&site.context, visit.account).await?;
    let codes = codes.ok_or(Code::NotFound)?.join("\n");
    let head = texts::account::codes_file_head(facts.language, &visit.person_email);
    // For every editor, the simplest of Windows too.
    let text = format!("{head}\n\n{codes}\n").replace('\n', "\r\n");
    Ok((
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"ayar-backup-codes.txt\""),
        ],
        text,
    )
        .into_response())
}
