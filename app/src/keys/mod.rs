//! Access keys of the REST API: the list, making one, its token once, rolling and revoking.

mod actions;
pub mod api;
mod create;
mod ended;
mod fresh;
mod list;
mod page;

pub use page::{KeysRoute, Shown};
