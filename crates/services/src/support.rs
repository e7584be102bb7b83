//! Support access: staff enter an organisation that lets them in, and everybody there is told.
//!
//! A stay is a row of its own (`support_session`) in the staff's own session, which it never replaces: when it ends, for
//! whatever reason, the staff are where they were. What they may do inside is `domain::support::SCOPES`.

mod break_glass;
mod desk;
mod ending;
mod hiding;
mod letters;
mod record;
pub mod staff;

use chrono::NaiveDate;
use domain::{AppError, OrganisationId, support::Mode};
use entity::organisation;
use sea_orm::{ConnectionTrait, QuerySelect, sea_query::LockType};

pub use break_glass::break_glass;
pub use desk::{Desk, Found, LastStay, enter, find, leave, load_desk};
pub use domain::support::Ending;
pub(crate) use ending::{end, end_in};
pub use ending::{show_out, sweep};
pub use hiding::hide_me;
pub(crate) use hiding::is_hidden;
pub use record::{Record, Stay, load_live, load_record};

use crate::{Context, failure::OrInternal, zones};

/// The organisation's row, locked as whoever changes it locks it.
pub(crate) async fn lock_organisation(
    on: &impl ConnectionTrait,
    id: OrganisationId,
) -> Result<Option<organisation::Model>, AppError> {
    organisation::Entity::by_id(id).lock(LockType::NoKeyUpdate).one(on).await.or_internal()
}

/// The date on an organisation's calendar.
pub(crate) fn today(context: &Context, organisation: &organisation::Model) -> NaiveDate {
    let now = context.now();
    zones::parse(&organisation.time_zone)
        .map_or_else(|_| now.date_naive(), |zone| now.with_timezone(&zone).date_naive())
}

/// How far support may go at this moment; `None`: it may not be inside.
fn reach(context: &Context, organisation: &organisation::Model) -> Option<Mode> {
    organisation.consent().reach(context.now(), today(context, organisation))
}
