//! Where the forms of the room lead: the page says what was done by the word after `saved`.

pub const ENTERED: &str = "/settings/general?saved=support/enter";
pub const LEFT: &str = "/support?saved=support/leave";
pub const ENDED: &str = "/settings/support?saved=support/end-session";
pub const HIDDEN: &str = "/account/security?saved=support/hide-me";
