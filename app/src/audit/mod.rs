//! The audit trail: who changed what, from what to what. And, for the heads of other rooms, who changed them last.

pub mod api;
mod entries;
mod filter;
mod last;
mod page;
mod revert;
#[cfg(feature = "ssr")]
pub(crate) mod wording;

pub use last::{Last, LastChanged, last_change};
pub use page::AuditRoute;
