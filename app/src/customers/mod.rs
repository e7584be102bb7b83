//! Customers: the list with its search, one customer with their calls, lists, and customers out of a file.

pub mod api;
mod customer;
mod fields;
pub mod import;
mod lists;
mod on_lists;
mod page;
mod taken;
pub mod upload;

pub use customer::CustomerRoute;
pub use import::{ImportRoute, UploadRoute};
pub use page::CustomersRoute;
