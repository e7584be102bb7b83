//! The worker: claims what is due, then takes it apart step by step. The ledger says how far it is, so that it goes on where
//! it was broken off, on whichever node; done twice it does nothing more.

use std::time::Instant;

use chrono::{DateTime, Utc};
use domain::{AppError, OrganisationId, Staff, deletion::Stage};
use entity::{
    deletion_step::{self, Column, DONE, Entity, FAILED, Model, RUNNING, WAITING},
    organisation,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    certificate,
    steps::{self, What},
};
use crate::{
    Context,
    failure::OrInternal,
    jobs::{self, Kind, New},
};

/// Others have the machine for so many times as long as a piece took: nobody waits for a deletion, and everybody for a page.
const ROOM: u32 = 5;
/// Organisations that are begun in one go.
const BATCH: u64 = 100;

/// Begins what is due, and makes sure that what has begun goes on: how many were begun.
pub(super) async fn claim(context: &Context) -> Result<usize, AppError> {
    let (read, now) = (context.database.read(), context.now());
    let due = organisation::Entity::find()
        .filter(organisation::Column::Deletion.eq(Stage::Pending.word()))
        .filter(organisation::Column::DeleteAt.lte(now))
        .order_by_asc(organisation::Column::DeleteAt)
        .limit(BATCH)
        .all(read)
        .await
        .or_internal()?;
    let mut begun = 0;
    for row in due {
        begun += usize::from(begin(context, row.id()).await?);
    }
    let open = organisation::Entity::find()
        .filter(organisation::Column::Deletion.eq(Stage::Deleting.word()))
        .all(read)
        .await
        .or_internal()?;
    if !open.is_empty() {
        let inner = context.clone();
        let noted = context.database.write(move |on| {
            Box::pin(async move {
                for row in open {
                    note(&inner, on, row.id()).await?;
                }
                Ok(())
            })
        });
        noted.await?;
    }
    Ok(begun)
}

async fn note(context: &Context, on: &DatabaseTransaction, of: OrganisationId) -> Result<(), AppError> {
    let (key, due_at) = (of.to_string(), context.now());
    let new = New { id: context.id(), kind: Kind::Deletion, key: &key, payload: None, due_at };
    jobs::note(context, on, new).await
}

/// From here on there is no way back. Of several nodes, and of an owner who gives it back at this moment, one is first.
async fn begin(context: &Context, of: OrganisationId) -> Result<bool, AppError> {
    let (inner, now) = (context.clone(), context.now());
    let begun = context.database.write(move |on| {
        Box::pin(async move {
            let claimed = organisation::Entity::update_many()
                .col_expr(organisation::Column::Deletion, Expr::value(Stage::Deleting.word()))
                .filter(organisation::Column::Id.eq(of.0))
                .filter(organisation::Column::Deletion.eq(Stage::Pending.word()))
                .filter(organisation::Column::DeleteAt.lte(now))
                .exec(on)
                .await
                .or_internal()?;
            if claimed.rows_affected == 0 {
                return Ok(false);
            }
            let rows = steps::all().enumerate().map(|(place, (step, _))| deletion_step::ActiveModel {
                organisation_id: Set(of.0),
                step: Set(step.to_owned()),
                place: Set(i16::try_from(place).unwrap_or(i16::MAX)),
                state: Set(WAITING.to_owned()),
                attempts: Set(0),
                error: Set(None),
                rows: Set(0),
                started_at: Set(None),
                finished_at: Set(None),
            });
            Entity::insert_many(rows).exec_without_returning(on).await.or_internal()?;
            certificate::begin(&inner, on, of).await?;
            note(&inner, on, of).await?;
            Ok(true)
        })
    });
    begun.await
}

/// Takes an organisation apart to the end.
pub(crate) async fn purge(context: &Context, key: &str) -> Result<(), AppError> {
    let Ok(of) = key.parse::<OrganisationId>() else { return Ok(()) };
    loop {
        let began = Instant::now();
        if !advance(context, of).await? {
            return Ok(());
        }
        tokio::time::sleep(began.elapsed() * ROOM).await;
    }
}

/// One piece of it. `false`: nothing is left to do.
pub async fn advance(context: &Context, of: OrganisationId) -> Result<bool, AppError> {
    let read = context.database.read();
    let row = super::find(read, of).await?;
    if row.is_none_or(|row| row.stage() != Stage::Deleting) {
        return Ok(false);
    }
    let next = Entity::in_organisation(of).filter(Column::State.ne(DONE)).one(read).await.or_internal()?;
    let Some(next) = next else {
        certificate::finish(context, of).await?;
        return Ok(false);
    };
    match remove(context, of, &next).await {
        Ok(()) => Ok(true),
        Err(error) => {
            note_failure(context, of, next.step, error.to_string()).await?;
            Err(error)
        }
    }
}

async fn remove(context: &Context, of: OrganisationId, row: &Model) -> Result<(), AppError> {
    let (step, what) = (row.step.clone(), steps::by_word(&row.step).unwrap_or(What::Rows));
    if row.state != RUNNING {
        mark_started(context, of, step.clone()).await?;
    }
    // Network, so outside of any transaction; whoever is broken off here finds fewer files the next time.
    let files = match what {
        What::Objects => steps::remove_objects(context, of).await?,
        _ => 0,
    };
    let now = context.now();
    let removed = context.database.write(move |on| {
        Box::pin(async move {
            // Locked: of two nodes at the same step the second sees what the first has left.
            let row =
                Entity::find_by_id((of.0, step.clone())).lock_exclusive().one(on).await.or_internal()?;
            if row.is_none_or(|row| row.state == DONE) {
                return Ok(());
            }
            let rows = files + what.remove_on(on, &step, of).await?;
            let mut noted = Entity::update_many()
                .col_expr(Column::Rows, Expr::col(Column::Rows).add(i64::try_from(rows).or_internal()?))
                .filter(Column::OrganisationId.eq(of.0))
                .filter(Column::Step.eq(step));
            if rows == 0 {
                noted = noted
                    .col_expr(Column::State, Expr::value(DONE))
                    .col_expr(Column::Error, Expr::value(None::<String>))
                    .col_expr(Column::FinishedAt, Expr::value(Some(now)));
            }
            noted.exec(on).await.or_internal()?;
            Ok(())
        })
    });
    removed.await
}

async fn mark_started(context: &Context, of: OrganisationId, step: String) -> Result<(), AppError> {
    let now = context.now();
    let started = context.database.write(move |on| {
        Box::pin(async move {
            Entity::update_many()
                .col_expr(Column::State, Expr::value(RUNNING))
                .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
                .col_expr(Column::StartedAt, Expr::value(Some(now)))
                .filter(Column::OrganisationId.eq(of.0))
                .filter(Column::Step.eq(step))
                .filter(Column::State.is_in([WAITING, FAILED]))
                .exec(on)
                .await
                .or_internal()?;
            Ok(())
        })
    });
    started.await
}

async fn note_failure(
    context: &Context,
    of: OrganisationId,
    step: String,
    error: String,
) -> Result<(), AppError> {
    let failed = context.database.write(move |on| {
        Box::pin(async move {
            Entity::update_many()
                .col_expr(Column::State, Expr::value(FAILED))
                .col_expr(Column::Error, Expr::value(Some(error)))
                .filter(Column::OrganisationId.eq(of.0))
                .filter(Column::Step.eq(step))
                .filter(Column::State.ne(DONE))
                .exec(on)
                .await
                .or_internal()?;
            Ok(())
        })
    });
    failed.await
}

/// How far the deletion of an organisation is that is being taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub organisation: OrganisationId,
    pub name: String,
    /// Steps that are done, of all.
    pub done: usize,
    pub steps: usize,
    pub rows: i64,
    /// The step it stands at, with its tries and what went wrong at the last one.
    pub at: Option<String>,
    pub attempts: i16,
    pub error: Option<String>,
    pub since: Option<DateTime<Utc>>,
}

/// For the operator's page: every organisation that is being taken apart.
pub async fn load_steps(context: &Context, _staff: Staff) -> Result<Vec<Step>, AppError> {
    let read = context.database.read();
    let open = organisation::Entity::find()
        .filter(organisation::Column::Deletion.eq(Stage::Deleting.word()))
        .order_by_asc(organisation::Column::DeleteAt)
        .all(read)
        .await
        .or_internal()?;
    let ids: Vec<Uuid> = open.iter().map(|row| row.id).collect();
    let rows = Entity::find()
        .filter(Column::OrganisationId.is_in(ids))
        .order_by_asc(Column::Place)
        .all(read)
        .await
        .or_internal()?;
    let told = open.into_iter().map(|organisation| {
        let mine: Vec<&Model> = rows.iter().filter(|row| row.organisation_id == organisation.id).collect();
        let at = mine.iter().find(|row| row.state != DONE);
        Step {
            organisation: organisation.id(),
            done: mine.iter().filter(|row| row.state == DONE).count(),
            steps: mine.len(),
            rows: mine.iter().map(|row| row.rows).sum(),
            at: at.map(|row| row.step.clone()),
            attempts: at.map_or(0, |row| row.attempts),
            error: at.and_then(|row| row.error.clone()),
            since: organisation.delete_at,
            name: organisation.name,
        }
    });
    Ok(told.collect())
}
