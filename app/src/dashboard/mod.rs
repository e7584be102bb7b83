//! The day of the organisation: its calls by the hour of its clock, and how full it is now.

pub mod api;
mod chart;
mod page;

pub use page::DashboardRoute;
