//! Telephone numbers: typed in any usual way, stored as E.164, shown with their country code.
//!
//! A number without `+` is Turkish unless the caller says otherwise; `444 0 555` (a company number
//! with seven digits) is whole, not incomplete.

use domain::Code;
use domain::general::{check_phone_shape, is_pasted_mark};
use phonenumber::{Mode, PhoneNumber, country};

/// A number that exists in its country's numbering plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// ITU-T E.164 with the plus sign: `+902125550123`.
    pub e164: String,
}

/// Reads a number. `country` is the ISO 3166 code of the one to assume without a `+`; Türkiye if `None`.
///
/// Fails with `PhoneIncomplete` (a Turkish number with digits missing), `PhoneNeedsCountry` (too
/// many digits for the assumed country, and no country code) or `PhoneInvalid`.
pub fn parse(text: &str, country: Option<&str>) -> Result<Phone, Code> {
    let text = text.trim_matches(is_pasted_mark);
    check_phone_shape(text)?;
    let home = country.and_then(|country| country.parse().ok()).unwrap_or(country::TR);
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let parsed = phonenumber::parse(Some(home), &digits).ok();
    let valid = parsed.filter(|number| number.is_valid() && number.extension().is_none());
    valid.map(|number| Phone { e164: e164(&number) }).ok_or_else(|| reason(&digits, home))
}

/// Why a number that does not exist does not exist, as far as it can be told.
fn reason(digits: &str, home: country::Id) -> Code {
    let national = match digits.strip_prefix("+90") {
        Some(rest) => rest,
        None if digits.starts_with('+') || home != country::TR => return Code::PhoneInvalid,
        None => digits,
    };
    let significant = national.trim_start_matches('0').len();
    if significant < 10 {
        Code::PhoneIncomplete
    } else if significant > 10 && !digits.starts_with(['+', '0']) {
        Code::PhoneNeedsCountry
    } else {
        Code::PhoneInvalid
    }
}

/// A stored number as people read it: `+90 212 555 01 23`. Anything else comes back unchanged.
pub fn format(e164: &str) -> String {
    match read(e164) {
        Some(number) => number.format().mode(Mode::International).to_string(),
        None => e164.to_owned(),
    }
}

fn read(e164: &str) -> Option<PhoneNumber> {
    let digits = e164.strip_prefix('+')?;
    let shape = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    shape.then(|| phonenumber::parse(None, e164).ok()).flatten().filter(PhoneNumber::is_valid)
}

fn e164(number: &PhoneNumber) -> String {
    number.format().mode(Mode::E164).to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Result<String, Code> {
        parse(text, None).map(|phone| phone.e164)
    }

    #[test]
    fn turkish_numbers_are_read_in_every_usual_spelling() {
        for text in [
            "0212 555 01 23",
            "2125550123",
            "(0212) 555-01-23",
            "+90 212 555 01 23",
            "+90 (212) 555.01.23",
            "90 212 555 01 23",
            "0090 212 555 01 23",
            " \u{202a}+90 212 555 01 23\u{202c} ",
        ] {
            assert_eq!(parsed(text).as_deref(), Ok("+902125550123"), "{text:?}");
        }
        assert_eq!(parsed("0532 123 45 67").as_deref(), Ok("+905321234567"));
        assert_eq!(parsed("0850 222 0 444").as_deref(), Ok("+908502220444"));
        assert_eq!(parsed("444 0 555").as_deref(), Ok("+904440555"));
    }

    #[test]
    fn other_countries_are_read_with_their_code() {
        assert_eq!(parsed("+49 30 901820").as_deref(), Ok("+4930901820"));
        assert_eq!(parsed("+1 (212) 555-0123").as_deref(), Ok("+12125550123"));
        assert_eq!(parsed("+44 20 7946 0958").as_deref(), Ok("+442079460958"));
        assert_eq!(parse("030 901820", Some("DE")).map(|phone| phone.e164).as_deref(), Ok("+4930901820"));
        assert_eq!(
            parse("0212 555 01 23", Some("??")).map(|phone| phone.e164).as_deref(),
            Ok("+902125550123")
        );
    }

    #[test]
    fn a_wrong_number_says_what_is_wrong() {
        for (text, code) in [
            ("0212 555 01", Code::PhoneIncomplete),
            ("+90 212 555 01 2", Code::PhoneIncomplete),
            ("212 555", Code::PhoneIncomplete),
            ("49 30 90182 0000", Code::PhoneNeedsCountry),
            ("0212 555 01 23 45", Code::PhoneInvalid),
            ("0000 000 00 00", Code::PhoneIncomplete),
            ("+999 123 45 67", Code::PhoneInvalid),
            ("+49 30", Code::PhoneInvalid),
            ("+1 212 555 012", Code::PhoneInvalid),
            ("0212 555 01 23 dahili 5", Code::PhoneInvalid),
            ("telefon", Code::PhoneInvalid),
            ("", Code::PhoneInvalid),
        ] {
            assert_eq!(parsed(text), Err(code), "{text:?}");
        }
    }

    #[test]
    fn numbers_are_shown_with_their_country() {
        assert_eq!(format("+902125550123"), "+90 212 555 01 23");
        assert_eq!(format("+905321234567"), "+90 532 123 45 67");
        assert_eq!(format("+442079460958"), "+44 20 7946 0958");
        for strange in ["", "+", "0212 555 01 23", "+90212", "abc"] {
            assert_eq!(format(strange), strange);
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back_as_the_same_number(text in "[+0-9 ()-]{0,20}") {
            if let Ok(phone) = parse(&text, None) {
                prop_assert_eq!(parse(&format(&phone.e164), None), Ok(phone));
            }
        }

        #[test]
        fn nonsense_never_panics(text in "\\PC{0,30}") {
            let _ = parse(&text, None);
            format(&text);
        }
    }
}
