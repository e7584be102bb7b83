//! Signing up a company. The answer is the same whether the address has an account or not.

use leptos::{
    html,
    prelude::*,
    wasm_bindgen::JsValue,
    web_sys::js_sys::{Array, Intl, Object, Reflect},
};

use super::{
    api::{Installation, SignUp, load_installation},
    login::AlreadySignedIn,
    parts::{Heading, go_when_done},
    paths::MAIL_SENT,
    strength::NewPassword,
};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, shown_as},
    state::language,
    ui::{Button, ButtonKind, TextField},
};

pub struct SignupRoute {
    installation: Loaded<Result<Installation, Error>>,
}

impl LazyPage for SignupRoute {
    fn data() -> Self {
        Self { installation: load(|| (), |()| load_installation()) }
    }

    fn view(self) -> AnyView {
        shown_as(6, move || async move {
            let installation = self.installation.await.unwrap_or_default();
            move || view! { <Signup is_first=installation.is_empty /> }.into_any()
        })
    }
}

#[component]
fn Signup(is_first: bool) -> impl IntoView {
    let (l, action) = (language(), Act::<SignUp>::new());
    let state = FormState::new(action);
    go_when_done(action.value(), MAIL_SENT);
    let (title, text) = if is_first {
        (texts::entrance::first_title(l), texts::entrance::first_text(l))
    } else {
        (texts::entrance::signup_title(l), texts::entrance::signup_text(l))
    };
    view! {
        <Heading title=title text=text />
        <AlreadySignedIn onward=paths::HOME />
        <Form action state class="stack">
            <FormFailure error=state.failure() />
            <TextField
                field="organisation"
                label=texts::entrance::organisation(l)
                autocomplete="organization"
                maxlength=120
                required=true
            />
            <TextField field="name" label=texts::entrance::name(l) autocomplete="name" maxlength=120 required=true />
            <TextField
                field="email"
                label=texts::entrance::work_email(l)
                hint=texts::entrance::email_hint(l)
                type_="email"
                autocomplete="username"
                inputmode="email"
                required=true
            />
            <NewPassword label=texts::entrance::password(l) beside=&["organisation", "name", "email"] />
            <ZoneHint state />
            <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                {texts::entrance::signup_button(l)}
            </Button>
        </Form>
        <p class="entrance-foot">
            {texts::entrance::have_account(l)} " "
            <a class="link" href=paths::LOGIN>{texts::entrance::login_link(l)}</a>
        </p>
    }
}

/// Tells the server the browser's zone, for a first guess of the company's. Empty without JavaScript.
#[component]
fn ZoneHint(state: FormState) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let (Some(input), Some(zone)) = (input.get(), browser_zone()) {
            input.set_value(&zone);
        }
    });
    view! { <input type="hidden" name=state.name("time_zone") node_ref=input /> }
}

/// `Europe/Istanbul`, if the browser knows.
fn browser_zone() -> Option<String> {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &JsValue::from_str("timeZone")).ok()?.as_string()
}
