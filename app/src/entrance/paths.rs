//! Where the forms of the entrance lead. Nothing in these addresses is secret or tells about an account.

/// After sign-up.
pub const MAIL_SENT: &str = "/verify?sent=1";
/// After asking for the verification mail again.
pub const MAIL_SENT_AGAIN: &str = "/verify?resent=1";
/// After the mailed link proved the address.
pub const VERIFIED: &str = "/login?verified=1";
/// After asking for a reset link.
pub const RESET_SENT: &str = "/forgot?sent=1";
/// After choosing a new password.
pub const PASSWORD_RESET: &str = "/login?reset=1";
/// After the link to a new address was used.
pub const EMAIL_CONFIRMED: &str = "/login?address=1";
/// After "this wasn't me".
pub const WAS_NOT_ME: &str = "/forgot?closed=1";
