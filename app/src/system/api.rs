//! What waits and what failed, another try for it, mail on trial, and announcements.

use domain::{entrance::ForgotForm, notifications::AnnounceForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    crate::server_side as server,
    chrono::{DateTime, Utc},
    domain::{Code, Language},
    services::{data, deletion, jobs, notifications, outbox},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemPage {
    pub queues: Vec<QueueLine>,
    pub troubled: Vec<TroubledLine>,
    /// The newest first.
    pub announced: Vec<AnnouncedLine>,
    /// Where the clock stood and where the purge found it: it deleted nothing.
    pub jump: Option<(String, String)>,
    /// Organisations that are being deleted.
    pub deletions: Vec<DeletionLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionLine {
    pub name: String,
    pub done: usize,
    pub steps: usize,
    pub rows: i64,
    /// The step it stands at, and how often that was tried.
    pub at: Option<String>,
    pub attempts: i16,
    pub error: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueLine {
    /// The word of the kind of work.
    pub kind: String,
    pub waiting: u64,
    pub running: u64,
    pub later: u64,
    pub dead: u64,
    /// Since when the first has been waiting.
    pub oldest: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TroubledLine {
    pub id: String,
    pub what: String,
    pub attempts: i16,
    pub error: String,
    /// When it is tried again; `None`: it was given up.
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncedLine {
    pub at: String,
    pub title: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobForm {
    pub job: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetryAllForm {
    pub confirmed: bool,
}

/// Staff are in no organisation: times are in UTC.
#[cfg(feature = "ssr")]
fn told(at: DateTime<Utc>, language: Language) -> String {
    format!("{} {} UTC", server::date(language, at.naive_utc()), at.format("%H:%M"))
}

#[server(endpoint = "system/load-system", protocol = crate::protocol::FormToJson)]
pub async fn load_system() -> Result<SystemPage, Error> {
    let (context, staff, l) = (server::context()?, server::staff()?, server::facts().language);
    let queue = |queue: jobs::Queue| QueueLine {
        kind: queue.kind.word().to_owned(),
        waiting: queue.waiting,
        running: queue.running,
        later: queue.later,
        dead: queue.dead,
        oldest: queue.oldest.map(|at| told(at, l)),
    };
    let line = |job: jobs::Troubled| TroubledLine {
        id: job.id.to_string(),
        what: job.what,
        attempts: job.attempts,
        error: job.error,
        next: job.next.map(|at| told(at, l)),
    };
    let announced = notifications::load_announced(&context, staff, l).await?;
    let announced =
        announced.into_iter().map(|one| AnnouncedLine { at: told(one.at, l), title: one.line.title });
    Ok(SystemPage {
        queues: jobs::load_queues(&context).await?.into_iter().map(queue).collect(),
        troubled: jobs::load_troubled(&context).await?.into_iter().map(line).collect(),
        announced: announced.collect(),
        jump: data::load_jump(&context).await?.map(|jump| (told(jump.from, l), told(jump.to, l))),
        deletions: deletion::load_steps(&context, staff).await?.into_iter().map(deletion_line).collect(),
    })
}

#[cfg(feature = "ssr")]
fn deletion_line(step: deletion::Step) -> DeletionLine {
    DeletionLine {
        name: step.name,
        done: step.done,
        steps: step.steps,
        rows: step.rows,
        at: step.at,
        attempts: step.attempts,
        error: step.error,
    }
}

#[cfg(feature = "ssr")]
fn id(form: &JobForm) -> Result<uuid::Uuid, Error> {
    Ok(form.job.parse().map_err(|_| Code::BadRequest)?)
}

#[server(endpoint = "system/retry-job", protocol = crate::protocol::FormToJson)]
pub async fn retry_job(form: JobForm) -> Result<(), Error> {
    server::staff()?;
    jobs::retry_dead(&server::context()?, Some(id(&form)?)).await?;
    Ok(())
}

#[server(endpoint = "system/retry-all", protocol = crate::protocol::FormToJson)]
pub async fn retry_all(form: RetryAllForm) -> Result<u64, Error> {
    server::staff()?;
    Ok(if form.confirmed { jobs::retry_dead(&server::context()?, None).await? } else { 0 })
}

#[server(endpoint = "system/drop-job", protocol = crate::protocol::FormToJson)]
pub async fn drop_job(form: JobForm) -> Result<(), Error> {
    server::staff()?;
    jobs::drop_dead(&server::context()?, id(&form)?).await?;
    Ok(())
}

#[server(endpoint = "system/try-mail", protocol = crate::protocol::FormToJson)]
pub async fn try_mail(form: ForgotForm) -> Result<(), Error> {
    outbox::try_mail(&server::context()?, server::staff()?, form, server::facts().language).await?;
    Ok(())
}

#[server(endpoint = "system/announce", protocol = crate::protocol::FormToJson)]
pub async fn announce(form: AnnounceForm) -> Result<(), Error> {
    notifications::announce(&server::context()?, server::staff()?, form).await?;
    Ok(())
}
