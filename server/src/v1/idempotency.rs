//! A post that comes with an `Idempotency-Key` is done once, however often it is sent.

use axum::{
    Extension,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{AppError, Code, Machine};
use services::idempotency::{self, Begun};
use sha2::{Digest, Sha256};

use super::{problem::Refused, typed::MOST_BYTES};
use crate::router::Site;

pub const NAME: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that nothing was done this time.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest name.
const MOST_CHARS: usize = 255;

pub async fn once(
    State(site): State<Site>,
    Extension(machine): Extension<Machine>,
    request: Request,
    next: Next,
) -> Response {
    let name = request.headers().get(NAME).filter(|_| request.method() == Method::POST).cloned();
    match name {
        None => next.run(request).await,
        Some(name) => {
            do_once(&site, machine, &name, request, next).await.unwrap_or_else(IntoResponse::into_response)
        }
    }
}

async fn do_once(
    site: &Site,
    machine: Machine,
    name: &HeaderValue,
    request: Request,
    next: Next,
) -> Result<Response, Refused> {
    let name = name.to_str().ok().filter(|name| {
        (1..=MOST_CHARS).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())
    });
    let name = name.ok_or(Code::BadRequest)?.to_owned();
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST_BYTES).await.map_err(|_| Code::TooLarge)?;
    let fingerprint = fingerprint(machine, &parts, &body);
    let context = &site.context;
    if let Begun::Again { status, body } =
        idempotency::begin(context, machine, name.clone(), fingerprint).await?
    {
        return Ok(replay(status, body));
    }
    let answer = next.run(Request::from_parts(parts, Body::from(body))).await;
    // Refused, nothing was done; what is wrong now may be right later.
    if !answer.status().is_success() {
        idempotency::forget(context, machine, name).await?;
        return Ok(answer);
    }
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, MOST_BYTES).await.map_err(|_| AppError::from(Code::Internal))?;
    let text = (!body.is_empty()).then(|| String::from_utf8_lossy(&body).into_owned());
    idempotency::keep(context, machine, name, parts.status.as_u16(), text).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn fingerprint(machine: Machine, parts: &Parts, body: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(machine.key.0.as_bytes());
    hash.update(parts.uri.path().as_bytes());
    hash.update([0]);
    hash.update(body);
    hash.finalize().to_vec()
}

fn replay(status: u16, body: Option<String>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let replayed = [(REPLAYED, HeaderValue::from_static("true"))];
    match body {
        Some(body) => {
            let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
            (status, replayed, kind, body).into_response()
        }
        None => (status, replayed).into_response(),
    }
}
