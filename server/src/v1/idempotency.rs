//! What makes something, and comes with an `Idempotency-Key`, is made once, however often it is sent.

use axum::{
    Extension,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Code, Machine};
use services::{
    failure::internal,
    idempotency::{self, Answer, Begun},
    origin,
};
use sha2::{Digest, Sha256};
use tracing::Instrument;

use super::{problem::Refused, typed::MOST_BYTES};
use crate::router::Site;

const NAME: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that nothing was done this time.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest name.
const MOST_CHARS: usize = 255;

/// What makes something. Everything else may be sent twice as it is: it says how things are to be.
pub const MAKES: [&str; 6] =
    ["/calls", "/slots/leases", "/agents", "/customers", "/campaigns", "/categories"];

pub async fn once(
    State(site): State<Site>,
    Extension(machine): Extension<Machine>,
    request: Request,
    next: Next,
) -> Response {
    let makes = request.method() == Method::POST && MAKES.contains(&request.uri().path());
    let name = request.headers().get(NAME).filter(|_| makes).cloned();
    let Some(name) = name else { return next.run(request).await };
    // A caller that hangs up does not keep the answer from being kept.
    let work = async move { do_once(&site, machine, &name, request, next).await };
    let work = origin::within(origin::current(), work).instrument(tracing::Span::current());
    match tokio::spawn(work).await {
        Ok(answer) => answer.unwrap_or_else(IntoResponse::into_response),
        Err(error) => Refused::from(internal(error)).into_response(),
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
    let named = match idempotency::begin(context, machine, name, fingerprint).await? {
        Begun::First(named) => named,
        Begun::Again(answer) => return Ok(replay(answer)),
    };
    let answer = next.run(Request::from_parts(parts, Body::from(body))).await;
    // Refused, nothing was done; what is wrong now may be right later.
    if !answer.status().is_success() {
        idempotency::forget(context, named).await?;
        return Ok(answer);
    }
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, MOST_BYTES).await.map_err(internal)?;
    let location = parts.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    let kept = Answer {
        status: parts.status.as_u16(),
        body: (!body.is_empty()).then(|| String::from_utf8_lossy(&body).into_owned()),
        location: location.map(str::to_owned),
    };
    // It is done, whether or not that could be written down.
    _ = idempotency::keep(context, named, kept).await;
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

fn replay(Answer { status, body, location }: Answer) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut answer = (status, body.unwrap_or_default()).into_response();
    let headers = answer.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(location) = location.and_then(|location| location.parse().ok()) {
        headers.insert(header::LOCATION, location);
    }
    answer
}
