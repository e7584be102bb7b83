//! Numbers for the operator's monitoring, in the text format of Prometheus, on a listener of their own. Off until there is an
//! address for it. What they are is in docs/operations.md; none of them tells of an organisation or a person.

pub mod http;
mod process;
mod state;

use std::sync::Arc;

use axum::{
    Router,
    extract::State as Shared,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use prometheus_client::{
    encoding::prometheus_text::{CONTENT_TYPE, encode},
    metrics::info::Info,
    registry::Registry,
};
use secrecy::{ExposeSecret, SecretString};
use services::{Context, counts};
use subtle::ConstantTimeEq;
use tokio::sync::Mutex;

use self::{http::Http, process::Process, state::State};

pub const ROUTE: &str = "/metrics";

/// Everything that is shown; one per server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    http: Http,
    process: Process,
    state: State,
    /// Of two who ask at once, the second waits: what one of them has read is shown whole.
    one_at_a_time: Mutex<()>,
}

impl Metrics {
    pub fn new(began: DateTime<Utc>) -> Self {
        let mut registry = Registry::default();
        let revision = option_env!("AYAR_REVISION").unwrap_or_default();
        let build = Info::new([("version", env!("CARGO_PKG_VERSION")), ("revision", revision)]);
        registry.register("ayar_build", "Which program this is", build);
        let http = Http::new(&mut registry);
        let state = State::new(&mut registry);
        counts::register(&mut registry);
        let process = Process::new(&mut registry, began);
        Self { registry, http, process, state, one_at_a_time: Mutex::default() }
    }

    /// Looks at everything and writes it down.
    async fn show(&self, context: &Context) -> Result<String, std::fmt::Error> {
        let _turn = self.one_at_a_time.lock().await;
        self.process.read();
        self.state.read(context).await;
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// What the private listener answers: this route, and nothing else.
pub fn router(metrics: Arc<Metrics>, context: Context, token: SecretString) -> Router {
    let reader = Reader { metrics, context, token: Arc::new(token) };
    Router::new().route(ROUTE, get(read)).with_state(reader)
}

#[derive(Clone)]
struct Reader {
    metrics: Arc<Metrics>,
    context: Context,
    /// Empty: whoever reaches the listener may read.
    token: Arc<SecretString>,
}

async fn read(Shared(reader): Shared<Reader>, headers: HeaderMap) -> Response {
    if !may_read(&reader.token, &headers) {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response();
    }
    match reader.metrics.show(&reader.context).await {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `Authorization: Bearer <metrics.token>`, if there is one.
fn may_read(token: &SecretString, headers: &HeaderMap) -> bool {
    let token = token.expose_secret();
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    token.is_empty() || given.as_bytes().ct_eq(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_token_is_asked_for_where_there_is_one() {
        let given = |value: &'static str| {
            let value = HeaderValue::from_static(value);
            HeaderMap::from_iter([(header::AUTHORIZATION, value)])
        };
        let token = SecretString::from("secret");
        for (headers, may) in [
            (given("Bearer secret"), true),
            (given("Bearer secret "), false),
            (given("Bearer another"), false),
            (given("Bearer "), false),
            (given("Basic secret"), false),
            (HeaderMap::new(), false),
        ] {
            assert_eq!(may_read(&token, &headers), may, "{headers:?}");
            assert!(may_read(&SecretString::default(), &headers));
        }
    }
}
