//! Invoices and credit: what plans cost is charged by the day, invoiced when a month or a plan ends, and taken from the
//! credit. What was issued never changes; a credit note takes it back as a whole.
//!
//! Locks: the organisation, its account, the row of the series; the audit trail last of all.

mod account;
mod charge;
mod credit;
mod credit_note;
mod issue;
mod letters;
mod logo;
mod paper;
mod read;
mod sweep;

pub(crate) use charge::change_on;
pub use credit::{Credit, add_credit, list_entries, load_credit, save_threshold};
pub use credit_note::issue_credit_note;
pub(crate) use issue::issue_now;
pub use letters::mail_again;
pub use logo::read_logo;
pub(crate) use paper::draw_masked;
pub use paper::{Party, Sheet, print, show};
pub use read::{Invoice, Listed, Waiting, list, load};
pub use sweep::sweep;
