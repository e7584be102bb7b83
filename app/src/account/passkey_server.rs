//! The server's side of [`super`]: no browser, no passkeys.

use super::PasskeyFailure;

/// Ends an open question; here there is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Abort;

impl Abort {
    pub fn new() -> Self {
        Self
    }

    pub fn abort(self) {}
}

pub fn is_supported() -> bool {
    false
}

pub async fn has_conditional() -> bool {
    false
}

pub async fn create(_options: &str) -> Result<String, PasskeyFailure> {
    Err(PasskeyFailure::Unsupported)
}

pub async fn get(_options: &str, _abort: Option<Abort>) -> Result<String, PasskeyFailure> {
    Err(PasskeyFailure::Unsupported)
}

pub fn device_name() -> String {
    String::new()
}
