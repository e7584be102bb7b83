//! Access keys of the REST API: whose they are, what they may do, how long they work.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{AppError, Code, KeyId, Scopes, error::FieldErrors, general::one_line};

/// What every key begins with, so that a scanner of leaked secrets knows one when it sees it.
pub const PREFIX: &str = "ayar_";
/// The characters after the prefix: 256 bits in base64url.
pub const LENGTH: usize = 43;
/// So many of them are kept to recognise a key by; 220 bits stay unknown.
pub const START: usize = 6;
/// Keys of one organisation that work at the same time.
pub const MOST_KEYS: u64 = 50;
/// Characters of a name.
pub const MOST_IN_NAME: usize = 60;
/// How long before its end a key is said to end soon.
pub const SOON: TimeDelta = TimeDelta::days(7);
/// How long the list still tells of a key that has ended.
pub const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// Whether a text can be a key at all; only then is the database worth asking.
pub fn is_key(text: &str) -> bool {
    text.strip_prefix(PREFIX).is_some_and(|rest| {
        rest.len() == LENGTH && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    })
}

/// The first characters of a key after its prefix.
pub fn start_of(key: &str) -> String {
    key.strip_prefix(PREFIX).unwrap_or_default().chars().take(START).collect()
}

macro_rules! words {
    ($name:ident: $($choice:ident = $word:literal),+ $(,)?) => {
        impl $name {
            /// In the order of the page.
            pub const ALL: &'static [Self] = &[$(Self::$choice),+];

            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$choice => $word),+
                }
            }

            /// Errors: `ChoiceUnknown`.
            pub fn from_word(word: &str) -> Result<Self, Code> {
                Self::ALL.iter().copied().find(|choice| choice.word() == word).ok_or(Code::ChoiceUnknown)
            }
        }
    };
}

/// Whose a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// The organisation's own; goes on working when whoever made it leaves.
    Organisation,
    /// Of one member, and acts for them.
    Personal,
}

words!(Kind: Organisation = "organisation", Personal = "personal");

/// How long a key works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lifetime {
    Month,
    #[default]
    Quarter,
    Year,
    Unlimited,
}

words!(Lifetime: Month = "30", Quarter = "90", Year = "365", Unlimited = "never");

impl Lifetime {
    /// The end of a key made `now`; `None`: it has none.
    pub fn end(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let days = match self {
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
            Self::Unlimited => return None,
        };
        Some(now + TimeDelta::days(days))
    }
}

/// How long the old token of a rolled key goes on working.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Overlap {
    None,
    Hour,
    #[default]
    Day,
    Week,
}

words!(Overlap: None = "none", Hour = "hour", Day = "day", Week = "week");

impl Overlap {
    /// When the old token ends if the key is rolled `now`; `None`: at once.
    pub fn end(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let overlap = match self {
            Self::None => return None,
            Self::Hour => TimeDelta::hours(1),
            Self::Day => TimeDelta::days(1),
            Self::Week => TimeDelta::days(7),
        };
        Some(now + overlap)
    }
}

/// A key to be made, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyForm {
    pub name: String,
    /// A [`Kind::word`].
    pub kind: String,
    /// Words of [`Scopes`].
    #[serde(default)]
    pub scopes: Vec<String>,
    /// A [`Lifetime::word`].
    pub lifetime: String,
}

/// A key worth making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    pub name: String,
    pub kind: Kind,
    /// At least one.
    pub scopes: Scopes,
    pub lifetime: Lifetime,
}

impl KeyForm {
    /// Errors: `name` is `Required`, `ControlCharacter` or `TooLong`; `kind`, `scopes` and `lifetime` are `ChoiceUnknown`,
    /// `scopes` is `Required` where none was chosen.
    pub fn parse(&self) -> Result<NewKey, AppError> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", one_line(&self.name, MOST_IN_NAME));
        let kind = errors.keep("kind", Kind::from_word(&self.kind));
        let scopes = errors.keep("scopes", parse_scopes(&self.scopes));
        let lifetime = errors.keep("lifetime", Lifetime::from_word(&self.lifetime));
        match (name, kind, scopes, lifetime) {
            (Some(name), Some(kind), Some(scopes), Some(lifetime)) => {
                Ok(NewKey { name, kind, scopes, lifetime })
            }
            _ => Err(errors.into_error()),
        }
    }
}

fn parse_scopes(words: &[String]) -> Result<Scopes, Code> {
    let scopes: Option<Scopes> = words.iter().map(|word| Scopes::from_word(word)).collect();
    match scopes {
        Some(scopes) if scopes.is_empty() => Err(Code::Required),
        Some(scopes) => Ok(scopes),
        None => Err(Code::ChoiceUnknown),
    }
}

/// A new token for a key, and how long the old one goes on working.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollForm {
    pub key: String,
    /// An [`Overlap::word`].
    pub overlap: String,
}

impl RollForm {
    /// Errors: `NotFound` for what is no identifier; field `overlap` is `ChoiceUnknown`.
    pub fn parse(&self) -> Result<(KeyId, Overlap), AppError> {
        let key = parse_id(&self.key)?;
        Ok((key, Overlap::from_word(&self.overlap).map_err(|code| AppError::field("overlap", code))?))
    }
}

/// One key, named by a button in its row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneKeyForm {
    pub key: String,
}

impl OneKeyForm {
    /// What is no identifier belongs to nobody: `NotFound`.
    pub fn parse(&self) -> Result<KeyId, AppError> {
        parse_id(&self.key)
    }
}

fn parse_id(text: &str) -> Result<KeyId, AppError> {
    text.parse().map_err(|_| Code::NotFound.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(scopes: &[&str]) -> KeyForm {
        KeyForm {
            name: "  Santral \t köprüsü ".into(),
            kind: "personal".into(),
            scopes: scopes.iter().map(|word| (*word).to_owned()).collect(),
            lifetime: "90".into(),
        }
    }

    #[test]
    fn a_key_has_a_name_and_at_least_one_scope() {
        let key = form(&["calls:read", "slots:write", "calls:read"]).parse().unwrap();
        assert_eq!((key.name.as_str(), key.kind), ("Santral köprüsü", Kind::Personal));
        assert_eq!(key.scopes, Scopes::CALLS_READ | Scopes::SLOTS_WRITE);
        assert_eq!(form(&[]).parse().unwrap_err().of("scopes"), Some(Code::Required));
        for scopes in [&["calls:*"][..], &["calls:read", ""], &["CALLS:READ"]] {
            let error = form(scopes).parse().unwrap_err();
            assert_eq!(error.of("scopes"), Some(Code::ChoiceUnknown), "{scopes:?}");
        }
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = KeyForm { name: " ".into(), kind: "root".into(), scopes: vec![], lifetime: "91".into() };
        let error = wrong.parse().unwrap_err();
        let told = error.fields.iter().map(|field| (field.field.as_str(), field.code)).collect::<Vec<_>>();
        assert_eq!(
            told,
            [
                ("name", Code::Required),
                ("kind", Code::ChoiceUnknown),
                ("scopes", Code::Required),
                ("lifetime", Code::ChoiceUnknown)
            ]
        );
        let named =
            |name: String| KeyForm { name, ..form(&["hours:read"]) }.parse().map_err(|e| e.of("name"));
        assert!(named("ş".repeat(MOST_IN_NAME)).is_ok());
        assert_eq!(named("ş".repeat(MOST_IN_NAME + 1)).unwrap_err(), Some(Code::TooLong));
        assert_eq!(named("a\u{202e}b".into()).unwrap_err(), Some(Code::ControlCharacter));
    }

    #[test]
    fn words_are_read_back() {
        for lifetime in Lifetime::ALL {
            assert_eq!(Lifetime::from_word(lifetime.word()), Ok(*lifetime));
        }
        for overlap in Overlap::ALL {
            assert_eq!(Overlap::from_word(overlap.word()), Ok(*overlap));
        }
        assert_eq!(Overlap::from_word(""), Err(Code::ChoiceUnknown));
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(Lifetime::default().end(now), Some(now + TimeDelta::days(90)));
        assert_eq!((Lifetime::Unlimited.end(now), Overlap::None.end(now)), (None, None));
        assert_eq!(Overlap::default().end(now), Some(now + TimeDelta::hours(24)));
    }

    #[test]
    fn what_can_be_no_key_is_seen_at_once() {
        let key = format!("{PREFIX}{}", "aB3-_".repeat(9).chars().take(LENGTH).collect::<String>());
        assert!(is_key(&key));
        assert_eq!(start_of(&key), "aB3-_a");
        let (short, long) = (&key[..key.len() - 1], format!("{key}a"));
        let foreign = key.replace('B', "ş");
        for text in
            ["", PREFIX, short, &long, &key.replace("ayar_", "Ayar_"), &key.replace('B', "+"), &foreign]
        {
            assert!(!is_key(text), "{text}");
        }
        assert_eq!(start_of("ay"), "");
    }

    #[test]
    fn what_is_no_identifier_does_not_exist() {
        let roll = |key: &str, overlap: &str| RollForm { key: key.into(), overlap: overlap.into() }.parse();
        assert_eq!(roll("1", "day"), Err(Code::NotFound.into()));
        assert_eq!(OneKeyForm { key: "'".into() }.parse(), Err(Code::NotFound.into()));
        let id = "019ab000-0000-7000-8000-000000000000";
        assert_eq!(roll(id, "year").unwrap_err().of("overlap"), Some(Code::ChoiceUnknown));
        assert_eq!(roll(id, "week").unwrap().1, Overlap::Week);
    }
}
