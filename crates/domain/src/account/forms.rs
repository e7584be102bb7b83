//! The forms of the account's pages, as posted.

use serde::{Deserialize, Serialize};

use super::Proof;
use crate::{
    AppError, Code, SessionId,
    entrance::{Password, new_password_pair},
    error::FieldErrors,
    general::{Email, Name},
};

/// The password once more, before something sensitive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvePasswordForm {
    pub password: Password,
    /// Where to go afterwards; see [`crate::entrance::safe_next`].
    #[serde(default)]
    pub next: String,
}

impl ProvePasswordForm {
    /// Errors: `password` is `Required`.
    pub fn parse(&self) -> Result<&Password, AppError> {
        given(&self.password, "password")
    }
}

/// A new password, by somebody who knows the current one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePasswordForm {
    pub current: Password,
    pub password: Password,
    pub password_again: Password,
}

impl ChangePasswordForm {
    /// Every error that can be told without word lists and without the stored hash, in page order.
    pub fn parse(&self) -> Result<(), AppError> {
        let mut errors = FieldErrors::default();
        if self.current.0.is_empty() {
            errors.push("current", Code::Required);
        }
        new_password_pair(&mut errors, &self.password, &self.password_again);
        if !self.password.0.is_empty() && self.password == self.current {
            errors.push("password", Code::PasswordSame);
        }
        errors.finish()
    }
}

/// A new address to sign in with; it counts once the link mailed to it was used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmailForm {
    pub email: String,
}

impl ChangeEmailForm {
    pub fn parse(&self) -> Result<Email, AppError> {
        Email::parse(&self.email).map_err(|code| AppError::field("email", code))
    }
}

/// A code of the authenticator app or a backup code: the second step of a sign-in, or what new backup codes cost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeForm {
    pub code: TypedCode,
}

/// Beginning to set an app up. Whoever has a second factor already shows it: a stolen session alone must
/// not put another app in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartAppForm {
    pub confirmed: bool,
    #[serde(default)]
    pub code: TypedCode,
    #[serde(default)]
    pub next: String,
}

/// A passkey to be made. Whoever has a second factor already shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPasskeyForm {
    /// What it is to be called.
    pub name: String,
    #[serde(default)]
    pub code: TypedCode,
}

/// A code of the new authenticator app, to prove that it was set up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmAppForm {
    pub code: TypedCode,
    #[serde(default)]
    pub next: String,
}

/// "I have saved the backup codes."
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveCodesForm {
    #[serde(default)]
    pub saved: bool,
    #[serde(default)]
    pub next: String,
}

impl SaveCodesForm {
    /// Errors: `saved` is `SavingRequired`.
    pub fn parse(&self) -> Result<(), AppError> {
        if self.saved { Ok(()) } else { Err(AppError::field("saved", Code::SavingRequired)) }
    }
}

/// Switching the authenticator app off: password and a code, so that neither a stolen session nor a
/// stolen phone is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisableForm {
    pub password: Password,
    pub code: TypedCode,
}

impl DisableForm {
    pub fn parse(&self) -> Result<Proof, AppError> {
        let mut errors = FieldErrors::default();
        if self.password.0.is_empty() {
            errors.push("password", Code::Required);
        }
        let proof = errors.keep("code", Proof::parse(&self.code.0));
        match proof {
            Some(proof) if errors.is_empty() => Ok(proof),
            _ => Err(errors.into_error()),
        }
    }
}

/// What the browser's authenticator answered, and which question it answers.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasskeyForm {
    /// Names the question; made by the server, used once.
    pub ceremony: String,
    /// The `PublicKeyCredential` as its `toJSON()` writes it (W3C WebAuthn level 3, section 5.1).
    pub credential: String,
    /// Where to go afterwards.
    #[serde(default)]
    pub next: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenamePasskeyForm {
    pub passkey: String,
    pub name: String,
}

impl RenamePasskeyForm {
    pub fn parse(&self) -> Result<Name, AppError> {
        Name::parse(&self.name).map_err(|code| AppError::field("name", code))
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemovePasskeyForm {
    pub passkey: String,
    /// A code, when it is the person's last second factor.
    #[serde(default)]
    pub code: TypedCode,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndSessionForm {
    pub session: String,
}

impl EndSessionForm {
    /// What is no identifier belongs to nobody: `NotFound`.
    pub fn parse(&self) -> Result<SessionId, AppError> {
        self.session.parse().map_err(|_| Code::NotFound.into())
    }
}

/// A form of one button.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmForm {
    pub confirmed: bool,
    #[serde(default)]
    pub next: String,
}

/// A code as typed: in forms, never in a log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TypedCode(pub String);

/// Forms whose only rule is their code.
pub trait WithCodeForm {
    fn typed(&self) -> &TypedCode;

    /// Errors: `code` is `Required` or `CodeMalformed`.
    fn parse(&self) -> Result<Proof, AppError> {
        Proof::parse(&self.typed().0).map_err(|code| AppError::field("code", code))
    }
}

macro_rules! with_code {
    ($($name:ident),+) => {$(
        impl WithCodeForm for $name {
            fn typed(&self) -> &TypedCode { &self.code }
        }
    )+};
}

with_code!(CodeForm, ConfirmAppForm, NewPasskeyForm, RemovePasskeyForm, StartAppForm);

macro_rules! secret {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

secret!(TypedCode, PasskeyForm);

fn given<'p>(password: &'p Password, field: &str) -> Result<&'p Password, AppError> {
    if password.0.is_empty() { Err(AppError::field(field, Code::Required)) } else { Ok(password) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password(text.into())
    }

    #[test]
    fn everything_wrong_with_a_new_password_is_told_at_once() {
        let error = ChangePasswordForm::default().parse().unwrap_err();
        assert_eq!(error.of("current"), Some(Code::Required));
        assert_eq!(error.of("password"), Some(Code::Required));
        let same = password("mavi kaplumbağa");
        let form = ChangePasswordForm { current: same.clone(), password: same.clone(), password_again: same };
        assert_eq!(form.parse().unwrap_err().of("password"), Some(Code::PasswordSame));
    }

    #[test]
    fn switching_off_needs_both_the_password_and_a_code() {
        let error = DisableForm::default().parse().unwrap_err();
        assert_eq!((error.of("password"), error.of("code")), (Some(Code::Required), Some(Code::Required)));
        let form = DisableForm { password: password("x"), code: TypedCode("123 456".into()) };
        assert!(form.parse().is_ok());
    }

    #[test]
    fn codes_are_only_done_with_when_they_were_saved() {
        let error = SaveCodesForm::default().parse().unwrap_err();
        assert_eq!(error.of("saved"), Some(Code::SavingRequired));
    }

    #[test]
    fn nothing_typed_is_in_the_debug_output() {
        let form = DisableForm { password: password("hunter2"), code: TypedCode("123456".into()) };
        let text = format!("{form:?}");
        assert!(!text.contains("hunter2") && !text.contains("123456"), "{text}");
    }
}
