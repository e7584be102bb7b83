//! A short list to choose one from; long ones are a [`Combobox`](super::Combobox).

use super::{
    Icon,
    field::{Frame, Wiring, frame},
};
use crate::form::use_form;
use leptos::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

#[component]
pub fn Select(
    #[prop(into)] field: String,
    #[prop(into)] label: String,
    options: Vec<Choice>,
    #[prop(optional, into)] saved: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let wiring = Wiring::of(&field, hint.is_some());
    let chosen = use_form().value(&field, saved);
    let options = options
        .into_iter()
        .map(|Choice { value, label }| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect_view();
    let control = view! {
        <div class="select-box">
            <select
                class="select"
                id=wiring.id.clone()
                name=wiring.name.clone()
                autofocus=use_form().autofocus(&field, false)
                aria-invalid=wiring.invalid()
                aria-describedby=wiring.described()
            >
                {options}
            </select>
            <Icon name="chevron-down" />
        </div>
    };
    let Wiring { id, error, .. } = wiring;
    frame(Frame { id, label, hint, optional: None, group: false, error }, control.into_any(), children)
}
