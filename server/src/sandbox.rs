//! `ayar sandbox`: a stand-in for the telephony platform (docs/upstream.md), for trying things out on one machine. It takes
//! calls, lets them ring, answers most of them, and reports to our REST API what became of them. Nobody's telephone rings.

mod call;
mod fate;
mod keys;
mod sound;

use std::{
    collections::HashSet,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use clap::Args;
use domain::{CallId, upstream::NEEDED};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{config::Config, serve, start::Failure};
pub use call::Order;
pub use fate::Fate;
pub use keys::Keys;

/// How long calls have to be ended in when it stops.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// How it is started.
#[derive(Args)]
pub struct Arguments {
    /// Where to listen; this machine only.
    #[arg(long, default_value = "127.0.0.1:3999")]
    address: SocketAddr,
    /// Ayar's address, if it is not the configured one.
    #[arg(long, env = "AYAR_SANDBOX_API")]
    api: Option<String>,
    /// The key that is expected of Ayar; may be given several times.
    #[arg(long = "key", env = "AYAR_SANDBOX_KEY", value_delimiter = ',', hide_env_values = true)]
    keys: Vec<String>,
    /// An access key of Ayar's with calls:write, to report with.
    #[arg(long, env = "AYAR_SANDBOX_ACCESS_KEY", hide_env_values = true)]
    access_key: Option<String>,
    /// The file with both keys, as `ayar demo` writes it; beside the encryption keys if it is not named.
    #[arg(long)]
    file: Option<PathBuf>,
    /// How many times faster than life.
    #[arg(long, default_value_t = 1.0, value_parser = read_pace)]
    pace: f64,
    /// Two runs with the same one have the same fortune.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn read_pace(text: &str) -> Result<f64, String> {
    let pace = text.parse().ok().filter(|pace: &f64| pace.is_finite() && (0.01..=10_000.0).contains(pace));
    pace.ok_or_else(|| "a number between 0.01 and 10000".to_owned())
}

/// Serves until a stop signal; calls that go on then are ended as failed.
pub async fn run(config: &Config, arguments: Arguments) -> Result<(), Failure> {
    let Arguments { address, api, keys, access_key, file, pace, seed } = arguments;
    if !address.ip().is_loopback() {
        return Err(format!("{address} is not on this machine: the sandbox is for trying things out").into());
    }
    let file = file.unwrap_or_else(|| Keys::place(config));
    let (keys, access_key) = match (keys.is_empty(), access_key) {
        (false, Some(access_key)) => (keys, access_key),
        (is_empty, given) => {
            let kept = Keys::read(&file)?;
            (if is_empty { vec![kept.platform] } else { keys }, given.unwrap_or(kept.access))
        }
    };
    let api = api.unwrap_or_else(|| config.origin());
    let sandbox = Sandbox::new(Settings { keys, access_key, api, pace, seed })?;
    let listener =
        TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    println!("\n  The sandbox is ready:  http://{address}\n");
    let server = axum::serve(listener, sandbox.router()).with_graceful_shutdown(serve::stop_signal()?);
    server.await?;
    sandbox.stop().await;
    tracing::info!("stopped");
    Ok(())
}

/// What it needs to know.
#[derive(Clone)]
pub struct Settings {
    pub keys: Vec<String>,
    pub access_key: String,
    /// Where our REST API is, without `/api/v1`.
    pub api: String,
    pub pace: f64,
    pub seed: u64,
}

/// A running sandbox. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox {
    settings: Arc<Settings>,
    client: reqwest::Client,
    /// The calls it has taken.
    taken: Arc<Mutex<HashSet<CallId>>>,
    calls: TaskTracker,
    stopping: CancellationToken,
}

impl Sandbox {
    pub fn new(settings: Settings) -> Result<Self, Failure> {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build()?;
        Ok(Self {
            settings: Arc::new(settings),
            client,
            taken: Arc::default(),
            calls: TaskTracker::new(),
            stopping: CancellationToken::new(),
        })
    }

    /// The platform's side of the protocol.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/account", get(account))
            .route("/calls", post(place))
            .fallback(|| async { StatusCode::NOT_FOUND })
            .with_state(self.clone())
    }

    /// Waits until every call it has taken is over.
    pub async fn idle(&self) {
        self.calls.close();
        self.calls.wait().await;
        self.calls.reopen();
    }

    /// Ends the calls that go on.
    pub async fn stop(&self) {
        self.stopping.cancel();
        if tokio::time::timeout(STOP_WITHIN, self.idle()).await.is_err() {
            tracing::warn!("not every call could be ended in time");
        }
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = value.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        self.settings.keys.iter().any(|known| known == key)
    }
}

async fn account(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    if !sandbox.knows(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Json(json!({ "name": "Ayar Sandbox", "permissions": NEEDED })).into_response()
}

async fn place(State(sandbox): State<Sandbox>, headers: HeaderMap, Json(order): Json<Order>) -> StatusCode {
    if !sandbox.knows(&headers) {
        return StatusCode::UNAUTHORIZED;
    }
    let number = {
        let mut taken = sandbox.taken.lock().unwrap_or_else(PoisonError::into_inner);
        // The call's id is its idempotency key: asked again, nothing is done again.
        if !taken.insert(order.call) {
            return StatusCode::ACCEPTED;
        }
        taken.len() as u64
    };
    let fate = Fate::of(sandbox.settings.seed, number);
    sandbox.calls.spawn(call::live(sandbox.clone(), order, fate));
    StatusCode::ACCEPTED
}
