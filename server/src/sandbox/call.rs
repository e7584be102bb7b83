//! One call, from ringing to its recording, reported to our REST API as any platform does it.

use std::time::Duration;

use domain::{CallId, Language};
use reqwest::{Method, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Sandbox,
    fate::{Fate, Outcome},
    sound,
};

/// Between heartbeats, whatever the pace: slots run out by the clock.
const BEAT: Duration = Duration::from_secs(15);
/// Tries of one report, and the pause between them.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(500);

/// What Ayar asks for.
#[derive(Debug, Deserialize)]
pub struct Order {
    pub call: CallId,
    to: String,
    agent: Agent,
    customer: Customer,
}

#[derive(Debug, Deserialize)]
struct Agent {
    name: String,
    greeting: String,
    language: Language,
}

#[derive(Debug, Deserialize)]
struct Customer {
    name: String,
}

/// Our API does not want to hear of the call any more, or can't be reached.
struct Lost;

/// Lives a call through and says in a line what became of it.
pub(super) async fn live(sandbox: Sandbox, order: Order, fate: Fate) {
    let (call, to) = (order.call, order.to.clone());
    let lived = tokio::select! {
        lived = through(&sandbox, &order, fate) => lived,
        () = sandbox.stopping.cancelled() => end(&sandbox, call, "failed").await.map(|()| "failed"),
    };
    match lived {
        Ok(outcome) => tracing::info!(%call, to, outcome, "call"),
        Err(Lost) => tracing::warn!(%call, to, outcome = "lost", "call"),
    }
}

async fn through(sandbox: &Sandbox, order: &Order, fate: Fate) -> Result<&'static str, Lost> {
    let call = order.call;
    pass(sandbox, call, fate.rings, false).await?;
    let Outcome::Answers(talks) = fate.outcome else {
        return end(sandbox, call, fate.word()).await.map(|()| fate.word());
    };
    pass(sandbox, call, talks, true).await?;
    let said = json!({ "text": said(order, fate.talk) });
    report(sandbox, Method::PUT, call, "transcript", Body::Json(said)).await?;
    end(sandbox, call, fate.word()).await?;
    // Whole platforms take their time with it: it comes after the end.
    let sound = sound::conversation(3 + (call.0.as_u128() % 4) as u32);
    report(sandbox, Method::PUT, call, "recording", Body::Sound(sound)).await?;
    Ok(fate.word())
}

/// Lets so many seconds of life pass, and says all the while that the call goes on.
async fn pass(sandbox: &Sandbox, call: CallId, seconds: f64, answered: bool) -> Result<(), Lost> {
    let mut left = Duration::from_secs_f64(seconds / sandbox.settings.pace);
    loop {
        let beat = json!({ "answered": answered });
        report(sandbox, Method::POST, call, "heartbeat", Body::Json(beat)).await?;
        let step = left.min(BEAT);
        tokio::time::sleep(step).await;
        left -= step;
        if left.is_zero() {
            return Ok(());
        }
    }
}

async fn end(sandbox: &Sandbox, call: CallId, outcome: &str) -> Result<(), Lost> {
    report(sandbox, Method::POST, call, "end", Body::Json(json!({ "outcome": outcome }))).await
}

fn said(order: &Order, talk: usize) -> String {
    let Order { agent, customer, .. } = order;
    let l = agent.language;
    let (agent, greeting) = (&agent.name, &agent.greeting);
    let customer = if customer.name.is_empty() { texts::sandbox::customer(l) } else { &customer.name };
    match talk {
        0 => texts::sandbox::said_appointment(l, agent, customer, greeting),
        1 => texts::sandbox::said_order(l, agent, customer, greeting),
        _ => texts::sandbox::said_busy(l, agent, customer, greeting),
    }
}

#[derive(Clone)]
enum Body {
    Json(Value),
    Sound(Vec<u8>),
}

/// Tells our API something, again if it was not to be reached.
async fn report(sandbox: &Sandbox, method: Method, call: CallId, what: &str, body: Body) -> Result<(), Lost> {
    let address = format!("{}/api/v1/calls/{call}/{what}", sandbox.settings.api.trim_end_matches('/'));
    for tried in 1..=TRIES {
        let (kind, bytes) = match body.clone() {
            Body::Json(value) => ("application/json", value.to_string().into_bytes()),
            Body::Sound(bytes) => ("application/octet-stream", bytes),
        };
        let request = sandbox.client.request(method.clone(), &address);
        let request = request.bearer_auth(&sandbox.settings.access_key).header(header::CONTENT_TYPE, kind);
        match request.body(bytes).send().await {
            Ok(answer) if answer.status().is_success() => return Ok(()),
            Ok(answer) if is_for_good(answer.status()) => {
                tracing::warn!(%call, what, status = answer.status().as_u16(), "Ayar refused a report");
                return Err(Lost);
            }
            Ok(answer) => tracing::debug!(%call, what, status = answer.status().as_u16(), "trying again"),
            Err(error) => tracing::warn!(%call, what, error = %error.without_url(), "Ayar can't be reached"),
        }
        tokio::time::sleep(PAUSE * tried).await;
    }
    Err(Lost)
}

fn is_for_good(status: StatusCode) -> bool {
    status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS
}
