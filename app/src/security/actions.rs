//! What an administrator does for members. Forms don't nest: these stand beside the page's own, and buttons anywhere on
//! the page name them in `form`.

use domain::{AppError, Code, security::MemberForm};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, client::Client},
    task::spawn_local,
};

use super::api::{MemberLine, RemindAll, RemindMember, ResetMember, SignMemberOut, load_security};
use crate::{
    account::AskPassword,
    error::Error,
    form::{Form, FormState},
    shell::FormFailure,
    state::language,
    ui::use_toasts,
};

/// The ids of the forms.
pub const REMIND: &str = "remind-member";
pub const REMIND_ALL: &str = "remind-all";
pub const SIGN_OUT: &str = "sign-member-out";
pub const RESET: &str = "reset-member";

#[component]
pub fn MemberForms(people: RwSignal<Vec<MemberLine>>) -> impl IntoView {
    let l = language();
    let (remind, remind_all) = (ServerAction::<RemindMember>::new(), ServerAction::<RemindAll>::new());
    let (sign_out, reset) = (ServerAction::<SignMemberOut>::new(), ServerAction::<ResetMember>::new());
    let name = move |form: &MemberForm| {
        people.with_untracked(|people| {
            people
                .iter()
                .find(|line| line.id == form.person)
                .map(|line| line.name.clone())
                .unwrap_or_default()
        })
    };
    follow(remind, people, move |sent, ()| texts::security::reminded_person(l, name(&sent.form)));
    follow(remind_all, people, move |_, sent| match sent {
        0 => texts::security::none_reminded(l).to_owned(),
        sent => texts::security::all_reminded_count(l, sent),
    });
    follow(sign_out, people, move |sent, _| texts::security::signed_out_person(l, name(&sent.form)));
    follow(reset, people, move |sent, ()| texts::security::was_reset_person(l, name(&sent.form)));
    view! {
        <Form action=remind id=REMIND>
            <FormFailure error=refusal(remind) />
        </Form>
        <Form action=remind_all id=REMIND_ALL>
            <FormFailure error=refusal(remind_all) />
        </Form>
        <Form action=sign_out id=SIGN_OUT>
            <FormFailure error=refusal(sign_out) />
        </Form>
        <Form action=reset id=RESET>
            <FormFailure error=refusal(reset) />
        </Form>
        <AskPassword action=sign_out />
        <AskPassword action=reset />
    }
}

/// The refusal of a form that was posted without JavaScript; with it a message at the edge of the screen says why.
fn refusal<S>(action: ServerAction<S>) -> Signal<Option<AppError>>
where
    S: ServerFn<Error = Error> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
    S::Client: Client<Error>,
{
    let (posted, value) = (FormState::new(action).failure(), action.value());
    Signal::derive(move || if value.with(Option::is_none) { posted.get() } else { None })
}

/// Says what was done or why not, and looks at the people again.
fn follow<S>(
    action: ServerAction<S>,
    people: RwSignal<Vec<MemberLine>>,
    said: impl Fn(S, S::Output) -> String + Send + Sync + 'static,
) where
    S: ServerFn<Error = Error> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
    S::Client: Client<Error>,
{
    let (l, toasts) = (language(), use_toasts());
    let (sent, input, value) = (StoredValue::new(None::<S>), action.input(), action.value());
    // An action forgets what it was given once it has answered.
    Effect::new(move || {
        if let Some(input) = input.get() {
            sent.set_value(Some(input));
        }
    });
    Effect::new(move || match value.get() {
        Some(Ok(output)) => {
            if let Some(sent) = sent.try_update_value(Option::take).flatten() {
                toasts.success(said(sent, output));
            }
            spawn_local(async move {
                if let Ok(fresh) = load_security().await {
                    _ = people.try_set(fresh.people);
                }
            });
        }
        Some(Err(Error(error))) if !is_asked_elsewhere(error.code) => toasts.error(texts::error(l, &error)),
        _ => {}
    });
}

/// A dialog asks for the password, the sign-in or the second factor.
fn is_asked_elsewhere(code: Code) -> bool {
    code.is_signed_out() || matches!(code, Code::PasswordNeeded | Code::TwoFactorRequired)
}
