//! What a reader is told of people: their name and address. Support that is inside an organisation learns nothing of
//! the members who hide from it, and this is the one place that knows of them.

use std::collections::{BTreeSet, HashMap};

use domain::{Actor, AppError};
use entity::{membership, person};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use crate::failure::OrInternal;

/// A name and an address.
pub type Named = (String, String);

/// Lies over the members whom the reader must not learn of: over nobody, unless the reader is support.
#[derive(Clone, Debug)]
pub(crate) struct Veil {
    hidden: HashMap<Uuid, Named>,
    /// What stands in the place of a name.
    word: &'static str,
}

impl Veil {
    pub async fn of(on: &impl ConnectionTrait, reader: Actor) -> Result<Self, AppError> {
        let word = texts::support::hidden_member(reader.language);
        if reader.support.is_none() {
            return Ok(Self { hidden: HashMap::new(), word });
        }
        let rows = membership::Entity::in_organisation(reader.organisation)
            .filter(membership::Column::HiddenFromSupport.eq(true))
            .find_also_related(person::Entity)
            .all(on)
            .await
            .or_internal()?;
        let people = rows.into_iter().filter_map(|(_, person)| person);
        Ok(Self { hidden: people.map(|person| (person.id, (person.name, person.email))).collect(), word })
    }

    pub fn hides(&self, person: Uuid) -> bool {
        self.hidden.contains_key(&person)
    }

    /// Of somebody who hides, the word and no address.
    pub fn named(&self, person: person::Model) -> Named {
        if self.hides(person.id) {
            (self.word.to_owned(), String::new())
        } else {
            (person.name, person.email)
        }
    }

    /// JSON that tells of people, without the names and addresses of those who hide.
    pub fn conceal(&self, json: String) -> String {
        if self.hidden.is_empty() {
            return json;
        }
        let Ok(mut told) = serde_json::from_str::<Value>(&json) else { return "{}".to_owned() };
        self.conceal_in(&mut told);
        told.to_string()
    }

    fn conceal_in(&self, told: &mut Value) {
        match told {
            Value::String(text) => {
                for secret in self.hidden.values().flat_map(|(name, email)| [email, name]) {
                    if !secret.is_empty() && text.contains(secret.as_str()) {
                        *text = text.replace(secret.as_str(), self.word);
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.conceal_in(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.conceal_in(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// People by their ids, as one reader is told of them.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    people: HashMap<Uuid, Named>,
    pub veil: Veil,
}

impl Names {
    pub async fn load(
        on: &impl ConnectionTrait,
        reader: Actor,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<Self, AppError> {
        let veil = Veil::of(on, reader).await?;
        let ids: BTreeSet<Uuid> = ids.into_iter().collect();
        let rows =
            person::Entity::find().filter(person::Column::Id.is_in(ids)).all(on).await.or_internal()?;
        let people = rows.into_iter().map(|person| (person.id, veil.named(person))).collect();
        Ok(Self { people, veil })
    }

    /// `None` for nobody, and for somebody who no longer exists.
    pub fn of(&self, id: Option<Uuid>) -> Option<Named> {
        self.people.get(&id?).cloned()
    }

    pub fn name(&self, id: Option<Uuid>) -> Option<String> {
        self.of(id).map(|(name, _)| name)
    }
}

/// The name of one person. `None` for nobody, and for somebody who no longer exists.
pub(crate) async fn name_of(
    on: &impl ConnectionTrait,
    reader: Actor,
    id: Option<Uuid>,
) -> Result<Option<String>, AppError> {
    match id {
        Some(_) => Ok(Names::load(on, reader, id).await?.name(id)),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_hides_is_in_no_word_of_the_trail() {
        let zeynep = ("Zeynep Ak".to_owned(), "zeynep@ak.example".to_owned());
        let veil = Veil { hidden: [(Uuid::max(), zeynep)].into(), word: "Gizli üye" };
        let told =
            r#"{"email":"zeynep@ak.example","people":[{"name":"Zeynep Ak (yönetici)"},"Can"],"count":2}"#;
        assert_eq!(
            veil.conceal(told.to_owned()),
            r#"{"count":2,"email":"Gizli üye","people":[{"name":"Gizli üye (yönetici)"},"Can"]}"#
        );
        // What can't be read might tell anything.
        assert_eq!(veil.conceal("Zeynep Ak".to_owned()), "{}");
        let nobody = Veil { hidden: HashMap::new(), ..veil };
        assert_eq!(nobody.conceal("Zeynep Ak".to_owned()), "Zeynep Ak");
    }
}
