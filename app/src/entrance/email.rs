//! A new address to sign in with, by the link mailed to it.

use leptos::prelude::*;

use super::{
    api::{ConfirmEmail, check_email_link},
    mailed::{Link, Mailed},
    parts::Heading,
    paths::EMAIL_CONFIRMED,
};
use crate::{
    form::Form,
    lazy::LazyPage,
    paths,
    shell::FormFailure,
    state::language,
    ui::{Button, ButtonKind, LinkButton},
};

pub struct EmailRoute(Mailed<ConfirmEmail>);

impl LazyPage for EmailRoute {
    fn data() -> Self {
        Self(Mailed::load(check_email_link))
    }

    fn view(self) -> AnyView {
        self.0.view(EMAIL_CONFIRMED, confirm, dead)
    }
}

fn confirm(link: Link<ConfirmEmail>) -> AnyView {
    let (l, Link { action, state, token }) = (language(), link);
    view! {
        <Heading sign="mail-check" title=texts::entrance::email_title(l) text=texts::entrance::email_text(l) />
        <Form action state class="stack">
            <FormFailure error=state.failure() />
            <input type="hidden" name=state.name("token") value=token />
            <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                {texts::entrance::email_button(l)}
            </Button>
        </Form>
        <p class="entrance-foot"><a class="link" href=paths::LOGIN>{texts::entrance::to_login(l)}</a></p>
    }
    .into_any()
}

fn dead() -> AnyView {
    let l = language();
    view! {
        <Heading sign="history" title=texts::entrance::email_dead_title(l) text=texts::entrance::email_dead_text(l) />
        <LinkButton href=paths::ACCOUNT kind=ButtonKind::Primary wide=true attr:rel="external">
            {texts::entrance::email_to_account(l)}
        </LinkButton>
        <p class="entrance-foot"><a class="link" href=paths::LOGIN>{texts::entrance::to_login(l)}</a></p>
    }
    .into_any()
}
