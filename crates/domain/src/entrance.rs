//! What the entrance accepts: sign-up, sign-in, forgotten and new passwords, mailed links.
//!
//! How guessable a password is needs word lists that never travel to the browser, so the parsers
//! of new passwords take that check as an argument and still return every error at once.

use serde::{Deserialize, Serialize};

use crate::error::FieldErrors;
use crate::general::{Email, Name};
use crate::{AppError, Code};

/// A password as typed. It travels in a form, but never into a log: `Debug` says nothing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(pub String);

impl Password {
    /// Characters; the server counts them after NFKC normalisation.
    pub const MIN: usize = 8;
    /// Characters; the server counts them after NFKC normalisation.
    pub const MAX: usize = 128;

    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The length rule as far as it can be told without normalising: decomposed letters count
    /// twice here, so a password is too long only when no normalisation could shorten it enough.
    /// Fails with `Required`, `PasswordTooShort` or `PasswordTooLong`.
    pub fn check_length(&self) -> Result<(), Code> {
        match self.0.chars().count() {
            0 => Err(Code::Required),
            count if count < Self::MIN => Err(Code::PasswordTooShort),
            count if count > Self::MAX * 4 => Err(Code::PasswordTooLong),
            _ => Ok(()),
        }
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// The sign-up page as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignupForm {
    pub organisation: String,
    pub name: String,
    pub email: String,
    pub password: Password,
    /// What the browser thinks its IANA zone is; a hint, empty without JavaScript.
    #[serde(default)]
    pub time_zone: String,
}

/// A sign-up that passed every rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signup {
    pub organisation: Name,
    pub name: Name,
    pub email: Email,
    pub password: Password,
    /// Not yet looked up in tzdata; at most 64 bytes.
    pub time_zone: Option<String>,
}

impl SignupForm {
    /// Parses the form; errors come all at once, in page order. `password` gets the password and
    /// the words that are easy to guess for this person (their own names and address).
    pub fn parse(
        &self,
        password: impl FnOnce(&Password, &[&str]) -> Result<(), Code>,
    ) -> Result<Signup, AppError> {
        let mut errors = FieldErrors::default();
        let organisation = errors.keep("organisation", Name::parse(&self.organisation));
        let name = errors.keep("name", Name::parse(&self.name));
        let email = errors.keep("email", Email::parse(&self.email));
        let words = [self.organisation.as_str(), &self.name, &self.email];
        let checked = self.password.check_length().and_then(|()| password(&self.password, &words));
        let checked = errors.keep("password", checked);
        match (organisation, name, email, checked) {
            (Some(organisation), Some(name), Some(email), Some(())) => Ok(Signup {
                organisation,
                name,
                email,
                password: self.password.clone(),
                time_zone: zone_hint(&self.time_zone),
            }),
            _ => Err(errors.into_error()),
        }
    }

    /// What the browser checks before it posts.
    pub fn parse_shared(&self) -> Result<Signup, AppError> {
        self.parse(|_, _| Ok(()))
    }
}

/// A wrong guess of the browser is no error of the person: it is dropped.
fn zone_hint(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= 64).then(|| text.to_owned())
}

/// The sign-in page as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginForm {
    pub email: String,
    pub password: Password,
    /// Where to go afterwards; see [`safe_next`].
    #[serde(default)]
    pub next: String,
}

/// A sign-in worth asking the database about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub email: Email,
    pub password: Password,
    pub next: Option<String>,
}

impl LoginForm {
    /// No length rule here: the rule may have been another when the password was chosen.
    pub fn parse(&self) -> Result<Login, AppError> {
        let mut errors = FieldErrors::default();
        let email = errors.keep("email", Email::parse(&self.email));
        if self.password.0.is_empty() {
            errors.push("password", Code::Required);
        }
        match email {
            Some(email) if errors.is_empty() => Ok(Login {
                email,
                password: self.password.clone(),
                next: safe_next(&self.next).map(str::to_owned),
            }),
            _ => Err(errors.into_error()),
        }
    }
}

/// The page that asks for a reset link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForgotForm {
    pub email: String,
}

impl ForgotForm {
    pub fn parse(&self) -> Result<Email, AppError> {
        Email::parse(&self.email).map_err(|code| AppError::field("email", code))
    }
}

/// The page that asks for the verification mail again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResendForm {
    pub email: String,
}

impl ResendForm {
    pub fn parse(&self) -> Result<Email, AppError> {
        Email::parse(&self.email).map_err(|code| AppError::field("email", code))
    }
}

/// The page behind a reset link.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResetForm {
    pub token: String,
    pub password: Password,
    pub password_again: Password,
}

/// A new password and the mailed token that allows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Reset {
    /// Looks like a token; whether it is one, the database knows.
    pub token: String,
    pub password: Password,
}

impl ResetForm {
    /// Parses the form; a token that can't be one is `LinkExpired`, whatever the passwords are.
    /// How guessable the password is can be told only once the token has named a person.
    pub fn parse(&self) -> Result<Reset, AppError> {
        let token = parse_token(&self.token)?;
        let mut errors = FieldErrors::default();
        new_password_pair(&mut errors, &self.password, &self.password_again);
        errors.finish()?;
        Ok(Reset { token: token.to_owned(), password: self.password.clone() })
    }
}

/// The rules of a new password that is typed twice, `password` and `password_again`.
pub(crate) fn new_password_pair(errors: &mut FieldErrors, password: &Password, again: &Password) {
    errors.keep("password", password.check_length());
    if password != again {
        let code = if again.0.is_empty() { Code::Required } else { Code::PasswordsDiffer };
        errors.push("password_again", code);
    }
}

/// The page behind a verification link.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyForm {
    pub token: String,
}

impl VerifyForm {
    pub fn parse(&self) -> Result<&str, AppError> {
        parse_token(&self.token)
    }
}

macro_rules! without_token {
    ($($name:ident),+) => {$(
        /// A token opens an account: it is a secret like a password.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

without_token!(ResetForm, Reset, VerifyForm);

/// A text that could be a mailed token (unpadded base64url or hexadecimal). Anything else answers
/// as a spent token does, `LinkExpired`, so that trying shapes teaches nothing.
pub fn parse_token(text: &str) -> Result<&str, AppError> {
    let text = text.trim();
    let shape = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if shape && (16..=128).contains(&text.len()) { Ok(text) } else { Err(Code::LinkExpired.into()) }
}

/// `text` when it is a path on this very site, with an optional query; else `None`.
///
/// Browsers read `\` as `/` and drop tabs and line breaks (WHATWG URL section 4.4), so `/\evil.com` and
/// `/<tab>/evil.com` would leave the site; empty segments are refused for the same reason.
pub fn safe_next(text: &str) -> Option<&str> {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let fine = text.len() <= 2000
        && path.starts_with('/')
        && !path.contains("//")
        && !path.split('/').any(|segment| matches!(segment, "." | ".."))
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    fine.then_some(text)
}

#[cfg(test)]
mod tests;
