//! The password once more: a dialog that opens when an action was refused for it, and tries the action again.
//!
//! Without JavaScript the refusal itself leads to `/account/confirm` (`shell::FormFailure`).

use domain::Code;
use leptos::{context::Provider, prelude::*, server_fn::ServerFn};

use super::api::ProvePassword;
use crate::{
    act::{Act, Course},
    entrance::CurrentPassword,
    error::Error,
    form::{Form, FormState},
    parts,
    shell::{Above, FormFailure},
    state::language,
    ui::{Button, ButtonKind, Dialog, IdPrefix},
};

/// Watches `action`: put one beside each form whose use-case asks for a recent password.
#[component]
pub fn AskPassword<S>(action: Act<S>) -> impl IntoView
where
    S: ServerFn<Error = Error>,
    S::Output: Send + Sync + 'static,
{
    watch(action.course())
}

/// The same code for every action.
fn watch(course: Course) -> AnyView {
    let open = RwSignal::new(false);
    let outcome = course.outcome();
    Effect::new(move || {
        if outcome.with(|outcome| matches!(outcome, Some(Err(error)) if error.code == Code::PasswordNeeded)) {
            open.set(true);
        }
    });
    let why = Signal::derive(move || open.get().then(|| texts::code(language(), Code::PasswordNeeded)));
    // Drawn only when it is needed: a second password field would confuse password managers.
    view! {
        <Provider value=Asked { open, course }>
            <Above part=parts::PASSWORD why />
        </Provider>
    }
    .into_any()
}

/// An action that waits for the password.
#[derive(Clone, Copy)]
struct Asked {
    open: RwSignal<bool>,
    course: Course,
}

/// The same dialog for every action.
#[component]
pub fn PasswordDialog() -> impl IntoView {
    let (l, Asked { open, course }) = (language(), expect_context());
    let prove = Act::<ProvePassword>::new();
    let state = FormState::new(prove);
    Effect::new(move || {
        if matches!(prove.value().get(), Some(Ok(()))) {
            open.set(false);
            course.send_again();
        }
    });
    view! {
        <Dialog open=open title=texts::account::confirm_title(l) close=texts::shell::close(l)>
            <Form action=prove state class="stack">
                <p class="muted">{texts::account::confirm_text(l)}</p>
                <FormFailure error=state.failure() />
                // The page may have a password field of its own.
                <Provider value=IdPrefix("sudo")>
                    <CurrentPassword autofocus=true />
                </Provider>
                <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                    {texts::account::confirm_button(l)}
                </Button>
            </Form>
        </Dialog>
    }
}
