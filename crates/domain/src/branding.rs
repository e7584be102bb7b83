//! The logo: how it is cut out of a picture, what it stands on, and how small it may be.

use serde::{Deserialize, Serialize};

use crate::{AppError, Code, error::FieldErrors};

/// A mail shows the logo in a box of this size. A picture that fills neither side of it would have to be enlarged.
pub const SHOWN: (u32, u32) = (240, 80);
/// Below this a side is a line and no picture.
pub const LEAST_SIDE: u32 = 16;
/// Width and height of the largest picture that is kept: four times [`SHOWN`].
pub const KEPT: (u32, u32) = (960, 320);
/// The width of a strip by its height: the shape of every padded picture, and of [`Shape::Wide`].
pub const RATIO: u32 = 3;

/// Whether a part of this size may be a logo.
pub const fn is_large_enough(width: u32, height: u32) -> bool {
    let shorter = if width < height { width } else { height };
    shorter >= LEAST_SIDE && (width >= SHOWN.0 || height >= SHOWN.1)
}

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// As it is stored and posted.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == word)
            }
        }
    };
}

/// Which rectangles may be cut out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// Any; what is missing to the strip of a mail stays empty.
    #[default]
    Free,
    /// Three times as wide as high.
    Wide,
}

words!(Shape { Free = "free", Wide = "wide" });

/// What the logo stands on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plate {
    /// Nothing: the paper or the mail shines through.
    #[default]
    None,
    White,
    Dark,
}

words!(Plate { None = "none", White = "white", Dark = "dark" });

impl Plate {
    pub const fn colour(self) -> Option<[u8; 3]> {
        match self {
            Self::None => None,
            Self::White => Some([255, 255, 255]),
            Self::Dark => Some([23, 32, 43]),
        }
    }
}

/// What is posted beside the file of a logo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoForm {
    pub shape: String,
    pub plate: String,
    /// The version that the page showed; empty where it does not say.
    pub version: String,
}

/// A [`LogoForm`] that makes sense.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogoChoice {
    pub shape: Shape,
    pub plate: Plate,
    pub version: Option<i64>,
}

impl LogoForm {
    /// What is left out is the first choice. Errors: `ChoiceUnknown` at `shape` and `plate`; `BadRequest` for a version
    /// that is no number.
    pub fn parse(&self) -> Result<LogoChoice, AppError> {
        let mut errors = FieldErrors::default();
        let shape = errors.keep("shape", known(&self.shape, Shape::from_word));
        let plate = errors.keep("plate", known(&self.plate, Plate::from_word));
        errors.finish()?;
        let version = match self.version.as_str() {
            "" => None,
            number => Some(number.parse().map_err(|_| Code::BadRequest)?),
        };
        Ok(LogoChoice { shape: shape.unwrap_or_default(), plate: plate.unwrap_or_default(), version })
    }
}

fn known<T: Default>(word: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Code> {
    if word.is_empty() { Ok(T::default()) } else { read(word).ok_or(Code::ChoiceUnknown) }
}

/// What the logo that is there shall stand on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlateForm {
    pub version: i64,
    pub plate: String,
}

impl PlateForm {
    /// Errors: `ChoiceUnknown` at `plate`.
    pub fn parse(&self) -> Result<Plate, AppError> {
        Plate::from_word(&self.plate).ok_or_else(|| AppError::field("plate", Code::ChoiceUnknown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_would_have_to_be_enlarged_is_too_small() {
        for (width, height, fine) in [
            (239, 79, false),
            (240, 16, true),
            (16, 80, true),
            (240, 15, false),
            (15, 4000, false),
            (0, 0, false),
            (100, 100, true),
        ] {
            assert_eq!(is_large_enough(width, height), fine, "{width} × {height}");
        }
    }

    #[test]
    fn unknown_words_are_named_at_their_fields() {
        let form = LogoForm { shape: "round".into(), plate: "pink".into(), version: "1".into() };
        let error = form.parse().unwrap_err();
        assert_eq!(
            (error.of("shape"), error.of("plate")),
            (Some(Code::ChoiceUnknown), Some(Code::ChoiceUnknown))
        );
        let form = PlateForm { version: 1, plate: String::new() };
        assert_eq!(form.parse(), Err(AppError::field("plate", Code::ChoiceUnknown)));
        let form = LogoForm { version: "new".into(), ..LogoForm::default() };
        assert_eq!(form.parse(), Err(Code::BadRequest.into()));
    }

    #[test]
    fn what_is_left_out_is_the_first_choice() {
        assert_eq!(LogoForm::default().parse(), Ok(LogoChoice::default()));
        let form = LogoForm { shape: "wide".into(), plate: "dark".into(), version: "7".into() };
        let choice = LogoChoice { shape: Shape::Wide, plate: Plate::Dark, version: Some(7) };
        assert_eq!(form.parse(), Ok(choice));
    }
}
