//! How an organisation goes: asked for by an owner, given back for some days, then taken apart, then gone.
//!
//! While it waits nothing of it is lost and nobody works in it. Only owners come near it then: to give it back, and to take
//! their data along.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    AppError, Code, OrganisationId,
    account::{Proof, TypedCode},
    entrance::Password,
    error::FieldErrors,
    support,
};

/// Typed to confirm: these very bytes in every language, no other case, no space around.
pub const WORD: &str = "DELETE";
/// Days in which it can be given back, where the operator says nothing else.
pub const DAYS: u16 = 7;
/// What the operator may say.
pub const LEAST_DAYS: u16 = 1;
pub const MOST_DAYS: u16 = 90;
/// How long nobody else can take the name of an organisation that is gone.
pub const NAME_RESERVED: TimeDelta = TimeDelta::days(90);
/// How often a step is tried before an operator has to look.
pub const MOST_ATTEMPTS: i16 = 10;

/// Where on its way an organisation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    #[default]
    Active,
    /// Everything is still there, and can be given back.
    Pending,
    /// It is being taken apart.
    Deleting,
    /// Nothing is left but its invoices.
    Gone,
}

impl Stage {
    pub const ALL: [Self; 4] = [Self::Active, Self::Pending, Self::Deleting, Self::Gone];

    /// Its word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Deleting => "deleting",
            Self::Gone => "gone",
        }
    }

    /// A word that is none (any more) opens nothing.
    pub fn from_column(word: &str) -> Self {
        Self::ALL.into_iter().find(|stage| stage.word() == word).unwrap_or(Self::Gone)
    }

    /// Whether anything may be done or read in it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Active)
    }

    /// Whether owners still come near it.
    pub const fn is_whole(self) -> bool {
        matches!(self, Self::Active | Self::Pending)
    }

    /// The stages that may follow.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Active, Self::Pending)
                | (Self::Pending, Self::Active | Self::Deleting)
                | (Self::Deleting, Self::Gone)
        )
    }
}

/// When it will be taken apart: an instant, whatever zone its organisation moves to.
pub fn delete_at(requested_at: DateTime<Utc>, days: u16) -> DateTime<Utc> {
    requested_at + TimeDelta::days(days.into())
}

/// The days after the request on which its owners are told: at once, on the third, and on the last but one.
pub fn told_on(requested_at: DateTime<Utc>, delete_at: DateTime<Utc>) -> Vec<i16> {
    let days = (delete_at - requested_at).num_days();
    let mut told: Vec<i16> = [0, 3, days - 1]
        .into_iter()
        .filter(|day| *day == 0 || (0..days).contains(day))
        .filter_map(|day| i16::try_from(day).ok())
        .collect();
    told.sort_unstable();
    told.dedup();
    told
}

/// The last of those days that has come, unless its owners have been told on it or later (`told`). One that was missed is not
/// made up for.
pub fn news_due(
    requested_at: DateTime<Utc>,
    delete_at: DateTime<Utc>,
    told: i16,
    now: DateTime<Utc>,
) -> Option<i16> {
    let day = |day: i16| requested_at + TimeDelta::days(day.into());
    let last = told_on(requested_at, delete_at).into_iter().rev().find(|due| day(*due) <= now)?;
    (last > told && now < delete_at).then_some(last)
}

/// What an owner types to have the organisation deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteForm {
    pub word: String,
    pub password: Password,
    /// Of the app, or a backup code; asked of whoever has a second factor.
    #[serde(default)]
    pub code: TypedCode,
}

impl DeleteForm {
    /// Errors: fields `word` (`Required`, `WordDiffers`), `password` (`Required`), `code` (`Required`, `CodeMalformed`).
    pub fn parse(&self, asks_code: bool) -> Result<Option<Proof>, AppError> {
        let mut errors = FieldErrors::default();
        match self.word.as_bytes() {
            b"" => errors.push("word", Code::Required),
            typed if typed != WORD.as_bytes() => errors.push("word", Code::WordDiffers),
            _ => {}
        }
        with_password(errors, &self.password, &self.code, asks_code)
    }
}

/// What a person types to have their account deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteAccountForm {
    pub password: Password,
    #[serde(default)]
    pub code: TypedCode,
}

impl DeleteAccountForm {
    /// Errors: fields `password` (`Required`), `code` (`Required`, `CodeMalformed`).
    pub fn parse(&self, asks_code: bool) -> Result<Option<Proof>, AppError> {
        with_password(FieldErrors::default(), &self.password, &self.code, asks_code)
    }
}

fn with_password(
    mut errors: FieldErrors,
    password: &Password,
    code: &TypedCode,
    asks_code: bool,
) -> Result<Option<Proof>, AppError> {
    if password.0.is_empty() {
        errors.push("password", Code::Required);
    }
    let proof = if asks_code { errors.keep("code", Proof::parse(&code.0)) } else { None };
    errors.finish()?;
    Ok(proof)
}

/// Staff give an organisation back, and say why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffRestoreForm {
    pub organisation: String,
    pub reason: String,
}

impl StaffRestoreForm {
    /// Errors: `NotFound` for what is no identifier; field `reason`.
    pub fn parse(&self) -> Result<(OrganisationId, String), AppError> {
        let organisation = self.organisation.parse().map_err(|_| Code::NotFound)?;
        let reason = support::reason(&self.reason).map_err(|code| AppError::field("reason", code))?;
        Ok((organisation, reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn form(word: &str) -> DeleteForm {
        DeleteForm { word: word.into(), password: Password("x".into()), code: TypedCode::default() }
    }

    #[test]
    fn only_the_very_bytes_confirm() {
        assert_eq!(form("DELETE").parse(false), Ok(None));
        for wrong in
            ["delete", "Delete", " DELETE", "DELETE ", "DELETE\n", "DELETE\u{307}", "ＤＥＬＥＴＥ", "SİL"]
        {
            assert_eq!(
                form(wrong).parse(false).unwrap_err().of("word"),
                Some(Code::WordDiffers),
                "{wrong:?}"
            );
        }
        assert_eq!(form("").parse(false).unwrap_err().of("word"), Some(Code::Required));
    }

    #[test]
    fn everything_that_is_missing_is_told_at_once() {
        let error = DeleteForm::default().parse(true).unwrap_err();
        for field in ["word", "password", "code"] {
            assert_eq!(error.of(field), Some(Code::Required), "{field}");
        }
        let error = DeleteAccountForm::default().parse(false).unwrap_err();
        assert_eq!((error.of("password"), error.of("code")), (Some(Code::Required), None));
    }

    #[test]
    fn owners_are_told_on_day_0_3_and_6_of_seven() {
        let (from, until) = (at("2026-11-23T09:00:00Z"), at("2026-11-30T09:00:00Z"));
        assert_eq!(delete_at(from, DAYS), until);
        assert_eq!(told_on(from, until), [0, 3, 6]);
        assert_eq!(told_on(from, delete_at(from, 1)), [0]);
        assert_eq!(told_on(from, delete_at(from, 2)), [0, 1]);
        assert_eq!(told_on(from, delete_at(from, 30)), [0, 3, 29]);
        let due = |told, now| news_due(from, until, told, at(now));
        assert_eq!(due(0, "2026-11-26T08:59:59Z"), None);
        assert_eq!(due(0, "2026-11-26T09:00:00Z"), Some(3));
        assert_eq!(due(3, "2026-11-26T09:00:00Z"), None);
        // A server that was away tells once.
        assert_eq!(due(0, "2026-11-29T09:00:00Z"), Some(6));
        assert_eq!(due(0, "2026-11-30T09:00:00Z"), None, "too late for anything but the certificate");
    }

    #[test]
    fn there_is_no_way_back_but_from_waiting() {
        let back: Vec<Stage> =
            Stage::ALL.into_iter().filter(|stage| stage.may_become(Stage::Active)).collect();
        assert_eq!(back, [Stage::Pending]);
        assert!(!Stage::Active.may_become(Stage::Deleting) && !Stage::Gone.may_become(Stage::Pending));
        assert_eq!(Stage::ALL.map(Stage::is_open), [true, false, false, false]);
        assert_eq!(Stage::ALL.map(Stage::is_whole), [true, true, false, false]);
        for stage in Stage::ALL {
            assert_eq!(Stage::from_column(stage.word()), stage);
        }
        assert_eq!(Stage::from_column("kitchen"), Stage::Gone);
    }
}
