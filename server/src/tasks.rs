//! The tasks in which pages load their data: part of the request that they are spawned for, in the log and in what they write.

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use services::origin;
use tracing::Instrument;

struct OfTheRequest;

impl CustomExecutor for OfTheRequest {
    fn spawn(&self, task: PinnedFuture<()>) {
        tokio::spawn(origin::within(origin::current(), task.in_current_span()));
    }

    fn spawn_local(&self, task: PinnedLocalFuture<()>) {
        tokio::task::spawn_local(origin::within(origin::current(), task.in_current_span()));
    }

    fn poll_local(&self) {}
}

/// Before Leptos starts its own, which would know nothing of requests. The first one stays.
pub fn belong_to_requests() {
    _ = Executor::init_custom_executor(OfTheRequest);
}
