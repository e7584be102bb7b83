//! Customers out of a file, in four steps: the file, its columns, a trial, the import.

pub mod api;
mod check;
mod columns;
mod done;
mod page;
mod start;
mod steps;

pub use page::ImportRoute;
pub use start::UploadRoute;
