//! Signing in. Afterwards one is where one wanted to go, if that is a page of this site.

use domain::{Code, entrance::safe_next, general::Email};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{Installation, SignIn, load_installation},
    current::CurrentPassword,
    parts::{Heading, ResendTo, enter},
    passkey::{PasskeyButton, PasskeyRefusal, Passkeys},
};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, shown_as},
    state::{language, page},
    ui::{Banner, Button, ButtonKind, TextField, Tone},
};

pub struct LoginRoute {
    installation: Loaded<Result<Installation, Error>>,
}

impl LazyPage for LoginRoute {
    fn data() -> Self {
        Self { installation: load(|| (), |()| load_installation()) }
    }

    fn view(self) -> AnyView {
        view! { <Login installation=self.installation /> }.into_any()
    }
}

#[component]
fn Login(installation: Loaded<Result<Installation, Error>>) -> impl IntoView {
    let (l, action) = (language(), Act::<SignIn>::new());
    let state = FormState::new(action);
    let wanted = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    // Of somebody who has just made their account.
    let address = use_query_map().with_untracked(|query| query.get("email")).unwrap_or_default();
    let address = Email::parse(&address).map(Email::into_string).unwrap_or_default();
    let next = state.value("next", safe_next(&wanted).unwrap_or_default().to_owned());
    let onward = safe_next(&next).unwrap_or(paths::HOME).to_owned();
    let passkeys = Passkeys::first(next.clone());
    Effect::new(move || {
        if let Some(Ok(path)) = action.value().get() {
            enter(&path);
        }
    });
    view! {
        <Heading title=texts::entrance::login_title(l) text=texts::entrance::login_text(l) />
        <AlreadySignedIn onward />
        <Note state />
        <Refusal action state />
        <PasskeyRefusal passkeys />
        <Form action state class="stack">
            <input type="hidden" name=state.name("next") value=next />
            <TextField
                field="email"
                label=texts::entrance::email(l)
                saved=address
                type_="email"
                autocomplete="username webauthn"
                inputmode="email"
                required=true
                autofocus=true
            />
            <CurrentPassword>
                <p class="entrance-aside">
                    <a class="link" href=paths::FORGOT>{texts::entrance::forgot_link(l)}</a>
                </p>
            </CurrentPassword>
            <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                {texts::entrance::login_button(l)}
            </Button>
        </Form>
        {shown_as(
            0,
            move || async move {
                let offered = installation.await.unwrap_or_default().has_passkeys;
                move || offered.then(|| view! { <WithPasskey passkeys /> }).into_any()
            },
        )}
        <p class="entrance-foot">
            {texts::entrance::no_account(l)} " "
            <a class="link" href=paths::SIGNUP>{texts::entrance::signup_link(l)}</a>
        </p>
    }
}

#[component]
fn WithPasskey(passkeys: Passkeys) -> impl IntoView {
    let l = language();
    view! {
        <div class="entrance-or live-only">
            <p class="entrance-or-line" aria-hidden="true">{texts::entrance::or(l)}</p>
            <PasskeyButton passkeys label=texts::entrance::passkey_button(l) offered=true />
        </div>
    }
}

/// For somebody who is signed in already: a way past the form.
#[component]
pub fn AlreadySignedIn(#[prop(into)] onward: String) -> impl IntoView {
    let l = language();
    page().viewer.get_untracked().map(|viewer| {
        let action = view! {
            <a class="button button-small" href=onward rel="external">{texts::entrance::continue_as(l, viewer.name)}</a>
        };
        view! {
            <Banner tone=Tone::Info action=action.into_any()>
                <p>{texts::entrance::signed_in_as(l, viewer.email)}</p>
            </Banner>
        }
    })
}

/// What brought the person here, until the form has something to say itself.
#[component]
fn Note(state: FormState) -> impl IntoView {
    let (l, query) = (language(), use_query_map());
    let note = move || {
        query.with(|query| {
            if query.get("verified").is_some() {
                Some((Tone::Ok, texts::entrance::verified_title(l), texts::entrance::verified_text(l)))
            } else if query.get("reset").is_some() {
                Some((Tone::Ok, texts::entrance::was_reset_title(l), texts::entrance::was_reset_text(l)))
            } else if query.get("joined").is_some() {
                Some((Tone::Ok, texts::members::joined_title(l), texts::members::joined_text(l)))
            } else if query.get("left").is_some() {
                Some((Tone::Ok, texts::members::left_title(l), texts::members::left_text(l)))
            } else if query.get("deleted").is_some() {
                Some((Tone::Ok, texts::deletion::account_title(l), texts::deletion::account_deleted(l)))
            } else if query.get("address").is_some() {
                Some((Tone::Ok, texts::entrance::address_title(l), texts::entrance::address_text(l)))
            } else {
                let ended = ended(&query.get("ended")?)?;
                Some((Tone::Info, texts::entrance::ended_title(l), texts::code(l, ended)))
            }
        })
    };
    let failure = state.failure();
    move || {
        let note = note().filter(|_| failure.with(Option::is_none));
        note.map(|(tone, title, text)| view! { <Banner tone title=title><p>{text}</p></Banner> })
    }
}

/// How a session came to its end, by its word in the address. Any other word says nothing.
fn ended(word: &str) -> Option<Code> {
    Code::ALL.iter().copied().find(|code| code.is_signed_out() && code.as_str() == word)
}

/// Why the sign-in was refused, and what helps.
#[component]
fn Refusal(action: Act<SignIn>, state: FormState) -> impl IntoView {
    let (l, failure) = (language(), state.failure());
    let typed = RwSignal::new(state.value("email", String::new()));
    Effect::new(move || {
        if let Some(sent) = action.course().sent().get() {
            typed.set(sent.field("email"));
        }
    });
    let unverified =
        Memo::new(move |_| failure.with(|e| e.as_ref().is_some_and(|e| e.code == Code::Unverified)));
    let other = Signal::derive(move || failure.get().filter(|error| error.code != Code::Unverified));
    view! {
        <FormFailure error=other />
        <Show when=move || unverified.get()>
            <Banner tone=Tone::Warn title=texts::entrance::unverified_title(l)>
                <p>{texts::entrance::unverified_text(l)}</p>
                <ResendTo email=typed.into() />
            </Banner>
        </Show>
    }
}
