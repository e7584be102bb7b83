//! A new password with its meter. The server rates it: the word lists are too large for a browser.

use std::time::Duration;

use domain::entrance::Password;
use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsCast, web_sys::HtmlInputElement};

use super::api::{RateForm, rate_password};
use crate::{
    form::use_form,
    state::language,
    ui::{Meter, PasswordField},
};

/// How long somebody has stopped typing before the password is rated.
const PAUSE: Duration = Duration::from_millis(300);

#[component]
pub fn NewPassword(
    #[prop(into)] label: String,
    /// Fields of the same form whose content makes a bad password.
    #[prop(optional)]
    beside: &'static [&'static str],
) -> impl IntoView {
    let (l, form) = (language(), use_form());
    let rating = RwSignal::new(None::<Rating>);
    let turn = StoredValue::new(0_u32);
    let rate = Callback::new(move |password: String| {
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        // A later keystroke or a page that was left makes the answer stale.
        let is_stale = move || turn.try_get_value() != Some(mine);
        set_timeout(
            move || {
                if is_stale() {
                    return;
                }
                if password.chars().count() < Password::MIN {
                    rating.set((!password.is_empty()).then_some(Rating::TooShort));
                    return;
                }
                let words = beside.iter().map(|field| typed(&form.name(field))).collect();
                spawn_local(async move {
                    let score = rate_password(RateForm { password: Password(password), words }).await;
                    if !is_stale() {
                        rating.set(score.ok().map(Rating::Score));
                    }
                });
            },
            PAUSE,
        );
    });
    let text = move || match rating.get() {
        None => "",
        Some(Rating::TooShort) => texts::entrance::strength_short(l),
        Some(Rating::Score(0)) => texts::entrance::strength_0(l),
        Some(Rating::Score(1)) => texts::entrance::strength_1(l),
        Some(Rating::Score(2)) => texts::entrance::strength_2(l),
        Some(Rating::Score(3)) => texts::entrance::strength_3(l),
        Some(Rating::Score(_)) => texts::entrance::strength_4(l),
    };
    let score = Signal::derive(move || {
        rating.get().map(|rating| match rating {
            Rating::TooShort => 0,
            Rating::Score(score) => score,
        })
    });
    view! {
        <PasswordField
            field="password"
            label=label
            hint=texts::entrance::password_hint(l)
            show=texts::entrance::show_password(l)
            hide=texts::entrance::hide_password(l)
            autocomplete="new-password"
            on_input=rate
        >
            <Meter score=score label=texts::entrance::strength(l) text=Signal::derive(move || text().to_owned()) />
        </PasswordField>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rating {
    TooShort,
    Score(u8),
}

/// What stands in the input of that name now.
fn typed(name: &str) -> String {
    let input = document().query_selector(&format!("input[name=\"{name}\"]")).ok().flatten();
    input
        .and_then(|input| input.dyn_into::<HtmlInputElement>().ok())
        .map(|input| input.value())
        .unwrap_or_default()
}
