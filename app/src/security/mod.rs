//! The organisation's security: who must have a second factor, how long a session may idle, and what an administrator
//! does for a member who lost their phone.

mod actions;
pub mod api;
mod factor;
mod page;
#[cfg(feature = "ssr")]
mod paths;
mod people;
mod policy;

pub use page::SecurityRoute;
