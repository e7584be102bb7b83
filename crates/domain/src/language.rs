//! The two languages of the product. Turkish is the default everywhere.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    Tr,
    En,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Tr, Self::En];

    /// The BCP 47 tag, as in `<html lang>` and in the database.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Tr => "tr",
            Self::En => "en",
        }
    }

    /// The language's name in that language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tr => "Türkçe",
            Self::En => "English",
        }
    }

    /// Reads exactly a tag that [`tag`](Self::tag) writes.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The first supported language of an `Accept-Language` header, in the order written
    /// (weights are ignored: browsers send them in falling order, RFC 9110 section 12.5.4).
    pub fn from_accept_language(header: &str) -> Option<Self> {
        header.split(',').find_map(|range| {
            let tag = range.split([';', '-']).next().unwrap_or_default();
            Self::from_tag(&tag.trim().to_ascii_lowercase())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_supported_language_wins() {
        assert_eq!(Language::from_accept_language("de-DE,en-GB;q=0.8,tr;q=0.7"), Some(Language::En));
        assert_eq!(Language::from_accept_language("TR-tr"), Some(Language::Tr));
        assert_eq!(Language::from_accept_language("fr, *"), None);
        assert_eq!(Language::from_accept_language(""), None);
    }
}
