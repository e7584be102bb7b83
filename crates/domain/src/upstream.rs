//! stand-in
use serde::{Deserialize, Serialize};
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
    pub fn from_word(w: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|f| f.as_str() == w)
    }
}
