//! Choosing, cropping and sending a picture: what the company's photo and its logo share.
//!
//! A file input and two forms are what works without JavaScript; in the browser the cropper takes their place. The
//! server cuts, from the file itself.

pub mod choose;
// In the tests of the server's build too: they run natively.
#[cfg(any(feature = "hydrate", test))]
pub mod crop;
#[cfg(feature = "hydrate")]
pub mod cropper;
#[cfg(feature = "hydrate")]
pub mod open;
mod purpose;
#[cfg(feature = "hydrate")]
pub mod send;
#[cfg(feature = "hydrate")]
pub mod stage;
pub mod upload;

pub use purpose::{Purpose, Subject, Words};
