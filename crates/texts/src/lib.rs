//! Every sentence a person reads, in both languages: pages, errors, mails.
//!
//! One function per key of `locales/<language>/<room>.json`, written by `build.rs`:
//! `texts::general::title(language)`. Placeholders are arguments.

use domain::{AppError, Code, Language};
use std::fmt::Display;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A text of a room's table, which is sorted by its keys.
fn find(texts: &'static [(&str, [&str; 2])], spoken: Language, key: &str) -> Option<&'static str> {
    let at = texts.binary_search_by_key(&key, |(key, _)| key).ok()?;
    let (_, [tr, en]) = texts.get(at)?;
    Some(match spoken {
        Language::Tr => tr,
        Language::En => en,
    })
}

/// The word after a number: English has one for 1 and one for all others, Turkish none.
fn fitting(number: &impl Display, one: &'static str, many: &'static str) -> &'static str {
    if number.to_string() == "1" { one } else { many }
}

/// The sentence for a code. Every code has one in each language (tested below).
pub fn code(language: Language, code: Code) -> &'static str {
    errors::by_key(language, code.as_str()).unwrap_or_else(|| errors::internal(language))
}

/// The sentence under `field`, if it is at fault; with how far the clock is off where it says so.
pub fn field(language: Language, error: &AppError, field: &str) -> Option<String> {
    let code = error.of(field)?;
    Some(match (code, error.seconds_off) {
        (Code::ClockWrong, Some(seconds @ 1..)) => errors::clock_ahead(language, seconds),
        (Code::ClockWrong, Some(seconds)) => errors::clock_behind(language, seconds.unsigned_abs()),
        _ => self::code(language, code).to_owned(),
    })
}

/// The sentence for a whole error, with the waiting time where there is one.
pub fn error(language: Language, error: &AppError) -> String {
    match error.retry_after {
        Some(seconds) if seconds < 90 => errors::try_again_in_seconds(language, seconds),
        Some(seconds) => errors::try_again_in_minutes(language, seconds.div_ceil(60)),
        None => code(language, error.code).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_told_by_how_much() {
        let error = |off| field(Language::En, &AppError::clock_wrong("code", off), "code").unwrap();
        assert!(error(-90).contains("90 seconds behind"));
        assert!(error(60).contains("60 seconds ahead"));
        assert_eq!(field(Language::En, &AppError::clock_wrong("code", 60), "password"), None);
    }

    #[test]
    fn a_word_fits_the_number_before_it() {
        assert_eq!(
            help::files_now(Language::En, 1, 2, 1),
            "1 category and 2 files now; 1 file has no category."
        );
        assert_eq!(sessions::ended_count(Language::En, 1), "1 session has ended.");
        for many in [0, 2, 11, 21] {
            assert_eq!(sessions::ended_count(Language::En, many), format!("{many} sessions have ended."));
            assert_eq!(sessions::ended_count(Language::Tr, many), format!("{many} oturum kapatıldı."));
        }
    }

    #[test]
    fn texts_are_found_by_their_key_alone() {
        assert_eq!(errors::by_key(Language::En, "internal"), Some(errors::internal(Language::En)));
        assert_eq!(errors::by_key(Language::Tr, "internal"), Some(errors::internal(Language::Tr)));
        for key in ["", "intern", "internal2", "zzz"] {
            assert_eq!(errors::by_key(Language::Tr, key), None);
        }
    }

    #[test]
    fn every_code_has_a_text_in_every_language() {
        for language in Language::ALL {
            for code in Code::ALL {
                assert!(errors::by_key(language, code.as_str()).is_some(), "{language:?} {}", code.as_str());
            }
        }
    }
}
