//! Where the forms of the room lead without JavaScript: the page says what was done by the word after `saved`.

pub const MEMBER_SIGNED_OUT: &str = "/settings/security?saved=security/sign-member-out";
pub const MEMBER_RESET: &str = "/settings/security?saved=security/reset-member";
pub const MEMBER_REMINDED: &str = "/settings/security?saved=security/remind-member";
pub const MEMBERS_REMINDED: &str = "/settings/security?saved=security/remind-all";
