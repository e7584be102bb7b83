//! A new password, by mailed link. It signs nobody in: the new password is typed once more at sign-in.

use domain::{Code, entrance::VerifyForm};
use leptos::{either::Either, prelude::*};

use super::{
    api::{ResetPassword, check_reset_link},
    parts::{Heading, mailed_token},
    paths::PASSWORD_RESET,
    strength::NewPassword,
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
    ui::{Button, ButtonKind, LinkButton, PasswordField},
};

pub struct ResetRoute {
    action: Act<ResetPassword>,
    state: FormState,
    token: String,
    link: Loaded<Result<(), Error>>,
}

impl LazyPage for ResetRoute {
    fn data() -> Self {
        let action = Act::new();
        let state = FormState::new(action);
        let token = mailed_token(state);
        let asked = token.clone();
        let link = load(|| (), move |()| check_reset_link(VerifyForm { token: asked.clone() }));
        Self { action, state, token, link }
    }

    fn view(self) -> AnyView {
        let ResetRoute { action, state, token, link } = self;
        shown_as(4, move || {
            let token = token.clone();
            async move {
                let link = link.await;
                move || match link {
                    Ok(()) => view! { <Choose action state token /> }.into_any(),
                    Err(Error(error)) if error.code == Code::LinkExpired => {
                        let missing = token.is_empty();
                        view! { <Spent missing /> }.into_any()
                    }
                    Err(error) => failed(error),
                }
            }
        })
    }
}

#[component]
fn Choose(action: Act<ResetPassword>, state: FormState, token: String) -> impl IntoView {
    let (l, failure) = (language(), state.failure());
    // Not within the app: all sessions ended, and this page may still show one.
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            _ = window().location().replace(PASSWORD_RESET);
        }
    });
    let spent = Memo::new(move |_| failure.with(|e| e.as_ref().is_some_and(|e| e.code == Code::LinkExpired)));
    move || {
        if spent.get() {
            return Either::Right(view! { <Spent missing=false /> });
        }
        let token = token.clone();
        Either::Left(view! {
            <Heading title=texts::entrance::reset_title(l) text=texts::entrance::reset_text(l) />
            <Form action state class="stack">
                <FormFailure error=failure />
                <input type="hidden" name=state.name("token") value=token />
                <NewPassword label=texts::entrance::new_password(l) />
                <PasswordField
                    field="password_again"
                    label=texts::entrance::new_password_again(l)
                    show=texts::entrance::show_password(l)
                    hide=texts::entrance::hide_password(l)
                    autocomplete="new-password"
                />
                <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                    {texts::entrance::reset_button(l)}
                </Button>
            </Form>
        })
    }
}

/// The link does not work (any more), or there was none.
#[component]
fn Spent(missing: bool) -> impl IntoView {
    let l = language();
    let (title, text) = if missing {
        (texts::entrance::reset_title(l), texts::entrance::reset_missing_text(l))
    } else {
        (texts::entrance::reset_spent_title(l), texts::entrance::reset_spent_text(l))
    };
    view! {
        <Heading sign="history" title=title text=text />
        <LinkButton href=paths::FORGOT kind=ButtonKind::Primary wide=true>{texts::entrance::ask_again(l)}</LinkButton>
        <p class="entrance-foot"><a class="link" href=paths::LOGIN>{texts::entrance::to_login(l)}</a></p>
    }
}
