//! One file per table: the row, its scoped finders, and its way into the domain.
//!
//! Rows of an organisation are found through `in_organisation(id)` only, so that a query
//! that forgets whose data it reads does not come to mind, nor to compile in a use-case.

pub mod audit;
pub mod browser;
pub mod guess;
pub mod hours;
pub mod link;
pub mod membership;
pub mod organisation;
pub mod person;
pub mod session;
