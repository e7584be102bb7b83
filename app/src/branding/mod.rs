//! The logo: chosen, cropped, put on a plate, shown as invoices and mails will show it.

pub mod api;
#[cfg(feature = "hydrate")]
mod cropper;
mod logo;
mod page;
mod picks;
mod plate;
mod preview;

#[cfg(feature = "hydrate")]
pub use cropper::Cropper;
pub use page::BrandingRoute;
