//! What somebody is told: how often by mail, and the list behind the bell.

pub mod api;
mod choices;
mod digests;
mod list;
mod page;

pub use list::NoticesRoute;
pub use page::NotificationsRoute;
