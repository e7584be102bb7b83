//! The saved national number: masked, and in full for a minute for whoever asks. Asking is a form of its own, because it
//! writes an audit row and works without JavaScript.

use std::time::Duration;

use domain::billing::OpenNumber;
use leptos::{either::Either, ev::MouseEvent, prelude::*};

use super::{api::RevealNationalNumber, conflict::Known};
use crate::{
    account::AskPassword,
    act::Act,
    form::Form,
    shell::{FormFailure, follow, refusal},
    state::language,
    ui::Button,
};

/// The id of the form that asks.
const REVEAL: &str = "reveal-number";
/// As long as the server tells it to a page without JavaScript.
const SHOWN: Duration = Duration::from_secs(60);

/// Stands beside the page's own form: forms don't nest.
#[component]
pub fn RevealNumber(revealed: RwSignal<Option<OpenNumber>>) -> impl IntoView {
    let (l, action) = (language(), Act::<RevealNationalNumber>::new());
    let said = move |_, number| {
        revealed.set(Some(number));
        texts::billing::revealed(l).to_owned()
    };
    // The action would keep it.
    follow(action, said, move || action.clear());
    Effect::new(move || {
        if revealed.with(Option::is_some)
            && let Ok(hiding) = set_timeout_with_handle(move || _ = revealed.try_set(None), SHOWN)
        {
            on_cleanup(move || hiding.clear());
        }
    });
    view! {
        <Form action id=REVEAL>
            <FormFailure error=refusal(action) />
            <input type="hidden" name="form[confirmed]" value="true" />
        </Form>
        <AskPassword action />
    }
}

/// Under the field of the national number: what is saved.
#[component]
pub fn SavedNumber(known: Known, revealed: RwSignal<Option<OpenNumber>>) -> impl IntoView {
    let l = language();
    let is_saved = Memo::new(move |_| known.masked().is_some());
    let text = move || match revealed.get() {
        Some(OpenNumber(number)) => texts::billing::number_shown(l, number),
        None => texts::billing::national_number_kept(l, known.masked().unwrap_or_default()),
    };
    let note = move || {
        let note = || view! { <span class="number-note">{texts::billing::revealed_note(l)}</span> };
        revealed.with(Option::is_some).then(note)
    };
    // One button throughout, so that it keeps the focus.
    let hide = move |event: MouseEvent| {
        if revealed.with_untracked(Option::is_some) {
            event.prevent_default();
            revealed.set(None);
        }
    };
    let label = move || {
        if revealed.with(Option::is_some) {
            Either::Left(view! {
                <span class="live-only">{texts::billing::hide(l)}</span>
                <span class="plain-only">{texts::billing::reveal(l)}</span>
            })
        } else {
            Either::Right(texts::billing::reveal(l))
        }
    };
    view! {
        <Show when=move || is_saved.get()>
            <div class="number-saved">
                <p role="status">
                    <span class="tnum">{text}</span>
                    {note}
                </p>
                <Button small=true icon="eye" type_="submit" form=REVEAL on:click=hide>
                    {label}
                </Button>
            </div>
        </Show>
    }
}
