//! Questions and answers, answered from the organisation's own data where they can be.

pub mod api;
mod page;

pub use page::HelpRoute;
