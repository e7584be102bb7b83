//! A forgotten password: a link by mail, if the address has an account. The page says no more than that.

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;

use super::{
    api::RequestReset,
    parts::{Heading, go_when_done},
    paths::RESET_SENT,
};
use crate::{
    act::Act,
    form::{Form, FormState},
    lazy::LazyPage,
    paths,
    shell::FormFailure,
    state::language,
    ui::{Button, ButtonKind, LinkButton, TextField},
};

pub struct ForgotRoute;

impl LazyPage for ForgotRoute {
    fn data() -> Self {
        Self
    }

    fn view(self) -> AnyView {
        let ForgotRoute = self;
        let query = use_query_map();
        let sent = Memo::new(move |_| query.with(|query| query.get("sent").is_some()));
        view! {
            {move || if sent.get() { Either::Left(view! { <Sent /> }) } else { Either::Right(view! { <Ask /> }) }}
        }
        .into_any()
    }
}

#[component]
fn Ask() -> impl IntoView {
    let (l, action) = (language(), Act::<RequestReset>::new());
    let state = FormState::new(action);
    go_when_done(action.value(), RESET_SENT);
    // After "this wasn't me".
    let closed = use_query_map().with_untracked(|query| query.get("closed").is_some());
    let heading = if closed {
        view! {
            <Heading sign="shield-check" title=texts::entrance::closed_title(l) text=texts::entrance::closed_text(l) />
        }
    } else {
        view! { <Heading title=texts::entrance::forgot_title(l) text=texts::entrance::forgot_text(l) /> }
    };
    view! {
        {heading}
        <Form action state class="stack">
            <FormFailure error=state.failure() />
            <TextField
                field="email"
                label=texts::entrance::email(l)
                type_="email"
                autocomplete="username"
                inputmode="email"
                required=true
                autofocus=true
            />
            <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                {texts::entrance::forgot_button(l)}
            </Button>
        </Form>
        <p class="entrance-foot"><a class="link" href=paths::LOGIN>{texts::entrance::to_login(l)}</a></p>
    }
}

#[component]
fn Sent() -> impl IntoView {
    let l = language();
    view! {
        <Heading sign="mail-check" title=texts::entrance::forgot_sent_title(l) text=texts::entrance::forgot_sent_text(l) />
        <p class="muted">{texts::entrance::forgot_sent_hint(l)}</p>
        <LinkButton href=paths::FORGOT wide=true>{texts::entrance::forgot_again(l)}</LinkButton>
        <p class="entrance-foot"><a class="link" href=paths::LOGIN>{texts::entrance::to_login(l)}</a></p>
    }
}
