//! Random tokens: 256 bits from the operating system, written in base64url (43 characters).
//! A token is shown or mailed once; only its SHA-256 is stored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{TryRng, rngs::SysRng};
use sha2::{Digest, Sha256};

/// A secret in plain text: no `Debug`, no `Serialize`, so it cannot reach a log or a page by accident.
#[derive(Clone)]
pub struct PlainToken(String);

/// What the database holds of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashedToken(pub Vec<u8>);

impl PlainToken {
    /// # Panics
    /// When the operating system has no randomness to give; nothing could be trusted then.
    pub fn random() -> Self {
        Self(random_text::<32>())
    }

    /// Reads a token that came back in a cookie or link. Any text is accepted: it is only hashed.
    pub fn received(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn hash(&self) -> HashedToken {
        HashedToken(Sha256::digest(self.0.as_bytes()).to_vec())
    }

    /// The text to show once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// `N` random bytes in base64url: names that nobody can guess.
pub fn random_text<const N: usize>() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<N>())
}

/// `N` bytes from the operating system.
///
/// # Panics
/// When the operating system has no randomness to give.
#[expect(clippy::expect_used, reason = "without randomness there is no safe way on")]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    SysRng.try_fill_bytes(&mut bytes).expect("the operating system gives randomness");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_hash_the_same_after_a_round_trip() {
        let (one, other) = (PlainToken::random(), PlainToken::random());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.reveal().len(), 43);
        assert_eq!(PlainToken::received(one.reveal()).hash(), one.hash());
    }
}
