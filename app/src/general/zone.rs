//! What another time zone means: what the clock shows, and whether it is open, before and now.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

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
        [from, to]: [String; 2],
        [was, now]: [NaiveDateTime; 2],
        [before, after]: [String; 2],
    ) -> Self {
        let clock = if was == now {
            texts::general::zone_same(l, now.format("%H:%M"))
        } else {
            texts::general::zone_clock(l, nine(l, was, now), now.format("%H:%M"), was.format("%H:%M"))
        };
        let title = texts::general::zone_changed(l, from, to);
        Self { title, lines: vec![clock, texts::general::zone_open(l, after, before)] }
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
        let open = ["Şu an açık", "Şu an kapalı"].map(str::to_owned);
        let ZoneChanged { title, lines } = ZoneChanged::told(Language::Tr, names, local, open);
        assert_eq!(title, "Saat dilimi değişti: Avrupa / İstanbul → Asya / Tokyo");
        assert_eq!(lines[1], "Eski dilimde: Şu an açık. Yeni dilimde: Şu an kapalı.");
        lines[0].clone()
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
