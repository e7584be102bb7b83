//! The client that speaks to the platform (docs/upstream.md): two requests, no redirects, no proxy, little time, and of
//! the answers only what the protocol says.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use domain::{
    CallId, Language,
    general::Name,
    upstream::{Failure, NEEDED, UpstreamKey},
};
use reqwest::{Client, RequestBuilder, Response, StatusCode, header, redirect};
use serde::Deserialize;
use serde_json::json;

use super::guard::{Base, Guard, Listed, Resolver, System, Unresolved};

/// As much of an answer is read.
const MOST_BYTES: usize = 64 * 1024;

/// What the platform is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub call: CallId,
    /// E.164, or empty: the platform chooses the number.
    pub from: String,
    /// E.164.
    pub to: String,
    pub agent_name: String,
    pub greeting: String,
    pub language: Language,
    pub customer_name: String,
}

/// Whom a key belongs to there, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountThere {
    /// Empty where it is not fit to be shown.
    pub name: String,
    /// Those of [`NEEDED`] that it has.
    pub permissions: Vec<&'static str>,
    pub latency: Duration,
}

/// Why a request failed, and whether the platform may have got it all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub failure: Failure,
    pub may_have_arrived: bool,
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self { failure, may_have_arrived: false }
    }
}

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub connect: Duration,
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), whole: Duration::from_secs(15) }
    }
}

/// The way out. Cheap to clone.
#[derive(Clone)]
pub struct Platform {
    pub(super) listed: Listed,
    resolver: Arc<dyn Resolver>,
    patience: Patience,
    clients: Arc<OnceLock<Option<Clients>>>,
}

struct Clients {
    guarded: Client,
    /// For what the operator lists.
    open: Client,
}

impl Platform {
    pub fn new(listed: Listed) -> Self {
        Self::with(listed, Arc::new(System), Patience::default())
    }

    /// With other names and less time: for tests.
    pub fn with(listed: Listed, resolver: Arc<dyn Resolver>, patience: Patience) -> Self {
        Self { listed, resolver, patience, clients: Arc::default() }
    }

    /// Whose key it is: `GET /account`.
    pub(super) async fn account(&self, base: &Base, key: &UpstreamKey) -> Result<AccountThere, Trouble> {
        let began = Instant::now();
        let answer = send(self.client(base)?.get(base.join("account")), key).await?;
        let body = read(answer).await?;
        let latency = began.elapsed();
        let Account { name, permissions } =
            serde_json::from_slice(&body).map_err(|_| Failure::AnswerUnreadable)?;
        Ok(AccountThere {
            name: Name::parse(&name).map(Name::into_string).unwrap_or_default(),
            permissions: NEEDED
                .into_iter()
                .filter(|needed| permissions.iter().any(|has| has == needed))
                .collect(),
            latency,
        })
    }

    /// Asks for a call: `POST /calls`. Asked again for the same call, the platform does nothing again.
    pub(super) async fn place(&self, base: &Base, key: &UpstreamKey, order: &Order) -> Result<(), Trouble> {
        let Order { call, from, to, agent_name, greeting, language, customer_name } = order;
        let body = json!({
            "call": call,
            "from": from,
            "to": to,
            "agent": { "name": agent_name, "greeting": greeting, "language": language.tag() },
            "customer": { "name": customer_name },
        });
        let request = self
            .client(base)?
            .post(base.join("calls"))
            .header("idempotency-key", call.to_string())
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.to_string());
        // What it says besides is of no use.
        send(request, key).await.map(drop)
    }

    fn client(&self, base: &Base) -> Result<&Client, Failure> {
        let clients = self.clients.get_or_init(|| {
            let client = |is_open: bool| {
                let guard = Guard { resolver: self.resolver.clone(), is_open };
                Client::builder()
                    .dns_resolver(Arc::new(guard))
                    .https_only(!is_open)
                    .redirect(redirect::Policy::none())
                    .no_proxy()
                    .referer(false)
                    .connect_timeout(self.patience.connect)
                    .timeout(self.patience.whole)
                    // A connection that was closed meanwhile would leave open whether a call was placed.
                    .pool_max_idle_per_host(0)
                    .user_agent("Ayar")
                    .build()
                    .inspect_err(|error| tracing::error!(%error, "no client for the platform"))
                    .ok()
            };
            Some(Clients { guarded: client(false)?, open: client(true)? })
        });
        let clients = clients.as_ref().ok_or(Failure::Internal)?;
        Ok(if base.is_listed { &clients.open } else { &clients.guarded })
    }
}

#[derive(Deserialize)]
struct Account {
    name: String,
    permissions: Vec<String>,
}

async fn send(request: RequestBuilder, key: &UpstreamKey) -> Result<Response, Trouble> {
    let answer = request.bearer_auth(key.expose()).send().await.map_err(|error| trouble(&error))?;
    let failure = match answer.status() {
        status if status.is_success() => return Ok(answer),
        status if status.is_redirection() => Failure::Redirected,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Failure::KeyRefused,
        StatusCode::TOO_MANY_REQUESTS => Failure::RateLimited,
        // What went wrong there may have gone wrong afterwards.
        status if status.is_server_error() => {
            return Err(Trouble { failure: Failure::ServerError, may_have_arrived: true });
        }
        StatusCode::REQUEST_TIMEOUT => {
            return Err(Trouble { failure: Failure::TimedOut, may_have_arrived: true });
        }
        _ => Failure::RequestRefused,
    };
    Err(failure.into())
}

/// The body, if it is no larger than anything the protocol says.
async fn read(mut answer: Response) -> Result<Vec<u8>, Trouble> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| trouble(&error))? {
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(Failure::AnswerUnreadable.into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Which class an error is of. What happens before there is a connection has reached nobody.
fn trouble(error: &reqwest::Error) -> Trouble {
    if error.is_timeout() {
        return Trouble { failure: Failure::TimedOut, may_have_arrived: !error.is_connect() };
    }
    let causes = || std::iter::successors(std::error::Error::source(error), |error| error.source());
    if let Some(unresolved) = causes().find_map(|cause| cause.downcast_ref::<Unresolved>()) {
        return match unresolved {
            Unresolved::Unknown => Failure::NameUnknown.into(),
            Unresolved::Refused => Failure::AddressRefused.into(),
        };
    }
    let is_tls = |cause: &(dyn std::error::Error + 'static)| {
        let inside = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause.is::<rustls::Error>() || inside.is_some_and(|inside| inside.is::<rustls::Error>())
    };
    if causes().any(is_tls) {
        return Trouble { failure: Failure::Tls, may_have_arrived: !error.is_connect() };
    }
    if error.is_connect() {
        return Failure::Unreachable.into();
    }
    if error.is_builder() {
        return Failure::AddressRefused.into();
    }
    Trouble { failure: Failure::AnswerUnreadable, may_have_arrived: true }
}
