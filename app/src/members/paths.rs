//! Where the forms of the room lead without JavaScript: the page says what was done by the word after `saved`.

use domain::general::Email;
use leptos_router::location::Url;

use crate::paths;

pub const INVITED: &str = "/settings/members?saved=members/invite";
pub const RESENT: &str = "/settings/members?saved=members/resend-invitation";
pub const REVOKED: &str = "/settings/members?saved=members/revoke-invitation";
pub const ROLE_CHANGED: &str = "/settings/members?saved=members/change-role";
pub const REMOVED: &str = "/settings/members?saved=members/remove-member";
pub const TRANSFERRED: &str = "/settings/members?saved=members/transfer-ownership";
/// After accepting, in the organisation.
pub const ACCEPTED: &str = "/settings/general?saved=members/accept-invitation";
/// After leaving, in another organisation.
pub const LEFT: &str = "/settings/general?saved=members/leave";
/// After leaving the only one.
pub const LEFT_ALL: &str = "/login?left=1";

/// After joining: the sign-in page with the address filled in.
pub fn joined(email: &str) -> String {
    // Percent signs only around what an address may hold: nothing that ends a header.
    let email = Email::parse(email).map(Email::into_string).unwrap_or_default();
    format!("{}?joined=1&email={}", paths::LOGIN, Url::escape(&email))
}
