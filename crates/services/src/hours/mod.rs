//! The use-cases of the room.

pub mod clock;
pub mod holidays;
pub mod schedule;
mod zone_change;

pub use clock::{explain, is_open_at, next_change, open_intervals_between, open_minutes, open_time};
pub use holidays::{Holiday, as_override, offered_overrides, turkish_holidays};
pub(crate) use schedule::load_audited;
pub use schedule::{Saved, add_holidays, explain_at, explain_now, load_hours, load_schedule, save_hours};
pub use zone_change::{Other, ZoneChange, explain_zone_change};
