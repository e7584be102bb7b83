//! Proving an address. The mailed link only leads here; a button uses it up, because mail scanners open links.

use domain::{Code, entrance::VerifyForm};
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;

use super::{
    api::{Installation, VerifyAddress, check_verify_link, load_installation},
    parts::{Heading, Resend, go_when_done, mailed_token},
    paths::VERIFIED,
};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, failed, shown_as},
    state::language,
    ui::{Banner, Button, ButtonKind, Tone},
};

pub struct VerifyRoute {
    action: Act<VerifyAddress>,
    state: FormState,
    token: String,
    /// Whether the link works; without a link there is nothing to ask.
    link: Loaded<Result<(), Error>>,
    installation: Loaded<Result<Installation, Error>>,
}

impl LazyPage for VerifyRoute {
    fn data() -> Self {
        let action = Act::new();
        let state = FormState::new(action);
        let token = mailed_token(state);
        let asked = token.clone();
        let link = load(
            || (),
            move |()| {
                let token = asked.clone();
                async move {
                    if token.is_empty() { Ok(()) } else { check_verify_link(VerifyForm { token }).await }
                }
            },
        );
        Self { action, state, token, link, installation: load(|| (), |()| load_installation()) }
    }

    fn view(self) -> AnyView {
        let VerifyRoute { action, state, token, link, installation } = self;
        let query = use_query_map();
        let resent = Memo::new(move |_| query.with(|query| query.get("resent").is_some()));
        shown_as(4, move || {
            let (token, resent) = (token.clone(), resent.get());
            async move {
                let (installation, link) = (installation.await.unwrap_or_default(), link.await);
                move || match link {
                    _ if token.is_empty() || resent => view! { <Waiting installation resent /> }.into_any(),
                    Err(error) if error.0.code != Code::LinkExpired => failed(error),
                    checked => {
                        let works = checked.is_ok();
                        view! { <Confirm action state token works /> }.into_any()
                    }
                }
            }
        })
    }
}

/// After sign-up, or when somebody comes without a link: what to look for, and what to do if it is not there.
#[component]
fn Waiting(installation: Installation, resent: bool) -> impl IntoView {
    let l = language();
    let sent = resent || use_query_map().with_untracked(|query| query.get("sent").is_some());
    let heading = if sent {
        view! {
            <Heading sign="mail-check" title=texts::entrance::sent_title(l) text=texts::entrance::sent_text(l) />
        }
    } else {
        view! { <Heading sign="mail" title=texts::entrance::check_title(l) text=texts::entrance::check_text(l) /> }
    };
    view! {
        {heading}
        {resent.then(|| view! { <Banner tone=Tone::Ok><p>{texts::entrance::resend_done(l)}</p></Banner> })}
        {installation
            .mails_are_files
            .then(|| view! { <Banner tone=Tone::Info><p>{texts::entrance::mail_folder(l)}</p></Banner> })}
        <section class="entrance-help" aria-labelledby="no-mail">
            <h2 id="no-mail">{texts::entrance::no_mail_title(l)}</h2>
            <ul>
                <li>{texts::entrance::no_mail_spam(l)}</li>
                <li>{texts::entrance::no_mail_known(l)}</li>
                <li>{texts::entrance::no_mail_resend(l)}</li>
            </ul>
            <Resend />
        </section>
        <ToLogin />
    }
}

/// One button for a link that works; for any other, why not and a new one.
#[component]
fn Confirm(action: Act<VerifyAddress>, state: FormState, token: String, works: bool) -> impl IntoView {
    let (l, failure) = (language(), state.failure());
    go_when_done(action.value(), VERIFIED);
    let works = Memo::new(move |_| {
        works && !failure.with(|error| error.as_ref().is_some_and(|error| error.code == Code::LinkExpired))
    });
    move || {
        let token = token.clone();
        if works.get() {
            Either::Left(view! {
                <Heading
                    sign="mail-check"
                    title=texts::entrance::confirm_title(l)
                    text=texts::entrance::confirm_text(l)
                />
                <Form action state class="stack">
                    <FormFailure error=failure />
                    <input type="hidden" name=state.name("token") value=token />
                    <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                        {texts::entrance::confirm_button(l)}
                    </Button>
                </Form>
            })
        } else {
            Either::Right(view! {
                <Heading
                    sign="history"
                    title=texts::entrance::verify_spent_title(l)
                    text=texts::entrance::verify_spent_text(l)
                />
                <Resend />
                <ToLogin />
            })
        }
    }
}

#[component]
fn ToLogin() -> impl IntoView {
    view! {
        <p class="entrance-foot"><a class="link" href=paths::LOGIN>{texts::entrance::to_login(language())}</a></p>
    }
}
