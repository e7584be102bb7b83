//! The end of an organisation, and of an account: asking for it, what is shown meanwhile, giving it back.

mod account;
pub mod api;
mod delete;
mod desk;
mod follow;
mod leaving;
mod paths;

pub use account::{AccountDeleteRoute, DeleteAccountPanel};
pub use delete::{DeletePanel, DeleteRoute};
pub use desk::{DeletionsPanel, DeskRestorePanel};
pub use follow::RestoreRoute;
pub use leaving::LeavingPage;
