//! Taking jobs and doing them.

use std::{pin::pin, time::Duration};

use chrono::{DateTime, Utc};
use domain::AppError;
use entity::job::{Column, Entity, Model};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, LockBehavior, LockType},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Failed, Kind, LEASE, minute, note_regular, pause};
use crate::{
    Context,
    counts::{self, End},
    data, deletion, export,
    failure::OrInternal,
    notifications, outbox,
};

/// How often a node looks for work that another one noted, or whose time has come.
const LOOK: Duration = Duration::from_secs(1);
/// How often a running job's lease is prolonged.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Jobs that wait for the same thing: mails wait for a mail server, and nothing else waits for them.
struct Lane {
    kinds: &'static [Kind],
    at_once: usize,
}

const LANES: [Lane; 3] = [
    Lane { kinds: &[Kind::Mail], at_once: 8 },
    Lane { kinds: &[Kind::Minute, Kind::Digest, Kind::Announce, Kind::Erase], at_once: 3 },
    // What may take hours.
    Lane { kinds: &[Kind::Purge, Kind::Export, Kind::Deletion], at_once: 2 },
];

/// Does what is due until `stop`; what has been begun is finished then.
pub async fn work(context: &Context, stop: CancellationToken) {
    let [mails, rest, long] = &LANES;
    tokio::join!(mails.work(context, &stop), rest.work(context, &stop), long.work(context, &stop));
}

/// Does what is due now, and returns: how many jobs were tried.
pub async fn run_due(context: &Context, kind: Kind) -> Result<usize, AppError> {
    let mut tried = 0;
    loop {
        let taken = take(context, &[kind], LANES[0].at_once).await?;
        if taken.is_empty() {
            return Ok(tried);
        }
        tried += taken.len();
        let running: JoinSet<()> = taken.into_iter().map(|job| run(context.clone(), job)).collect();
        running.join_all().await;
    }
}

impl Lane {
    async fn work(&self, context: &Context, stop: &CancellationToken) {
        let mut bell = context.database.bell().listen();
        let mut running = JoinSet::new();
        self.start_regular(context).await;
        while !stop.is_cancelled() {
            bell.mark_unchanged();
            let free = self.at_once - running.len();
            let taken = take(context, self.kinds, free).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "jobs could not be looked for");
                Vec::new()
            });
            // Perhaps there is more.
            let is_full = taken.len() == free;
            taken.into_iter().for_each(|job| _ = running.spawn(run(context.clone(), job)));
            tokio::select! {
                () = stop.cancelled() => {}
                _ = running.join_next(), if !running.is_empty() && is_full => {}
                _ = bell.changed(), if !is_full => {}
                () = tokio::time::sleep(LOOK), if !is_full => {}
            }
            while running.try_join_next().is_some() {}
        }
        running.join_all().await;
    }

    async fn start_regular(&self, context: &Context) {
        for kind in self.kinds {
            let (inner, kind) = (context.clone(), *kind);
            let noted = context
                .database
                .write(move |on| Box::pin(async move { note_regular(&inner, on, kind, None).await }))
                .await;
            if let Err(error) = noted {
                tracing::warn!(%error, name = kind.word(), "the next run could not be noted");
            }
        }
    }
}

/// Takes at most `most` jobs that are due, the longest waiting first; no other node gets them while the lease runs.
async fn take(context: &Context, kinds: &[Kind], most: usize) -> Result<Vec<Model>, AppError> {
    let now = context.now();
    let words: Vec<&'static str> = kinds.iter().map(|kind| kind.word()).collect();
    let due = move || {
        Entity::open()
            .filter(Column::Name.is_in(words.iter().copied()))
            .filter(Column::FreeAt.lte(now))
            .order_by_asc(Column::FreeAt)
            .limit(most as u64)
    };
    // Looking costs SQLite's only writer nothing while there is nothing to do.
    if most == 0 || due().one(context.database.read()).await.or_internal()?.is_none() {
        return Ok(Vec::new());
    }
    let runner = Uuid::new_v4();
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let ids: Vec<Uuid> = due()
                    .select_only()
                    .column(Column::Id)
                    .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
                    .into_tuple()
                    .all(on)
                    .await
                    .or_internal()?;
                Entity::update_many()
                    .col_expr(Column::FreeAt, Expr::value(now + LEASE))
                    .col_expr(Column::Runner, Expr::value(Some(runner)))
                    .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
                    .filter(Column::Id.is_in(ids))
                    .exec_with_returning(on)
                    .await
                    .or_internal()
            })
        })
        .await
}

/// Does one job, prolongs its lease meanwhile, and writes down what became of it.
async fn run(context: Context, job: Model) {
    let (inner, copy) = (context.clone(), job.clone());
    // A task of its own: a panic is a failure like any other.
    let mut doing = pin!(tokio::spawn(async move { perform(&inner, &copy).await }));
    let done = loop {
        tokio::select! {
            done = &mut doing => break done,
            () = tokio::time::sleep(HEARTBEAT) => keep(&context, &job).await,
        }
    };
    let done = done.unwrap_or_else(|error| Err(Failed::ForNow(format!("it broke off: {error}"))));
    if let Err(error) = conclude(&context, job, done).await {
        // The lease runs out, and it is done again.
        tracing::warn!(%error, "what became of a job could not be written down");
    }
}

fn perform<'a>(context: &'a Context, job: &'a Model) -> futures::future::BoxFuture<'a, Result<(), Failed>> {
    Box::pin(async move {
        match Kind::parse(&job.name) {
            Some(Kind::Mail) => outbox::deliver(context, job).await,
            Some(Kind::Minute) => {
                minute::each_minute(context).await;
                Ok(())
            }
            Some(Kind::Digest) => notifications::close_window(context, &job.key).await.map_err(Failed::from),
            Some(Kind::Announce) => notifications::spread(context, &job.key).await.map_err(Failed::from),
            Some(Kind::Erase) => data::erase(context, job).await,
            Some(Kind::Purge) => data::purge(context).await.map_err(Failed::from),
            Some(Kind::Export) => export::run(context, job).await,
            Some(Kind::Deletion) => deletion::purge(context, &job.key).await.map_err(Failed::from),
            None => Err(Failed::ForGood("this version of the program does not know such work".to_owned())),
        }
    })
}

/// What is done to a job that is still this runner's.
fn mine(job: &Model) -> sea_orm::UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::Id.eq(job.id))
        .filter(Column::Runner.eq(job.runner))
        .filter(Column::EndedAt.is_null())
}

async fn keep(context: &Context, job: &Model) {
    let prolong = mine(job).col_expr(Column::FreeAt, Expr::value(context.now() + LEASE));
    let kept =
        context.database.write(move |on| Box::pin(async move { prolong.exec(on).await.or_internal() }));
    if let Err(error) = kept.await {
        tracing::warn!(%error, "a job's lease could not be prolonged");
    }
}

async fn conclude(context: &Context, job: Model, done: Result<(), Failed>) -> Result<(), AppError> {
    let kind = Kind::parse(&job.name);
    let (inner, now) = (context.clone(), context.now());
    let last = kind.is_none_or(|kind| job.attempts >= kind.tries());
    let next = match &done {
        Err(Failed::ForNow(_)) if !last => Some(now + pause(job.attempts)),
        _ => None,
    };
    if let Some(kind) = kind {
        let end = match (&done, next) {
            (Ok(()), _) => End::Done,
            (Err(_), Some(_)) => End::Retried,
            (Err(_), None) => End::Dead,
        };
        counts::job(kind, end);
    }
    let error = done.err().map(Failed::into_words);
    if let Some(error) = &error {
        let (name, tries) = (&job.name, job.attempts);
        match next {
            Some(_) => tracing::warn!(id = %job.id, name, tries, error, "a job failed and is tried again"),
            None => tracing::error!(id = %job.id, name, tries, error, "a job was given up"),
        }
    }
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let mut row = mine(&job).col_expr(Column::Error, Expr::value(error.clone()));
                row = match next {
                    Some(at) => row
                        .col_expr(Column::FreeAt, Expr::value(at))
                        .col_expr(Column::Runner, Expr::value(None::<Uuid>)),
                    None => ended(row, now, error.is_some()),
                };
                row.exec(on).await.or_internal()?;
                match kind {
                    Some(kind) if next.is_none() => note_regular(&inner, on, kind, Some(job.due_at)).await,
                    _ => Ok(()),
                }
            })
        })
        .await
}

/// What was done keeps nothing that it was given; what was given up does, for another try.
fn ended(row: sea_orm::UpdateMany<Entity>, now: DateTime<Utc>, dead: bool) -> sea_orm::UpdateMany<Entity> {
    let row = row.col_expr(Column::EndedAt, Expr::value(Some(now))).col_expr(Column::Dead, Expr::value(dead));
    match dead {
        true => row,
        false => row.col_expr(Column::Payload, Expr::value(None::<String>)),
    }
}
