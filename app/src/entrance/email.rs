//! A new address to sign in with. The mailed link only leads here; a button uses it up, because mail scanners open
//! links.

use domain::{Code, entrance::VerifyForm};
use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};
use leptos_router::{LazyRoute, lazy_route};

use super::{
    api::{ConfirmEmail, check_email_link},
    parts::{Heading, mailed_token},
    paths::EMAIL_CONFIRMED,
};
use crate::{
    error::Error,
    form::{Form, FormState},
    paths,
    shell::{FailureNotice, FormFailure, tell_other_tabs},
    state::language,
    ui::{Button, ButtonKind, LinkButton, Skeleton},
};

pub struct EmailRoute {
    action: ServerAction<ConfirmEmail>,
    state: FormState,
    token: String,
    link: Resource<Result<(), Error>>,
}

#[lazy_route]
impl LazyRoute for EmailRoute {
    fn data() -> Self {
        let action = ServerAction::new();
        let state = FormState::new(action);
        let token = mailed_token(state);
        let asked = token.clone();
        let link = Resource::new(|| (), move |()| check_email_link(VerifyForm { token: asked.clone() }));
        Self { action, state, token, link }
    }

    fn view(this: Self) -> AnyView {
        let l = language();
        let EmailRoute { action, state, token, link } = this;
        view! {
            <Suspense fallback=move || view! { <Skeleton label=texts::shell::loading(l) lines=4 /> }>
                {move || {
                    let token = token.clone();
                    Suspend::new(async move {
                        match link.await {
                            Ok(()) => EitherOf3::A(view! { <Confirm action state token /> }),
                            Err(Error(error)) if error.code == Code::LinkExpired => {
                                EitherOf3::B(view! { <Dead /> })
                            }
                            Err(Error(error)) => EitherOf3::C(view! { <FailureNotice error /> }),
                        }
                    })
                }}
            </Suspense>
        }
        .into_any()
    }
}

#[component]
fn Confirm(action: ServerAction<ConfirmEmail>, state: FormState, token: String) -> impl IntoView {
    let (l, failure) = (language(), state.failure());
    // Not within the app: all sessions ended, and this page may still show one.
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            tell_other_tabs();
            _ = window().location().replace(EMAIL_CONFIRMED);
        }
    });
    let dead = Memo::new(move |_| failure.with(|e| e.as_ref().is_some_and(|e| e.code == Code::LinkExpired)));
    move || {
        if dead.get() {
            return Either::Right(view! { <Dead /> });
        }
        let token = token.clone();
        Either::Left(view! {
            <Heading
                sign="mail-check"
                title=texts::entrance::email_title(l)
                text=texts::entrance::email_text(l)
            />
            <Form action state class="stack">
                <FormFailure error=failure />
                <input type="hidden" name=state.name("token") value=token />
                <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                    {texts::entrance::email_button(l)}
                </Button>
            </Form>
            <p class="entrance-foot">
                <a class="link" href=paths::LOGIN>{texts::entrance::to_login(l)}</a>
            </p>
        })
    }
}

/// The link does not work (any more), or there was none.
#[component]
fn Dead() -> impl IntoView {
    let l = language();
    view! {
        <Heading
            sign="history"
            title=texts::entrance::email_dead_title(l)
            text=texts::entrance::email_dead_text(l)
        />
        <LinkButton href=paths::ACCOUNT kind=ButtonKind::Primary wide=true attr:rel="external">
            {texts::entrance::email_to_account(l)}
        </LinkButton>
        <p class="entrance-foot"><a class="link" href=paths::LOGIN>{texts::entrance::to_login(l)}</a></p>
    }
}
