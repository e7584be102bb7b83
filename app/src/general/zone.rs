//! What another time zone means: what the clock shows, and whether it is open, before and now.

use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

use super::api::{ZoneForm, preview_zone};
use crate::ui::{Banner, Tone};

#[cfg(feature = "ssr")]
use {
    chrono::{NaiveDateTime, NaiveTime},
    domain::Language,
};

/// In words of the page's language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneChanged {
    pub title: String,
    pub lines: Vec<String>,
}

/// Shows what a zone would mean as soon as it is chosen, before anything is saved.
pub fn preview(chosen: String, shown: RwSignal<Option<ZoneChanged>>) {
    spawn_local(async move {
        if let Ok(would) = preview_zone(ZoneForm { time_zone: chosen }).await {
            _ = shown.try_set(would);
        }
    });
}

#[component]
pub fn ZoneBanner(changed: RwSignal<Option<ZoneChanged>>) -> impl IntoView {
    move || {
        let ZoneChanged { title, lines } = changed.get()?;
        let lines: Vec<_> = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect();
        Some(view! {
            <Banner tone=Tone::Info title>
                {lines}
            </Banner>
        })
    }
}

#[cfg(feature = "ssr")]
impl ZoneChanged {
    /// Names, wall clocks and "open until …", each of the old zone and of the new one.
    pub fn told(
        l: Language,
        is_saved: bool,
        [from, to]: [String; 2],
        [was, now]: [NaiveDateTime; 2],
        [before, after]: [String; 2],
    ) -> Self {
        let clock = if was == now {
            texts::general::zone_same(l, now.format("%H:%M"))
        } else {
            let (nine, now, was) = (nine(l, was, now), now.format("%H:%M"), was.format("%H:%M"));
            match is_saved {
                true => texts::general::zone_clock(l, nine, now, was),
                false => texts::general::zone_would_clock(l, nine, now, was),
            }
        };
        let title = match is_saved {
            true => texts::general::zone_changed(l, from, to),
            false => texts::general::zone_would_change(l, from, to),
        };
        Self { title, lines: vec![clock, texts::general::zone_open(l, after, before)] }
    }

    /// And what becomes of today's calls, of the campaigns that run and of the next digest.
    pub fn and(
        mut self,
        l: Language,
        [before, after]: [u32; 2],
        campaigns: u64,
        digest: Option<[String; 2]>,
    ) -> Self {
        if before > 0 || after > 0 {
            self.lines.push(texts::general::zone_calls(l, after, before));
        }
        if campaigns > 0 {
            self.lines.push(texts::general::zone_campaigns(l, campaigns));
        }
        self.lines.extend(digest.map(|[before, after]| texts::general::zone_digest(l, after, before)));
        self
    }
}

/// What the old clock shows when the new one shows nine.
#[cfg(feature = "ssr")]
fn nine(l: Language, was: NaiveDateTime, now: NaiveDateTime) -> String {
    let nine = now.date().and_time(NaiveTime::MIN) + chrono::TimeDelta::hours(9);
    let then = nine + (was - now);
    let time = then.format("%H:%M").to_string();
    match then.date().cmp(&nine.date()) {
        std::cmp::Ordering::Less => texts::general::day_before(l, time),
        std::cmp::Ordering::Equal => time,
        std::cmp::Ordering::Greater => texts::general::day_after(l, time),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn told(was: &str, now: &str) -> String {
        let names = ["Avrupa / İstanbul", "Asya / Tokyo"].map(str::to_owned);
        let local = [was, now].map(|at| at.parse().unwrap());
        let open = ["Açık", "Kapalı"].map(str::to_owned);
        let ZoneChanged { title, lines } = ZoneChanged::told(Language::Tr, true, names, local, open);
        assert_eq!(title, "Saat dilimi değişti: Avrupa / İstanbul → Asya / Tokyo");
        assert_eq!(lines[1], "Eski dilimde: Açık. Yeni dilimde: Kapalı.");
        lines[0].clone()
    }

    #[test]
    fn a_preview_says_what_would_be_and_what_becomes_of_calls_and_campaigns() {
        let names = ["Avrupa / İstanbul", "Asya / Tokyo"].map(str::to_owned);
        let local = ["2026-11-23T14:32:10", "2026-11-23T20:32:10"].map(|at| at.parse().unwrap());
        let open = ["Açık", "Kapalı"].map(str::to_owned);
        let would = ZoneChanged::told(Language::Tr, false, names, local, open);
        assert!(would.title.starts_with("Kaydederseniz"), "{}", would.title);
        assert!(would.lines[0].contains("14:32") && would.lines[0].contains("03:00"), "{}", would.lines[0]);
        assert_eq!(would.clone().and(Language::Tr, [0, 0], 0, None), would);
        let sends =
            ["24.11.2026 08:00 (Europe/Istanbul)", "24.11.2026 08:00 (Asia/Tokyo)"].map(str::to_owned);
        let more = would.and(Language::Tr, [12, 5], 2, Some(sends.clone())).lines;
        assert!(sends.iter().all(|at| more[4].contains(at)), "{more:?}");
        assert!(more[2].contains("12") && more[2].contains('5') && more[3].starts_with('2'), "{more:?}");
    }

    #[test]
    fn nine_is_told_by_the_old_clock() {
        assert!(told("2026-11-23T14:32:10", "2026-11-23T20:32:10").ends_with("03:00 demektir."));
        assert!(
            told("2026-11-23T22:00:00", "2026-11-24T04:00:00")
                .starts_with("Şirketinizin saati 22:00 iken 04:00 oldu.")
        );
        assert!(told("2026-11-23T10:00:00", "2026-11-23T20:00:00").ends_with("önceki gün 23:00 demektir."));
        assert!(told("2026-11-23T22:30:00", "2026-11-23T05:30:00").ends_with("sonraki gün 02:00 demektir."));
        assert!(
            told("2026-11-23T10:00:00", "2026-11-23T10:00:00").starts_with("İki dilimde de saat şu an 10:00")
        );
    }
}
