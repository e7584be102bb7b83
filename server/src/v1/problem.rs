//! Errors as programs read them: RFC 9457 problem details, with a code that never changes and a sentence in the caller's
//! language.

use std::panic::AssertUnwindSafe;

use axum::{
    Json,
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{AppError, Code, Language};
use futures::FutureExt;
use serde::Serialize;
use utoipa::ToSchema;

use super::slots::Slots;
use crate::failures::{panicked, refuse, request_id};

/// What a handler answers when it can't do what was asked.
pub struct Refused {
    error: AppError,
    slots: Option<Slots>,
}

impl Refused {
    /// All slots are in use.
    pub fn full(slots: Slots) -> Self {
        let error = AppError { retry_after: Some(domain::slots::RETRY_AFTER), ..Code::SlotsFull.into() };
        Self { error, slots: Some(slots) }
    }
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        Self { error, slots: None }
    }
}

impl From<Code> for Refused {
    fn from(code: Code) -> Self {
        AppError::from(code).into()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = refuse(self.error);
        if let Some(slots) = self.slots {
            response.extensions_mut().insert(slots);
        }
        response
    }
}

/// RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` says which problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// A sentence in the caller's language.
    title: &'static str,
    status: u16,
    /// One word that never changes.
    code: &'static str,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    fields: Vec<FieldProblem>,
    /// Seconds until another try makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    retry_after: Option<u32>,
    /// With `slots_full`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    slots: Option<Slots>,
    /// Names the request in the log of the server.
    request_id: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    field: String,
    code: &'static str,
    /// A sentence in the caller's language.
    title: &'static str,
}

/// A layer: writes the errors of whatever is inside, and catches its panics.
pub async fn tell(request: Request, next: Next) -> Response {
    let request_id = request_id(request.extensions().get()).unwrap_or_default();
    let asked = asked_language(request.headers());
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut answer = answer.unwrap_or_else(panicked);
    let own = answer.extensions_mut().remove::<Language>();
    let Some(error) = answer.extensions_mut().remove::<AppError>() else { return answer };
    let l = asked.or(own).unwrap_or_default();
    let problem = Problem {
        kind: "about:blank",
        title: texts::code(l, error.code),
        status: answer.status().as_u16(),
        code: error.code.as_str(),
        fields: error
            .fields
            .into_iter()
            .map(|fault| FieldProblem {
                field: fault.field,
                code: fault.code.as_str(),
                title: texts::code(l, fault.code),
            })
            .collect(),
        retry_after: error.retry_after,
        slots: answer.extensions_mut().remove(),
        request_id,
    };
    let (mut parts, _) = answer.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    parts.headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(l.tag()));
    Response::from_parts(parts, Json(problem).into_response().into_body())
}

fn asked_language(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    Language::from_accept_language(accepted)
}
