//! Folding text for searching: what a person types on any keyboard finds what they mean.
//!
//! `İ`, `I`, `ı` and `i` are one letter here; that is wrong for Turkish spelling and right for
//! Turkish searching. Sorting is another matter: there `ı` comes before `i`.

/// Lower-case ASCII words with single spaces: `Hint Okyanusu / Réunion` becomes `hint okyanusu reunion`.
/// Letters that have no ASCII relative are kept.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'A'..='Z' => folded.push(c.to_ascii_lowercase()),
            'a'..='z' | '0'..='9' => folded.push(c),
            'ı' | 'İ' | 'î' | 'Î' | 'í' | 'Í' | 'ì' | 'ï' | 'Ï' => folded.push('i'),
            'ş' | 'Ş' | 'š' | 'Š' | 'ș' => folded.push('s'),
            'ğ' | 'Ğ' => folded.push('g'),
            'ç' | 'Ç' | 'č' | 'Č' | 'ć' => folded.push('c'),
            'ö' | 'Ö' | 'ó' | 'Ó' | 'ô' | 'Ô' | 'ò' | 'õ' | 'Õ' | 'ø' | 'Ø' => folded.push('o'),
            'ü' | 'Ü' | 'ú' | 'Ú' | 'û' | 'Û' | 'ù' => folded.push('u'),
            'â' | 'Â' | 'á' | 'Á' | 'à' | 'ä' | 'Ä' | 'ã' | 'å' | 'Å' => folded.push('a'),
            'é' | 'É' | 'è' | 'ê' | 'ë' => folded.push('e'),
            'ñ' | 'Ñ' => folded.push('n'),
            'ý' => folded.push('y'),
            'ž' | 'Ž' => folded.push('z'),
            'ß' => folded.push_str("ss"),
            // A combining mark follows its letter (`i` + dot above, as some systems lower-case `İ`).
            '\u{300}'..='\u{36f}' | '\'' | '’' => {}
            _ if c.is_alphanumeric() => folded.extend(c.to_lowercase()),
            _ if !folded.is_empty() && !folded.ends_with(' ') => folded.push(' '),
            _ => {}
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyboard_finds_turkish_words() {
        for text in ["İstanbul", "ISTANBUL", "istanbul", "ıstanbul", "i\u{307}stanbul", "  Istanbul. "] {
            assert_eq!(fold(text), "istanbul", "{text:?}");
        }
        assert_eq!(fold("Çağrı Öğüş"), "cagri ogus");
        assert_eq!(fold("Hint Okyanusu / Réunion"), "hint okyanusu reunion");
        assert_eq!(fold("Côte d'Ivoire"), "cote divoire");
        assert_eq!(fold("Москва"), "москва");
        assert_eq!(fold(" -/ "), "");
    }
}
