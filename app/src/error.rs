//! The error of every server function: `domain::AppError` in the shape Leptos asks for.

use domain::{AppError, Code};
use leptos::server_fn::{
    Bytes, Decodes,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::json::Json;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Error(pub AppError);

impl From<AppError> for Error {
    fn from(error: AppError) -> Self {
        // A page calls its functions without a request of their own: what nobody expected gets the page's id here.
        #[cfg(feature = "ssr")]
        let error = crate::server_side::with_request_id(error);
        Self(error)
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        AppError::from(code).into()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}

impl FromServerFnError for Error {
    type Encoder = Json;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let code = match error {
            ServerFnErrorErr::Request(_) => Code::Offline,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Code::BadRequest,
            // A proxy's error page instead of our JSON, or a server that went away mid-answer.
            ServerFnErrorErr::Deserialization(_) | ServerFnErrorErr::Response(_) => Code::Offline,
            _ => Code::Internal,
        };
        Self(code.into())
    }

    /// Every error passes here on its way into the browser: the page's gate hears of it, whoever asked.
    fn de(data: Bytes) -> Self {
        let error: Self = Json::decode(data).unwrap_or_else(|error| {
            Self::from_server_fn_error(ServerFnErrorErr::Deserialization(error.to_string()))
        });
        #[cfg(feature = "hydrate")]
        crate::shell::gate::notice(error.0.code);
        error
    }
}
