//! The plan, and who invoices are made out to: taxpayer, tax office, address, and how it prints.

pub mod api;
mod conflict;
mod number;
mod page;
mod panels;
mod places;
mod plan;
mod preview;
mod slots;
mod weather;

pub use page::BillingRoute;
