//! Probes: alive is "the process answers", ready is "and so does the database".

use axum::{extract::State, http::StatusCode};

use crate::router::Site;

pub async fn live() -> &'static str {
    "ok\n"
}

pub async fn ready(State(site): State<Site>) -> (StatusCode, &'static str) {
    match site.context.database.presence().ping().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "database\n")
        }
    }
}
