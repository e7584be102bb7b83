//! An amount in Turkish words, as it stands on an invoice.

use crate::money::Money;

const ONES: [&str; 10] = ["", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz"];
const TENS: [&str; 10] = ["", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan"];
const GROUPS: [&str; 7] = ["", "bin", "milyon", "milyar", "trilyon", "katrilyon", "kentilyon"];

/// `yalnız bin iki yüz otuz dört Türk lirası elli altı kuruş`. Without its sign.
pub fn in_words(amount: Money) -> String {
    let kurus = amount.kurus().unsigned_abs();
    let (lira, kurus) = (kurus / 100, kurus % 100);
    let mut words = vec!["yalnız".to_owned()];
    if lira > 0 || kurus == 0 {
        words.push(format!("{} Türk lirası", number(lira)));
    }
    if kurus > 0 {
        words.push(format!("{} kuruş", number(kurus)));
    }
    words.join(" ")
}

fn number(number: u64) -> String {
    if number == 0 {
        return "sıfır".to_owned();
    }
    let mut words = Vec::new();
    for (group, name) in GROUPS.iter().enumerate().rev() {
        let part = number / 1000_u64.pow(u32::try_from(group).unwrap_or(0)) % 1000;
        if part == 0 {
            continue;
        }
        let (hundreds, rest) = (part / 100, part % 100);
        // "yüz" and "bin" alone mean one of them.
        if hundreds > 0 {
            words.extend((hundreds > 1).then(|| word(&ONES, hundreds)));
            words.push("yüz");
        }
        if !(group == 1 && part == 1) {
            words.extend(
                [word(&TENS, rest / 10), word(&ONES, rest % 10)].into_iter().filter(|word| !word.is_empty()),
            );
        }
        words.extend((!name.is_empty()).then_some(*name));
    }
    words.join(" ")
}

fn word(words: &'static [&'static str; 10], digit: u64) -> &'static str {
    usize::try_from(digit).ok().and_then(|digit| words.get(digit)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_said_as_an_invoice_says_them() {
        for (kurus, words) in [
            (0, "yalnız sıfır Türk lirası"),
            (7, "yalnız yedi kuruş"),
            (100, "yalnız bir Türk lirası"),
            (123_456, "yalnız bin iki yüz otuz dört Türk lirası elli altı kuruş"),
            (10_000, "yalnız yüz Türk lirası"),
            (100_000, "yalnız bin Türk lirası"),
            (200_100, "yalnız iki bin bir Türk lirası"),
            (10_110_000, "yalnız yüz bir bin yüz Türk lirası"),
            (10_100_000, "yalnız yüz bir bin Türk lirası"),
            (100_100_000, "yalnız bir milyon bin Türk lirası"),
            (9_090_909, "yalnız doksan bin dokuz yüz dokuz Türk lirası dokuz kuruş"),
            (238_800, "yalnız iki bin üç yüz seksen sekiz Türk lirası"),
            (100_000_000_000, "yalnız bir milyar Türk lirası"),
        ] {
            assert_eq!(in_words(Money(kurus)), words, "{kurus}");
        }
    }

    /// Reads the words back, so that no two amounts are said alike.
    fn read(words: &str) -> u64 {
        let value: HashMap<&str, u64> = ONES
            .iter()
            .zip(0u64..)
            .chain(TENS.iter().zip((0u64..).step_by(10)))
            .filter(|(word, _)| !word.is_empty())
            .map(|(word, value)| (*word, value))
            .collect();
        let (mut total, mut part) = (0u64, 0u64);
        for word in words.split(' ') {
            match (word, GROUPS.iter().position(|group| *group == word)) {
                ("sıfır", _) => {}
                ("yüz", _) => part = part.max(1) * 100,
                (_, Some(group)) => {
                    total += part.max(1) * 1000_u64.pow(u32::try_from(group).unwrap());
                    part = 0;
                }
                _ => part += value[word],
            }
        }
        total + part
    }

    proptest! {
        #[test]
        fn words_are_read_back(lira in 0u64..=90_000_000_000_000_000) {
            prop_assert_eq!(read(&number(lira)), lira);
        }

        #[test]
        fn nothing_is_said_twice_or_with_a_gap(kurus in 0i64..=1_000_000_000_000) {
            let words = in_words(Money(kurus));
            prop_assert!(words.starts_with("yalnız ") && !words.contains("  ") && words.trim() == words);
            prop_assert!(!words.contains("bir yüz") && !words.starts_with("yalnız bir bin"), "{}", words);
        }
    }
}
