//! The company's profile: photo, name, contact, language, time zone, support access.
//!
//! Two administrators never overwrite each other silently: the one who saves second sees both values.

pub mod api;
mod conflict;
// In the tests of the server's build too: they run natively.
#[cfg(any(feature = "hydrate", test))]
mod crop;
#[cfg(feature = "hydrate")]
mod cropper;
mod page;
mod panels;
mod photo;
#[cfg(feature = "hydrate")]
mod picture;
#[cfg(feature = "hydrate")]
mod send;
#[cfg(feature = "hydrate")]
mod stage;
mod upload;

pub use page::GeneralRoute;
