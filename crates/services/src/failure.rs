//! Unexpected failures: logged once with their cause, counted, answered as `internal`; what a database that is away left
//! undone, as `unavailable`.
//!
//! The log line stands inside the request's span, which carries the request id that the
//! person sees; the server adds that id to the answer.

use std::any::Any;

use domain::{AppError, Code};
use sea_orm::{DbErr, RuntimeErr};

use crate::counts;

/// Seconds after which another try makes sense while the database is away.
const RETRY_AFTER: u32 = 5;

/// Logs the cause and hides it from the caller.
#[track_caller]
pub fn internal(error: impl std::fmt::Display) -> AppError {
    let place = std::panic::Location::caller();
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

impl<T, E: std::fmt::Display + 'static> OrInternal<T> for Result<T, E> {
    #[track_caller]
    fn or_internal(self) -> Result<T, AppError> {
        match self {
            Ok(value) => Ok(value),
            Err(error) if is_away(&error) => {
                let place = std::panic::Location::caller();
                tracing::error!(%error, %place, "the database could not be reached");
                Err(unavailable())
            }
            Err(error) => Err(internal(error)),
        }
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

    fn told<E: std::fmt::Display + 'static>(error: E) -> (Code, Option<u32>) {
        let error = Err::<(), _>(error).or_internal().unwrap_err();
        (error.code, error.retry_after)
    }

    #[test]
    fn a_database_that_can_not_be_reached_is_no_mystery() {
        let gone = || sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into());
        let (internal, away) = ((Code::Internal, None), (Code::Unavailable, Some(RETRY_AFTER)));
        assert_eq!(told(DbErr::Query(RuntimeErr::SqlxError(gone().into()))), away);
        assert_eq!(told(DbErr::Conn(RuntimeErr::SqlxError(sqlx::Error::PoolTimedOut.into()))), away);
        assert_eq!(told(DbErr::Query(RuntimeErr::SqlxError(sqlx::Error::RowNotFound.into()))), internal);
        assert_eq!(told(DbErr::Custom("no row".into())), internal);
        assert_eq!(told("anything else"), internal);
    }
}
