//! Data and privacy: what is kept and for how long, everything as a file, and the way to deletion.

pub mod api;
mod export;
mod page;
mod retention;

pub use export::ExportPanel;
pub use page::DataRoute;
