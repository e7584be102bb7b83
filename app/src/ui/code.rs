//! Six digits from an authenticator app: one real input, so that pasting, password managers and screen readers treat
//! it as any other.

use super::field::{Frame, Wiring, frame};
use crate::form::use_form;
use leptos::{ev::Event, html, prelude::*, web_sys::HtmlInputElement};

/// Digits of a code.
const DIGITS: usize = domain::account::DIGITS;

#[component]
pub fn CodeField(
    #[prop(into)] field: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] autofocus: bool,
    /// Sends the form by itself as soon as the code is complete.
    #[prop(optional)]
    submits: bool,
) -> impl IntoView {
    let (wiring, form) = (Wiring::of(&field, hint.is_some()), use_form());
    let input = NodeRef::<html::Input>::new();
    // A code is sent once by itself: after a refusal only another one is, or the button's.
    let sent = StoredValue::new(String::new());
    let send = move |event: Event| {
        let typed = event_target::<HtmlInputElement>(&event);
        let digits = digits(&typed.value());
        let is_new = digits.len() == DIGITS && sent.with_value(|sent| *sent != digits);
        if !submits || !is_new || form.pending().get_untracked() {
            return;
        }
        if let Some(form) = typed.form()
            && form.request_submit().is_ok()
        {
            sent.set_value(digits);
        }
    };
    // What was refused is selected: typing replaces it.
    let error = wiring.error;
    Effect::new(move || {
        if let Some(input) = input.get()
            && error.with(Option::is_some)
        {
            request_animation_frame(move || input.select());
        }
    });
    // Longer than a code: one that is pasted may have spaces in it.
    let control = view! {
        <input
            class="input input-code"
            id=wiring.id.clone()
            name=wiring.name.clone()
            type="text"
            inputmode="numeric"
            autocomplete="one-time-code"
            autocapitalize="none"
            spellcheck="false"
            maxlength="24"
            autofocus=form.autofocus(&field, autofocus)
            aria-required="true"
            aria-invalid=wiring.invalid()
            aria-describedby=wiring.described()
            node_ref=input
            on:input=send
        />
    };
    let Wiring { id, error, .. } = wiring;
    frame(Frame { id, label, hint, optional: None, group: false, error }, control.into_any(), None)
}

/// The digits of what was typed, if that is all there is but spaces and dashes.
fn digits(typed: &str) -> String {
    let meant = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    meant
        .map(|letter| letter.is_ascii_digit().then_some(letter))
        .collect::<Option<String>>()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn a_code_is_complete_however_it_is_grouped() {
        assert_eq!(digits(" 123 456"), "123456");
        assert_eq!(digits("123-456"), "123456");
        assert_eq!(digits("12345"), "12345");
        assert_eq!(digits("12345a"), "");
    }
}
