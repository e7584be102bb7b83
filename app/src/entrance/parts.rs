//! What the pages of the entrance share: the card's heading, a mailed token, the way on, the form that
//! sends the verification mail again.

use std::cell::Cell;

use leptos::{html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{api::ResendVerification, paths::MAIL_SENT_AGAIN};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState, use_form},
    shell::{FormFailure, PageTitle, tell_other_tabs},
    state::language,
    ui::{Button, ButtonKind, Icon, TextField, use_toasts},
};

thread_local! {
    /// The page was loaded, not navigated to: its focus belongs to the browser.
    static FIRST_HEADING: Cell<bool> = const { Cell::new(true) };
}

/// Names the page and heads the card. A heading that replaces another one takes the focus, so that somebody
/// who does not see the page hears that it changed.
#[component]
pub fn Heading(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] sign: Option<&'static str>,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move || {
        if let Some(heading) = heading.get()
            && !FIRST_HEADING.replace(false)
        {
            // Not yet in the document: within a `Suspense` it is put there later.
            request_animation_frame(move || _ = heading.focus());
        }
    });
    view! {
        <PageTitle text=title.clone() />
        {sign.map(|name| view! { <div class="entrance-sign"><Icon name=name /></div> })}
        <div class="entrance-title">
            <h1 tabindex="-1" node_ref=heading>{title}</h1>
            <p>{text}</p>
        </div>
    }
}

/// The token of a mailed link: from the address, or from the form that was just refused, whose address no
/// longer has it.
pub fn mailed_token(form: FormState) -> String {
    let mailed = use_query_map().with_untracked(|query| query.get("token")).unwrap_or_default();
    form.value("token", mailed)
}

/// Goes to `path` within the app once an action succeeded; the page left behind is not to be come back to.
pub fn go_when_done(value: RwSignal<Option<Result<(), Error>>>, path: &'static str) {
    let navigate = use_navigate();
    Effect::new(move || {
        if matches!(value.get(), Some(Ok(()))) {
            navigate(path, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
}

/// Goes to `path` once somebody is signed in. Not within the app: the whole page belongs to somebody else now, and
/// so do the other tabs.
pub fn enter(path: &str) {
    tell_other_tabs();
    _ = window().location().assign(path);
}

/// Asks for the verification mail again, by address.
#[component]
pub fn Resend() -> impl IntoView {
    let (l, action) = (language(), resend_action());
    let state = FormState::new(action);
    view! {
        <Form action state class="stack">
            <FormFailure error=state.failure() />
            <TextField
                field="email"
                label=texts::entrance::email(l)
                type_="email"
                autocomplete="email"
                inputmode="email"
                required=true
            />
            <Button type_="submit" wide=true pending=state.pending()>{texts::entrance::resend_button(l)}</Button>
        </Form>
    }
}

/// The same for an address that was typed elsewhere on the page: one button.
#[component]
pub fn ResendTo(email: Signal<String>) -> impl IntoView {
    let (l, action) = (language(), resend_action());
    view! {
        <Form action>
            <input type="hidden" name=use_form().name("email") value=email />
            <Button kind=ButtonKind::Plain type_="submit" small=true pending=use_form().pending()>
                {texts::entrance::resend_button(l)}
            </Button>
        </Form>
    }
}

fn resend_action() -> Act<ResendVerification> {
    let (l, action, toasts) = (language(), Act::<ResendVerification>::new(), use_toasts());
    go_when_done(action.value(), MAIL_SENT_AGAIN);
    // Said aloud too: on the page that the form leads to nothing may change.
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            toasts.success(texts::entrance::resend_done(l));
        }
    });
    action
}
