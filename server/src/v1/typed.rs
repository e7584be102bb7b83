//! What comes with a request, read strictly: a body of JSON without unknown members, a query, an id in the path.

use std::str::FromStr;

use axum::{
    Json,
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{AppError, Code, calls::MOST_TRANSCRIPT};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::problem::Refused;

/// The largest body: a transcript in JSON, every byte of which may be escaped with six.
pub const MOST_BYTES: usize = 6 * MOST_TRANSCRIPT + 1024;

pub struct Body<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refused> {
        let bytes = to_bytes(request.into_body(), MOST_BYTES).await.map_err(|_| Code::TooLarge)?;
        serde_json::from_slice(&bytes).map(Self).map_err(|_| Code::BadRequest.into())
    }
}

/// A whole number, also where JSON writes it as `2.0`, which JSON Schema calls an integer too.
pub fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let number = serde_json::Number::deserialize(from)?;
    let whole = number.as_u64().or_else(|| {
        let number = number.as_f64().filter(|number| number.fract() == 0.0)?;
        format!("{number}").parse().ok()
    });
    whole
        .and_then(|number| u32::try_from(number).ok())
        .ok_or_else(|| serde::de::Error::custom("not a whole number"))
}

pub fn whole_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    #[derive(Deserialize)]
    struct Whole(#[serde(deserialize_with = "whole")] u32);
    Ok(Option::<Whole>::deserialize(from)?.map(|Whole(number)| number))
}

pub struct Asked<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let Query(asked) = Query::try_from_uri(&parts.uri).map_err(|_| Code::BadRequest)?;
        Ok(Self(asked))
    }
}

/// The one id in the path. What is none does not exist.
pub struct Id<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| Code::NotFound.into())
    }
}

/// `body` with its entity tag; nothing but the tag to whoever has it already (RFC 9110, section 13).
pub fn tagged(asked: &HeaderMap, tag: &str, body: &impl Serialize) -> Response {
    let tag = format!("\"{tag}\"");
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| {
        known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == tag || one == "*")
    });
    let mut answer =
        if is_known { StatusCode::NOT_MODIFIED.into_response() } else { Json(body).into_response() };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

/// [`tagged`] where there is no version: by the content.
pub fn tagged_by_content(asked: &HeaderMap, body: &impl Serialize) -> Response {
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    let hash = Sha256::digest(&bytes);
    let tag: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    tagged(asked, &tag, body)
}

/// The one version in `If-Match`; `None`: any will do. Errors: `PreconditionFailed` for what is none of ours, a list
/// included: a call has one version at a time.
pub fn wanted_version(asked: &HeaderMap) -> Result<Option<i64>, Refused> {
    let Some(value) = asked.get(header::IF_MATCH) else { return Ok(None) };
    let tag = value.to_str().unwrap_or_default().trim();
    if tag == "*" {
        return Ok(None);
    }
    let version = tag.trim_matches('"').parse().map_err(|_| Code::PreconditionFailed)?;
    Ok(Some(version))
}

/// [`wanted_version`], of whoever replaces something. Errors: `PreconditionRequired` as well.
pub fn known_version(asked: &HeaderMap) -> Result<Option<i64>, Refused> {
    if asked.contains_key(header::IF_MATCH) {
        wanted_version(asked)
    } else {
        Err(Code::PreconditionRequired.into())
    }
}

/// What is asked for; asking for nothing is a mistake.
pub fn something(text: Option<String>) -> Result<String, Code> {
    match text {
        Some(text) if text.is_empty() => Err(Code::BadRequest),
        text => Ok(text.unwrap_or_default()),
    }
}

/// Somebody else changed it meanwhile, as HTTP says it.
pub fn changed_meanwhile(error: AppError) -> AppError {
    match error.code {
        Code::Conflict => Code::PreconditionFailed.into(),
        _ => error,
    }
}
