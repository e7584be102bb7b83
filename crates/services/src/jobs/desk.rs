//! The operator's view: what waits, what was given up and why, and another try for it.

use chrono::{DateTime, Utc};
use domain::{AppError, Code};
use entity::job::{Column, Entity, Model};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use uuid::Uuid;

use super::{KEPT, Kind, payload};
use crate::{Context, failure::OrInternal, mail::Mail};

/// The most that is listed.
const MOST: u64 = 200;

/// How one kind of work stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    pub kind: Kind,
    /// Due, and taken by nobody.
    pub waiting: u64,
    pub running: u64,
    /// To come, or to be tried again.
    pub later: u64,
    pub dead: u64,
    /// Since when the first of the waiting ones has been due.
    pub oldest: Option<DateTime<Utc>>,
}

/// A job that failed at its last try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Troubled {
    pub id: Uuid,
    /// Of a mail what it is about and whom it was for; else the kind of work and its key.
    pub what: String,
    pub attempts: i16,
    pub error: String,
    /// When it is tried again; `None`: it was given up.
    pub next: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct Counted {
    name: String,
    state: String,
    count: i64,
    oldest: Option<DateTime<Utc>>,
}

/// Every kind of work, also where there is nothing of it.
pub async fn load_queues(context: &Context) -> Result<Vec<Queue>, AppError> {
    let now = context.now();
    let state: SimpleExpr = Expr::case(Column::Dead.eq(true), Expr::value("dead"))
        .case(Column::FreeAt.lte(now), Expr::value("waiting"))
        .case(Column::Runner.is_not_null(), Expr::value("running"))
        .finally(Expr::value("later"))
        .into();
    let counted = Entity::find()
        .select_only()
        .column(Column::Name)
        .expr_as(state.clone(), "state")
        .expr_as(Column::Id.count(), "count")
        .expr_as(Column::DueAt.min(), "oldest")
        .filter(Column::EndedAt.is_null().or(Column::Dead.eq(true)))
        .group_by(Column::Name)
        .group_by(Expr::col("state"))
        .into_model::<Counted>()
        .all(context.database.read())
        .await
        .or_internal()?;
    let queues = Kind::ALL.into_iter().map(|kind| {
        let of = |state: &str| counted.iter().find(|row| row.name == kind.word() && row.state == state);
        let count = |state: &str| of(state).map_or(0, |row| row.count.unsigned_abs());
        Queue {
            kind,
            waiting: count("waiting"),
            running: count("running"),
            later: count("later"),
            dead: count("dead"),
            oldest: of("waiting").and_then(|row| row.oldest),
        }
    });
    Ok(queues.collect())
}

/// What was given up, the newest first, then what is to be tried again; at most two hundred of each.
pub async fn load_troubled(context: &Context) -> Result<Vec<Troubled>, AppError> {
    let read = context.database.read();
    let dead = Entity::dead().order_by_desc(Column::EndedAt).limit(MOST).all(read).await.or_internal()?;
    let open = Entity::open()
        .filter(Column::Error.is_not_null())
        .order_by_asc(Column::FreeAt)
        .limit(MOST)
        .all(read)
        .await
        .or_internal()?;
    Ok(dead.into_iter().chain(open).map(|row| told(context, row)).collect())
}

fn told(context: &Context, row: Model) -> Troubled {
    let mail = payload(context, &row).ok().and_then(|bytes| serde_json::from_slice::<Mail>(&bytes).ok());
    let what = match mail {
        Some(mail) => format!("{} -> {}", mail.kind.name(), mail.to),
        None => format!("{} {}", row.name, row.key),
    };
    Troubled {
        id: row.id,
        what,
        attempts: row.attempts,
        error: row.error.unwrap_or_default(),
        next: (!row.dead).then_some(row.free_at),
    }
}

/// Another try for what was given up, with all its tries anew: all of it, or one. How many. Errors: `NotFound`.
pub async fn retry_dead(context: &Context, id: Option<Uuid>) -> Result<u64, AppError> {
    let now = context.now();
    let changed = context
        .database
        .write(move |on| {
            Box::pin(async move {
                let mut again = Entity::update_many()
                    .col_expr(Column::EndedAt, Expr::value(None::<DateTime<Utc>>))
                    .col_expr(Column::Dead, Expr::value(false))
                    .col_expr(Column::Attempts, Expr::value(0_i16))
                    .col_expr(Column::Runner, Expr::value(None::<Uuid>))
                    .col_expr(Column::FreeAt, Expr::value(now))
                    .filter(Column::Dead.eq(true));
                if let Some(id) = id {
                    again = again.filter(Column::Id.eq(id));
                }
                Ok(again.exec(on).await.or_internal()?.rows_affected)
            })
        })
        .await?;
    if id.is_some() && changed == 0 { Err(Code::NotFound.into()) } else { Ok(changed) }
}

/// Forgets one that was given up. Errors: `NotFound`.
pub async fn drop_dead(context: &Context, id: Uuid) -> Result<(), AppError> {
    let dropped = context.database.write(move |on| {
        Box::pin(async move {
            let gone = Entity::delete_many().filter(Column::Dead.eq(true)).filter(Column::Id.eq(id));
            Ok(gone.exec(on).await.or_internal()?.rows_affected)
        })
    });
    if dropped.await? == 0 { Err(Code::NotFound.into()) } else { Ok(()) }
}

/// Forgets what was done more than a day ago. What was given up stays, and so do mails, until they are old logs.
pub async fn purge(context: &Context) -> Result<u64, AppError> {
    let until = context.now() - KEPT;
    let old = Entity::delete_many()
        .filter(Column::EndedAt.lte(until))
        .filter(Column::Dead.eq(false))
        .filter(Column::Name.ne(Kind::Mail.word()));
    context
        .database
        .write(move |on| Box::pin(async move { Ok(old.exec(on).await.or_internal()?.rows_affected) }))
        .await
}
