//! What surrounds every page: the document, the entrance's frame, the settings' frame.

pub mod api;
#[cfg(feature = "ssr")]
pub mod document;
mod entrance;
mod failure;
mod navigation;
mod settings;
mod switches;
mod title;

pub use api::refresh_viewer;
pub use entrance::EntranceFrame;
pub use failure::{FailureNotice, FormFailure, NotFoundPage};
pub use settings::SettingsFrame;
pub use title::PageTitle;
