//! A labelled text input inside a form. No `required` attribute: the browser would answer in its own language,
//! the page answers in the person's.

use super::field::{Frame, Wiring, frame};
use crate::form::use_form;
use leptos::prelude::*;

#[component]
pub fn TextField(
    #[prop(into)] field: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] saved: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(default = "text")] type_: &'static str,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] optional: Option<String>,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let wiring = Wiring::of(&field, hint.is_some());
    // Addresses and links are no words to be corrected.
    let literal = matches!(type_, "email" | "url" | "tel");
    let control = view! {
        <input
            class="input"
            id=wiring.id.clone()
            name=wiring.name.clone()
            type=type_
            value=use_form().value(&field, saved)
            autocomplete=autocomplete
            inputmode=inputmode
            placeholder=placeholder
            maxlength=maxlength.map(|n| n.to_string())
            autofocus=use_form().autofocus(&field, autofocus)
            autocapitalize=literal.then_some("none")
            spellcheck=literal.then_some("false")
            aria-required=required.then_some("true")
            aria-invalid=wiring.invalid()
            aria-describedby=wiring.described()
        />
    };
    let Wiring { id, error, .. } = wiring;
    frame(Frame { id, label, hint, optional, group: false, error }, control.into_any(), children)
}
