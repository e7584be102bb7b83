use std::collections::HashSet;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn winter() -> DateTime<Utc> {
    at("2026-11-23T11:32:00Z")
}

fn found<'a>(list: &'a [ZoneOption], id: &str) -> &'a ZoneOption {
    list.iter().find(|option| option.id == id).unwrap_or_else(|| panic!("{id} is not offered"))
}

#[test]
fn old_names_are_known_by_their_new_ones() {
    for (old, new) in [
        ("Asia/Istanbul", "Europe/Istanbul"),
        ("Turkey", "Europe/Istanbul"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("US/Eastern", "America/New_York"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Europe/Nicosia", "Asia/Nicosia"),
        ("EST5EDT", "America/New_York"),
        ("Iceland", "Atlantic/Reykjavik"),
        ("Etc/UTC", "UTC"),
        ("GMT", "UTC"),
        (" Europe/Amsterdam ", "Europe/Amsterdam"),
    ] {
        assert_eq!(parse(old).map(|zone| zone.name()), Ok(new), "{old}");
    }
}

#[test]
fn what_is_no_place_is_unknown() {
    for name in
        ["", " ", "Mars/Olympus", "europe/istanbul", "Etc/GMT-3", "Europe", "Europe/", "+03:00", "Istanbul\0"]
    {
        assert_eq!(parse(name), Err(Code::TimeZoneUnknown), "{name:?}");
    }
}

#[test]
fn every_old_name_leads_to_a_place_with_the_same_clock() {
    assert!(ALIASES.is_sorted_by_key(|(old, _)| old));
    let offered: HashSet<_> = list(Language::Tr, winter()).iter().map(|option| option.id.clone()).collect();
    for (old, new) in ALIASES {
        assert!(offered.contains(*new) && !offered.contains(*old), "{old} -> {new}");
        let (old, new): (Tz, Tz) = (old.parse().unwrap(), new.parse().unwrap());
        for day in 0..24 {
            let time = winter() + TimeDelta::days(day * 15);
            assert_eq!(
                time.with_timezone(&old).naive_local(),
                time.with_timezone(&new).naive_local(),
                "{old}"
            );
        }
    }
}

#[test]
fn every_place_is_offered_once_and_can_be_chosen() {
    let offered = list(Language::En, winter());
    let ids: HashSet<_> = offered.iter().map(|option| &option.id).collect();
    assert_eq!(ids.len(), offered.len());
    assert!((400..450).contains(&offered.len()), "{}", offered.len());
    for option in offered.iter() {
        assert_eq!(parse(&option.id).unwrap().name(), option.id);
        assert!(
            !option.city.is_empty() && !option.region.is_empty() && !option.city.contains('_'),
            "{option:?}"
        );
    }
}

#[test]
fn a_line_shows_the_clock_there() {
    let list = list(Language::Tr, winter());
    let istanbul = found(&list, "Europe/Istanbul");
    assert_eq!((istanbul.region.as_ref(), istanbul.city.as_ref()), ("Avrupa", "İstanbul"));
    assert_eq!(
        (istanbul.local_time.as_str(), istanbul.offset.as_ref(), istanbul.offset_minutes),
        ("14:32", "UTC+3", 180)
    );
    assert_eq!(found(&list, "Asia/Kolkata").offset, "UTC+5:30");
    assert_eq!(found(&list, "America/St_Johns").offset, "UTC−3:30");
    assert_eq!(found(&list, "Europe/London").offset, "UTC");
    assert_eq!(found(&list, "UTC").region, "UTC");
    assert_eq!(found(&list, "America/Argentina/Rio_Gallegos").city, "Rio Gallegos, Argentina");
    let summer = option(Tz::Europe__London, Language::Tr, at("2026-07-01T12:00:00Z"));
    assert_eq!((summer.local_time.as_str(), summer.offset.as_ref()), ("13:00", "UTC+1"));
    assert_eq!(option(Tz::Turkey, Language::En, winter()).id, "Europe/Istanbul");
}

#[test]
fn europe_comes_first_and_the_rest_by_alphabet() {
    let turkish = list(Language::Tr, winter());
    let mut regions: Vec<_> = turkish.iter().map(|option| option.region.as_ref()).collect();
    regions.dedup();
    let order = [
        "Avrupa",
        "Afrika",
        "Amerika",
        "Antarktika",
        "Arktik",
        "Asya",
        "Atlantik",
        "Avustralya",
        "Hint Okyanusu",
        "Pasifik",
        "UTC",
    ];
    assert_eq!(regions, order);
    let european: Vec<_> = turkish
        .iter()
        .filter(|option| option.region == "Avrupa")
        .map(|option| option.city.as_ref())
        .collect();
    let place = |city: &str| european.iter().position(|found| *found == city).unwrap();
    for (earlier, later) in [
        ("Budapeşte", "Bükreş"),
        ("Helsinki", "İstanbul"),
        ("İstanbul", "Jersey"),
        ("Cebelitarık", "Dublin"),
        ("Tiran", "Üsküp"),
    ] {
        assert!(place(earlier) < place(later), "{earlier} before {later}");
    }
}

#[test]
fn the_turkish_alphabet_decides_in_turkish() {
    let mut words = vec![
        "İzmir",
        "Iğdır",
        "Çorum",
        "Çankırı",
        "Cizre",
        "Düzce",
        "Şırnak",
        "Sivas",
        "Uşak",
        "Ünye",
        "Ilgın",
    ];
    words.sort_by_key(|word| sort_key(word, Language::Tr));
    let sorted =
        ["Cizre", "Çankırı", "Çorum", "Düzce", "Iğdır", "Ilgın", "İzmir", "Sivas", "Şırnak", "Uşak", "Ünye"];
    assert_eq!(words, sorted);
}

#[test]
fn a_place_is_found_by_any_of_its_names() {
    let list = list(Language::Tr, winter());
    for (typed, id) in [
        ("istanbul", "Europe/Istanbul"),
        ("İSTANBUL", "Europe/Istanbul"),
        ("ızmır", "Europe/Istanbul"),
        ("türkiye", "Europe/Istanbul"),
        ("londra", "Europe/London"),
        ("london", "Europe/London"),
        ("şanghay", "Asia/Shanghai"),
        ("pekin", "Asia/Shanghai"),
        ("kıbrıs", "Asia/Nicosia"),
        ("new york", "America/New_York"),
        ("avrupa", "Europe/Oslo"),
    ] {
        let zone = found(&list, id);
        let words = fold(&format!("{} {} {} {}", zone.city, zone.region, zone.id, zone.also));
        assert!(words.contains(&fold(typed)), "{typed} finds {id}");
    }
}

#[test]
fn labels_are_in_the_readers_language() {
    assert_eq!(label(Tz::Europe__Istanbul, Language::Tr), "Avrupa / İstanbul");
    assert_eq!(label(Tz::Europe__Istanbul, Language::En), "Europe / Istanbul");
    assert_eq!(label(Tz::Turkey, Language::En), "Europe / Istanbul");
    assert_eq!(label(Tz::UTC, Language::Tr), "UTC");
}

#[test]
fn the_list_is_made_once_a_minute() {
    let first = list(Language::En, at("2026-01-01T00:00:10Z"));
    assert_eq!(first, list(Language::En, at("2026-01-01T00:00:59Z")));
    assert_ne!(first, list(Language::En, at("2026-01-01T00:01:00Z")));
    assert_ne!(first, list(Language::Tr, at("2026-01-01T00:00:10Z")));
}

#[test]
fn every_translated_city_exists() {
    let keys: HashSet<String> =
        TZ_VARIANTS.iter().map(|zone| zone.name().to_ascii_lowercase().replace(['/', '-'], "_")).collect();
    let json: serde_json::Value =
        serde_json::from_str(include_str!("../../../texts/locales/tr/zones.json")).unwrap();
    for key in json.as_object().unwrap().keys().filter(|key| !key.starts_with("region_")) {
        assert!(keys.contains(key), "{key}");
    }
    for (id, words) in ALSO {
        assert!(parse(id).is_ok() && fold(words) == *words, "{id}");
    }
}

#[test]
fn every_place_is_in_a_country() {
    for place in places(Language::En).iter().filter(|place| place.zone != Tz::UTC) {
        assert!(country(place.zone).is_some_and(|code| code.len() == 2), "{}", place.zone);
    }
    assert_eq!(
        ["Europe/Istanbul", "Europe/Berlin", "America/Chicago"].map(|id| country(parse(id).unwrap())),
        [Some("TR"), Some("DE"), Some("US")]
    );
    assert_eq!(country(Tz::UTC), None);
}

#[test]
fn the_version_of_the_data_is_told() {
    assert!(TZDATA_VERSION.starts_with("20") && TZDATA_VERSION.len() == 5);
}

proptest! {
    #[test]
    fn nonsense_never_panics(text in "\\PC{0,40}", minutes in -1000..1000i32) {
        let _ = parse(&text);
        prop_assert!(offset_text(minutes).starts_with("UTC"));
    }
}
