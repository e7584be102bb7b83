//! What is looked after each minute, by one node. Each part stands for itself: one that fails keeps no other from its turn.

use domain::AppError;

use crate::{
    Context, calls, customers, deletion, idempotency, invoices, jobs, keys, knowledge, notifications, plan,
    slots, support, upstream,
};

pub(super) async fn each_minute(context: &Context) {
    // Support sessions whose time is up and that nobody asks for any more, and trials, have mails to be written.
    looked_after("support sessions", support::sweep(context)).await;
    looked_after("trials", plan::sweep_trials(context)).await;
    looked_after("invoices", invoices::sweep(context)).await;
    looked_after("lost calls", calls::sweep(context)).await;
    looked_after("answers of yesterday", idempotency::sweep(context)).await;
    looked_after("slots given back", slots::sweep(context)).await;
    looked_after("uploaded tables", customers::import::sweep(context)).await;
    looked_after("knowledge base", knowledge::sweep(context)).await;
    looked_after("connections to platforms", upstream::sweep(context)).await;
    looked_after("tokens of access keys that were shown", keys::sweep(context)).await;
    looked_after("digests", notifications::sweep(context)).await;
    looked_after("old notifications", notifications::purge(context)).await;
    looked_after("organisations to be deleted", deletion::sweep(context)).await;
    looked_after("jobs done", jobs::purge(context)).await;
}

async fn looked_after<T>(what: &str, work: impl Future<Output = Result<T, AppError>>) {
    if let Err(error) = work.await {
        tracing::warn!(%error, what, "could not be looked through");
    }
}
