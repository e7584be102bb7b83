//! What a reader is told of people: their name and address. Support that is inside an organisation learns nothing of
//! the members who hide from it, and this is the one place that knows of them.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{Actor, AppError};
use entity::{audit, membership, person};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use crate::failure::OrInternal;

/// A name and an address.
pub type Named = (String, String);

/// Lies over the members whom the reader must not learn of: over nobody, unless the reader is support.
#[derive(Clone, Debug)]
pub(crate) struct Veil {
    hidden: HashSet<Uuid>,
    /// The names and addresses of those, earlier addresses among them.
    secrets: Vec<String>,
    is_for_support: bool,
    /// What stands in the place of a name.
    word: &'static str,
}

impl Veil {
    pub async fn of(on: &impl ConnectionTrait, reader: Actor) -> Result<Self, AppError> {
        let word = texts::support::hidden_member(reader.language);
        let mut veil = Self {
            hidden: HashSet::new(),
            secrets: Vec::new(),
            is_for_support: reader.support.is_some(),
            word,
        };
        if !veil.is_for_support {
            return Ok(veil);
        }
        let rows = membership::Entity::in_organisation(reader.organisation)
            .filter(membership::Column::HiddenFromSupport.eq(true))
            .find_also_related(person::Entity)
            .all(on)
            .await
            .or_internal()?;
        for person in rows.into_iter().filter_map(|(_, person)| person) {
            veil.hidden.insert(person.id);
            veil.secrets.extend([person.email, person.name]);
        }
        if !veil.hidden.is_empty() {
            let moves = audit::Entity::find()
                .filter(audit::Column::PersonId.is_in(veil.hidden.iter().copied()))
                .filter(audit::Column::Action.eq("account.confirm_email"))
                .all(on)
                .await
                .or_internal()?;
            let earlier = moves.iter().filter_map(|row| {
                serde_json::from_str::<Value>(&row.before).ok()?.get("email")?.as_str().map(str::to_owned)
            });
            veil.secrets.extend(earlier);
        }
        // The longer one first: of two names one may be a part of the other.
        veil.secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Ok(veil)
    }

    pub fn is_for_support(&self) -> bool {
        self.is_for_support
    }

    pub fn hides(&self, person: Uuid) -> bool {
        self.hidden.contains(&person)
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
                for secret in &self.secrets {
                    *text = without(text, secret, self.word);
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.conceal_in(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.conceal_in(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// `text` with `word` wherever `secret` stands as a word of its own, in whatever ASCII letters.
fn without(text: &str, secret: &str, word: &str) -> String {
    let (folded, sought) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
    let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (mut told, mut from) = (String::with_capacity(text.len()), 0);
    while let Some(at) = folded[from..].find(&sought).filter(|_| !sought.is_empty()).map(|at| from + at) {
        let end = at + sought.len();
        let stands_alone = !is_part(text[..at].chars().next_back()) && !is_part(text[end..].chars().next());
        told.push_str(&text[from..at]);
        told.push_str(if stands_alone { word } else { &text[at..end] });
        from = end;
    }
    told.push_str(&text[from..]);
    told
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

    fn veil(secrets: &[&str]) -> Veil {
        let secrets = secrets.iter().map(|secret| (*secret).to_owned()).collect();
        Veil { hidden: [Uuid::max()].into(), secrets, is_for_support: true, word: "Gizli üye" }
    }

    #[test]
    fn whoever_hides_is_in_no_word_of_the_trail() {
        let told =
            r#"{"email":"Zeynep@ak.example","people":[{"name":"Zeynep Ak (yönetici)"},"Can"],"count":2}"#;
        let veil = veil(&["zeynep@ak.example", "Zeynep Ak"]);
        assert_eq!(
            veil.conceal(told.to_owned()),
            r#"{"count":2,"email":"Gizli üye","people":[{"name":"Gizli üye (yönetici)"},"Can"]}"#
        );
        // What can't be read might tell anything.
        assert_eq!(veil.conceal("Zeynep Ak".to_owned()), "{}");
        let nobody = Veil { hidden: HashSet::new(), ..veil };
        assert_eq!(nobody.conceal("Zeynep Ak".to_owned()), "Zeynep Ak");
    }

    #[test]
    fn a_short_name_is_not_cut_out_of_longer_words() {
        let veil = veil(&["Can", ""]);
        assert_eq!(veil.conceal(r#""Canan, Can ve İlkcan""#.to_owned()), r#""Canan, Gizli üye ve İlkcan""#);
    }
}
