//! Traces for an OpenTelemetry collector, over OTLP/HTTP: one span per request, with what the log says in it as its events. A
//! request that comes with a `traceparent` goes on with that trace.

use std::sync::OnceLock;

use axum::http::{HeaderMap, Method, StatusCode};
use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};
use opentelemetry::{
    KeyValue,
    propagation::TextMapPropagator,
    trace::{Status, TraceContextExt, TracerProvider},
};
use opentelemetry_http::{HeaderExtractor, HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tokio::runtime::Handle;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, registry::LookupSpan};

use crate::{config::Config, start::Failure};

static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// What sends the spans, if there is somewhere to. Needs the runtime that will do the sending.
pub fn layer<S>(config: &Config) -> Result<Option<Box<dyn Layer<S> + Send + Sync>>, Failure>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    if config.telemetry.otlp.is_empty() {
        return Ok(None);
    }
    let provider = provider(&config.telemetry.otlp)?;
    let layer = layer_of(&provider);
    // The log is set up once.
    _ = PROVIDER.set(provider);
    Ok(Some(layer))
}

fn layer_of<S>(provider: &SdkTracerProvider) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    tracing_opentelemetry::layer().with_tracer(provider.tracer("ayar")).boxed()
}

/// Sends what has not been sent yet. Nothing is traced after it.
pub async fn flush() {
    if let Some(provider) = PROVIDER.get() {
        // It blocks its thread, and what it waits for is done on this runtime.
        let done = tokio::task::spawn_blocking(|| provider.shutdown()).await;
        if let Ok(Err(error)) = done {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

fn provider(otlp: &str) -> Result<SdkTracerProvider, Failure> {
    let client = OnRuntime { client: reqwest::Client::builder().build()?, runtime: Handle::current() };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_endpoint(format!("{}/v1/traces", otlp.trim_end_matches('/')))
        .build()?;
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource = Resource::builder().with_service_name("ayar").with_attribute(version).build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

/// The exporter works on a thread of its own, where there is no runtime for reqwest.
#[derive(Debug)]
struct OnRuntime {
    client: reqwest::Client,
    runtime: Handle,
}

impl HttpClient for OnRuntime {
    // `async_trait`, written out.
    fn send_bytes<'s, 'f>(
        &'s self,
        request: Request<Bytes>,
    ) -> BoxFuture<'f, Result<Response<Bytes>, HttpError>>
    where
        's: 'f,
        Self: 'f,
    {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move { client.send_bytes(request).await });
        Box::pin(async move { sent.await? })
    }
}

/// A request's span goes on with the trace that the request names.
pub fn begin(span: &Span, headers: &HeaderMap) {
    span.record("otel.kind", "server");
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    // Fails only where nothing is traced.
    _ = span.set_parent(parent);
}

/// The current request's route, once it is known.
pub fn name(method: &Method, route: &str) {
    let span = Span::current();
    // Not the field `otel.name`: that is read before the span is entered only.
    span.context().span().update_name(format!("{method} {route}"));
    span.set_attribute("http.route", route.to_owned());
}

pub fn end(span: &Span, status: StatusCode) {
    span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.set_status(Status::error(""));
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use axum::{Router, extract::Request as Received, routing::post};
    use tokio::{net::TcpListener, sync::mpsc};
    use tower::ServiceExt;
    use tower_http::trace::TraceLayer;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;
    use crate::{metrics::http::note_route, router};

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    /// A collector that keeps what it is sent.
    async fn collector() -> (String, mpsc::UnboundedReceiver<(String, Vec<u8>)>) {
        let (sender, received) = mpsc::unbounded_channel();
        let sender = Arc::new(sender);
        let keep = move |request: Received| async move {
            let kind = request.headers()["content-type"].to_str().unwrap().to_owned();
            let body = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
            sender.send((kind, body.to_vec())).unwrap();
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, Router::new().route("/v1/traces", post(keep))).into_future());
        (address, received)
    }

    fn has(body: &[u8], part: &[u8]) -> bool {
        body.windows(part.len()).any(|window| window == part)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_request_becomes_a_span_of_the_trace_it_came_with() {
        _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let (address, mut received) = collector().await;
        let provider = provider(&address).unwrap();
        let subscriber = tracing_subscriber::registry().with(layer_of(&provider));
        let app = Router::new()
            .route("/files/invoice/{id}", axum::routing::get(async || StatusCode::BAD_GATEWAY))
            .layer(tower::util::MapRequestLayer::new(note_route("")))
            .layer(TraceLayer::new_for_http().make_span_with(router::span).on_response(router::note_answer));
        let request = Request::get("/files/invoice/0199c0de")
            .header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"))
            .body(axum::body::Body::empty())
            .unwrap();
        {
            let _guard = tracing::subscriber::set_default(subscriber);
            app.oneshot(request).await.unwrap();
        }
        tokio::task::spawn_blocking(move || provider.shutdown()).await.unwrap().unwrap();
        let sent = tokio::time::timeout(Duration::from_secs(10), received.recv()).await.unwrap();
        let (kind, body) = sent.unwrap();
        assert_eq!(kind, "application/x-protobuf");
        let trace: Vec<u8> =
            (0..32).step_by(2).map(|at| u8::from_str_radix(&TRACE[at..at + 2], 16).unwrap()).collect();
        assert!(has(&body, &trace), "it is of the same trace");
        for part in
            ["service.name", "ayar", "GET /files/invoice/{id}", "http.route", "http.response.status_code"]
        {
            assert!(has(&body, part.as_bytes()), "{part} in {}", String::from_utf8_lossy(&body));
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_collector_that_is_away_is_nobodys_trouble() {
        _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let provider = provider(&format!("http://{closed}")).unwrap();
        let subscriber = tracing_subscriber::registry().with(layer_of(&provider));
        tracing::subscriber::with_default(subscriber, || tracing::info_span!("request").in_scope(|| ()));
        let stopped = tokio::task::spawn_blocking(move || provider.shutdown());
        tokio::time::timeout(Duration::from_secs(10), stopped).await.unwrap().unwrap().unwrap_or_default();
    }
}
