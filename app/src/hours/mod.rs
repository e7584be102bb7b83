//! Business hours: the week, the dates that differ, and "are we open?".
//!
//! The inputs are the truth: what is saved is what the form posts. The signals beside them ([`draft`]) only say which
//! rows there are, and what follows from them (totals, "+1 day").

pub mod api;
mod dates;
mod day;
mod draft;
mod explainer;
mod holidays;
mod page;
mod specials;
mod today;
#[cfg(feature = "ssr")]
mod trail;
mod week;
#[cfg(feature = "ssr")]
mod wording;

pub use dates::{weekday, weekday_short};
pub use page::HoursRoute;
#[cfg(feature = "ssr")]
pub use trail::changes;
