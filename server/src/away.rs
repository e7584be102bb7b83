//! A layer: while the database is away nothing is begun that needs it, and nobody who has begun waits for it.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use crate::{failures::refuse, router::Site};

/// Refuses with `Unavailable`. What a write was doing goes on in its own task: like after any 5xx, whether it was done shows
/// later.
pub async fn refuse_while_away(State(site): State<Site>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let needs_none = matches!(path, "/livez" | "/readyz") || path.starts_with(&*site.package);
    if needs_none {
        return next.run(request).await;
    }
    tokio::select! {
        biased;
        () = site.context.database.presence().away() => refuse(services::failure::unavailable()),
        answer = next.run(request) => answer,
    }
}
