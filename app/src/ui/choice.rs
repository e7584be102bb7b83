//! One of few with a sentence each ([`RadioCards`]), and yes or no ([`Switch`]).

use super::field::{Frame, Wiring, error_line, frame};
use crate::form::use_form;
use leptos::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardChoice {
    pub value: String,
    pub label: String,
    /// What choosing it means.
    pub text: String,
}

#[component]
pub fn RadioCards(
    #[prop(into)] field: String,
    #[prop(into)] label: String,
    options: Vec<CardChoice>,
    #[prop(optional, into)] saved: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let form = use_form();
    let wiring = Wiring::of(&field, hint.is_some());
    let cards = options
        .into_iter()
        .enumerate()
        .map(|(index, CardChoice { value, label, text })| {
            let checked = form.checked(&field, &value, saved == value);
            view! {
                <label class="card-choice">
                    <input
                        type="radio"
                        id=format!("{}-{value}", wiring.id)
                        name=wiring.name.clone()
                        value=value
                        checked=checked
                        autofocus=index == 0 && form.autofocus(&field, false)
                        aria-invalid=wiring.invalid()
                        aria-describedby=wiring.described()
                    />
                    <span>
                        <span class="card-choice-title">{label}</span>
                        <span class="card-choice-text">{text}</span>
                    </span>
                </label>
            }
        })
        .collect_view();
    let control = view! { <div class="card-choices">{cards}</div> };
    let Wiring { id, error, .. } = wiring;
    frame(Frame { id, label, hint, optional: None, group: true, error }, control.into_any(), children)
}

/// A checkbox that looks like a switch; posts `true` or nothing.
#[component]
pub fn Switch(
    #[prop(into)] field: String,
    #[prop(into)] label: String,
    saved: bool,
    /// Only the switch, its label spoken: for rows that show the words themselves.
    #[prop(optional)]
    bare: bool,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] on_change: Option<Callback<bool>>,
) -> impl IntoView {
    let form = use_form();
    let wiring = Wiring::of(&field, hint.is_some());
    let control = view! {
        <input
            class="switch"
            type="checkbox"
            role="switch"
            id=wiring.id.clone()
            name=wiring.name.clone()
            value="true"
            checked=form.checked(&field, "true", saved)
            autofocus=form.autofocus(&field, false)
            aria-label=bare.then(|| label.clone())
            aria-invalid=wiring.invalid()
            aria-describedby=wiring.described()
            on:change=move |event| {
                if let Some(on_change) = on_change {
                    on_change.run(event_target_checked(&event));
                }
            }
        />
    };
    let Wiring { id, error, .. } = wiring;
    if bare {
        return view! {
            {control}
            {error_line(id, error)}
        }
        .into_any();
    }
    frame(Frame { id, label, hint, optional: None, group: false, error }, control.into_any(), None)
}
