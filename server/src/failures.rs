//! The last word on what did not work: a layer that catches panics and adds the request's id to what nobody expected. Who asked
//! with a browser and gets no page reads a sentence in one; a script gets the error as JSON.

use std::{any::Any, panic::AssertUnwindSafe};

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use domain::{AppError, Code, Language};
use futures::FutureExt;
use tower_http::request_id::RequestId;

use crate::{
    router::Site,
    session::{language_of, status},
};

/// An answer that says what did not work; [`tell`] writes it down for whoever asked.
pub fn refuse(error: impl Into<AppError>) -> Response {
    let error = error.into();
    let mut response = status(&error).into_response();
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    note(&mut response, &error);
    response.extensions_mut().insert(error);
    response
}

/// Somebody was kept out; an extension of the answer, for the log.
#[derive(Clone, Copy, Debug)]
pub struct Refusal(pub Code);

/// The error is taken out when it is written down; its code stays for whoever counts, and what kept somebody out for the log.
pub fn note(response: &mut Response, error: &AppError) {
    response.extensions_mut().insert(error.code);
    if let Some(code) = error.refusal() {
        response.extensions_mut().insert(Refusal(code));
    }
}

pub async fn tell(State(site): State<Site>, request: Request, next: Next) -> Response {
    let id = request_id(request.extensions().get());
    let language = reads_pages(&request).then(|| language_of(request.headers()));
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut answer = answer.unwrap_or_else(panicked);
    let Some(mut error) = answer.extensions_mut().remove::<AppError>() else { return answer };
    if error.code == Code::Internal && error.request_id.is_none() {
        error.request_id = id;
    }
    let body = match language {
        Some(language) => Html(page(language, &error, site.assets.style())).into_response(),
        None => Json(error).into_response(),
    };
    let (kind, body) = (body.headers().get(header::CONTENT_TYPE).cloned(), body.into_body());
    let (mut parts, _) = answer.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    if let Some(kind) = kind {
        parts.headers.insert(header::CONTENT_TYPE, kind);
    }
    Response::from_parts(parts, body)
}

/// A panic is a bug: it is in the log, and the person reads the same as for any unexpected failure.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("unknown"), "a handler panicked");
    refuse(Code::Internal)
}

/// A browser that opens a page or a file, or posts a form of one; not a script.
fn reads_pages(request: &Request) -> bool {
    let accepts = |headers: &HeaderMap| {
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        accept.is_some_and(|accept| accept.contains("text/html"))
    };
    accepts(request.headers()) && !request.uri().path().starts_with("/api/")
}

/// Needs neither the database nor the app. Everything in it is ours: nothing is to be escaped.
fn page(l: Language, error: &AppError, style: &str) -> String {
    let title = texts::shell::failure_title(l);
    let text = match error.code {
        Code::Internal => texts::shell::failure_text(l).to_owned(),
        _ => texts::error(l, error),
    };
    let reference = error.request_id.as_ref().map(|id| texts::errors::request_id(l, id));
    let reference = reference.map(|text| format!("<p class=\"muted small\">{text}</p>")).unwrap_or_default();
    let (lang, code, again) = (l.tag(), error.code.as_str(), texts::shell::try_again(l));
    format!(
        "<!DOCTYPE html><html lang=\"{lang}\" dir=\"ltr\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title} · Ayar</title><link rel=\"stylesheet\" href=\"{style}\">\
         <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\"></head>\
         <body><main class=\"alone\" id=\"main\"><div class=\"empty empty-page\"><h1>{title}</h1><p>{text}</p>{reference}\
         <p class=\"empty-code mono\">{code}</p>\
         <div class=\"empty-actions\"><a class=\"button\" href=\"\">{again}</a></div></div></main></body></html>"
    )
}

pub fn request_id(id: Option<&RequestId>) -> Option<String> {
    id.and_then(|id| id.header_value().to_str().ok()).map(str::to_owned)
}
