//! Money in whole kuruş: how it is written, read, shared out and taxed. Never a float.

use serde::{Deserialize, Serialize};

use crate::{Code, Language};

/// An amount of Turkish lira, in kuruş.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

impl Money {
    pub const ZERO: Self = Self(0);
    /// Ten million lira: more is a slip of the hand.
    pub const MOST: Self = Self::lira(10_000_000);

    pub const fn lira(lira: i64) -> Self {
        Self(lira * 100)
    }

    pub const fn kurus(self) -> i64 {
        self.0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// `1.234,56 ₺`, `₺1,234.56`
    pub fn text(self, language: Language) -> String {
        let sign = if self.is_negative() { "-" } else { "" };
        match language {
            Language::Tr => format!("{sign}{} ₺", self.figures(".", ",")),
            Language::En => format!("{sign}₺{}", self.figures(",", ".")),
        }
    }

    /// As an input field shows it: `1234,56`, `1234.56`.
    pub fn typed(self, language: Language) -> String {
        let sign = if self.is_negative() { "-" } else { "" };
        let point = if language == Language::Tr { "," } else { "." };
        format!("{sign}{}", self.figures("", point))
    }

    fn figures(self, between: &str, point: &str) -> String {
        let kurus = self.0.unsigned_abs();
        let digits = (kurus / 100).to_string();
        let mut lira = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                lira.push_str(between);
            }
            lira.push(digit);
        }
        format!("{lira}{point}{:02}", kurus % 100)
    }

    /// Reads an amount as either language writes it: `1234`, `1.234,5`, `1,234.50`. A last group of one or two figures
    /// is kuruş, of three is thousands. Errors: `Required`, `AmountInvalid`.
    pub fn parse(typed: &str) -> Result<Self, Code> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(Code::Required);
        }
        let (sign, text) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let text = text.trim_matches('₺').trim();
        let (whole, kurus) = match text.rfind(['.', ',']) {
            Some(at) if (1..=2).contains(&(text.len() - at - 1)) => (&text[..at], &text[at + 1..]),
            _ => (text, ""),
        };
        let lira = crate::plan::whole_number(whole).ok_or(Code::AmountInvalid)?;
        if !kurus.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(Code::AmountInvalid);
        }
        let kurus: i64 = format!("{kurus:0<2}").parse().map_err(|_| Code::AmountInvalid)?;
        let amount = Self(sign * (i64::from(lira) * 100 + kurus));
        if amount.0.abs() > Self::MOST.0 { Err(Code::AmountInvalid) } else { Ok(amount) }
    }

    /// `parts` of `of` parts, rounded half up.
    pub fn share(self, parts: u32, of: u32) -> Self {
        Self(half_up(i128::from(self.0) * i128::from(parts), i128::from(of.max(1))))
    }

    /// The tax on it at a rate in basis points (2000: 20 %), rounded half up.
    pub fn tax(self, rate: u32) -> Self {
        Self(half_up(i128::from(self.0) * i128::from(rate), 10_000))
    }
}

/// Halves go away from zero. What does not fit is as large as can be.
fn half_up(number: i128, by: i128) -> i64 {
    let half = if number < 0 { -by / 2 } else { by / 2 };
    let rounded = (number + half) / by;
    i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
}

impl std::ops::Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::ops::Mul<u32> for Money {
    type Output = Self;
    fn mul(self, times: u32) -> Self {
        Self(self.0.saturating_mul(i64::from(times)))
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, std::ops::Add::add)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_amount_is_written_as_each_language_does() {
        for (kurus, tr, en) in [
            (0, "0,00 ₺", "₺0.00"),
            (5, "0,05 ₺", "₺0.05"),
            (123_456, "1.234,56 ₺", "₺1,234.56"),
            (100_000_000_000, "1.000.000.000,00 ₺", "₺1,000,000,000.00"),
            (-99_950, "-999,50 ₺", "-₺999.50"),
        ] {
            assert_eq!(
                (Money(kurus).text(Language::Tr), Money(kurus).text(Language::En)),
                (tr.into(), en.into())
            );
        }
    }

    #[test]
    fn an_amount_is_read_as_either_language_writes_it() {
        for (typed, kurus) in [
            ("1234", 123_400),
            ("1.234", 123_400),
            ("1,234", 123_400),
            ("1.234,5", 123_450),
            ("1,234.56", 123_456),
            (" 1.234.567,89 ₺ ", 123_456_789),
            ("₺12.30", 1_230),
            ("0,05", 5),
            ("-250", -25_000),
            ("10000000", 1_000_000_000),
        ] {
            assert_eq!(Money::parse(typed), Ok(Money(kurus)), "{typed}");
        }
        assert_eq!(Money::parse(" "), Err(Code::Required));
        for wrong in
            ["on", "1.2.3", "1,2345", "--5", "5-", "1e3", ",5", "10000000,01", "99999999999", "12,3a"]
        {
            assert_eq!(Money::parse(wrong), Err(Code::AmountInvalid), "{wrong}");
        }
    }

    #[test]
    fn halves_are_rounded_up() {
        assert_eq!(
            (Money(2).tax(2500), Money(1).tax(2500), Money(-2).tax(2500)),
            (Money(1), Money(0), Money(-1))
        );
        assert_eq!(
            (Money(100).share(1, 3), Money(200).share(1, 3), Money(1).share(1, 2)),
            (Money(33), Money(67), Money(1))
        );
        assert_eq!(Money(199_000).tax(2000), Money(39_800));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(kurus in -1_000_000_000i64..=1_000_000_000) {
            for language in Language::ALL {
                prop_assert_eq!(Money::parse(&Money(kurus).typed(language)), Ok(Money(kurus)));
                prop_assert_eq!(Money::parse(&Money(kurus).text(language)), Ok(Money(kurus)));
            }
        }

        /// Rounding moves an amount by half a kuruş at most, and never past the whole.
        #[test]
        fn a_share_is_right_to_half_a_kurus(kurus in 0i64..=10_000_000_000, of in 1u32..=31, parts in 0u32..=31) {
            let parts = parts.min(of);
            let share = i128::from(Money(kurus).share(parts, of).0);
            let exact = i128::from(kurus) * i128::from(parts);
            prop_assert!((share * i128::from(of) - exact).abs() * 2 <= i128::from(of));
            prop_assert!(share <= i128::from(kurus));
        }
    }
}
