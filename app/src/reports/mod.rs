//! Reports: calls by the day, and the same as a file.

pub mod api;
mod page;

pub use page::ReportsRoute;
