//! "This wasn't me": the link in every mail about an account. It needs no sign-in and only ever takes access away; a
//! button uses it up, because mail scanners open links.

use domain::{Code, entrance::VerifyForm};
use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};
use leptos_router::{LazyRoute, lazy_route};

use super::{
    api::{WasNotMe, check_not_me_link},
    parts::{Heading, mailed_token},
    paths::WAS_NOT_ME,
};
use crate::{
    error::Error,
    form::{Form, FormState},
    paths,
    shell::{FailureNotice, FormFailure, tell_other_tabs},
    state::language,
    ui::{Button, ButtonKind, LinkButton, Skeleton},
};

pub struct NotMeRoute {
    action: ServerAction<WasNotMe>,
    state: FormState,
    token: String,
    link: Resource<Result<(), Error>>,
}

#[lazy_route]
impl LazyRoute for NotMeRoute {
    fn data() -> Self {
        let action = ServerAction::new();
        let state = FormState::new(action);
        let token = mailed_token(state);
        let asked = token.clone();
        let link = Resource::new(|| (), move |()| check_not_me_link(VerifyForm { token: asked.clone() }));
        Self { action, state, token, link }
    }

    fn view(this: Self) -> AnyView {
        let l = language();
        let NotMeRoute { action, state, token, link } = this;
        view! {
            <Suspense fallback=move || view! { <Skeleton label=texts::shell::loading(l) lines=6 /> }>
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

/// Says what the button does before it is pressed: it also shuts out the person themselves.
#[component]
fn Confirm(action: ServerAction<WasNotMe>, state: FormState, token: String) -> impl IntoView {
    let (l, failure) = (language(), state.failure());
    // Not within the app: all sessions ended, and this page may still show one.
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            tell_other_tabs();
            _ = window().location().replace(WAS_NOT_ME);
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
                sign="shield-check"
                title=texts::entrance::not_me_title(l)
                text=texts::entrance::not_me_text(l)
            />
            <ul class="entrance-steps">
                <li>{texts::entrance::not_me_sessions(l)}</li>
                <li>{texts::entrance::not_me_password(l)}</li>
                <li>{texts::entrance::not_me_next(l)}</li>
            </ul>
            <Form action state class="stack">
                <FormFailure error=failure />
                <input type="hidden" name=state.name("token") value=token />
                <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                    {texts::entrance::not_me_button(l)}
                </Button>
            </Form>
            <p class="entrance-foot">{texts::entrance::not_me_was_me(l)}</p>
        })
    }
}

/// The link does not work (any more), or there was none: a new password does the same.
#[component]
fn Dead() -> impl IntoView {
    let l = language();
    view! {
        <Heading
            sign="history"
            title=texts::entrance::not_me_dead_title(l)
            text=texts::entrance::not_me_dead_text(l)
        />
        <LinkButton href=paths::FORGOT kind=ButtonKind::Primary wide=true>
            {texts::entrance::not_me_dead_button(l)}
        </LinkButton>
        <p class="entrance-foot"><a class="link" href=paths::LOGIN>{texts::entrance::to_login(l)}</a></p>
    }
}
