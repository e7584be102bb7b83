use super::*;
use domain::audit::{ACTIONS, rooms};

#[test]
fn every_action_and_every_room_has_words() {
    for l in Language::ALL {
        for name in ACTIONS {
            assert_ne!(action(l, name), *name, "{l:?}");
        }
        for name in rooms() {
            assert_ne!(room(l, name), name, "{l:?}");
        }
    }
}

/// Field, before, after.
fn told(l: Language, room: &str, before: &str, after: &str) -> Vec<[String; 3]> {
    let or = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let line = |change: Change| [change.field, or(change.before), or(change.after)];
    changes(l, room, before, after).into_iter().map(line).collect()
}

#[test]
fn values_are_told_as_the_pages_tell_them() {
    let before = r#"{"idle_limit":"none","two_factor_required":false}"#;
    let after = r#"{"idle_limit":"15","two_factor_required":true}"#;
    assert_eq!(
        told(Language::En, "security", before, after),
        [
            ["Idle limit", "No limit (only the 8 hours)", "15 minutes"],
            ["Two-factor authentication required of everybody", "no", "yes"],
        ]
    );
    let before = r#"{"language":"tr","phone":"","photo":null}"#;
    let after = r#"{"language":"en","phone":"+902125550123","photo":"x1"}"#;
    assert_eq!(
        told(Language::Tr, "general", before, after),
        [
            ["Dil", "Türkçe", "English"],
            ["Telefon", "boş", "+902125550123"],
            ["Fotoğraf", "boş", "bir fotoğraf"],
        ]
    );
}

#[test]
fn what_began_as_nothing_is_left_out() {
    let after = r#"{"address":"","browser":"Firefox · Linux","method":"passkey"}"#;
    assert_eq!(
        told(Language::En, "entrance", "{}", after),
        [["Browser", "-", "Firefox · Linux"], ["Signed in with", "-", "passkey"]]
    );
}

#[test]
fn what_has_no_words_is_shown_as_it_is() {
    assert_eq!(told(Language::En, "kitchen", "{}", r#"{"pots":3}"#), [["pots", "-", "3"]]);
    assert_eq!(told(Language::En, "kitchen", "broken", "[]"), [[""; 3]; 0]);
    assert_eq!(action(Language::En, "kitchen.cook"), "kitchen.cook");
}

#[test]
fn hours_are_told_by_the_day() {
    let closed = "[],[],[],[],[]";
    let before = format!(r#"{{"week":[[[540,1080]],[[540,1080]],{closed}],"overrides":[]}}"#);
    let after = format!(
        r#"{{"week":[[[540,750],[810,1080]],[[540,1080]],{closed}],
            "overrides":[{{"first":"2027-01-01","last":"2027-01-01","label":"Yılbaşı","day":[]}}]}}"#
    );
    assert_eq!(
        told(Language::Tr, "hours", &before, &after),
        [["Pazartesi", "09:00–18:00", "09:00–12:30, 13:30–18:00"], ["1 Ocak 2027", "-", "Yılbaşı · Kapalı"],]
    );
    assert_eq!(told(Language::Tr, "hours", &after, &after), [[""; 3]; 0]);
}
