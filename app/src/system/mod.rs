//! How the server's own work stands: for staff, who look after it.

mod announce;
pub mod api;
mod page;
mod queues;

pub use page::SystemRoute;
