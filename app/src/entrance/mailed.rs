//! A page behind a mailed link with one button. The link only leads here; the button uses it up, because mail scanners
//! open links. A link that does not work (any more) says so before anything is pressed.

use domain::{Code, entrance::VerifyForm};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, client::Client},
};

use super::parts::mailed_token;
use crate::{
    error::Error,
    form::FormState,
    loaded::{Loaded, load},
    shell::{FailureNotice, tell_other_tabs},
    state::language,
    ui::Skeleton,
};

/// What such a page knows from the start.
pub struct Mailed<S: ServerFn<Error = Error, Output = ()> + 'static> {
    action: ServerAction<S>,
    state: FormState,
    token: String,
    link: Loaded<Result<(), Error>>,
}

/// The action of the button, and the token it sends.
pub struct Link<S: ServerFn<Error = Error, Output = ()> + 'static> {
    pub action: ServerAction<S>,
    pub state: FormState,
    pub token: String,
}

impl<S> Mailed<S>
where
    S: ServerFn<Error = Error, Output = ()> + Clone + Send + Sync + 'static,
    S::Client: Client<Error>,
{
    /// Asks whether the link works.
    pub fn load<F>(check: fn(VerifyForm) -> F) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let action = ServerAction::new();
        let state = FormState::new(action);
        let token = mailed_token(state);
        let asked = token.clone();
        let link = load(|| (), move |()| check(VerifyForm { token: asked.clone() }));
        Self { action, state, token, link }
    }

    /// `confirm` draws the page of a link that works, `dead` that of any other; the button leads to `done`.
    pub fn view(self, done: &'static str, confirm: fn(Link<S>) -> AnyView, dead: fn() -> AnyView) -> AnyView {
        let l = language();
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
        view! {
            <Suspense fallback=move || view! { <Skeleton label=texts::shell::loading(l) lines=4 /> }>
                {move || {
                    let (token, is_spent) = (token.clone(), spent.get());
                    Suspend::new(async move {
                        match link.await {
                            Ok(()) if !is_spent => confirm(Link { action, state, token }),
                            Err(Error(error)) if error.code != Code::LinkExpired => {
                                view! { <FailureNotice error /> }.into_any()
                            }
                            _ => dead(),
                        }
                    })
                }}
            </Suspense>
        }
        .into_any()
    }
}
