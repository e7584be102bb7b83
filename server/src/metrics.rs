//! Numbers for the operator's monitoring, in the text format of Prometheus. Off until there is a token for it.

use std::fmt::Write as _;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use secrecy::ExposeSecret;
use services::jobs::{self, Queue};
use subtle::ConstantTimeEq;

use crate::router::Site;

pub const ROUTE: &str = "/metrics";

pub async fn metrics(State(site): State<Site>, headers: HeaderMap) -> Response {
    if !may_read(&site, &headers) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match jobs::load_queues(&site.context).await {
        Ok(queues) => {
            let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
            (kind, written(&queues, site.context.now().timestamp())).into_response()
        }
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// `Authorization: Bearer <server.metrics_token>`; without one configured nobody may.
fn may_read(site: &Site, headers: &HeaderMap) -> bool {
    let token = site.metrics_token.expose_secret();
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    !token.is_empty() && given.as_bytes().ct_eq(token.as_bytes()).into()
}

fn written(queues: &[Queue], now: i64) -> String {
    let mut text =
        String::from("# HELP ayar_jobs Work in the background, by kind and state.\n# TYPE ayar_jobs gauge\n");
    for queue in queues {
        let Queue { kind, waiting, running, later, dead, .. } = queue;
        for (state, count) in [("waiting", waiting), ("running", running), ("later", later), ("dead", dead)] {
            _ = writeln!(text, "ayar_jobs{{kind=\"{}\",state=\"{state}\"}} {count}", kind.word());
        }
    }
    text += "# HELP ayar_jobs_oldest_seconds How long the first of the waiting has been due.\n\
             # TYPE ayar_jobs_oldest_seconds gauge\n";
    for queue in queues {
        let seconds = queue.oldest.map_or(0, |at| (now - at.timestamp()).max(0));
        _ = writeln!(text, "ayar_jobs_oldest_seconds{{kind=\"{}\"}} {seconds}", queue.kind.word());
    }
    text
}

#[cfg(test)]
mod tests {
    use services::jobs::Kind;

    use super::*;

    #[test]
    fn each_kind_is_told_in_each_state() {
        let oldest = chrono::DateTime::from_timestamp(1_000, 0);
        let queue = Queue { kind: Kind::Mail, waiting: 3, running: 1, later: 0, dead: 2, oldest };
        let text = written(&[queue], 1_060);
        for line in [
            "ayar_jobs{kind=\"mail\",state=\"waiting\"} 3",
            "ayar_jobs{kind=\"mail\",state=\"dead\"} 2",
            "ayar_jobs_oldest_seconds{kind=\"mail\"} 60",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
    }
}
