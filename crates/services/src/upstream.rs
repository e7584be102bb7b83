//! The upstream: the platform that places an organisation's calls. Connecting to it, trying the connection out, changing
//! its key in two steps, and asking it for a call.
//!
//! A key is tried out before it is used; the one before stays for a while, and is taken back by itself if the platform
//! refuses the new one ([why](../../../docs/decisions/0027-a-new-upstream-key-has-a-way-back.md)).

mod change;
mod connection;
mod fallback;
mod guard;
mod platform;

use domain::{
    AppError, OrganisationId,
    upstream::{Failure, UpstreamKey},
};
use entity::upstream::{Entity, Model};

pub use change::{discard_trial, finish_swap, remove, sweep, try_out, use_trial};
pub use connection::{Connection, Tested, Trial, Upstream, load_upstream, test};
pub use guard::{Listed, Resolver, is_public};
pub use platform::{Order, Patience, Platform};

use crate::{Context, failure::OrInternal, sealing::Place};
use fallback::{Old, fallback, roll_back};
use guard::Base;
use platform::Trouble;

/// Why nobody was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPlaced {
    /// Certainly nobody was.
    Refused(Failure),
    /// The platform may have taken it: the time ran out, or the answer was broken, after it was asked.
    Unclear(Failure),
}

impl From<Trouble> for NotPlaced {
    fn from(trouble: Trouble) -> Self {
        match trouble.may_have_arrived {
            true => Self::Unclear(trouble.failure),
            false => Self::Refused(trouble.failure),
        }
    }
}

pub async fn is_connected(context: &Context, of: OrganisationId) -> Result<bool, AppError> {
    Ok(find(context, of).await?.is_some())
}

/// Asks the platform to place a call. It reports what becomes of it to our REST API. Asking again for the same call is
/// harmless.
pub async fn place_call(context: &Context, of: OrganisationId, order: &Order) -> Result<(), NotPlaced> {
    let placed = place(context, of, order).await;
    if let Err(trouble) = placed {
        let failure = trouble.failure.as_str();
        tracing::warn!(organisation = %of, call = %order.call, failure, "the platform placed no call");
    }
    Ok(placed?)
}

async fn place(context: &Context, of: OrganisationId, order: &Order) -> Result<(), Trouble> {
    let row = find(context, of).await.map_err(|_| Failure::Internal)?.ok_or(Failure::NotConnected)?;
    let base = Base::stored(&row.base, &context.platform.listed)?;
    let placed = context.platform.place(&base, &key_of(context, &row)?, order).await;
    if !is_refused_key(&placed) {
        return placed;
    }
    let Some(Old { base, key }) = fallback(context, &row)? else { return placed };
    match context.platform.place(&base, &key, order).await {
        Ok(()) => {
            // The call is on its way, whether or not that could be written down; the next one tries again.
            _ = roll_back(context, row).await;
            Ok(())
        }
        again if is_refused_key(&again) => placed,
        again => again,
    }
}

fn is_refused_key<T>(answer: &Result<T, Trouble>) -> bool {
    matches!(answer, Err(Trouble { failure: Failure::KeyRefused, .. }))
}

async fn find(context: &Context, of: OrganisationId) -> Result<Option<Model>, AppError> {
    Entity::in_organisation(of).one(context.database.read()).await.or_internal()
}

/// The key that is used now.
fn key_of(context: &Context, row: &Model) -> Result<UpstreamKey, Failure> {
    opened(context, &Place::UpstreamKey(row.organisation()), &row.key)
}

fn opened(context: &Context, place: &Place, sealed: &str) -> Result<UpstreamKey, Failure> {
    let text = context.keys.unseal(place, sealed).map_err(|_| Failure::Internal)?;
    Ok(UpstreamKey(String::from_utf8(text).map_err(|_| Failure::Internal)?))
}
