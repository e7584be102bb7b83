//! A new passkey: a name, the password if it was long ago, then the browser's own window.

use domain::{
    account::{NewPasskeyForm, PasskeyForm, TypedCode},
    general::Name,
};
use leptos::{
    context::Provider, ev::SubmitEvent, prelude::*, task::spawn_local, wasm_bindgen::JsCast,
    web_sys::HtmlInputElement,
};

use super::{
    api::{AddPasskey, AskToAddPasskey, Question},
    authenticator::AnyCode,
    passkey::{self, PasskeyFailure},
    sign_in::More,
    sudo::AskPassword,
    wizard::wanted_next,
};
use crate::{
    act::Act,
    form::FormState,
    shell::{FormFailure, tell_other_tabs},
    state::language,
    ui::{Banner, Button, IdPrefix, TextField, Tone, hydrated},
};

/// The id of the name's input.
const NAME: &str = "passkey-f-name";
/// The id of the code's.
const CODE: &str = "passkey-f-code";

#[component]
pub fn AddPasskeyForm(
    /// The person has a second factor already, and shows it first.
    needs_code: bool,
    has_app: bool,
) -> impl IntoView {
    let (l, ready) = (language(), hydrated());
    // The server has settled everything when it asks: nothing may fail once the device has made one.
    let (ask, add) = (Act::<AskToAddPasskey>::new(), Act::<AddPasskey>::new());
    let (asking, state) = (FormState::new(ask), FormState::new(add));
    let failed = RwSignal::new(None::<PasskeyFailure>);
    let next = StoredValue::new(wanted_next());
    let working = RwSignal::new(false);
    let pending = Signal::derive(move || working.get() || asking.pending().get() || state.pending().get());

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        failed.set(None);
        ask.clear();
        add.clear();
        let form = NewPasskeyForm { name: typed(NAME), code: TypedCode(typed(CODE)) };
        ask.dispatch(AskToAddPasskey { form });
    };
    Effect::new(move || {
        if let Some(Ok(Question { ceremony, options })) = ask.value().get() {
            working.set(true);
            spawn_local(async move {
                match passkey::create(&options).await {
                    Ok(credential) => {
                        let form = PasskeyForm { ceremony, credential, next: next.get_value() };
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
            tell_other_tabs();
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
                <More words=texts::account::passkey_add(l) state=asking>
                    <form class="stack" novalidate on:submit=submit>
                        <FormFailure error=asking.failure() />
                        <FormFailure error=state.failure() />
                        {move || {
                            failed.get().map(|failure| {
                                view! { <Banner tone=Tone::Warn>{sentence(failure)}</Banner> }
                            })
                        }}
                        <p class="muted">{texts::account::passkey_add_text(l)}</p>
                        <Provider value=asking>
                            <Provider value=IdPrefix("passkey")>
                                <TextField
                                    field="name"
                                    label=texts::account::passkey_name(l)
                                    hint=texts::account::passkey_name_hint(l)
                                    autocomplete="off"
                                    maxlength=u32::try_from(Name::MAX).unwrap_or(u32::MAX)
                                    required=true
                                />
                                {needs_code.then(|| view! { <AnyCode has_app /> })}
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

fn input(id: &str) -> Option<HtmlInputElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn typed(id: &str) -> String {
    input(id).map(|input| input.value()).unwrap_or_default()
}

/// What the browser calls itself, until the person has a better name.
fn name_it(name: &str) {
    if let Some(input) = input(NAME).filter(|input| input.value().is_empty()) {
        input.set_value(name);
    }
}
