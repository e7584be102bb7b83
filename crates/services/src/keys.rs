//! Access keys of the REST API: making, rolling and revoking them, and the one query that lets a program in.
//!
//! Administrators see every key of their organisation, everybody else their own personal ones; a key that somebody may
//! not see does not exist for them. Whatever changes keys locks the organisation's row first: they are counted, and a
//! key that is rolled twice at the same moment must not be left with three tokens that work.

mod authenticate;
mod change;
mod fresh;
mod list;

use domain::{
    Actor, AppError, Code, KeyId, Role,
    keys::{Kind, Lifetime},
};
use entity::{access_key, organisation};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter};
use serde_json::{Value, json};

pub use authenticate::authenticate;
pub use change::{Made, create_key, revoke_key, roll_key};
pub(crate) use change::{revoke_all_personal, revoke_personal};
pub use fresh::{FreshKey, SHOWN_FOR, dismiss_key, load_fresh, sweep};
pub use list::{KeyLine, Keys, load_keys};

use crate::{
    audit::{self, Entry},
    failure::OrInternal,
    zones,
};

/// Whether somebody of this role sees a key of the organisation.
fn may_see(actor: Actor, role: Role, row: &access_key::Model) -> bool {
    role >= Role::Admin || row.person() == Some(actor.person)
}

/// Whether they may have a new token for it: nobody gets one that acts for somebody else.
fn may_roll(actor: Actor, role: Role, row: &access_key::Model) -> bool {
    match row.person() {
        Some(person) => person == actor.person,
        None => role >= Role::Admin,
    }
}

/// A key that the actor sees, ended or not. Errors: `NotFound`.
async fn find(
    on: &impl ConnectionTrait,
    actor: Actor,
    role: Role,
    id: KeyId,
) -> Result<access_key::Model, AppError> {
    let row = access_key::Entity::in_organisation(actor.organisation)
        .filter(access_key::Column::Id.eq(id.0))
        .one(on)
        .await
        .or_internal()?;
    row.filter(|row| may_see(actor, role, row)).ok_or_else(|| Code::NotFound.into())
}

/// What the trail tells of a key; never its token.
fn told(organisation: &organisation::Model, row: &access_key::Model) -> Value {
    let expires = match row.expires_at {
        Some(at) => zones::told(&organisation.time_zone, at),
        None => Lifetime::Unlimited.word().to_owned(),
    };
    let kind = if row.person_id.is_some() { Kind::Personal } else { Kind::Organisation };
    let scopes: Vec<&str> = row.scopes().words().collect();
    json!({ "name": row.name, "kind": kind.word(), "scopes": scopes.join(", "), "expires": expires })
}

fn entry(actor: Actor, action: &'static str) -> Entry {
    Entry { organisation: Some(actor.organisation), ..audit::personal(actor.person, action) }
}
