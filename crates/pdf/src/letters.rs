//! The two fonts, and how wide text is in them.

use krilla::text::Font;
use rustybuzz::{Direction, Face, UnicodeBuffer};

use crate::Failure;

const REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold.ttf");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

pub(crate) struct Letters {
    fonts: [Font; 2],
    faces: [Face<'static>; 2],
}

impl Letters {
    pub(crate) fn load() -> Result<Self, Failure> {
        let broken = || Failure("a font could not be read".to_owned());
        let font = |bytes: &'static [u8]| Font::new(bytes.into(), 0).ok_or_else(broken);
        let face = |bytes| Face::from_slice(bytes, 0).ok_or_else(broken);
        Ok(Self { fonts: [font(REGULAR)?, font(BOLD)?], faces: [face(REGULAR)?, face(BOLD)?] })
    }

    pub(crate) fn font(&self, weight: Weight) -> Font {
        self.fonts[usize::from(weight == Weight::Bold)].clone()
    }

    const fn face(&self, weight: Weight) -> &Face<'static> {
        match weight {
            Weight::Regular => &self.faces[0],
            Weight::Bold => &self.faces[1],
        }
    }

    pub(crate) fn width(&self, text: &str, weight: Weight, size: f32) -> f32 {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let face = self.face(weight);
        let shaped = rustybuzz::shape(face, &[], buffer);
        let units: i32 = shaped.glyph_positions().iter().map(|glyph| glyph.x_advance).sum();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a line of text is far narrower than what f32 counts exactly"
        )]
        let (units, em) = (units as f32, face.units_per_em() as f32);
        units / em * size
    }

    /// What the fonts cannot write is a question mark: an empty box is not allowed in an archive, and says less.
    pub(crate) fn known(&self, text: &str) -> String {
        let face = self.face(Weight::Regular);
        let is_known = |mark| mark == '\n' || face.glyph_index(mark).is_some();
        text.chars().map(|mark| if is_known(mark) { mark } else { '?' }).collect()
    }

    /// Lines no wider than `most`; a word that is wider by itself is cut. Keeps the lines that are there.
    pub(crate) fn wrap(&self, text: &str, weight: Weight, size: f32, most: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if self.width(&longer, weight, size) <= most {
                    line = longer;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                for mark in word.chars() {
                    line.push(mark);
                    if line.chars().count() > 1 && self.width(&line, weight, size) > most {
                        line.pop();
                        lines.push(std::mem::replace(&mut line, mark.to_string()));
                    }
                }
            }
            lines.push(line);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turkish_and_the_lira_sign_are_there_in_both_weights() {
        let letters = Letters::load().unwrap();
        let needed = "abcçdefgğhıijklmnoöprsştuüvyzqwxâîûABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZQWXÂÎÛ0123456789₺€$%&/()–—’“”…·№";
        for weight in [Weight::Regular, Weight::Bold] {
            let missing: String =
                needed.chars().filter(|mark| letters.face(weight).glyph_index(*mark).is_none()).collect();
            assert_eq!(missing, "", "{weight:?}");
        }
        assert_eq!(letters.known("Ğ漢\n₺"), "Ğ?\n₺");
    }

    #[test]
    fn both_weights_know_the_same_letters() {
        let letters = Letters::load().unwrap();
        let known = |weight| {
            (' '..='\u{ffff}').filter(|mark| letters.face(weight).glyph_index(*mark).is_some()).count()
        };
        assert!(known(Weight::Regular) > 600);
        assert_eq!(known(Weight::Regular), known(Weight::Bold));
    }

    #[test]
    fn lines_are_no_wider_than_they_may_be() {
        let letters = Letters::load().unwrap();
        let text = "Yıldız Çağrı Merkezi ve Müşteri Hizmetleri Sanayi ve Ticaret Anonim Şirketi\nhttps://çokuzunbirkelimedir.example";
        let lines = letters.wrap(text, Weight::Regular, 10.0, 120.0);
        assert!(
            lines.len() > 4 && lines.iter().all(|line| letters.width(line, Weight::Regular, 10.0) <= 120.0),
            "{lines:?}"
        );
        let marks = |text: &str| text.chars().filter(|mark| !mark.is_whitespace()).collect::<String>();
        assert_eq!(marks(&lines.concat()), marks(text));
        assert_eq!(letters.wrap("", Weight::Bold, 10.0, 1.0), Vec::<String>::new());
    }
}
