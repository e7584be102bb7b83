//! The organisation's profile.

use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use domain::{Machine, general::GeneralForm};
use serde::Serialize;
use services::{Context, general};
use utoipa::ToSchema;

use super::{problem::Refused, typed::tagged_by_content};

#[derive(Debug, Serialize, ToSchema)]
pub struct Settings {
    name: String,
    email: String,
    /// As it is shown; empty where there is none, as the two after it.
    phone: String,
    website: String,
    address: String,
    /// `tr` or `en`.
    language: String,
    /// IANA name.
    time_zone: String,
}

/// Read the profile
///
/// Scope: settings:read
#[utoipa::path(
    get, path = "/settings", tag = "settings", operation_id = "readSettings",
    responses((status = 200, body = Settings, headers(("etag" = String))), (status = 304))
)]
pub async fn read(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    asked: HeaderMap,
) -> Result<Response, Refused> {
    let GeneralForm { name, email, phone, website, address, language, time_zone, .. } =
        general::load_form(&context, machine.read_settings()?).await?;
    let settings = Settings { name, email, phone, website, address, language, time_zone };
    Ok(tagged_by_content(&asked, &settings))
}
