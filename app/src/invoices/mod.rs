//! Invoices and credit: two panels of the billing page, one invoice, and what staff do about them.

pub mod api;
mod credit;
mod list;
mod page;

pub use credit::{CreditData, CreditPanel, credit_data};
pub use list::{InvoicesData, InvoicesPanel, invoices_data};
pub use page::InvoiceRoute;

use domain::{Language, invoices::Kind};

/// What kind of document, in a word.
pub fn kind_name(l: Language, kind: Kind) -> &'static str {
    match kind {
        Kind::Invoice => texts::invoices::invoice(l),
        Kind::CreditNote => texts::invoices::credit_note(l),
    }
}
