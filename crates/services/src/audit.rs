//! The audit trail: one row per change, in the transaction of the change.

use domain::{AppError, OrganisationId, PersonId};
use entity::audit;
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use serde_json::{Map, Value};

use crate::{Context, failure::OrInternal};

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

/// Writes `entry`, reduced to the fields that changed.
pub async fn record(context: &Context, on: &impl ConnectionTrait, entry: Entry) -> Result<(), AppError> {
    let (before, after) = changes(entry.before, entry.after);
    audit::ActiveModel {
        id: Set(context.id()),
        organisation_id: Set(entry.organisation.map(|id| id.0)),
        person_id: Set(entry.person.map(|id| id.0)),
        action: Set(entry.action.to_owned()),
        before: Set(before.to_string()),
        after: Set(after.to_string()),
        at: Set(context.now()),
    }
    .insert(on)
    .await
    .or_internal()?;
    Ok(())
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
}
