//! Requests: how many, how long, how they ended, by the route that the router found. A path is never a label: it holds ids
//! and whatever strangers try.

use std::{
    collections::HashSet,
    fmt::Write,
    hash::{Hash, Hasher},
    sync::{Arc, LazyLock, OnceLock},
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use domain::Code;
use leptos::server_fn::axum::server_fn_paths;
use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use super::Metrics;
use crate::router::FUNCTIONS;

/// From what a probe takes to longer than anybody waits.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

const UNMATCHED: Route = Route::Named("unmatched");

#[derive(Debug)]
pub struct Http {
    requests: Family<Ended, Counter>,
    seconds: Family<Asked, Histogram>,
    in_flight: Gauge,
    errors: Family<[(&'static str, &'static str); 1], Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    route: Route,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    method: &'static str,
    route: Route,
    status: &'static str,
}

impl Http {
    pub fn new(registry: &mut Registry) -> Self {
        let http = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            in_flight: Gauge::default(),
            errors: Family::default(),
        };
        registry.register("ayar_http_requests", "Requests that have ended", http.requests.clone());
        registry.register(
            "ayar_http_request_duration_seconds",
            "From the request's head to the answer's",
            http.seconds.clone(),
        );
        registry.register(
            "ayar_http_requests_in_flight",
            "Requests that are being answered",
            http.in_flight.clone(),
        );
        registry.register("ayar_errors", "Answers that said what did not work, by code", http.errors.clone());
        http
    }
}

/// A layer around everything: counts and times.
pub async fn measure(State(metrics): State<Arc<Metrics>>, mut request: Request, next: Next) -> Response {
    let found = Found::default();
    request.extensions_mut().insert(found.clone());
    let mut open = Open::new(metrics, request.method(), found);
    let response = next.run(request).await;
    open.status = class(response.status().as_u16());
    if let Some(code) = response.extensions().get::<Code>() {
        open.metrics.http.errors.get_or_create(&[("code", code.as_str())]).inc();
    }
    response
}

/// A request that is being answered; counted when it is dropped, also by somebody who hangs up.
struct Open {
    metrics: Arc<Metrics>,
    method: &'static str,
    found: Found,
    began: Instant,
    status: &'static str,
}

impl Open {
    fn new(metrics: Arc<Metrics>, method: &Method, found: Found) -> Self {
        metrics.http.in_flight.inc();
        Self { metrics, method: word(method), found, began: Instant::now(), status: "gone" }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let http = &self.metrics.http;
        http.in_flight.dec();
        let route = self.found.0.get().cloned().unwrap_or(UNMATCHED);
        let asked = Asked { method: self.method, route };
        http.seconds.get_or_create(&asked).observe(self.began.elapsed().as_secs_f64());
        let ended = Ended { method: asked.method, route: asked.route, status: self.status };
        http.requests.get_or_create(&ended).inc();
    }
}

/// Where the routers inside write down which route it is; an extension of the request, because they are the only ones who
/// know, and nothing comes back from a request that is dropped.
#[derive(Clone, Debug, Default)]
struct Found(Arc<OnceLock<Route>>);

/// A route, as it is written in the router.
#[derive(Clone, Debug)]
enum Route {
    /// `/settings/general`; the first part is where its router stands, for one that does not know.
    Matched(&'static str, MatchedPath),
    Named(&'static str),
}

impl Route {
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Matched(root, path) => (root, path.as_str()),
            Self::Named(name) => (name, ""),
        }
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for Route {}

impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (root, path) = self.parts();
        write!(f, "{root}{path}")
    }
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder) -> std::fmt::Result {
        write!(encoder, "{self}")
    }
}

/// What a layer inside of a router does to each request: writes down its route. `root` is where a router stands that
/// sees only the rest of the address.
pub fn note_route(root: &'static str) -> impl Fn(Request) -> Request + Clone + Send + Sync {
    move |request| {
        if let Some(path) = request.extensions().get::<MatchedPath>() {
            match path.as_str() {
                FUNCTIONS => note(&request, function(request.uri().path()).map_or(UNMATCHED, Route::Named)),
                _ => note(&request, Route::Matched(root, path.clone())),
            }
        }
        request
    }
}

/// The same for a service, of whose routes the router knows nothing.
pub fn note_as(name: &'static str) -> impl Fn(Request) -> Request + Clone + Send + Sync {
    move |request| {
        note(&request, Route::Named(name));
        request
    }
}

fn note(request: &Request, route: Route) {
    #[cfg(feature = "otel")]
    crate::telemetry::name(request.method(), &route.to_string());
    if let Some(found) = request.extensions().get::<Found>() {
        _ = found.0.set(route);
    }
}

/// The server function at a path: the router has one route for all of them.
fn function(path: &str) -> Option<&'static str> {
    static PATHS: LazyLock<HashSet<&'static str>> =
        LazyLock::new(|| server_fn_paths().map(|(path, _)| path).collect());
    PATHS.get(path).copied()
}

fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        // Whatever else somebody thinks of.
        _ => "other",
    }
}

fn class(status: u16) -> &'static str {
    match status {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware, routing::get};
    use prometheus_client::encoding::prometheus_text::encode;
    use tower::{ServiceExt, util::MapRequestLayer};

    use super::*;

    fn app(metrics: &Arc<Metrics>) -> Router {
        let inner = Router::new()
            .route("/calls/{id}", get(async || ""))
            .layer(MapRequestLayer::new(note_route("/v1")));
        Router::new()
            .route("/waits", get(std::future::pending::<&str>))
            .layer(MapRequestLayer::new(note_route("")))
            .fallback_service(inner)
            .layer(middleware::from_fn_with_state(metrics.clone(), measure))
    }

    fn request(method: &str, path: &str) -> Request {
        Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
    }

    fn shown(metrics: &Metrics) -> String {
        let mut text = String::new();
        encode(&mut text, &metrics.registry).unwrap();
        text
    }

    #[tokio::test]
    async fn ids_and_strange_methods_are_no_labels() {
        let metrics = Arc::new(Metrics::new(chrono::DateTime::UNIX_EPOCH));
        for (method, path) in
            [("GET", "/calls/1"), ("GET", "/calls/2"), ("BREW", "/calls/3"), ("GET", "/a/b")]
        {
            app(&metrics).oneshot(request(method, path)).await.unwrap();
        }
        let text = shown(&metrics);
        for line in [
            "ayar_http_requests_total{method=\"GET\",route=\"/v1/calls/{id}\",status=\"2xx\"} 2",
            "ayar_http_requests_total{method=\"other\",route=\"/v1/calls/{id}\",status=\"4xx\"} 1",
            "ayar_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"4xx\"} 1",
            "ayar_http_request_duration_seconds_count{method=\"GET\",route=\"/v1/calls/{id}\"} 2",
            "ayar_http_requests_in_flight 0",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
    }

    #[tokio::test]
    async fn a_request_counts_as_open_until_its_end_and_whoever_hangs_up_as_gone() {
        let metrics = Arc::new(Metrics::new(chrono::DateTime::UNIX_EPOCH));
        let open = tokio::spawn(app(&metrics).oneshot(request("GET", "/waits")));
        while !shown(&metrics).contains("ayar_http_requests_in_flight 1\n") {
            tokio::task::yield_now().await;
        }
        open.abort();
        _ = open.await;
        let text = shown(&metrics);
        assert!(text.contains("ayar_http_requests_in_flight 0\n"), "{text}");
        assert!(text.contains("{method=\"GET\",route=\"/waits\",status=\"gone\"} 1\n"), "{text}");
    }
}
