//! Where the forms of the account lead without JavaScript: the page says what was done by the word after `saved`.

pub use super::wizard::with_next;

pub const PASSWORD_CHANGED: &str = "/account/security?saved=account/change-password";
pub const EMAIL_SENT: &str = "/account/security?saved=account/change-email";
pub const APP_CONFIRMED: &str = "/account/security?saved=account/confirm-app";
pub const APP_DISABLED: &str = "/account/security?saved=account/disable-app";
pub const CODES_SAVED: &str = "/account/security?saved=account/save-codes";
pub const PASSKEY_ADDED: &str = "/account/security?saved=account/add-passkey";
pub const PASSKEY_RENAMED: &str = "/account/security?saved=account/rename-passkey";
pub const PASSKEY_REMOVED: &str = "/account/security?saved=account/remove-passkey";
pub const SESSION_ENDED: &str = "/account/sessions?saved=account/end-session";
pub const SESSIONS_ENDED: &str = "/account/sessions?saved=account/end-other-sessions";
