//! Where the forms of the room lead without JavaScript.

/// The page that says when it will be deleted stands in the place of every page of the organisation.
pub const REQUESTED: &str = "/settings/data/delete";
/// Where everything is as it was.
pub const RESTORED: &str = "/settings/general?saved=deletion/restore-organisation";
/// After one's own account was deleted.
pub const ACCOUNT_DELETED: &str = "/login?deleted=1";
