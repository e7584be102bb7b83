//! A password. What was typed never comes back from the server; the eye appears once there is Wasm to make it work.

use super::{
    Icon,
    field::{Frame, Wiring, frame, hydrated},
};
use crate::form::use_form;
use leptos::prelude::*;

#[component]
pub fn PasswordField(
    #[prop(into)] field: String,
    #[prop(into)] label: String,
    /// What the eye says while the password is hidden, and while it is shown.
    #[prop(into)]
    show: String,
    #[prop(into)] hide: String,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] autofocus: bool,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
    /// Under the control: the strength meter.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let wiring = Wiring::of(&field, hint.is_some());
    let ready = hydrated();
    let shown = RwSignal::new(false);
    let toggle = Signal::derive(move || if shown.get() { hide.clone() } else { show.clone() });
    let control = view! {
        <div class="input-box">
            <input
                class="input"
                id=wiring.id.clone()
                name=wiring.name.clone()
                type=move || if shown.get() { "text" } else { "password" }
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                autofocus=use_form().autofocus(&field, autofocus)
                aria-required="true"
                aria-invalid=wiring.invalid()
                aria-describedby=wiring.described()
                on:input=move |event| {
                    if let Some(on_input) = on_input {
                        on_input.run(event_target_value(&event));
                    }
                }
            />
            <button
                class="icon-button"
                type="button"
                hidden=move || !ready.get()
                aria-controls=wiring.id.clone()
                aria-label=toggle
                title=toggle
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                {move || {
                    if shown.get() {
                        view! { <Icon name="eye-off" /> }
                    } else {
                        view! { <Icon name="eye" /> }
                    }
                }}
            </button>
        </div>
    };
    let Wiring { id, error, .. } = wiring;
    frame(Frame { id, label, hint, optional: None, group: false, error }, control.into_any(), children)
}
