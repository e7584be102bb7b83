//! The knowledge base: categories and the files in them. Uploading works with a plain form; in the browser each file is
//! sent on its own, with its progress.

pub mod api;
mod categories;
mod category;
mod deleted;
mod drag;
mod files;
mod forms;
mod page;
mod queue;
#[cfg(feature = "hydrate")]
mod send;
pub mod size;
mod upload;
mod uploading;

pub use page::KnowledgeRoute;
