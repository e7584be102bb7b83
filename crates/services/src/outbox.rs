//! Mail that leaves after the answer: the caller does not wait for a mail server, and how long
//! it takes tells nobody whether there was a mail at all.
//!
//! Links are secrets, so waiting mail lives in memory and never in a table. Three tries; a
//! stopping server finishes what it has begun.

use std::time::Duration;

use domain::AppError;
use tokio_util::task::TaskTracker;

use crate::{
    Clock,
    mail::{Brand, Mail, Mailer},
};

const PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(15)];

#[derive(Clone)]
pub struct Outbox {
    mailer: Mailer,
    clock: Clock,
    log_links: bool,
    tasks: TaskTracker,
}

impl Outbox {
    /// `log_links` writes every mailed link into the log too: for a first run without a mail server.
    pub fn new(mailer: Mailer, clock: Clock, log_links: bool) -> Self {
        Self { mailer, clock, log_links, tasks: TaskTracker::new() }
    }

    pub fn mailer(&self) -> &Mailer {
        &self.mailer
    }

    /// Sends `mail` in the background; `Context::post` finds its logo first.
    pub fn post(&self, mail: Mail, brand: Option<Brand>) {
        if self.log_links
            && let Some(link) = mail.kind.link()
        {
            tracing::info!(to = mail.to, link, "mailed a link");
        }
        let (mailer, now) = (self.mailer.clone(), self.clock.now());
        self.tasks.spawn(async move {
            let mut pauses = PAUSES.into_iter();
            while let Err(error) = mailer.send(&mail, brand.as_ref(), now).await {
                let Some(pause) = pauses.next() else {
                    tracing::error!(%error, kind = mail.kind.name(), "mail was given up");
                    return;
                };
                tracing::warn!(%error, kind = mail.kind.name(), "mail failed, trying again");
                tokio::time::sleep(pause).await;
            }
        });
    }

    /// Does the rest of a use-case after its answer, where the time it takes would tell something. What
    /// fails unexpectedly has been logged where it failed.
    pub fn afterwards(&self, work: impl Future<Output = Result<(), AppError>> + Send + 'static) {
        let span = tracing::Span::current();
        self.tasks.spawn(tracing::Instrument::instrument(
            async move {
                if let Err(error) = work.await {
                    tracing::warn!(%error, "not finished after the answer");
                }
            },
            span,
        ));
    }

    /// Waits until everything posted so far was sent or given up.
    pub async fn flush(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
    }
}
