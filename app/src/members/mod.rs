//! The organisation's people: who they are, inviting, roles, leaving; and the page behind an invitation.

mod actions;
pub mod api;
mod invitation;
mod invite;
mod leave;
mod page;
#[cfg(feature = "ssr")]
mod paths;
mod people;
mod waiting;

pub use invitation::InvitationRoute;
pub use leave::Leave;
pub use page::MembersRoute;
