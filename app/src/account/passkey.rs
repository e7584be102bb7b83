//! Talking to the browser about passkeys (W3C WebAuthn level 3). The options and the answers are JSON on both
//! sides: `parseCreationOptionsFromJSON`, `parseRequestOptionsFromJSON` and `toJSON` of the browser translate.
//!
//! The server's build has the same functions, so that views need no two versions; there they know no passkeys.

#[cfg(feature = "hydrate")]
#[path = "passkey_browser.rs"]
mod platform;

#[cfg(not(feature = "hydrate"))]
#[path = "passkey_server.rs"]
mod platform;

pub use platform::Abort;

/// Why the browser gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyFailure {
    /// The browser knows no passkeys.
    Unsupported,
    /// The person closed the window, or took too long (the browser does not tell which).
    Cancelled,
    /// This device has a passkey for the account already.
    AlreadyThere,
    /// Anything else.
    Other,
}

/// Whether this browser can make passkeys and sign in with them. Ask after hydration only.
pub fn is_supported() -> bool {
    platform::is_supported()
}

/// Whether passkeys can be offered in the list of an input with `autocomplete="username webauthn"`.
pub async fn has_conditional() -> bool {
    platform::is_supported() && platform::has_conditional().await
}

/// Has a passkey made; the answer is the credential as JSON.
pub async fn create(options: &str) -> Result<String, PasskeyFailure> {
    platform::create(options).await
}

/// Has a passkey used, in a window of the browser's own.
pub async fn get(options: &str) -> Result<String, PasskeyFailure> {
    platform::get(options, None).await
}

/// Offers passkeys in the list of an input, and answers when one is chosen there: perhaps never. Only one such
/// question can be open: `abort.abort()` ends it with `Cancelled`, and so does leaving the view that made `abort`.
pub async fn get_conditional(options: &str, abort: Abort) -> Result<String, PasskeyFailure> {
    platform::get(options, Some(abort)).await
}

/// "Firefox · Linux", as a first name for a passkey of this device; empty if the browser does not say.
pub fn device_name() -> String {
    platform::device_name()
}
