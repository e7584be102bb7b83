//! Codes as people type them: six digits from the authenticator app, or one of the backup codes.

use crate::{Code, account::DIGITS};

/// Six digits from an authenticator app. Never logged, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

impl OneTimeCode {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A backup code: 80 bits in Crockford's base 32, without its dashes.
#[derive(Clone, PartialEq, Eq)]
pub struct BackupCode(String);

impl BackupCode {
    /// Characters: 16 of 5 bits.
    pub const LENGTH: usize = 16;
    /// Crockford's alphabet: no I, L, O or U.
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// The code that ten random bytes spell.
    pub fn from_bytes(bytes: [u8; 10]) -> Self {
        let bits = bytes.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let letter = |place: usize| {
            let index = usize::try_from(bits >> (5 * (Self::LENGTH - 1 - place)) & 31).unwrap_or_default();
            char::from(Self::ALPHABET[index])
        };
        Self((0..Self::LENGTH).map(letter).collect())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `XXXX-XXXX-XXXX-XXXX`, as it is shown and printed.
    pub fn grouped(&self) -> String {
        let letters: Vec<char> = self.0.chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }
}

/// A second factor that is typed.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    Code(OneTimeCode),
    Backup(BackupCode),
}

impl Proof {
    /// Reads either kind. Case, spaces and dashes do not matter; `O` is zero, `I` and `L` are one, the
    /// Turkish dotted and dotless letters too. Fails with `Required` or `CodeMalformed`.
    pub fn parse(typed: &str) -> Result<Self, Code> {
        let mut letters = String::new();
        for typed in typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '_')) {
            // More than any code has: nothing is gained by reading on.
            if letters.len() > BackupCode::LENGTH {
                return Err(Code::CodeMalformed);
            }
            letters.push(typed);
        }
        if letters.is_empty() {
            return Err(Code::Required);
        }
        if letters.len() == DIGITS && letters.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self::Code(OneTimeCode(letters)));
        }
        let letters: String = letters.chars().map(crockford).collect();
        let known = letters.bytes().all(|byte| BackupCode::ALPHABET.contains(&byte));
        if letters.len() == BackupCode::LENGTH && known {
            Ok(Self::Backup(BackupCode(letters)))
        } else {
            Err(Code::CodeMalformed)
        }
    }
}

fn crockford(typed: char) -> char {
    match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' | 'İ' | 'ı' => '1',
        other => other,
    }
}

macro_rules! secret {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

secret!(OneTimeCode, BackupCode, Proof);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn six_digits_are_a_code_however_they_are_grouped() {
        for typed in ["123456", " 123 456 ", "123-456", "1 2 3 4 5 6"] {
            assert!(matches!(Proof::parse(typed), Ok(Proof::Code(code)) if code.expose() == "123456"));
        }
    }

    #[test]
    fn a_backup_code_is_read_as_people_write_it() {
        let code = BackupCode::from_bytes([0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf]);
        assert_eq!(code.grouped(), "0123-4567-89AB-CDEF");
        for typed in ["0123-4567-89AB-CDEF", "0123456789abcdef", "OI23 4567 89ab cdef", "oİ234567-89ABCDEF"]
        {
            assert!(matches!(Proof::parse(typed), Ok(Proof::Backup(read)) if read == code), "{typed}");
        }
    }

    #[test]
    fn anything_else_says_what_is_missing() {
        assert_eq!(Proof::parse("").err(), Some(Code::Required));
        assert_eq!(Proof::parse(" - ").err(), Some(Code::Required));
        for typed in ["12345", "1234567", "12345a", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEU", "ğğğğğğ"]
        {
            assert_eq!(Proof::parse(typed).err(), Some(Code::CodeMalformed), "{typed}");
        }
        assert_eq!(Proof::parse(&"1".repeat(1 << 20)).err(), Some(Code::CodeMalformed));
    }

    #[test]
    fn nothing_secret_is_in_the_debug_output() {
        let proof = Proof::parse("123456").unwrap();
        assert!(!format!("{proof:?}").contains("123456"));
    }

    proptest! {
        #[test]
        fn every_backup_code_reads_back_as_itself(bytes: [u8; 10]) {
            let code = BackupCode::from_bytes(bytes);
            let read = Proof::parse(&code.grouped().to_lowercase());
            prop_assert!(matches!(read, Ok(Proof::Backup(read)) if read == code));
        }

        #[test]
        fn no_text_makes_the_parser_fail_otherwise(text in ".*") {
            _ = Proof::parse(&text);
        }
    }
}
