//! The company's profile: photo, name, contact, language, time zone, support access.
//!
//! Two administrators never overwrite each other silently: the one who saves second sees both values.

pub mod api;
mod conflict;
#[cfg(feature = "hydrate")]
mod cropper;
mod page;
mod panels;
mod photo;
mod said;
mod zone;

#[cfg(feature = "hydrate")]
pub use cropper::Cropper;
pub use page::GeneralRoute;
pub use said::said_after;
