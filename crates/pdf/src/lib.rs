//! Invoices on paper: PDF/A-2a and PDF/UA-1 with subset fonts and a logo, made from texts that are ready to be read. The
//! same sheet gives the same bytes.
//!
//! Whatever the validators of the two standards find wrong is an error: no file that fails them leaves this crate.

mod canvas;
mod layout;
mod letters;

pub use layout::{Column, Facts, Party, Sheet};

/// The sheet could not become a file that holds to the standards.
#[derive(Debug)]
pub struct Failure(String);

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PDF: {}", self.0)
    }
}

impl std::error::Error for Failure {}

/// The file. `page_of` says which page of how many.
pub fn render(sheet: &Sheet, page_of: impl Fn(usize, usize) -> String) -> Result<Vec<u8>, Failure> {
    canvas::write(sheet, &layout::lay_out(sheet)?, page_of)
}
