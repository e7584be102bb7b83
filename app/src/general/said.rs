//! What a save says: which fields changed. After a redirect the page's address carries their names.

use domain::{Language, general::FIELDS};

#[cfg(feature = "ssr")]
use crate::paths;

/// The page that says which fields changed, and from which time zone.
#[cfg(feature = "ssr")]
pub fn address(changed: &[&str], zone_before: Option<&str>) -> String {
    // The field about which there is more to say.
    let zone = zone_before.map(|zone| format!("&zone={zone}#place")).unwrap_or_default();
    format!("{}?saved=general/save-profile:{}{zone}", paths::GENERAL, changed.join(","))
}

/// The sentence after a save; names that are none of ours say nothing.
pub fn saved<'a>(l: Language, changed: impl Iterator<Item = &'a str>) -> String {
    let labels: Vec<&str> = changed.filter_map(|field| label(l, field)).collect();
    match labels[..] {
        [] => texts::shell::nothing_changed(l).to_owned(),
        _ => texts::general::saved_fields(l, labels.join(", ")),
    }
}

/// What the form did that led to this page, by what the address says of it.
pub fn said_after(l: Language, act: &str) -> String {
    let text = match act.split_once(':') {
        Some(("save-profile", changed)) => return saved(l, changed.split(',')),
        Some(_) => texts::shell::saved(l),
        None => match act {
            "save-photo" => texts::general::photo_saved(l),
            "save-photo-instead" => texts::general::photo_saved_instead_of_other(l),
            "remove-photo" => texts::general::photo_removed(l),
            "remove-photo-instead" => texts::general::photo_removed_instead_of_other(l),
            _ => texts::shell::saved(l),
        },
    };
    text.to_owned()
}

fn label(l: Language, field: &str) -> Option<&'static str> {
    let (known, _) = FIELDS.iter().find(|(known, _)| *known == field)?;
    // The cards have no name of their own.
    let key = if *known == "support_access" { "support" } else { known };
    texts::general::by_key(l, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_save_names_what_changed() {
        let all = FIELDS.map(|(field, _)| field);
        assert!(all.iter().all(|field| Language::ALL.iter().all(|l| label(*l, field).is_some())));
        assert_eq!(saved(Language::Tr, ["name", "phone"].into_iter()), "Kaydedildi: Şirket adı, Telefon.");
        assert_eq!(saved(Language::En, ["support_access"].into_iter()), "Saved: Permission to connect.");
        assert_eq!(saved(Language::En, [].into_iter()), "Nothing has changed.");
    }

    #[test]
    fn an_address_says_nothing_that_we_do_not() {
        assert_eq!(said_after(Language::Tr, "save-profile:name,<b>,photo_hint"), "Kaydedildi: Şirket adı.");
        assert_eq!(said_after(Language::Tr, "save-profile"), "Kaydedildi.");
        assert_eq!(said_after(Language::Tr, "anything:name"), "Kaydedildi.");
    }
}
