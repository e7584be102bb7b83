//! The daily purge: logs whose time is over, and what has expired and nobody asks for any more. Some rows at a time, so
//! that nobody waits for it; done twice or broken off it does no harm.
//!
//! A clock that has jumped ahead would make everything old. So a run that finds it elsewhere than a day later deletes
//! nothing and says so; the next one, a day on, deletes if the clock has gone on from there as clocks do.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AppError,
    data::{Beat, LOGS, Verdict},
};
use entity::{
    browser, ceremony, challenge, data_export, digest, enrolment, fresh_codes, guess, job, link, purge_beat,
    session, support_session,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, Iterable, PrimaryKeyToColumn, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};

use crate::{Context, audit, failure::OrInternal, jobs::Kind};

/// Rows of one transaction.
const BATCH: u64 = 500;
/// How long a browser is known in which nobody signs in: as long as its cookie.
const BROWSERS: TimeDelta = TimeDelta::days(365);
/// What was short-lived stays this long after its end, for whoever asks why it did not work.
const EXPIRED: TimeDelta = TimeDelta::days(1);

/// A clock that is not believed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    /// Where it stood at the last run before.
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

/// Why the last purge deleted nothing, if it did not because of the clock.
pub async fn load_jump(context: &Context) -> Result<Option<Jump>, AppError> {
    let row = purge_beat::Entity::only().one(context.database.read()).await.or_internal()?;
    let doubted = row.filter(|row| row.in_doubt);
    Ok(doubted.and_then(|row| row.jumped_from.map(|from| Jump { from, to: row.at })))
}

/// One run. The worker does this once a day.
pub async fn purge(context: &Context) -> Result<(), AppError> {
    if !believes_the_clock(context).await? {
        return Ok(());
    }
    let now = context.now();
    let logs = now - LOGS;
    let trail = audit::purge(context).await?;
    let mails = Condition::any()
        .add(job::Column::Name.eq(Kind::Mail.word()))
        // What was given up and nobody looked at.
        .add(job::Column::Dead.eq(true));
    let deliveries = Condition::all().add(mails).add(job::Column::EndedAt.lte(logs));
    let deliveries = forget::<job::Entity>(context, deliveries).await?;
    let mut sign_ins = 0;
    for over in [session::Column::EndedAt.lte(logs), session::Column::ExpiresAt.lte(logs)] {
        // Where support was let in with it, it stands in the organisation's record.
        let stays = Query::select()
            .column(support_session::Column::SessionId)
            .from(support_session::Entity)
            .to_owned();
        let over = Condition::all().add(over).add(session::Column::Id.not_in_subquery(stays));
        sign_ins += forget::<session::Entity>(context, over).await?;
    }
    let mut rest = 0;
    rest += forget::<digest::Entity>(context, is(digest::Column::EndsAt.lte(logs))).await?;
    rest += forget::<data_export::Entity>(
        context,
        is(data_export::Column::EndedAt.lte(logs)).add(data_export::Column::Object.is_null()),
    )
    .await?;
    rest += forget::<browser::Entity>(context, is(browser::Column::SeenAt.lte(now - BROWSERS))).await?;
    let quiet = now - EXPIRED;
    let quiet_guesses = is(guess::Column::FailedAt.lte(quiet)).add(guess::Column::BlockedUntil.lte(quiet));
    rest += forget::<guess::Entity>(context, quiet_guesses).await?;
    rest += forget::<link::Entity>(context, is(link::Column::ExpiresAt.lte(quiet))).await?;
    rest += forget::<ceremony::Entity>(context, is(ceremony::Column::ExpiresAt.lte(quiet))).await?;
    rest += forget::<challenge::Entity>(context, is(challenge::Column::ExpiresAt.lte(quiet))).await?;
    rest += forget::<enrolment::Entity>(context, is(enrolment::Column::ExpiresAt.lte(quiet))).await?;
    rest += forget::<fresh_codes::Entity>(context, is(fresh_codes::Column::ExpiresAt.lte(quiet))).await?;
    tracing::info!(trail, deliveries, sign_ins, rest, "purged");
    Ok(())
}

fn is(condition: Expr) -> Condition {
    Condition::all().add(condition)
}

/// Looks at the clock and remembers where it stands.
async fn believes_the_clock(context: &Context) -> Result<bool, AppError> {
    let now = context.now();
    let judged = context.database.write(move |on| {
        Box::pin(async move {
            let last = purge_beat::Entity::only().lock_exclusive().one(on).await.or_internal()?;
            let verdict = Beat::judge(last.as_ref().map(purge_beat::Model::beat), now);
            let from = last.map(|last| last.at);
            if verdict != Verdict::Wait {
                use purge_beat::Column;
                let doubts = verdict == Verdict::Doubt;
                let row = purge_beat::ActiveModel {
                    id: Set(purge_beat::Entity::ONLY),
                    at: Set(now),
                    jumped_from: Set(from.filter(|_| doubts)),
                    in_doubt: Set(doubts),
                };
                let again = OnConflict::column(Column::Id)
                    .update_columns([Column::At, Column::JumpedFrom, Column::InDoubt])
                    .to_owned();
                let insert = purge_beat::Entity::insert(row).on_conflict(again);
                insert.exec_without_returning(on).await.or_internal()?;
            }
            Ok((verdict, from))
        })
    });
    match judged.await? {
        (Verdict::Go, _) => Ok(true),
        (Verdict::Wait, _) => Ok(false),
        (Verdict::Doubt, None) => {
            tracing::info!("the first purge only looks at the clock; the next one deletes");
            Ok(false)
        }
        (Verdict::Doubt, Some(from)) => {
            tracing::warn!(%from, to = %now, "the clock has jumped: nothing is purged before another run confirms it");
            Ok(false)
        }
    }
}

/// Deletes whatever `due` says, some rows at a time: how many.
async fn forget<E: EntityTrait>(context: &Context, due: Condition) -> Result<u64, AppError> {
    let mut gone = 0;
    loop {
        let due = due.clone();
        let deleted = context.database.write(move |on| {
            Box::pin(async move {
                let key = || E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
                let some =
                    Query::select().columns(key()).from(E::default()).cond_where(due).limit(BATCH).to_owned();
                let key = Expr::tuple(key().map(Expr::col));
                let deleted = E::delete_many().filter(key.in_subquery(some)).exec(on).await.or_internal()?;
                Ok(deleted.rows_affected)
            })
        });
        let deleted = deleted.await?;
        gone += deleted;
        if deleted < BATCH {
            return Ok(gone);
        }
    }
}
