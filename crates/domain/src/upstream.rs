//! The upstream: the telephony platform that places the calls of campaigns. How an organisation is connected to it, and
//! why it may not have done what was asked.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::{AppError, Code, error::FieldErrors, keys::Overlap};

/// What our key must be allowed there; the words of `permissions` in `GET /account`.
pub const NEEDED: [&str; 2] = ["calls:place", "recordings:send"];
/// How long what was tried out can be saved.
pub const TRIAL: TimeDelta = TimeDelta::minutes(15);
/// Characters of a key.
const KEY: std::ops::RangeInclusive<usize> = 8..=512;
/// So many of its last ones are shown.
const SHOWN: usize = 4;
/// Characters of an address.
const MOST_IN_ADDRESS: usize = 300;

macro_rules! failures {
    ($($(#[$doc:meta])* $variant:ident = $word:literal;)+) => {
        /// Why the platform did not do what it was asked. A class, never what it answered.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Failure {
            $($(#[$doc])* $variant,)+
        }

        impl Failure {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

failures! {
    /// Our own fault: the log has the cause.
    Internal = "internal";
    /// There is no connection.
    NotConnected = "not_connected";
    /// Not an address that may be called: inside of a network, not encrypted, another port.
    AddressRefused = "address_refused";
    /// No such name in the DNS.
    NameUnknown = "name_unknown";
    /// Nobody listens there.
    Unreachable = "unreachable";
    TimedOut = "timed_out";
    /// No encrypted connection: its certificate is not valid, or it speaks none.
    Tls = "tls";
    /// It sent us elsewhere, where we do not go.
    Redirected = "redirected";
    /// 401 or 403.
    KeyRefused = "key_refused";
    /// The key is good and lacks one of [`NEEDED`].
    PermissionMissing = "permission_missing";
    /// 429.
    RateLimited = "rate_limited";
    /// 5xx.
    ServerError = "server_error";
    /// Any other refusal: 404 among them.
    RequestRefused = "request_refused";
    /// What it answered is not what the protocol says.
    AnswerUnreadable = "answer_unreadable";
}

impl Failure {
    pub fn from_word(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|failure| failure.as_str() == text)
    }

    /// It may pass by itself: nothing that was typed is at fault.
    pub const fn is_temporary(self) -> bool {
        matches!(
            self,
            Self::Internal | Self::Unreachable | Self::TimedOut | Self::RateLimited | Self::ServerError
        )
    }
}

/// A key of the platform. It travels in a form, but never into a log, nor back to a page.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UpstreamKey(pub String);

impl UpstreamKey {
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its last characters, for people to know it by.
    pub fn end(&self) -> String {
        let skipped = self.0.chars().count().saturating_sub(SHOWN);
        self.0.chars().skip(skipped).collect()
    }

    fn parse(&self) -> Result<Self, Code> {
        let text = self.0.trim();
        match text.len() {
            0 => Err(Code::Required),
            _ if !text.bytes().all(|byte| byte.is_ascii_graphic()) => Err(Code::UpstreamKeyInvalid),
            length if KEY.contains(&length) => Ok(Self(text.to_owned())),
            _ => Err(Code::UpstreamKeyInvalid),
        }
    }
}

impl std::fmt::Debug for UpstreamKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UpstreamKey(…)")
    }
}

/// A connection to try out, as typed. Whichever of the two is new, the other one is asked for again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TryForm {
    pub address: String,
    pub secret: UpstreamKey,
}

impl TryForm {
    /// The address as typed, without white space around it, and the key. Errors: `address` is `Required` or `TooLong`;
    /// `secret` is `Required` or `UpstreamKeyInvalid`. What an address may be is for the server to say.
    pub fn parse(&self) -> Result<(String, UpstreamKey), AppError> {
        let mut errors = FieldErrors::default();
        let address = self.address.trim();
        let address = errors.keep(
            "address",
            match address.chars().count() {
                0 => Err(Code::Required),
                1..=MOST_IN_ADDRESS => Ok(address.to_owned()),
                _ => Err(Code::TooLong),
            },
        );
        let secret = errors.keep("secret", self.secret.parse());
        match (address, secret) {
            (Some(address), Some(secret)) => Ok((address, secret)),
            _ => Err(errors.into_error()),
        }
    }
}

/// What was tried out is to be used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UseForm {
    /// An [`Overlap::word`], of [`FALLBACKS`], where there is a connection already.
    pub fallback: String,
    /// Although it could not be tested right now.
    pub anyway: bool,
}

/// How long the connection that was used before can be fallen back to.
pub const FALLBACKS: [Overlap; 3] = [Overlap::Hour, Overlap::Day, Overlap::Week];

impl UseForm {
    /// Errors: `fallback` is `ChoiceUnknown`.
    pub fn fallback(&self) -> Result<Overlap, AppError> {
        let found = FALLBACKS.into_iter().find(|fallback| fallback.word() == self.fallback);
        found.ok_or_else(|| AppError::field("fallback", Code::ChoiceUnknown))
    }
}

/// A button that needs nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmForm {
    pub confirmed: bool,
}

impl ConfirmForm {
    /// Errors: `BadRequest`.
    pub fn check(&self) -> Result<(), AppError> {
        if self.confirmed { Ok(()) } else { Err(Code::BadRequest.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(address: &str, secret: &str) -> TryForm {
        TryForm { address: address.into(), secret: UpstreamKey(secret.into()) }
    }

    #[test]
    fn an_address_and_a_key_are_both_needed() {
        let (address, key) = form(" https://a.example/v1 ", " sk_1234567 ").parse().unwrap();
        assert_eq!(
            (address.as_str(), key.expose(), key.end().as_str()),
            ("https://a.example/v1", "sk_1234567", "4567")
        );
        let error = form(" ", "").parse().unwrap_err();
        assert_eq!((error.of("address"), error.of("secret")), (Some(Code::Required), Some(Code::Required)));
        for odd in
            ["short", "with space in it", "tab\tinside", "anahtarım", "a\r\nX-Evil: 1", &"k".repeat(513)]
        {
            let error = form("https://a.example", odd).parse().unwrap_err();
            assert_eq!(error.of("secret"), Some(Code::UpstreamKeyInvalid), "{odd}");
        }
        let long = form(&"a".repeat(301), "sk_1234567").parse().unwrap_err();
        assert_eq!(long.of("address"), Some(Code::TooLong));
    }

    #[test]
    fn a_key_is_not_shown_by_accident() {
        assert!(!format!("{:?}", form("https://a.example", "sk_1234567")).contains("sk_"));
        assert_eq!(UpstreamKey("abc".into()).end(), "abc");
    }

    #[test]
    fn words_are_read_back() {
        for failure in Failure::ALL {
            assert_eq!(Failure::from_word(failure.as_str()), Some(*failure));
            assert_eq!(serde_json::to_string(failure).unwrap(), format!("{:?}", failure.as_str()));
        }
        assert_eq!(Failure::from_word("ok"), None);
    }

    #[test]
    fn an_old_key_is_kept_for_a_time_that_is_offered() {
        let of = |word: &str| UseForm { fallback: word.into(), anyway: false }.fallback();
        assert_eq!(of("week"), Ok(Overlap::Week));
        for odd in ["none", "", "year"] {
            assert_eq!(of(odd).unwrap_err().of("fallback"), Some(Code::ChoiceUnknown), "{odd}");
        }
    }

    #[test]
    fn only_what_may_pass_is_temporary() {
        assert!(Failure::TimedOut.is_temporary() && Failure::ServerError.is_temporary());
        assert!(!Failure::KeyRefused.is_temporary() && !Failure::AddressRefused.is_temporary());
    }
}
