//! A page behind a mailed link with one button. The link only leads here; the button uses it up, because mail scanners
//! open links. A link that does not work (any more) says so before anything is pressed.

use domain::{Code, entrance::VerifyForm};
use leptos::{prelude::*, server_fn::ServerFn};

use super::parts::mailed_token;
use crate::{
    act::Act,
    error::Error,
    form::FormState,
    loaded::{Loaded, load},
    shell::{failed, shown_as, tell_other_tabs},
};

/// What such a page knows from the start.
pub struct Mailed<S: ServerFn<Error = Error, Output = ()> + 'static> {
    action: Act<S>,
    state: FormState,
    token: String,
    link: Loaded<Result<(), Error>>,
}

/// The action of the button, and the token it sends.
pub struct Link<S: ServerFn<Error = Error, Output = ()> + 'static> {
    pub action: Act<S>,
    pub state: FormState,
    pub token: String,
}

impl<S> Mailed<S>
where
    S: ServerFn<Error = Error, Output = ()> + 'static,
{
    /// Asks whether the link works.
    pub fn load<F>(check: fn(VerifyForm) -> F) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let action = Act::new();
        let state = FormState::new(action);
        let token = mailed_token(state);
        let asked = token.clone();
        let link = load(|| (), move |()| check(VerifyForm { token: asked.clone() }));
        Self { action, state, token, link }
    }

    /// `confirm` draws the page of a link that works, `dead` that of any other; the button leads to `done`.
    pub fn view(self, done: &'static str, confirm: fn(Link<S>) -> AnyView, dead: fn() -> AnyView) -> AnyView {
        let Self { action, state, token, link } = self;
        let (value, failure) = (action.value(), state.failure());
        // Not within the app: sessions ended, and this page may still show one.
        Effect::new(move || {
            if matches!(value.get(), Some(Ok(()))) {
                tell_other_tabs();
                _ = window().location().replace(done);
            }
        });
        let spent =
            Memo::new(move |_| failure.with(|e| e.as_ref().is_some_and(|e| e.code == Code::LinkExpired)));
        shown_as(4, move || {
            let (token, is_spent) = (token.clone(), spent.get());
            async move {
                let link = link.await;
                move || match link {
                    Ok(()) if !is_spent => confirm(Link { action, state, token }),
                    Err(error) if error.0.code != Code::LinkExpired => failed(error),
                    _ => dead(),
                }
            }
        })
    }
}
