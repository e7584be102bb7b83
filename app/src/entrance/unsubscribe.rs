//! "Not this mail any more", from the link in it. Whoever's mail program asks by itself sees no page at all.

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;

use super::{
    mailed::{Link, Mailed},
    parts::Heading,
};
use crate::{
    form::Form,
    lazy::LazyPage,
    notifications::api::{Unsubscribe, check_unsubscribe},
    paths,
    shell::FormFailure,
    state::language,
    ui::{Button, ButtonKind, LinkButton},
};

/// In the first render on both sides: the question, or nothing once it is done.
pub struct UnsubscribeRoute(Option<Mailed<Unsubscribe>>);

impl LazyPage for UnsubscribeRoute {
    fn data() -> Self {
        let done = use_query_map().with_untracked(|query| query.get("done").is_some());
        Self((!done).then(|| Mailed::load(check_unsubscribe)))
    }

    fn view(self) -> AnyView {
        match self.0 {
            Some(mailed) => Either::Left(mailed.view(paths::UNSUBSCRIBED, confirm, dead)),
            None => Either::Right(done()),
        }
        .into_any()
    }
}

fn confirm(link: Link<Unsubscribe>) -> AnyView {
    let (l, Link { action, state, token }) = (language(), link);
    view! {
        <Heading
            sign="mail-x"
            title=texts::notifications::unsubscribe_title(l)
            text=texts::notifications::unsubscribe_text(l)
        />
        <Form action state class="stack">
            <FormFailure error=state.failure() />
            <input type="hidden" name=state.name("token") value=token />
            <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                {texts::notifications::unsubscribe_button(l)}
            </Button>
        </Form>
    }
    .into_any()
}

fn done() -> AnyView {
    let l = language();
    view! {
        <Heading
            sign="mail-check"
            title=texts::notifications::unsubscribed_title(l)
            text=texts::notifications::unsubscribed_text(l)
        />
        <ToSettings />
    }
    .into_any()
}

fn dead() -> AnyView {
    let l = language();
    view! {
        <Heading
            sign="history"
            title=texts::notifications::unsubscribe_dead_title(l)
            text=texts::notifications::unsubscribe_dead_text(l)
        />
        <ToSettings />
    }
    .into_any()
}

#[component]
fn ToSettings() -> impl IntoView {
    view! {
        <LinkButton href=paths::NOTIFICATIONS kind=ButtonKind::Primary wide=true attr:rel="external">
            {texts::notifications::to_settings(language())}
        </LinkButton>
    }
}
