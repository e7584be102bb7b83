//! Provinces, and the lists that depend on one: the browser has those of the chosen provinces only and asks for others.

use domain::{Language, billing::Province};
use leptos::{prelude::*, task::spawn_local};

use super::api::{ProvinceForm, load_province};
use crate::{
    error::Error,
    state::language,
    ui::{ComboOption, use_toasts},
    unsaved::Unsaved,
};

/// Plate code and name of every province.
pub type Provinces = StoredValue<Vec<(String, String)>>;

pub fn name_of(provinces: Provinces, code: &str) -> String {
    provinces.with_value(|all| {
        all.iter().find(|(known, _)| known == code).map(|(_, name)| name.clone()).unwrap_or_default()
    })
}

/// One line of a list without groups.
pub fn line(value: &str, label: &str) -> ComboOption {
    ComboOption {
        value: value.to_owned(),
        label: label.to_owned(),
        detail: String::new(),
        group: String::new(),
        search: String::new(),
    }
}

/// Every province with its plate code, by which it is found too.
pub fn province_lines(provinces: Provinces, l: Language) -> Vec<ComboOption> {
    let lines = provinces.with_value(|all| {
        all.iter()
            .map(|(code, name)| ComboOption { detail: code.clone(), ..line(code, name) })
            .collect::<Vec<_>>()
    });
    [line("", texts::billing::choose_province(l))].into_iter().chain(lines).collect()
}

/// Keeps `lists` those of the province that is chosen in the field posted under `name`; `first` is told its code at once.
pub fn follow_province(
    unsaved: Unsaved,
    name: String,
    lists: RwSignal<Province>,
    first: impl Fn(&str) + 'static,
) {
    let (l, toasts) = (language(), use_toasts());
    let chosen = Memo::new(move |_| unsaved.typed(&name));
    Effect::new(move || {
        let Some(code) = chosen.get() else { return };
        if lists.with_untracked(|lists| lists.code == code) {
            return;
        }
        if code.is_empty() {
            lists.set(Province::default());
            look_soon(unsaved);
            return;
        }
        untrack(|| first(&code));
        spawn_local(async move {
            let loaded = load_province(ProvinceForm { province: code.clone() }).await;
            // Meanwhile another one may have been chosen, or the page left.
            if chosen.try_get_untracked().flatten().as_ref() != Some(&code) {
                return;
            }
            match loaded {
                Ok(province) => {
                    _ = lists.try_set(province);
                    look_soon(unsaved);
                }
                Err(Error(error)) if error.code.is_signed_out() => {}
                Err(Error(error)) => toasts.error(texts::error(l, &error)),
            }
        });
    });
}

/// A list that was drawn anew may have nothing chosen any more, and fires no event.
fn look_soon(unsaved: Unsaved) {
    request_animation_frame(move || unsaved.look());
}
