//! Which country a zone is in: what a phone number without a country code is read by.

use std::{collections::HashMap, sync::LazyLock};

use chrono_tz::Tz;

/// The ISO 3166 code; `None` for UTC.
pub fn country(zone: Tz) -> Option<&'static str> {
    static COUNTRIES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let lines =
            include_str!("../../data/zone-countries.txt").lines().filter(|line| !line.starts_with('#'));
        let zones = |line: &'static str| line.split_once(' ').map(|(code, zones)| (code, zones.split(' ')));
        lines.filter_map(zones).flat_map(|(code, zones)| zones.map(move |zone| (zone, code))).collect()
    });
    COUNTRIES.get(zone.name()).copied()
}
