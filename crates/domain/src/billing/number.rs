//! The tax number of a company (VKN) and the national number of a person (TCKN). Both carry check digits, so that a slip
//! of the finger is told at the field. Whether a number was ever given to anybody only the administration knows.
//!
//! - VKN: `vergi kimlik numarası` of the Revenue Administration (GİB), laws 213 (article 8) and 4358. What is valid:
//!   <https://www.turkiye.gov.tr/gib-intvrg-vergi-kimlik-numarasi-dogrulama>. Neither law nor form prints the arithmetic of the check
//!   digit; it is the one that the administration's programs use, as `stdnum.tr.vkn` of python-stdnum writes it down.
//! - TCKN: `T.C. kimlik numarası` of the General Directorate of Population (NVİ), law 5490 (articles 46 and 47); the last two
//!   digits verify the nine before them: <https://tckimlik.nvi.gov.tr>. Since 1 July 2006 it is the tax number of a person too,
//!   which is why a sole trader's invoice carries it.

use std::fmt;

use crate::Code;

/// A tax number of ten digits, the last of which follows from the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vkn(String);

impl Vkn {
    /// Spaces are left out. Errors: `Required`, `TaxNumberInvalid`.
    pub fn parse(text: &str) -> Result<Self, Code> {
        let digits = digits::<10>(text)?.ok_or(Code::TaxNumberInvalid)?;
        let [first @ .., check] = digits;
        if check_digit(first) == check { Ok(Self(written(&digits))) } else { Err(Code::TaxNumberInvalid) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The check digit of the Revenue Administration: each digit is moved on by its distance from the end and doubled once for
/// each place of that distance, modulo nine; a multiple of nine counts as nine, nothing as nothing.
fn check_digit(first: [u32; 9]) -> u32 {
    let weigh = |(digit, places): (u32, u32)| match (digit + places) % 10 {
        0 => 0,
        moved => match (moved << places) % 9 {
            0 => 9,
            rest => rest,
        },
    };
    let sum: u32 = first.into_iter().zip((1..=9).rev()).map(weigh).sum();
    (10 - sum % 10) % 10
}

/// A national identity number of eleven digits, the last two of which follow from the others. Personal data: it is shown
/// with [`masked`](Self::masked) and never stands in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Tckn(String);

impl Tckn {
    /// Spaces are left out. Errors: `Required`, `NationalNumberInvalid`.
    pub fn parse(text: &str) -> Result<Self, Code> {
        let digits = digits::<11>(text)?.ok_or(Code::NationalNumberInvalid)?;
        let [first @ .., tenth, eleventh] = digits;
        let fits = first[0] != 0 && check_digits(first) == (tenth, eleventh);
        if fits { Ok(Self(written(&digits))) } else { Err(Code::NationalNumberInvalid) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `100******46`: enough to recognise one's own.
    pub fn masked(&self) -> String {
        let (head, tail) = (self.0.get(..3).unwrap_or_default(), self.0.get(9..).unwrap_or_default());
        format!("{head}******{tail}")
    }
}

impl fmt::Debug for Tckn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tckn").field(&self.masked()).finish()
    }
}

/// The tenth and the eleventh digit.
fn check_digits(first: [u32; 9]) -> (u32, u32) {
    let sum = |from: usize| first.iter().skip(from).step_by(2).sum::<u32>();
    let (odd, even) = (sum(0), sum(1));
    // 40 is more than four digits can take away.
    let tenth = (odd * 7 + 40 - even) % 10;
    (tenth, (odd + even + tenth) % 10)
}

/// Exactly `N` ASCII digits, with spaces anywhere; `None` for anything else. Errors: `Required`.
fn digits<const N: usize>(text: &str) -> Result<Option<[u32; N]>, Code> {
    let mut marks = text.chars().filter(|mark| !mark.is_whitespace()).peekable();
    if marks.peek().is_none() {
        return Err(Code::Required);
    }
    let digits: Option<Vec<u32>> = marks.map(|mark| mark.to_digit(10)).collect();
    Ok(digits.and_then(|digits| digits.try_into().ok()))
}

fn written(digits: &[u32]) -> String {
    digits.iter().filter_map(|digit| char::from_digit(*digit, 10)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "  ", "\t"] {
            assert_eq!((Vkn::parse(text), Tckn::parse(text)), (Err(Code::Required), Err(Code::Required)));
        }
        for text in
            ["454053692", "45405369200", "454053692x", "4540536920 0", "-454053692", "٤٥٤٠٥٣٦٩٢٠", "０"]
        {
            assert_eq!(Vkn::parse(text), Err(Code::TaxNumberInvalid), "{text:?}");
        }
        for text in ["1000000014", "100000001460", "1000000014a", "00000000000", "٠١٢٣٤٥٦٧٨٩٠"] {
            assert_eq!(Tckn::parse(text), Err(Code::NationalNumberInvalid), "{text:?}");
        }
    }

    #[test]
    fn known_tax_numbers_are_read() {
        for number in ["4540536920", "1234567890", "9876543217", "9029589240", "3721052062", "8790017566"] {
            assert_eq!(Vkn::parse(number).map(|vkn| vkn.as_str().to_owned()).as_deref(), Ok(number));
        }
        assert_eq!(Vkn::parse(" 454 053 69 20 "), Vkn::parse("4540536920"));
        for wrong in ["4540536921", "1234567891", "1111111111", "0000000000"] {
            assert_eq!(Vkn::parse(wrong), Err(Code::TaxNumberInvalid), "{wrong}");
        }
    }

    #[test]
    fn known_national_numbers_are_read() {
        for number in ["10000000146", "17291716060", "11111111110", "12345678950"] {
            assert_eq!(Tckn::parse(number).map(|tckn| tckn.as_str().to_owned()).as_deref(), Ok(number));
        }
        for wrong in ["10000000145", "17291716050", "17291716061", "12345678901", "01234567890"] {
            assert_eq!(Tckn::parse(wrong), Err(Code::NationalNumberInvalid), "{wrong}");
        }
    }

    #[test]
    fn a_national_number_is_shown_in_part_only() {
        let tckn = Tckn::parse("10000000146").unwrap();
        assert_eq!(tckn.masked(), "100******46");
        assert_eq!(format!("{tckn:?}"), "Tckn(\"100******46\")");
    }

    /// The number with another digit at one place.
    fn slipped(number: &[u32], place: usize, by: u32) -> String {
        let mut digits = number.to_vec();
        digits[place] = (digits[place] + by) % 10;
        written(&digits)
    }

    proptest! {
        #[test]
        fn one_wrong_digit_of_a_tax_number_is_always_noticed(
            first in prop::array::uniform9(0_u32..10), place in 0_usize..10, by in 1_u32..10,
        ) {
            let number: Vec<u32> = first.into_iter().chain([check_digit(first)]).collect();
            prop_assert!(Vkn::parse(&written(&number)).is_ok());
            prop_assert!(Vkn::parse(&slipped(&number, place, by)).is_err());
        }

        #[test]
        fn one_wrong_digit_of_a_national_number_is_always_noticed(
            mut first in prop::array::uniform9(0_u32..10), place in 0_usize..11, by in 1_u32..10,
        ) {
            first[0] = first[0].max(1);
            let (tenth, eleventh) = check_digits(first);
            let number: Vec<u32> = first.into_iter().chain([tenth, eleventh]).collect();
            prop_assert!(Tckn::parse(&written(&number)).is_ok());
            prop_assert!(Tckn::parse(&slipped(&number, place, by)).is_err());
        }

        #[test]
        fn nothing_typed_is_read_as_what_it_is_not(text in ".{0,16}") {
            for read in [Vkn::parse(&text).map(|vkn| vkn.0), Tckn::parse(&text).map(|tckn| tckn.0)].into_iter().flatten() {
                let typed: String = text.chars().filter(|mark| !mark.is_whitespace()).collect();
                prop_assert_eq!(read, typed);
            }
        }
    }
}
