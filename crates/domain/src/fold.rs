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

/// Lower-case as Turkish writes it: `I` is `ı` and `İ` is `i`, with single spaces. For names that are to be unique: two
/// that differ in a letter are two.
pub fn lower(text: &str) -> String {
    let mut lowered = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !lowered.is_empty() {
            lowered.push(' ');
        }
        for c in word.chars() {
            match c {
                'I' => lowered.push('ı'),
                'İ' => lowered.push('i'),
                // What is left of an `İ` that a system took apart.
                '\u{307}' if lowered.ends_with(['i', 'ı']) => {
                    lowered.pop();
                    lowered.push('i');
                }
                _ => lowered.extend(c.to_lowercase()),
            }
        }
    }
    lowered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_turkish_casing_only() {
        assert_eq!(lower("  İADE   IŞIK "), "iade ışık");
        assert_eq!(lower("I\u{307}ade"), "iade");
        assert_ne!(lower("ILIK"), lower("ilik"));
        assert_ne!(lower("Çam"), lower("Cam"));
        assert_eq!(lower("ŞÖĞÜÇ"), "şöğüç");
    }

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
