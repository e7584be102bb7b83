//! The room of the organisation's security: who must have a second factor, how long a session may idle.

use serde::{Deserialize, Serialize};

use crate::{AppError, Code, PersonId};

/// How long a session may go unused: minutes. `None`: until its eight hours are over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IdleLimit(Option<u32>);

impl IdleLimit {
    /// What can be chosen, in minutes.
    pub const CHOICES: [u32; 4] = [15, 30, 60, 240];

    pub const fn minutes(self) -> Option<u32> {
        self.0
    }

    /// Reads the word of the form: a number of minutes, or `none`. Fails with `ChoiceUnknown`.
    pub fn parse(word: &str) -> Result<Self, Code> {
        if word == "none" {
            return Ok(Self(None));
        }
        let minutes = word.parse().ok().filter(|minutes| Self::CHOICES.contains(minutes));
        minutes.map(|minutes| Self(Some(minutes))).ok_or(Code::ChoiceUnknown)
    }

    /// Reads the column of the database: 0 is none. What is no choice (any more) is the strictest one.
    pub fn from_column(minutes: i32) -> Self {
        match u32::try_from(minutes) {
            Ok(0) => Self(None),
            Ok(minutes) if Self::CHOICES.contains(&minutes) => Self(Some(minutes)),
            _ => Self(Some(Self::CHOICES[0])),
        }
    }

    pub fn to_column(self) -> i32 {
        self.0.and_then(|minutes| i32::try_from(minutes).ok()).unwrap_or(0)
    }

    /// The word of the form.
    pub fn word(self) -> String {
        self.0.map_or_else(|| "none".to_owned(), |minutes| minutes.to_string())
    }
}

/// The organisation's rules, as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyForm {
    #[serde(default)]
    pub two_factor_required: bool,
    pub idle_limit: String,
    /// The version that was loaded: who saves second sees what the first one saved.
    pub version: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub two_factor_required: bool,
    pub idle_limit: IdleLimit,
}

impl PolicyForm {
    pub fn parse(&self) -> Result<Policy, AppError> {
        let idle_limit =
            IdleLimit::parse(&self.idle_limit).map_err(|code| AppError::field("idle_limit", code))?;
        Ok(Policy { two_factor_required: self.two_factor_required, idle_limit })
    }
}

/// One member, named by a button in their row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberForm {
    pub person: String,
}

impl MemberForm {
    /// What is no identifier belongs to nobody: `NotFound`.
    pub fn parse(&self) -> Result<PersonId, AppError> {
        self.person.parse().map_err(|_| Code::NotFound.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_limit_is_one_of_the_choices_or_none() {
        assert_eq!(IdleLimit::parse("none"), Ok(IdleLimit(None)));
        assert_eq!(IdleLimit::parse("240").map(IdleLimit::minutes), Ok(Some(240)));
        for word in ["", "0", "-1", "16", "none ", "9999999999999"] {
            assert_eq!(IdleLimit::parse(word), Err(Code::ChoiceUnknown), "{word:?}");
        }
    }

    #[test]
    fn a_column_nobody_could_have_chosen_is_read_strictly() {
        for limit in [IdleLimit(None), IdleLimit(Some(15)), IdleLimit(Some(240))] {
            assert_eq!(IdleLimit::from_column(limit.to_column()), limit);
            assert_eq!(IdleLimit::parse(&limit.word()), Ok(limit));
        }
        for odd in [-1, 7, i32::MAX] {
            assert_eq!(IdleLimit::from_column(odd).minutes(), Some(15));
        }
    }
}
