//! What surrounds every page: the document, the entrance's frame, the frame of the settings and the account.

mod above;
mod acts;
mod again;
pub mod api;
#[cfg(feature = "ssr")]
pub mod document;
mod entrance;
pub(crate) mod failure;
mod frame;
pub mod gate;
mod menus;
mod navigation;
mod overlay;
mod overlay_code;
mod owed;
#[cfg(feature = "ssr")]
mod said;
mod shown;
mod switches;
mod tabs;
mod title;

pub use above::Above;
pub use acts::{close_when_sent, follow, refusal, say_done, say_refusal};
pub use again::ask_again;
pub use api::refresh_viewer;
pub use entrance::EntranceFrame;
#[cfg(feature = "ssr")]
pub(crate) use failure::set_status;
pub use failure::{FailureNotice, FormFailure, NotFoundPage};
pub use frame::{AccountFrame, DeskFrame, SettingsFrame};
pub use menus::{OtherOrganisations, SignOutButton, SignOutForm, role_name};
pub use overlay::SignInOverlay;
pub use owed::{OwedDialog, OwedPage};
#[cfg(feature = "ssr")]
pub use said::said_after;
pub use shown::{failed, shown, shown_as, shown_with};
pub use tabs::tell_other_tabs;
pub use title::PageTitle;
