//! The guess budget: ten consecutive failures are free, then waits that grow from 30 seconds
//! to 15 minutes. Never a permanent lock, shared by all nodes, kept across restarts.
//!
//! A subject is `account:<email_key>`, or `browser:<id>` for a browser its owner has signed in from
//! before: somebody who guesses from elsewhere does not lock the owner out.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AppError, PersonId};
use entity::{browser, guess};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
    sea_query::{Expr, OnConflict},
};

use crate::{
    Context,
    failure::{OrInternal, internal},
    token::PlainToken,
};

/// Failures that cost nothing.
pub const FREE_FAILURES: i64 = 10;
const FIRST_WAIT: i64 = 30;
const LONGEST_WAIT: i64 = 15 * 60;
/// What a count that nobody can have made stands for: the longest wait.
const BROKEN: i64 = FREE_FAILURES + 5;
/// After a quiet day a subject starts afresh.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(24);

/// Seconds to wait after the given number of consecutive failures.
pub fn wait_after(failures: i64) -> i64 {
    match failures {
        ..0 => LONGEST_WAIT,
        0..FREE_FAILURES => 0,
        many => (FIRST_WAIT << (many - FREE_FAILURES).min(10)).min(LONGEST_WAIT),
    }
}

/// A guess that was spent.
#[derive(Clone, Debug)]
pub struct Spent {
    pub(crate) subject: String,
    at: DateTime<Utc>,
}

/// Spends one guess of `subject` before the secret is looked at, so that parallel guesses cannot
/// slip past the limit; [`succeed`] gives all of them back. Refuses with the seconds to wait.
pub async fn spend(context: &Context, subject: &str) -> Result<Spent, AppError> {
    let (now, subject) = (context.now(), subject.to_owned());
    context.database.write(move |on| Box::pin(spend_on(on, now, subject))).await
}

/// [`spend`] for a comparison, which says what it found. If it fails before it has found anything, nothing was guessed,
/// and the guess is given back.
pub async fn spend_for<T>(
    context: &Context,
    subject: &str,
    compare: impl Future<Output = Result<T, AppError>>,
) -> Result<(T, Spent), AppError> {
    let spent = spend(context, subject).await?;
    match compare.await {
        Ok(found) => Ok((found, spent)),
        Err(error) => {
            give_back(context, spent).await?;
            Err(error)
        }
    }
}

/// [`spend`] inside the caller's transaction, for secrets that are compared there too: if that fails, the guess is not
/// spent. The person's row must be locked before, or two orders of locks would be a deadlock.
pub(crate) async fn spend_on(
    on: &DatabaseTransaction,
    now: DateTime<Utc>,
    subject: String,
) -> Result<Spent, AppError> {
    let fresh = guess::ActiveModel {
        subject: Set(subject.clone()),
        failures: Set(0),
        blocked_until: Set(now),
        failed_at: Set(now),
    };
    let keep = OnConflict::column(guess::Column::Subject).do_nothing().to_owned();
    guess::Entity::insert(fresh).on_conflict(keep).exec_without_returning(on).await.or_internal()?;
    let row = guess::Entity::find_by_id(&subject).lock_exclusive().one(on).await.or_internal()?;
    let row = row.ok_or_else(|| internal("the guess row just written is gone"))?;
    // A clock that was set back, or that of another node, must not make the wait longer than it was meant to be.
    let since = now.max(row.failed_at);
    if row.blocked_until > since {
        return Err(blocked(since, row.blocked_until));
    }
    let failures = match row.failures {
        _ if row.failed_at < now - FORGOTTEN_AFTER => 1,
        ..0 => BROKEN,
        counted => counted.saturating_add(1),
    };
    let mut row = row.into_active_model();
    row.failures = Set(failures);
    row.failed_at = Set(now);
    row.blocked_until = Set(now + TimeDelta::seconds(wait_after(failures)));
    row.update(on).await.or_internal()?;
    Ok(Spent { subject, at: now })
}

/// Whose budget a guess about `person` is taken from: a browser they have signed in from before has its own, so
/// that a stranger who guesses elsewhere does not lock them out.
pub(crate) async fn subject(
    context: &Context,
    email_key: &str,
    person: Option<PersonId>,
    browser: Option<&PlainToken>,
) -> Result<(String, Option<browser::Model>), AppError> {
    let known = match (person, browser) {
        (Some(person), Some(token)) => browser::Entity::of_person(person, &token.hash().0)
            .one(context.database.read())
            .await
            .or_internal()?,
        _ => None,
    };
    let subject = match &known {
        Some(browser) => format!("browser:{}", browser.id),
        None => account(email_key),
    };
    Ok((subject, known))
}

/// The budget of an account for every browser that is not known to be its owner's.
pub(crate) fn account(email_key: &str) -> String {
    format!("account:{email_key}")
}

/// Gives back one guess: the secret was right, but it is not all that there is to guess. The wait that this guess began
/// ends; one that a later guess began does not.
pub(crate) async fn refund(on: &impl ConnectionTrait, spent: &Spent) -> Result<(), AppError> {
    use sea_orm::sea_query::ExprTrait;
    guess::Entity::update_many()
        .col_expr(guess::Column::Failures, Expr::col(guess::Column::Failures).sub(1))
        .filter(guess::Column::Subject.eq(&spent.subject))
        .filter(guess::Column::Failures.gt(0))
        .exec(on)
        .await
        .or_internal()?;
    guess::Entity::update_many()
        .col_expr(guess::Column::BlockedUntil, Expr::value(spent.at))
        .filter(guess::Column::Subject.eq(&spent.subject))
        .filter(guess::Column::FailedAt.eq(spent.at))
        .exec(on)
        .await
        .or_internal()?;
    Ok(())
}

/// [`refund`] in a transaction of its own.
pub async fn give_back(context: &Context, spent: Spent) -> Result<(), AppError> {
    context.database.write(move |on| Box::pin(async move { refund(on, &spent).await })).await
}

/// Forgets the failures of `subject`: the right secret was given.
pub async fn succeed(on: &impl ConnectionTrait, subject: &str) -> Result<(), AppError> {
    guess::Entity::delete_by_id(subject).exec(on).await.or_internal()?;
    Ok(())
}

fn blocked(now: DateTime<Utc>, until: DateTime<Utc>) -> AppError {
    // Rounded up: a try after that many seconds is a real one.
    let seconds = (until - now).num_milliseconds().saturating_add(999).div_euclid(1000);
    AppError::too_many_tries(u32::try_from(seconds).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_are_free_and_then_waits_grow_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = [1, 9, 10, 11, 12, 15, 500, i64::MAX].map(wait_after).to_vec();
        assert_eq!(waits, [0, 0, 30, 60, 120, 900, 900, 900]);
    }

    #[test]
    fn a_count_that_cannot_be_waits_longest() {
        assert_eq!([-1, i64::MIN, BROKEN].map(wait_after), [LONGEST_WAIT; 3]);
    }
}
