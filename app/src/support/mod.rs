//! Support access: the desk of the vendor's staff, the banner of everybody inside, and the organisation's own record.

mod agree;
pub mod api;
mod banner;
mod books;
mod desk;
mod enter;
mod hiding;
mod notices;
#[cfg(feature = "ssr")]
mod paths;
mod record;
mod stays;

pub use banner::{SupportBanner, mode_name};
pub use desk::DeskRoute;
pub use hiding::HidingPanel;
pub use notices::{DeskClosedPage, OutsidePage};
pub use record::RecordRoute;
