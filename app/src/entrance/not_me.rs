//! "This wasn't me": the link in every mail about an account. It needs no sign-in and only ever takes access away.

use leptos::prelude::*;

use super::{
    api::{WasNotMe, check_not_me_link},
    mailed::{Link, Mailed},
    parts::Heading,
    paths::WAS_NOT_ME,
};
use crate::{
    form::Form,
    lazy::LazyPage,
    paths,
    shell::FormFailure,
    state::language,
    ui::{Button, ButtonKind, LinkButton},
};

pub struct NotMeRoute(Mailed<WasNotMe>);

impl LazyPage for NotMeRoute {
    fn data() -> Self {
        Self(Mailed::load(check_not_me_link))
    }

    fn view(self) -> AnyView {
        self.0.view(WAS_NOT_ME, confirm, dead)
    }
}

/// Says what the button does before it is pressed: it also shuts out the person themselves.
fn confirm(link: Link<WasNotMe>) -> AnyView {
    let (l, Link { action, state, token }) = (language(), link);
    view! {
        <Heading sign="shield-check" title=texts::entrance::not_me_title(l) text=texts::entrance::not_me_text(l) />
        <ul class="entrance-steps">
            <li>{texts::entrance::not_me_sessions(l)}</li>
            <li>{texts::entrance::not_me_password(l)}</li>
            <li>{texts::entrance::not_me_next(l)}</li>
        </ul>
        <Form action state class="stack">
            <FormFailure error=state.failure() />
            <input type="hidden" name=state.name("token") value=token />
            <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                {texts::entrance::not_me_button(l)}
            </Button>
        </Form>
        <p class="entrance-foot">{texts::entrance::not_me_was_me(l)}</p>
    }
    .into_any()
}

/// A new password does the same.
fn dead() -> AnyView {
    let l = language();
    view! {
        <Heading sign="history" title=texts::entrance::not_me_dead_title(l) text=texts::entrance::not_me_dead_text(l) />
        <LinkButton href=paths::FORGOT kind=ButtonKind::Primary wide=true>
            {texts::entrance::not_me_dead_button(l)}
        </LinkButton>
        <p class="entrance-foot"><a class="link" href=paths::LOGIN>{texts::entrance::to_login(l)}</a></p>
    }
    .into_any()
}
