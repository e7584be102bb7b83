//! Buttons in the rows of a list that do something to what the row stands for: their forms stand beside the list,
//! because they outlive the rows, and the buttons name them in `form`.

use domain::{AppError, Code};
use leptos::{
    ev::MouseEvent,
    prelude::*,
    server_fn::ServerFn,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use crate::{
    act::{Act, Sent},
    error::Error,
    form::FormState,
    state::language,
    ui::use_toasts,
};

/// The refusal of a form that was posted without JavaScript; with it a message at the edge of the screen says why.
pub fn refusal<S>(action: Act<S>) -> Signal<Option<AppError>>
where
    S: ServerFn<Error = Error>,
    S::Output: Send + Sync + 'static,
{
    let course = action.course();
    let (posted, outcome) = (FormState::of(course).failure(), course.outcome());
    Signal::derive(move || if outcome.with(Option::is_none) { posted.get() } else { None })
}

/// Says what was done, or why not, and runs `afterwards`: the list is old now.
pub fn follow<S>(
    action: Act<S>,
    said: impl Fn(Sent, S::Output) -> String + Send + Sync + 'static,
    afterwards: impl Fn() + Clone + Send + Sync + 'static,
) where
    S: ServerFn<Error = Error>,
    S::Output: Clone + Send + Sync + 'static,
{
    say_refusal(action, afterwards.clone());
    say_done(action, said, afterwards);
}

/// Says what was done, and runs `afterwards`. For a form that shows its refusals itself.
pub fn say_done<S>(
    action: Act<S>,
    said: impl Fn(Sent, S::Output) -> String + Send + Sync + 'static,
    afterwards: impl Fn() + Send + Sync + 'static,
) where
    S: ServerFn<Error = Error>,
    S::Output: Clone + Send + Sync + 'static,
{
    let (toasts, sent, value) = (use_toasts(), action.course().sent(), action.value());
    Effect::new(move || {
        if let Some(Ok(output)) = value.get()
            && let Some(sent) = sent.get_untracked()
        {
            toasts.success(untrack(|| said(sent, output)));
            untrack(&afterwards);
        }
    });
}

/// Says why something was not done; `gone` runs if what it was about is no longer there.
pub fn say_refusal<S>(action: Act<S>, gone: impl Fn() + Send + Sync + 'static)
where
    S: ServerFn<Error = Error>,
    S::Output: Send + Sync + 'static,
{
    let (l, toasts, outcome) = (language(), use_toasts(), action.course().outcome());
    Effect::new(move || {
        if let Some(Err(error)) = outcome.get()
            && !is_asked_elsewhere(error.code)
        {
            toasts.error(texts::error(l, &error));
            if error.code == Code::NotFound {
                gone();
            }
        }
    });
}

/// A dialog asks for the password, the sign-in or the second factor.
fn is_asked_elsewhere(code: Code) -> bool {
    code.is_signed_out() || matches!(code, Code::PasswordNeeded | Code::TwoFactorRequired)
}

/// For a card that a row opens (`popover`): it must not cover what is said about the button pressed in it.
pub fn close_when_sent(event: MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let closest = |selector| target.as_ref().and_then(|target| target.closest(selector).ok().flatten());
    let card = closest("[popover]").and_then(|card| card.dyn_into::<HtmlElement>().ok());
    if let (Some(_), Some(card)) = (closest("button[type=submit]"), card) {
        _ = card.hide_popover();
    }
}
