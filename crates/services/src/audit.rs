//! The audit trail: one row per change, in the transaction of the change; reading it, taking it away, checking it.
//!
//! A row is written at the very end of its transaction ([`chain`]): it locks what every audited change of the
//! organisation locks, and whatever is locked by everybody must be locked last.

mod chain;
mod export;
mod purge;
mod revert;
mod trail;
mod verify;

use chrono::TimeDelta;
use domain::{AppError, OrganisationId, PersonId, audit::room_of};
use entity::audit;
use sea_orm::ConnectionTrait;
use serde_json::{Map, Value};
use uuid::Uuid;

pub(crate) use chain::{START, append, keeping};
pub use export::{Format, export};
pub(crate) use purge::purge;
pub use revert::{Settings, load_settings, revert};
pub(crate) use trail::least_id;
pub use trail::{Line, Page, last_changes, load_trail};
pub use verify::{Fault, Report, Wrong, verify};

use crate::{Context, origin};

/// How long a row is kept.
pub const RETENTION: TimeDelta = domain::data::LOGS;

/// Who changed what, before it is written.
#[derive(Clone, Debug)]
pub struct Entry {
    pub organisation: Option<OrganisationId>,
    /// Nobody when a mailed link or the machine's shell did it.
    pub person: Option<PersonId>,
    /// Room and use-case: `general.save`.
    pub action: &'static str,
    /// JSON objects; [`changes`] leaves only what differs.
    pub before: Value,
    pub after: Value,
}

/// A person did something to their own account.
pub(crate) fn personal(person: PersonId, action: &'static str) -> Entry {
    let (before, after) = (Value::Object(Map::new()), Value::Object(Map::new()));
    Entry { organisation: None, person: Some(person), action, before, after }
}

/// Notes `entry`, reduced to the fields that changed, for the end of the transaction that is open on `_on`: whoever has
/// one is inside of `Database::write`, where nothing is written if this fails.
pub async fn record(context: &Context, _on: &impl ConnectionTrait, entry: Entry) -> Result<(), AppError> {
    let Entry { organisation, person, action, before, after } = entry;
    let (organisation, person) = (organisation.map(|id| id.0), person.map(|id| id.0));
    let (before, after) = changes(before, after);
    let (at, origin) = (context.now(), origin::current());
    chain::keep(audit::Model {
        id: context.id(),
        organisation_id: organisation,
        person_id: person,
        on_behalf_of: origin.on_behalf_of.map(|id| id.0),
        room: room_of(action).to_owned(),
        action: action.to_owned(),
        before: before.to_string(),
        after: after.to_string(),
        at,
        address: origin.address,
        request_id: origin.request_id,
        retained_until: Some(at + RETENTION),
        // What concerns no organisation is chained by its person.
        chain: Some(organisation.or(person).unwrap_or(Uuid::max())),
        number: None,
        hash: None,
    })
}

/// The members of two objects that differ.
pub fn changes(before: Value, after: Value) -> (Value, Value) {
    let (Value::Object(mut before), Value::Object(mut after)) = (before, after) else {
        return (Value::Object(Map::new()), Value::Object(Map::new()));
    };
    let equal: Vec<String> = before
        .iter()
        .filter(|(key, value)| after.get(*key) == Some(value))
        .map(|(key, _)| key.clone())
        .collect();
    for key in equal {
        before.remove(&key);
        after.remove(&key);
    }
    (Value::Object(before), Value::Object(after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::path::Path;

    #[test]
    fn only_what_differs_is_kept() {
        let (before, after) = changes(json!({"name": "A", "phone": ""}), json!({"name": "B", "phone": ""}));
        assert_eq!((before, after), (json!({"name": "A"}), json!({"name": "B"})));
    }

    #[test]
    fn a_creation_keeps_everything() {
        let (before, after) = changes(json!({}), json!({"name": "B"}));
        assert_eq!((before, after), (json!({}), json!({"name": "B"})));
    }

    /// What is done to an account, not to an organisation.
    const PERSONAL: [&str; 11] = [
        "entrance.sign_up_again",
        "entrance.verify_address",
        "entrance.request_reset",
        "entrance.reset_password",
        "shell.choose_language",
        "shell.sign_out",
        "support.add_staff",
        "support.remove_staff",
        "support.try_mail",
        "support.announce",
        "notifications.save_choices",
    ];

    /// A setting of the configuration, which looks like an action.
    const SETTING: &str = "keys.ring";

    #[test]
    fn every_action_is_known_to_the_trail() {
        let mut unknown = Vec::new();
        for_each_source(Path::new("src"), &mut |source| {
            let rooms = domain::audit::rooms();
            let is_action = |text: &&str| {
                let (room, rest) = text.split_once('.').unwrap_or_default();
                let is_word =
                    !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
                is_word && (rooms.contains(&room) || room == "shell")
            };
            let actions = source
                .split('"')
                .filter(is_action)
                .filter(|text| *text != SETTING)
                .filter(|action| !domain::audit::ACTIONS.contains(action) && !PERSONAL.contains(action));
            unknown.extend(actions.map(str::to_owned));
        });
        assert!(unknown.is_empty(), "add to domain::audit::ACTIONS, with words: {unknown:?}");
    }

    fn for_each_source(folder: &Path, visit: &mut impl FnMut(&str)) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                for_each_source(&path, visit);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                visit(&std::fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
}
