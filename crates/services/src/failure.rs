//! Unexpected failures: logged once with their cause, counted, answered as `internal`.
//!
//! The log line stands inside the request's span, which carries the request id that the
//! person sees; the server adds that id to the answer.

use domain::{AppError, Code};

use crate::counts;

/// Logs the cause and hides it from the caller.
#[track_caller]
pub fn internal(error: impl std::fmt::Display) -> AppError {
    let place = std::panic::Location::caller();
    tracing::error!(%error, %place, "unexpected failure");
    counts::failure();
    Code::Internal.into()
}

/// `internal`, as a method for `?`.
pub trait OrInternal<T> {
    fn or_internal(self) -> Result<T, AppError>;
}

impl<T, E: std::fmt::Display> OrInternal<T> for Result<T, E> {
    #[track_caller]
    fn or_internal(self) -> Result<T, AppError> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(internal(error)),
        }
    }
}
