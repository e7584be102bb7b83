//! The platform that places calls: a panel on the page of the access keys, for administrators.

pub mod api;
mod panel;
mod tested;
mod trial;

pub use panel::UpstreamPanel;
pub use tested::sentence;
