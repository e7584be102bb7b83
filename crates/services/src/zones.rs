//! Time zones: the one module that knows tzdata. Server, worker and mails all ask here.
//!
//! Offered are places (region and city), not abbreviations or fixed offsets; what IANA has renamed
//! is understood and stored under today's name. The clock is a parameter.

mod aliases;
mod countries;

use std::borrow::Cow;
use std::sync::{LazyLock, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Timelike, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use domain::fold::fold;
use domain::general::ZoneOption;
use domain::{AppError, Code, Language, OrganisationId};
use entity::organisation;
use sea_orm::{EntityTrait, QuerySelect};

use crate::{Context, Database, failure::OrInternal};
use aliases::ALIASES;
pub use countries::country;

/// The release of tzdata in use, such as `2025b`.
pub const TZDATA_VERSION: &str = chrono_tz::IANA_TZDB_VERSION;

/// The zone of a new organisation whose browser told nothing useful.
pub const DEFAULT: Tz = Tz::Europe__Istanbul;

/// Reads an IANA name, old names included: `Asia/Istanbul` is `Europe/Istanbul`.
///
/// Fails with `TimeZoneUnknown`; so do names that exist but are no place (`EST5EDT` is one by
/// renaming, `Etc/GMT-3` is none).
pub fn parse(name: &str) -> Result<Tz, Code> {
    today(name.trim()).parse().ok().filter(|zone: &Tz| split(*zone).is_some()).ok_or(Code::TimeZoneUnknown)
}

/// The zones of organisations that this program's tzdata does not have, because a newer one chose them. Fails with
/// `Internal` only.
pub async fn unknown(database: &Database) -> Result<Vec<String>, AppError> {
    let chosen = organisation::Entity::find().select_only().column(organisation::Column::TimeZone).distinct();
    let chosen: Vec<String> = chosen.into_tuple().all(database.read()).await.or_internal()?;
    Ok(chosen.into_iter().filter(|name| name.parse::<Tz>().is_err()).collect())
}

/// The country of an organisation's zone, which its numbers without a country code are of. Errors: `NotFound`.
pub(crate) async fn country_of(
    context: &Context,
    organisation: OrganisationId,
) -> Result<Option<&'static str>, AppError> {
    let row = organisation::Entity::by_id(organisation).one(context.database.read()).await.or_internal()?;
    Ok(parse(&row.ok_or(Code::NotFound)?.time_zone).ok().and_then(country))
}

/// An instant as a mail says it: with its zone, because a mail is read anywhere.
pub(crate) fn told(zone: &str, at: DateTime<Utc>) -> String {
    parse(zone).map_or_else(
        |_| at.format("%d.%m.%Y %H:%M UTC").to_string(),
        |zone| format!("{} ({})", at.with_timezone(&zone).format("%d.%m.%Y %H:%M"), zone.name()),
    )
}

/// The first instant of a date.
pub(crate) fn midnight(zone: Tz, date: NaiveDate) -> DateTime<Utc> {
    first_from(zone, date.and_time(NaiveTime::MIN))
}

/// The first instant at which the wall clock shows `local`; in a gap, what it shows after it.
pub(crate) fn first_from(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    // No gap is longer than a day, and all are whole quarters.
    (0..=96)
        .find_map(|steps| zone.from_local_datetime(&(local + domain::slots::QUARTER * steps)).earliest())
        .map_or_else(|| local.and_utc(), |at| at.to_utc())
}

/// The present name of a zone.
fn today(name: &str) -> &str {
    ALIASES.binary_search_by_key(&name, |(old, _)| old).map_or(name, |at| ALIASES[at].1)
}

/// Every place to choose from, with its wall clock at `now`: Europe first, the other regions and the
/// cities in the order of the language's alphabet, UTC last. About 420 lines; remembered for the minute.
pub fn list(language: Language, now: DateTime<Utc>) -> Vec<ZoneOption> {
    type Remembered = [Option<(i64, Vec<ZoneOption>)>; 2];
    static LISTS: Mutex<Remembered> = Mutex::new([None, None]);

    let minute = now.timestamp().div_euclid(60);
    let mut lists = LISTS.lock().unwrap_or_else(PoisonError::into_inner);
    let slot = &mut lists[language as usize];
    match slot {
        Some((of, list)) if *of == minute => list.clone(),
        _ => {
            let list: Vec<ZoneOption> = places(language).iter().map(|place| place.at(now)).collect();
            *slot = Some((minute, list.clone()));
            list
        }
    }
}

/// One zone as a line of the list, such as the chosen one.
pub fn option(zone: Tz, language: Language, now: DateTime<Utc>) -> ZoneOption {
    match place(zone, language) {
        Some(place) => place.at(now),
        None => line(zone, now, zone.name().into(), zone.name().into(), ""),
    }
}

/// `Avrupa / İstanbul`; `UTC`.
pub fn label(zone: Tz, language: Language) -> String {
    match place(zone, language) {
        Some(place) if place.zone != Tz::UTC => format!("{} / {}", place.region, place.city),
        _ => zone.name().to_owned(),
    }
}

fn place(zone: Tz, language: Language) -> Option<&'static Place> {
    let zone = parse(zone.name()).ok()?;
    places(language).iter().find(|place| place.zone == zone)
}

/// Where in the world, and what it is called: all that does not depend on the time.
struct Place {
    zone: Tz,
    region: Cow<'static, str>,
    city: Cow<'static, str>,
    also: &'static str,
}

impl Place {
    fn new(zone: Tz, region: &str, language: Language) -> Self {
        let id = zone.name();
        let region = region_name(region, language).map_or(Cow::Borrowed("UTC"), Cow::Borrowed);
        let city = city_name(id, language);
        let also = ALSO.iter().find(|(of, _)| *of == id).map_or("", |(_, words)| words);
        Self { zone, region, city, also }
    }

    /// Borrows all it can: a list is cloned for every page.
    fn at(&'static self, now: DateTime<Utc>) -> ZoneOption {
        line(self.zone, now, self.region.as_ref().into(), self.city.as_ref().into(), self.also)
    }
}

fn line(
    zone: Tz,
    now: DateTime<Utc>,
    region: Cow<'static, str>,
    city: Cow<'static, str>,
    also: &'static str,
) -> ZoneOption {
    let local = now.with_timezone(&zone);
    let minutes = local.offset().fix().local_minus_utc().div_euclid(60);
    ZoneOption {
        id: zone.name().into(),
        region,
        city,
        local_time: format!("{:02}:{:02}", local.hour(), local.minute()),
        offset: offset_text(minutes).into(),
        offset_minutes: minutes,
        also: also.into(),
    }
}

/// `UTC+3`, `UTC−3:30` (a real minus sign), `UTC`.
pub fn offset_text(minutes: i32) -> String {
    let sign = if minutes < 0 { '−' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

/// The places in a language, sorted, made once.
fn places(language: Language) -> &'static [Place] {
    static PLACES: LazyLock<[Vec<Place>; 2]> = LazyLock::new(|| Language::ALL.map(sorted_places));
    &PLACES[language as usize]
}

fn sorted_places(language: Language) -> Vec<Place> {
    let known = TZ_VARIANTS.into_iter().filter(|zone| today(zone.name()) == zone.name());
    let mut places: Vec<Place> =
        known.filter_map(|zone| split(zone).map(|(region, _)| Place::new(zone, region, language))).collect();
    places.sort_by_cached_key(|place| {
        let rank = match place.zone.name() {
            name if name.starts_with("Europe/") => 0,
            "UTC" => 2,
            _ => 1,
        };
        (rank, sort_key(&place.region, language), sort_key(&place.city, language))
    });
    places
}

/// Region and city of a place; `None` for what is no place. UTC is a place without a region.
fn split(zone: Tz) -> Option<(&'static str, &'static str)> {
    match zone.name().split_once('/') {
        Some((region, city)) if region_name(region, Language::Tr).is_some() => Some((region, city)),
        None if zone == Tz::UTC => Some(("", "UTC")),
        _ => None,
    }
}

fn region_name(region: &str, language: Language) -> Option<&'static str> {
    texts::zones::by_key(language, &format!("region_{}", region.to_ascii_lowercase()))
}

/// The city's own name in the language where it has one, else the IANA name as words:
/// `America/Argentina/Rio_Gallegos` is `Rio Gallegos, Argentina`.
fn city_name(id: &'static str, language: Language) -> Cow<'static, str> {
    let key = id.to_ascii_lowercase().replace(['/', '-'], "_");
    if let Some(name) = texts::zones::by_key(language, &key) {
        return name.into();
    }
    let words = |name: &str| name.replace('_', " ");
    match id.split('/').collect::<Vec<_>>()[..] {
        [_, within, city] => format!("{}, {}", words(city), words(within)).into(),
        [_, city] if city.contains('_') => words(city).into(),
        [_, city] => city.into(),
        _ => id.into(),
    }
}

/// Places in a list by the language's alphabet: in Turkish `ç` follows `c`, `ı` comes before `i`.
/// Other accents count as their letter.
fn sort_key(text: &str, language: Language) -> Vec<(u8, bool)> {
    let letter = |c: char| -> Option<(u8, bool)> {
        let (base, after) = match (language, c) {
            (Language::Tr, 'ç' | 'Ç') => ('c', true),
            (Language::Tr, 'ğ' | 'Ğ') => ('g', true),
            (Language::Tr, 'i' | 'İ') => ('i', true),
            (Language::Tr, 'ı' | 'I') => ('i', false),
            (Language::Tr, 'ö' | 'Ö') => ('o', true),
            (Language::Tr, 'ş' | 'Ş') => ('s', true),
            (Language::Tr, 'ü' | 'Ü') => ('u', true),
            _ => (fold(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(' '), false),
        };
        base.is_ascii().then_some((base as u8, after))
    };
    text.chars().filter_map(letter).collect()
}

/// What people type who look for a place by its country or by a larger city nearby. Folded.
const ALSO: &[(&str, &str)] = &[
    ("Europe/Istanbul", "turkiye turkey ankara izmir bursa antalya adana konya gaziantep diyarbakir"),
    ("Asia/Nicosia", "kibris cyprus kktc girne magusa"),
    ("Asia/Famagusta", "kibris cyprus kktc magusa"),
    ("Asia/Baku", "azerbaycan azerbaijan"),
    ("Europe/Berlin", "almanya germany deutschland munih munich frankfurt hamburg koln"),
    ("Europe/London", "ingiltere england britanya united kingdom uk manchester"),
    ("Europe/Paris", "fransa france lyon marsilya"),
    ("Europe/Amsterdam", "hollanda netherlands rotterdam"),
    ("Europe/Brussels", "belcika belgium"),
    ("Europe/Vienna", "avusturya austria"),
    ("Europe/Zurich", "isvicre switzerland cenevre geneva"),
    ("Europe/Rome", "italya italy milano"),
    ("Europe/Madrid", "ispanya spain barselona barcelona"),
    ("Europe/Lisbon", "portekiz portugal"),
    ("Europe/Athens", "yunanistan greece selanik"),
    ("Europe/Sofia", "bulgaristan bulgaria"),
    ("Europe/Bucharest", "romanya romania"),
    ("Europe/Moscow", "rusya russia"),
    ("Europe/Kyiv", "ukrayna ukraine kiev"),
    ("Europe/Warsaw", "polonya poland"),
    ("Europe/Stockholm", "isvec sweden"),
    ("Europe/Oslo", "norvec norway"),
    ("Europe/Copenhagen", "danimarka denmark"),
    ("Europe/Helsinki", "finlandiya finland"),
    ("Asia/Dubai", "birlesik arap emirlikleri uae abu dabi"),
    ("Asia/Riyadh", "suudi arabistan saudi arabia cidde mekke medine"),
    ("Asia/Qatar", "katar doha"),
    ("Asia/Tehran", "iran"),
    ("Asia/Baghdad", "irak iraq erbil"),
    ("Asia/Jerusalem", "israil israel tel aviv"),
    ("Asia/Kolkata", "hindistan india delhi mumbai bangalore calcutta"),
    ("Asia/Shanghai", "cin china pekin beijing guangzhou"),
    ("Asia/Tokyo", "japonya japan osaka"),
    ("Asia/Seoul", "kore korea"),
    ("Asia/Tashkent", "ozbekistan uzbekistan"),
    ("Asia/Almaty", "kazakistan kazakhstan astana"),
    ("Africa/Cairo", "misir egypt iskenderiye"),
    ("America/New_York", "abd usa united states washington boston miami eastern"),
    ("America/Chicago", "abd usa united states dallas houston central"),
    ("America/Denver", "abd usa united states mountain"),
    ("America/Los_Angeles", "abd usa united states san francisco seattle pacific"),
    ("America/Toronto", "kanada canada montreal ottawa"),
    ("America/Sao_Paulo", "brezilya brazil rio"),
    ("Australia/Sydney", "avustralya australia canberra"),
];

#[cfg(test)]
mod tests;
