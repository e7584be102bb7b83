//! Pages and forms.
//!
//! A page is rendered whole and sent in one write. A form posted without JavaScript goes to its
//! page's own address with `?do=<room>/<use-case>`; the very server function that the browser would
//! call runs, and the answer is a redirect, or the page again with what was typed.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{Arc, OnceLock},
};

use app::{
    branding::api::SaveLogo,
    customers::import::api::UploadTable,
    general::api::SavePhoto,
    knowledge::api::UploadFiles,
    paths,
    server_side::{self, Facts},
    shell::{document, said_after},
    state::{PageState, Submission},
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Uri, Version, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::{AppError, Code, customers::import, knowledge};
use futures::StreamExt;
use leptos::{
    nonce::Nonce,
    prelude::{Owner, provide_context},
    server_fn::{ServerFn, axum::get_server_fn_service},
};
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, Predicate},
};

use crate::{
    failures::{note, refuse, request_id},
    router::Site,
    security::{PageNonce, may_compress},
    session::status,
    typed,
};

/// The rest of a form beside its files.
const REST: usize = 64 * 1024;
/// The largest body of all: documents, as many as one form may have. They are stored while they arrive.
pub const MAX_BODY: usize = knowledge::MOST_AT_ONCE * knowledge::MOST_BYTES as usize + REST;
/// A table of customers.
const MAX_TABLE: usize = import::MOST_BYTES + REST;
/// The largest body elsewhere: a photo of 2 MB.
const MAX_ELSEWHERE: usize = 2 * 1024 * 1024 + REST;
/// As much as a phone's photo; whoever sends more sees a broken connection.
const MAX_DISCARDED: usize = 32 * 1024 * 1024;
/// The largest answer of a server function that is looked into.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// The functions that take files. Every other one takes a form.
const TAKE_FILES: [&str; 4] = [SavePhoto::PATH, SaveLogo::PATH, UploadTable::PATH, UploadFiles::PATH];

/// Marks an answer that may be compressed.
#[derive(Clone)]
struct Compressible;

/// A layer: what may be compressed is, with what the browser reads. A tenth of the bytes in a millisecond or two; level 4 takes
/// a quarter less time for 8 % more bytes.
pub fn compress() -> CompressionLayer<impl Predicate> {
    let marked = |_: StatusCode, _: Version, _: &HeaderMap, extensions: &Extensions| {
        extensions.get::<Compressible>().is_some()
    };
    CompressionLayer::new().quality(CompressionLevel::Precise(5)).compress_when(marked)
}

/// `GET` of a page.
pub async fn show(State(site): State<Site>, request: Request) -> Response {
    let saved = query(request.uri(), "saved");
    let (parts, _) = request.into_parts();
    render(&site, parts, None, saved).await
}

/// `POST` of a page: a form without JavaScript.
pub async fn submit(State(site): State<Site>, request: Request) -> Response {
    let Some(action) = query(request.uri(), "do") else {
        return refuse(Code::BadRequest);
    };
    let (parts, body) = request.into_parts();
    // A name and nothing else: it is a part of the way back.
    let function: Option<Uri> = format!("/api/{action}").parse().ok();
    let function = function
        .filter(|uri| uri.path().strip_prefix("/api/") == Some(action.as_str()) && uri.query().is_none());
    let takes_files = function.as_ref().is_some_and(|uri| TAKE_FILES.contains(&uri.path()));
    let (typed, body) = match typed::read(&parts.headers, body, takes_files).await {
        Ok(read) => read,
        Err(error) => return render_error(&site, parts, &action, &Bytes::new(), error).await,
    };
    if query(&parts.uri, "at").is_some_and(|at| !stands_in(parts.extensions.get(), &at, &action)) {
        return render_error(&site, parts, &action, &typed, Code::OtherOrganisation.into()).await;
    }
    let Some(function) = function else {
        return render_error(&site, parts, &action, &typed, Code::BadRequest.into()).await;
    };
    let mut call = Request::from_parts(parts.clone(), body);
    *call.uri_mut() = function;
    // Leptos would turn an error into a redirect for somebody who accepts HTML.
    call.headers_mut().remove(header::ACCEPT);
    let answer = call_function(&site, call).await;
    match read_error(answer).await {
        Ok(answer) => leave(&parts.uri, &action, answer),
        Err(error) => render_error(&site, parts, &action, &typed, error).await,
    }
}

/// A layer: a body that says it is too large is refused in the page it came from. It is read to its end (up to a
/// limit) and thrown away first, because a browser that is still sending shows a broken connection instead.
pub async fn refuse_too_large(State(site): State<Site>, request: Request, next: Next) -> Response {
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let most = match request.uri().path() {
        paths::KNOWLEDGE | UploadFiles::PATH => MAX_BODY,
        paths::IMPORT => MAX_TABLE,
        _ => MAX_ELSEWHERE,
    };
    if length.is_none_or(|length: usize| length <= most) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let (typed, body) = typed::peek(body).await;
    discard(body).await;
    match query(&parts.uri, "do").filter(|_| !parts.uri.path().starts_with("/api/")) {
        Some(action) => render_error(&site, parts, &action, &typed, Code::TooLarge.into()).await,
        None => refuse(Code::TooLarge),
    }
}

async fn discard(body: Body) {
    let (mut stream, mut left) = (body.into_data_stream(), MAX_DISCARDED);
    while let Some(Ok(chunk)) = stream.next().await {
        left = left.saturating_sub(chunk.len());
        if left == 0 {
            break;
        }
    }
}

/// `POST /api/…`: a server function called by the browser.
pub async fn call(State(site): State<Site>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let function = parts.uri.path().trim_start_matches("/api/");
    if let Some(CalledAt(organisation)) = parts.extensions.get()
        && !stands_in(parts.extensions.get(), organisation, function)
    {
        return refuse(Code::OtherOrganisation);
    }
    let takes_files = TAKE_FILES.contains(&parts.uri.path());
    let answer = match typed::read(&parts.headers, body, takes_files).await {
        Ok((_, body)) => read_error(call_function(&site, Request::from_parts(parts, body)).await).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) => answer,
        Err(error) => refuse(error),
    }
}

/// The organisation whose page calls a server function; an extension of the request.
#[derive(Clone)]
struct CalledAt(String);

/// A layer around the routes: `/at/{organisation}/api/…` is `/api/…`, called from a page of that organisation.
pub async fn take_at(mut request: Request, next: Next) -> Response {
    let path = request.uri().path().strip_prefix("/at/").and_then(|path| path.split_once('/'));
    if let Some((organisation, function)) = path
        && let Ok(uri) = format!("/{function}").parse::<Uri>()
        && uri.path().starts_with("/api/")
    {
        let at = CalledAt(organisation.to_owned());
        *request.uri_mut() = uri;
        request.extensions_mut().insert(at);
    }
    next.run(request).await
}

/// What is the person's own, whichever organisation their session stands in.
const OF_THE_PERSON: [&str; 10] = [
    "shell/",
    "entrance/",
    "account/",
    "members/load-invitation",
    "members/accept-invitation",
    "members/join",
    "support/watch",
    "deletion/load-link",
    "deletion/load-account-deletion",
    "deletion/delete-account",
];

/// Whether the session stands in the organisation whose page calls `function`. In another tab it may have moved on, and
/// what is typed here must not be saved there. Nobody signed in stands nowhere: the function itself says so.
fn stands_in(facts: Option<&Facts>, organisation: &str, function: &str) -> bool {
    let Some(visit) = facts.and_then(|facts| facts.visit.as_ref()) else { return true };
    OF_THE_PERSON.iter().any(|own| function.starts_with(own))
        || visit.account.organisation.is_none_or(|id| id.to_string() == organisation)
}

async fn call_function(site: &Site, request: Request) -> Response {
    if get_server_fn_service(request.uri().path(), request.method().clone()).is_none() {
        return refuse(Code::NotFound);
    }
    if let Some(code) = request.extensions().get::<Facts>().and_then(|facts| facts.refused) {
        return refuse(code);
    }
    let context = site.context.clone();
    leptos_axum::handle_server_fns_with_context(move || provide_context(context.clone()), request)
        .await
        .into_response()
}

/// Splits a server function's answer: the error it carries, or the answer itself.
async fn read_error(answer: Response) -> Result<Response, AppError> {
    if answer.status().is_success() || answer.status().is_redirection() {
        return Ok(answer);
    }
    if let Some(error) = answer.extensions().get::<AppError>() {
        return Err(error.clone());
    }
    let bytes = to_bytes(answer.into_body(), MAX_ANSWER).await.unwrap_or_default();
    Err(serde_json::from_slice(&bytes).unwrap_or_else(|_| Code::BadRequest.into()))
}

/// After a form that worked: where the function sends, else back to the page with a word of success.
fn leave(page: &Uri, action: &str, answer: Response) -> Response {
    let (mut parts, _) = answer.into_parts();
    let target =
        parts.headers.remove(header::LOCATION).and_then(|value| value.to_str().ok().map(str::to_owned));
    let target = target.unwrap_or_else(|| format!("{}?saved={action}", page.path()));
    let mut response = Redirect::to(&target).into_response();
    for (name, value) in &parts.headers {
        if *name == header::SET_COOKIE || name.as_str() == "clear-site-data" {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

async fn render_error(
    site: &Site,
    parts: Parts,
    action: &str,
    typed: &Bytes,
    mut error: AppError,
) -> Response {
    if error.code == Code::Internal {
        error.request_id = request_id(parts.extensions.get());
    }
    let (status, retry_after, told) = (status(&error), error.retry_after, error.clone());
    let body = typed::again(&parts.headers, typed).await;
    let submission = Submission { action: action.to_owned(), body, error };
    let mut response = render(site, parts, Some(submission), None).await;
    if response.status().is_success() {
        *response.status_mut() = status;
    }
    note(&mut response, &told);
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

async fn render(
    site: &Site,
    mut parts: Parts,
    submission: Option<Submission>,
    saved: Option<String>,
) -> Response {
    let facts = parts.extensions.get::<Facts>().cloned().unwrap_or_default();
    let nonce = parts.extensions.get::<PageNonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
    let state = match server_side::page_state(&site.context, &facts).await {
        Ok(state) => {
            let said = saved.as_deref().and_then(|saved| said_after(facts.language, saved));
            PageState { submission, saved, said, ..state }
        }
        Err(error) => return refuse(error),
    };
    parts.method = Method::GET;
    let compressible = may_compress(&parts.headers);
    let (context, assets, options) = (site.context.clone(), site.assets.clone(), site.options.clone());
    let page_nonce = nonce.clone();
    let owner = Arc::new(OnceLock::new());
    let known = owner.clone();
    let handler = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(context.clone());
            provide_context(assets.clone());
            provide_context(state.clone());
            provide_context(Nonce::from_value(page_nonce.clone()));
            if let Some(owner) = Owner::current() {
                _ = known.set(owner);
            }
        },
        move || document::document(options.clone()),
    );
    let page = async {
        let response = handler(Request::from_parts(parts, Body::empty())).await;
        in_one_write(response, &nonce).await
    };
    let mut response = owned(&owner, page).await;
    if compressible {
        response.extensions_mut().insert(Compressible);
    }
    response
}

/// Draws `page` as what belongs to `owner`, on whichever thread it goes on. Leptos (leptos_integration_utils 0.8.9) asks the thread for the owner when
/// the page has been drawn, and lost the links to the page's pieces of Wasm, or gave them to another request's page.
async fn owned<Page: Future>(owner: &OnceLock<Owner>, page: Page) -> Page::Output {
    let mut page = pin!(page);
    poll_fn(|context| match owner.get() {
        Some(owner) => owner.with(|| page.as_mut().poll(context)),
        None => page.as_mut().poll(context),
    })
    .await
}

/// Collects the page, so that it leaves in one write with its length. Takes the nonce out of the `crossorigin` attributes that
/// leptos 0.8 puts it into, and lets the pieces wait until the page was seen (shell/start.js).
async fn in_one_write(response: Response, nonce: &str) -> Response {
    let (parts, body) = response.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => {
            let wrong = format!(" crossorigin=\"{nonce}\"");
            let html = String::from_utf8_lossy(&bytes);
            let html = if html.contains(&wrong) {
                let piece = "<link as=\"fetch\"";
                html.replace(&format!("{piece}{wrong}"), &format!("{piece} media=\"not all\"{wrong}"))
                    .replace(&wrong, " crossorigin=\"\"")
            } else {
                html.into_owned()
            };
            Response::from_parts(parts, Body::from(html))
        }
        Err(error) => {
            tracing::error!(%error, "a page broke off");
            refuse(Code::Internal)
        }
    }
}

pub fn query(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query()?;
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}
