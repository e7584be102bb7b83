//! A new passkey: a name, the password if it was long ago, then the browser's own window.

use domain::{AppError, account::PasskeyForm, general::Name};
use leptos::{
    context::Provider, ev::SubmitEvent, prelude::*, task::spawn_local, wasm_bindgen::JsCast,
    web_sys::HtmlInputElement,
};

use super::{
    api::{AddPasskey, AskToAddPasskey, Question},
    passkey::{self, PasskeyFailure},
    sign_in::More,
    sudo::AskPassword,
};
use crate::{
    error::Error,
    form::FormState,
    shell::FormFailure,
    state::language,
    ui::{Banner, Button, IdPrefix, TextField, Tone, hydrated},
};

/// The id of the name's input.
const NAME: &str = "passkey-f-name";

#[component]
pub fn AddPasskeyForm() -> impl IntoView {
    let (l, ready) = (language(), hydrated());
    // Named before it is made: nothing may fail once the device has it.
    let (ask, add) = (ServerAction::<AskToAddPasskey>::new(), ServerAction::<AddPasskey>::new());
    let (asking, state) = (FormState::new(ask), FormState::new(add));
    let failed = RwSignal::new(None::<PasskeyFailure>);
    let working = RwSignal::new(false);
    let pending = Signal::derive(move || working.get() || asking.pending().get() || state.pending().get());

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        failed.set(None);
        ask.clear();
        match Name::parse(&typed_name()) {
            Ok(_) => {
                add.clear();
                ask.dispatch(AskToAddPasskey {});
            }
            Err(code) => add.value().set(Some(Err(Error(AppError::field("name", code))))),
        }
    };
    Effect::new(move || {
        if let Some(Ok(Question { ceremony, options })) = ask.value().get() {
            working.set(true);
            spawn_local(async move {
                match passkey::create(&options).await {
                    Ok(credential) => {
                        let form =
                            PasskeyForm { ceremony, credential, name: typed_name(), next: String::new() };
                        add.dispatch(AddPasskey { form });
                    }
                    Err(failure) => failed.set(Some(failure)),
                }
                working.set(false);
            });
        }
    });
    // Signed in anew, with another factor: the whole page is asked for again.
    Effect::new(move || {
        if let Some(Ok(path)) = add.value().get() {
            _ = window().location().assign(&path);
        }
    });
    Effect::new(move || {
        if ready.get() {
            name_it(&passkey::device_name());
        }
    });
    let unsupported = move || ready.get() && !passkey::is_supported();
    view! {
        <div class="live-only">
            <Show
                when=move || !unsupported()
                fallback=move || view! { <p class="muted">{texts::account::passkeys_unsupported(l)}</p> }
            >
                <More words=texts::account::passkey_add(l) state>
                    <form class="stack" novalidate on:submit=submit>
                        <FormFailure error=asking.failure() />
                        <FormFailure error=state.failure() />
                        {move || {
                            failed.get().map(|failure| {
                                view! { <Banner tone=Tone::Warn>{sentence(failure)}</Banner> }
                            })
                        }}
                        <p class="muted">{texts::account::passkey_add_text(l)}</p>
                        <Provider value=state>
                            <Provider value=IdPrefix("passkey")>
                                <TextField
                                    field="name"
                                    label=texts::account::passkey_name(l)
                                    hint=texts::account::passkey_name_hint(l)
                                    autocomplete="off"
                                    maxlength=u32::try_from(Name::MAX).unwrap_or(u32::MAX)
                                    required=true
                                />
                            </Provider>
                        </Provider>
                        <div class="cluster">
                            <Button type_="submit" icon="key-round" pending=pending>
                                {texts::account::passkey_go_on(l)}
                            </Button>
                        </div>
                    </form>
                </More>
            </Show>
            <AskPassword action=ask />
        </div>
    }
}

fn sentence(failure: PasskeyFailure) -> &'static str {
    let l = language();
    match failure {
        PasskeyFailure::Unsupported => texts::account::passkeys_unsupported(l),
        PasskeyFailure::Cancelled => texts::account::passkey_cancelled(l),
        PasskeyFailure::AlreadyThere => texts::account::passkey_already_there(l),
        PasskeyFailure::Other => texts::account::passkey_failed(l),
    }
}

fn name_input() -> Option<HtmlInputElement> {
    document().get_element_by_id(NAME)?.dyn_into().ok()
}

fn typed_name() -> String {
    name_input().map(|input| input.value()).unwrap_or_default()
}

/// What the browser calls itself, until the person has a better name.
fn name_it(name: &str) {
    if let Some(input) = name_input().filter(|input| input.value().is_empty()) {
        input.set_value(name);
    }
}
