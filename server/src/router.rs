//! Every route and every layer, on one page.

use std::{net::IpAddr, sync::Arc, time::Duration};

use app::{paths, routes::App, server_side::Facts, shell::document::Assets};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, FromRef},
    http::{HeaderName, HeaderValue, Method, Request, StatusCode, header},
    middleware::{self, Next},
    response::{Redirect, Response},
    routing::{MethodRouter, get, post},
};
use domain::Code;
use leptos::config::LeptosOptions;
use leptos_axum::{AxumRouteListing, generate_route_list};
use services::Context;
use tower::{
    ServiceBuilder,
    util::{MapRequest, MapRequestLayer},
};
use tower_http::{
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    services::ServeDir,
    trace::TraceLayer,
};

use tracing::{Span, field::Empty};

use crate::{
    archives, away, certificates, exports,
    failures::{self, Refusal},
    files, health, invoices, knowledge,
    limits::Strangers,
    logos,
    metrics::{
        Metrics,
        http::{measure, note_as, note_route},
    },
    pages::{self, MAX_BODY},
    patience, recordings, security, session, tasks,
    trace::trace_id,
    unsubscribe, v1,
};

/// Every server function.
pub const FUNCTIONS: &str = "/api/{*function}";

/// What every handler may need; cheap to clone.
#[derive(Clone, FromRef)]
pub struct Site {
    pub context: Context,
    pub assets: Arc<Assets>,
    pub options: LeptosOptions,
    /// What is counted, whether or not somebody reads it.
    #[from_ref(skip)]
    pub metrics: Arc<Metrics>,
    /// `https://ayar.example.com`
    #[from_ref(skip)]
    pub origin: Arc<str>,
    /// `ayar.example.com`, with its port if it is not the scheme's own.
    #[from_ref(skip)]
    pub host: Arc<str>,
    /// Served over https: `__Host-` cookies and HSTS.
    #[from_ref(skip)]
    pub secure: bool,
    #[from_ref(skip)]
    pub trusted_proxies: Arc<[IpAddr]>,
    #[from_ref(skip)]
    pub strangers: Strangers,
    /// Where the built files stand: `/pkg`.
    #[from_ref(skip)]
    pub package: Arc<str>,
    /// Set under `cargo leptos watch`.
    #[from_ref(skip)]
    pub reload_port: Option<u32>,
}

/// The routes that are neither pages nor server functions nor built files: method, path, and what answers. The router has
/// no others.
pub fn other_routes() -> Vec<(Method, &'static str, MethodRouter<Site>)> {
    let to = |path: &'static str| get(move || async move { Redirect::to(path) });
    let routes = [
        ("/", get(start)),
        (paths::SETTINGS, to(paths::HOME)),
        (paths::ACCOUNTS, to(paths::ACCOUNT)),
        ("/livez", get(health::live)),
        ("/readyz", get(health::ready)),
        ("/files/photo/{name}/{size}", get(files::photo)),
        ("/logos/{name}/{width}", get(logos::logo)),
        (paths::MAIL_PREVIEW, get(logos::mail_preview)),
        (paths::CODES_FILE, get(files::backup_codes)),
        ("/files/recording/{id}", get(recordings::recording)),
        (unsubscribe::ROUTE, get(unsubscribe::page)),
        (certificates::ROUTE, get(certificates::certificate)),
        ("/files/knowledge/{id}", get(knowledge::file)),
        ("/files/export/{id}", get(archives::organisation)),
        ("/files/customer/{id}", get(archives::customer)),
        ("/files/invoice/{id}", get(invoices::invoice)),
        ("/files/invoice-logo/{id}", get(invoices::logo)),
        (paths::AUDIT_CSV, get(exports::audit_csv)),
        (paths::AUDIT_JSONL, get(exports::audit_jsonl)),
        (paths::REPORTS_CSV, get(exports::reports_csv)),
        (paths::CALLS_CSV, get(exports::calls_csv)),
        (paths::CUSTOMERS_CSV, get(exports::customers_csv)),
        (paths::REFUSED_CSV, get(exports::refused_csv)),
    ];
    let mut routes: Vec<_> = routes.into_iter().map(|(path, answer)| (Method::GET, path, answer)).collect();
    routes.push((Method::POST, unsubscribe::ROUTE, post(unsubscribe::one_click)));
    routes
}

/// The pages, from the app's own list.
pub fn page_routes() -> Vec<AxumRouteListing> {
    tasks::belong_to_requests();
    generate_route_list(App)
}

pub fn router(site: Site) -> Router {
    let site_folder = site.options.site_root.to_string();
    let built =
        ServeDir::new(format!("{site_folder}{}", site.package)).precompressed_br().precompressed_gzip();
    let public = ServeDir::new(site_folder)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false);

    let mut router = Router::new().route(FUNCTIONS, post(pages::call));
    for (_, path, answer) in other_routes() {
        router = router.route(path, answer);
    }
    for page in page_routes() {
        router = router.route(page.path(), get(pages::show).post(pages::submit).layer(pages::compress()));
    }
    let router = router
        .nest_service(&site.package, MapRequest::new(built, note_as("/pkg/{*file}")))
        .fallback_service(public.fallback(get(pages::show).with_state(site.clone())))
        .layer(middleware::from_fn(keep_built_files))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(tower_http::limit::RequestBodyLimitLayer::new(MAX_BODY))
        .layer(middleware::from_fn_with_state(site.clone(), pages::refuse_too_large))
        .layer(middleware::from_fn_with_state(site.clone(), session::recognise))
        .layer(middleware::from_fn_with_state(site.clone(), security::check_request))
        .layer(middleware::from_fn(patience::hurry))
        .layer(middleware::from_fn_with_state(site.clone(), away::refuse_while_away))
        .layer(middleware::from_fn_with_state(site.clone(), failures::tell))
        .layer(MapRequestLayer::new(note_route("")))
        .with_state(site.clone());
    let router = Router::new()
        .nest(v1::ROOT, v1::router(&site))
        .fallback_service(router)
        .layer(middleware::from_fn_with_state(site.clone(), security::add_headers))
        .layer(
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::new(REQUEST_ID, NewRequestId))
                .layer(TraceLayer::new_for_http().make_span_with(span).on_response(note_answer))
                .layer(PropagateRequestIdLayer::new(REQUEST_ID)),
        );
    // Around the whole router: which route it is depends on the address that is left.
    Router::new()
        .fallback_service(router)
        .layer(middleware::from_fn(pages::take_at))
        .layer(middleware::from_fn_with_state(site.metrics.clone(), measure))
}

/// Signed in or not: one start for each.
async fn start(Extension(facts): Extension<Facts>, site: axum::extract::State<Site>) -> Redirect {
    if let Some(visit) = &facts.visit {
        let is_outside = visit.account.organisation.is_none();
        return Redirect::to(if is_outside { paths::SUPPORT } else { paths::HOME });
    }
    // A new installation has nobody to sign in.
    match services::entrance::is_empty(&site.context).await {
        Ok(true) => Redirect::to(paths::SIGNUP),
        _ => Redirect::to(paths::LOGIN),
    }
}

/// Built files whose name or `?v=` carries a hash of their content are kept for ever, other files of
/// the site folder for an hour. Pages decide for themselves.
async fn keep_built_files(request: axum::extract::Request, next: Next) -> Response {
    let uri = request.uri();
    let built = uri.path().starts_with("/pkg/");
    let hashed = built || uri.query().is_some_and(|query| query.starts_with("v="));
    let mut response = next.run(request).await;
    let is_file = response.headers().contains_key(header::LAST_MODIFIED);
    if is_file && (response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED) {
        let rule = if hashed { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(rule));
        if built {
            let policy = HeaderValue::from_static(security::FILE_POLICY);
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    response
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Ours, never the client's: it is shown to people and stands in the log.
#[derive(Clone)]
struct NewRequestId;

impl MakeRequestId for NewRequestId {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        HeaderValue::from_str(&services::token::random_text::<9>()).ok().map(RequestId::new)
    }
}

/// In the span that ends with it. Whoever was kept out stands in the log, whatever kept them out, once.
pub(crate) fn note_answer<B>(answer: &http::Response<B>, took: Duration, span: &Span) {
    #[cfg(feature = "otel")]
    crate::telemetry::end(span, answer.status());
    let refusal = answer.extensions().get::<Refusal>().map(|refusal| refusal.0);
    // A page that is drawn all the same says it with its status only.
    let refusal = refusal.or_else(|| (answer.status() == StatusCode::FORBIDDEN).then_some(Code::Forbidden));
    if let Some(code) = refusal {
        tracing::info!(parent: span, code = code.as_str(), "refused");
    }
    tracing::debug!(parent: span, status = answer.status().as_u16(), ms = took.as_millis(), "answered");
}

pub(crate) fn span<B>(request: &Request<B>) -> tracing::Span {
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .unwrap_or_default();
    let trace_id = trace_id(request.headers());
    // Only the path: queries carry mailed tokens.
    let span = tracing::info_span!(
        "request",
        id,
        trace_id,
        method = %request.method(),
        path = request.uri().path(),
        // Whoever finds out who asks writes it down here.
        address = Empty,
        person = Empty,
        organisation = Empty,
        key = Empty,
        otel.kind = Empty
    );
    #[cfg(feature = "otel")]
    crate::telemetry::begin(&span, request.headers());
    span
}
