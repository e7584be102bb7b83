//! Campaigns: the list, planning one, and one while it calls.

pub mod api;
mod one;
mod page;
mod plan;
mod progress;

pub use one::CampaignRoute;
pub use page::CampaignsRoute;
pub use plan::PlanRoute;

use api::Phase;
use domain::Language;

use crate::ui::Tone;

/// How a campaign is, in a word and its colour.
fn phase_name(l: Language, phase: Phase) -> (Tone, &'static str) {
    match phase {
        Phase::Scheduled => (Tone::Info, texts::campaigns::scheduled(l)),
        Phase::Calling => (Tone::Ok, texts::campaigns::calling(l)),
        Phase::Closed => (Tone::Info, texts::campaigns::closed(l)),
        Phase::Troubled => (Tone::Danger, texts::campaigns::troubled(l)),
        Phase::Paused => (Tone::Warn, texts::campaigns::paused(l)),
        Phase::Stopped => (Tone::Warn, texts::campaigns::stopped(l)),
        Phase::Finished => (Tone::Ok, texts::campaigns::finished(l)),
    }
}
