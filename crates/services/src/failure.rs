//! Unexpected failures: logged once with their cause, counted, answered as `internal`; what a database that is away left
//! undone, as `unavailable`.
//!
//! The log line stands inside the request's span, which carries the request id that the
//! person sees; the server adds that id to the answer.

use std::{any::Any, fmt::Display, panic::Location};

use domain::{AppError, Code};
use sea_orm::{DbErr, RuntimeErr};

use crate::counts;

/// Seconds after which another try makes sense while the database is away.
const RETRY_AFTER: u32 = 5;

/// Logs the cause and hides it from the caller.
#[track_caller]
pub fn internal(error: impl Display) -> AppError {
    unexpected(&error, Location::caller())
}

// Not generic, as `told` below: hundreds of types of errors share one compiled log line.
fn unexpected(error: &dyn Display, place: &Location<'_>) -> AppError {
    tracing::error!(%error, %place, "unexpected failure");
    counts::failure();
    Code::Internal.into()
}

/// The database does not answer; that is logged where it is noticed.
pub fn unavailable() -> AppError {
    AppError { retry_after: Some(RETRY_AFTER), ..Code::Unavailable.into() }
}

/// `internal`, as a method for `?`; `unavailable` where the database could not be reached.
pub trait OrInternal<T> {
    fn or_internal(self) -> Result<T, AppError>;
}

impl<T, E: Display + 'static> OrInternal<T> for Result<T, E> {
    #[track_caller]
    fn or_internal(self) -> Result<T, AppError> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(told(&error, is_away(&error), Location::caller())),
        }
    }
}

fn told(error: &dyn Display, is_away: bool, place: &Location<'_>) -> AppError {
    if is_away {
        tracing::error!(%error, %place, "the database could not be reached");
        unavailable()
    } else {
        unexpected(error, place)
    }
}

/// Whether the connection failed, not what was asked over it.
fn is_away(error: &dyn Any) -> bool {
    match error.downcast_ref::<DbErr>() {
        Some(DbErr::ConnectionAcquire(_)) => true,
        Some(
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)),
        ) => match &**error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
            // PostgreSQL: class 08, connection exception; class 57P, it is being stopped or started; 53300, no
            // connection is left.
            sqlx::Error::Database(error) => error.code().is_some_and(|code| {
                code.len() == 5 && (code.starts_with("08") || code.starts_with("57P") || code == "53300")
            }),
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer<E: Display + 'static>(error: E) -> (Code, Option<u32>) {
        let error = Err::<(), _>(error).or_internal().unwrap_err();
        (error.code, error.retry_after)
    }

    #[test]
    fn a_database_that_can_not_be_reached_is_no_mystery() {
        let gone = || sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into());
        let (internal, away) = ((Code::Internal, None), (Code::Unavailable, Some(RETRY_AFTER)));
        assert_eq!(answer(DbErr::Query(RuntimeErr::SqlxError(gone().into()))), away);
        assert_eq!(answer(DbErr::Conn(RuntimeErr::SqlxError(sqlx::Error::PoolTimedOut.into()))), away);
        assert_eq!(answer(DbErr::Query(RuntimeErr::SqlxError(sqlx::Error::RowNotFound.into()))), internal);
        assert_eq!(answer(DbErr::Custom("no row".into())), internal);
        assert_eq!(answer("anything else"), internal);
    }
}
