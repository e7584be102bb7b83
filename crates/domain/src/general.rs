//! What the company page accepts: name, addresses, language, zone, support access.
//!
//! The browser and the server run the same parsers. Two fields need data that never travels
//! to the browser (numbering plans, tzdata), so [`GeneralForm::parse`] takes those two
//! parsers as arguments and still returns every error at once, in the order of the page.

mod contact;

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{AppError, Code, Language, error::FieldErrors, hours::parse_date, support::Mode};

pub use contact::{Address, Email, Name, Website, check_phone_shape, is_pasted_mark};
pub(crate) use contact::{lines, one_line};

/// The company page as it is posted; everything is text as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneralForm {
    /// The version the page was rendered from; a save from an older one is a conflict.
    pub version: i64,
    pub name: String,
    pub email: String,
    /// Optional, as typed; stored as E.164.
    pub phone: String,
    /// Optional.
    pub website: String,
    /// Optional.
    pub address: String,
    /// A [`Language::tag`].
    pub language: String,
    /// An IANA name such as `Europe/Istanbul`.
    pub time_zone: String,
    /// `allow` or `deny`.
    pub support_access: String,
    /// The last day on which support is let in, as `2026-12-31`; empty: until it is taken back.
    #[serde(default)]
    pub support_until: String,
    /// How far support may go, a [`Mode::word`]; empty: it may read.
    #[serde(default)]
    pub support_mode: String,
}

/// A company page that passed every rule. `Phone` and `Zone` are what the given parsers return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct General<Phone, Zone> {
    pub version: i64,
    pub name: Name,
    pub email: Email,
    pub phone: Option<Phone>,
    pub website: Option<Website>,
    pub address: Option<Address>,
    pub language: Language,
    pub time_zone: Zone,
    /// Whether support may come into the organisation.
    pub support_access: bool,
    /// The last day of that; `None` where support may not come in.
    pub support_until: Option<NaiveDate>,
    /// How far it may go there.
    pub support_mode: Mode,
}

/// How a field of the form is read.
pub type Read = fn(&GeneralForm) -> &str;

/// The fields of the form, in the order of the page.
pub const FIELDS: [(&str, Read); 10] = [
    ("name", |form| &form.name),
    ("email", |form| &form.email),
    ("phone", |form| &form.phone),
    ("website", |form| &form.website),
    ("address", |form| &form.address),
    ("language", |form| &form.language),
    ("time_zone", |form| &form.time_zone),
    ("support_access", |form| &form.support_access),
    ("support_mode", |form| &form.support_mode),
    ("support_until", |form| &form.support_until),
];

impl GeneralForm {
    /// The fields in which two forms differ, in the order of the page.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let differs = |(field, read): (&'static str, Read)| (read(self) != read(other)).then_some(field);
        FIELDS.into_iter().filter_map(differs).collect()
    }

    /// Parses the form; errors come all at once, in page order. `phone` is not called for an
    /// empty number, `zone` not for an empty name (that is `Required`).
    pub fn parse<Phone, Zone>(
        &self,
        phone: impl FnOnce(&str) -> Result<Phone, Code>,
        zone: impl FnOnce(&str) -> Result<Zone, Code>,
    ) -> Result<General<Phone, Zone>, AppError> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let email = errors.keep("email", Email::parse(&self.email));
        let number = self.phone.trim();
        let phone = errors.keep("phone", (!number.is_empty()).then(|| phone(number)).transpose());
        let website = errors.keep("website", Website::parse(&self.website));
        let address = errors.keep("address", Address::parse(&self.address));
        let language = errors.keep("language", Language::from_tag(&self.language).ok_or(Code::ChoiceUnknown));
        let zone_name = self.time_zone.trim();
        let zone = if zone_name.is_empty() { Err(Code::Required) } else { zone(zone_name) };
        let time_zone = errors.keep("time_zone", zone);
        let support_access = errors.keep("support_access", parse_support_access(&self.support_access));
        // The last day of a permission that is not given says nothing.
        let until = self.support_until.trim();
        let has_end = support_access == Some(true) && !until.is_empty();
        let support_until = errors.keep("support_until", has_end.then(|| parse_date(until)).transpose());
        let support_mode = errors.keep("support_mode", parse_support_mode(&self.support_mode));
        let support = support_access.zip(support_until).zip(support_mode);

        match (name, email, phone, website, address, language, time_zone, support) {
            (
                Some(name),
                Some(email),
                Some(phone),
                Some(website),
                Some(address),
                Some(language),
                Some(time_zone),
                Some(((support_access, support_until), support_mode)),
            ) => Ok(General {
                version: self.version,
                name,
                email,
                phone,
                website,
                address,
                language,
                time_zone,
                support_access,
                support_until,
                support_mode,
            }),
            _ => Err(errors.into_error()),
        }
    }

    /// All that can be checked without numbering plans and tzdata: what the browser runs before it posts.
    pub fn parse_shared(&self) -> Result<General<String, String>, AppError> {
        self.parse(|text| check_phone_shape(text).map(|()| text.to_owned()), |text| Ok(text.to_owned()))
    }
}

/// One line of the time-zone picker, ready to show: the browser has no tzdata and no clock of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneOption {
    /// The IANA name that the form sends.
    pub id: Cow<'static, str>,
    /// The continent or ocean in the reader's language.
    pub region: Cow<'static, str>,
    /// The city in the reader's language.
    pub city: Cow<'static, str>,
    /// The wall clock there at the time of asking, `HH:MM`.
    pub local_time: String,
    /// `UTC+3`, `UTC−3:30`, `UTC`.
    pub offset: Cow<'static, str>,
    /// Minutes east of UTC at the time of asking.
    pub offset_minutes: i32,
    /// What else it is looked for by, such as its country: lower-case ASCII words, mostly none.
    pub also: Cow<'static, str>,
}

/// The word of the form for a stored choice; the inverse of what [`GeneralForm::parse`] reads.
pub const fn support_access_word(allowed: bool) -> &'static str {
    if allowed { "allow" } else { "deny" }
}

fn parse_support_access(word: &str) -> Result<bool, Code> {
    match word {
        "allow" => Ok(true),
        "deny" => Ok(false),
        _ => Err(Code::ChoiceUnknown),
    }
}

fn parse_support_mode(word: &str) -> Result<Mode, Code> {
    if word.is_empty() { Ok(Mode::default()) } else { Mode::parse(word) }
}

#[cfg(test)]
mod tests;
