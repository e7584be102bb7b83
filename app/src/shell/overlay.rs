//! Signing in again above a page whose session ended: the page underneath keeps everything that was typed.
//!
//! A part (`parts.rs`) that is loaded when somebody begins to type.

use domain::{Code, account::PasskeyForm};
use leptos::{
    context::Provider, either::Either, prelude::*, task::spawn_local, wasm_bindgen::JsCast,
    web_sys::HtmlElement,
};
use leptos_router::{hooks::use_location, location::Url};

use super::{FormFailure, gate::Gate, overlay_code::CodeStep, owed::Locked, tabs::tell_other_tabs};
use crate::{
    account::passkey,
    act::Act,
    entrance::CurrentPassword,
    entrance::api::{
        AskForm, SignIn, ask_passkey, finish_with_passkey, load_installation, sign_in_with_passkey,
    },
    error::Error,
    form::{Form, FormState},
    paths,
    state::{language, page},
    ui::{Banner, Button, ButtonKind, Field, IdPrefix, Tone},
};

/// For the reason that the gate has when it is drawn.
#[component]
pub fn SignInOverlay() -> impl IntoView {
    let reason = expect_context::<Gate>().ended.get_untracked();
    reason.map(|reason| {
        view! {
            <Locked title=texts::shell::gate_title(language())>
                <Provider value=IdPrefix("gate")>
                    <SignInAgain reason />
                </Provider>
            </Locked>
        }
    })
}

#[component]
fn SignInAgain(reason: Code) -> impl IntoView {
    let (l, location) = (language(), use_location());
    let email = page()
        .viewer
        .with_untracked(|viewer| viewer.as_ref().map(|viewer| viewer.email.clone()))
        .unwrap_or_default();
    let code_owed = RwSignal::new(false);
    // Why the first step has to be done again.
    let again = RwSignal::new(None::<Code>);
    let here = move || location.pathname.get_untracked();
    // Of `autofocus` a browser takes note when a dialog opens, and never again.
    Effect::new(move |before: Option<bool>| {
        let owed = code_owed.get();
        if before.is_some_and(|before| before != owed) {
            let field = if owed { "gate-f-code" } else { "gate-f-password" };
            request_animation_frame(move || focus(field));
        }
        owed
    });
    view! {
        <div class="stack">
            <p>
                {move || texts::code(l, again.get().unwrap_or(reason))} " " <span class="muted">{texts::shell::gate_typed(l)}</span>
            </p>
            {move || {
                if code_owed.get() {
                    Either::Left(view! { <CodeStep code_owed again /> })
                } else {
                    Either::Right(view! { <PasswordStep email=email.clone() next=here() code_owed /> })
                }
            }}
            <p class="muted small">
                // Another target than this page's own: neither the router nor the guard of unsaved changes takes it over.
                <a
                    class="link"
                    href=move || format!("{}?next={}", paths::LOGIN, Url::escape(&here()))
                    target="_top"
                >
                    {texts::shell::gate_elsewhere(l)}
                </a>
                " "
                {texts::shell::gate_loses(l)}
            </p>
        </div>
    }
}

pub(super) fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        _ = element.focus();
    }
}

#[component]
fn PasswordStep(email: String, next: String, code_owed: RwSignal<bool>) -> impl IntoView {
    let (l, action) = (language(), Act::<SignIn>::new());
    let (state, signed_in) = (FormState::new(action), signed_in());
    Effect::new(move || {
        if let Some(Ok(next)) = action.value().get() {
            if next == paths::LOGIN_CODE { code_owed.set(true) } else { signed_in.run(()) }
        }
    });
    let has_passkeys = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(installation) = load_installation().await {
            _ = has_passkeys.try_set(installation.has_passkeys);
        }
    });
    view! {
        <Form action state class="stack">
            <FormFailure error=state.failure() />
            <input type="hidden" name=state.name("next") value=next />
            <Field field="email" label=texts::entrance::email(l)>
                <input
                    class="input"
                    id="gate-f-email"
                    name=state.name("email")
                    type="email"
                    value=email
                    autocomplete="username"
                    readonly
                />
            </Field>
            <CurrentPassword autofocus=true />
            <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                {texts::entrance::login_button(l)}
            </Button>
        </Form>
        <PasskeyStep second=false offered=has_passkeys signed_in />
    }
}

/// A passkey instead of the password, or as the second step.
#[component]
pub(super) fn PasskeyStep(
    second: bool,
    #[prop(into)] offered: Signal<bool>,
    signed_in: Callback<()>,
) -> impl IntoView {
    let (l, pending, failure) = (language(), RwSignal::new(false), RwSignal::new(None::<String>));
    let use_passkey = move |_| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        spawn_local(async move {
            let outcome = sign_in(second).await;
            _ = pending.try_set(false);
            match outcome {
                Ok(true) => _ = signed_in.try_run(()),
                // The browser has said why, or the person closed its window.
                Ok(false) => _ = failure.try_set(None),
                Err(Error(error)) => _ = failure.try_set(Some(texts::error(l, &error))),
            }
        });
    };
    view! {
        <Show when=move || offered.get() && passkey::is_supported()>
            {move || failure.get().map(|text| view! { <Banner tone=Tone::Danger>{text}</Banner> })}
            <Button icon="key-round" wide=true pending=pending on:click=use_passkey>
                {texts::shell::gate_passkey(l)}
            </Button>
        </Show>
    }
}

/// Whether a passkey was given.
async fn sign_in(second: bool) -> Result<bool, Error> {
    let question = ask_passkey(AskForm { second }).await?;
    let Ok(credential) = passkey::get(&question.options).await else { return Ok(false) };
    let form = PasskeyForm { ceremony: question.ceremony, credential, ..PasskeyForm::default() };
    if second {
        finish_with_passkey(form).await?
    } else {
        sign_in_with_passkey(form).await?
    };
    Ok(true)
}

/// What to do once somebody is signed in: other tabs go on too, and this one if it is the same person.
pub(super) fn signed_in() -> Callback<()> {
    let gate = expect_context::<Gate>();
    Callback::new(move |()| {
        tell_other_tabs();
        spawn_local(gate.look());
    })
}
