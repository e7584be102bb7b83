//! Where the link in a mail leads: to sign in, to the organisation, or to an explanation if there is nothing to bring back.

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, location::Url};

use super::api::{Link, LinkForm, load_link};
use crate::{
    act::Act,
    entrance::Heading,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, api::SwitchOrganisation, shown, tell_other_tabs},
    state::language,
    ui::{Button, ButtonKind, LinkButton},
};

pub struct RestoreRoute {
    organisation: String,
    data: Loaded<Result<Link, Error>>,
}

impl LazyPage for RestoreRoute {
    fn data() -> Self {
        let organisation =
            use_query_map().with_untracked(|query| query.get("organisation")).unwrap_or_default();
        let asked = organisation.clone();
        let ask = move |organisation| load_link(LinkForm { organisation });
        Self { data: load(move || asked.clone(), ask), organisation }
    }

    fn view(self) -> AnyView {
        let Self { organisation, data } = self;
        let organisation = StoredValue::new(organisation);
        shown(data, 3, move |link| view! { <Follow link organisation=organisation.get_value() /> }.into_any())
    }
}

#[component]
fn Follow(link: Link, organisation: String) -> impl IntoView {
    let l = language();
    let text = match link {
        Link::SignIn => texts::deletion::follow_sign_in(l),
        Link::Here => texts::deletion::follow_here(l),
        Link::There { .. } => texts::deletion::follow_there(l),
        Link::Gone => texts::deletion::follow_gone(l),
    };
    let title = match link {
        Link::Gone => texts::deletion::follow_gone_title(l),
        _ => texts::deletion::follow_title(l),
    };
    let way = match link {
        Link::SignIn => {
            let here = Url::escape(&format!("{}?organisation={organisation}", paths::RESTORE));
            let href = format!("{}?next={here}", paths::LOGIN);
            view! { <Way href words=texts::deletion::follow_sign_in_button(l) /> }.into_any()
        }
        Link::Here => {
            view! { <Way href=paths::HOME words=texts::deletion::follow_here_button(l) /> }.into_any()
        }
        Link::There { id, name } => view! { <Switch id name /> }.into_any(),
        Link::Gone => {
            view! { <Way href=paths::HOME words=texts::deletion::follow_gone_button(l) /> }.into_any()
        }
    };
    view! {
        <Heading sign="history" title text />
        {way}
    }
}

#[component]
fn Way(#[prop(into)] href: String, words: &'static str) -> impl IntoView {
    view! {
        <LinkButton href kind=ButtonKind::Primary wide=true attr:rel="external">
            {words}
        </LinkButton>
    }
}

/// The session moves to the organisation, whose page then says the rest.
#[component]
fn Switch(id: String, name: String) -> impl IntoView {
    let (l, action) = (language(), Act::<SwitchOrganisation>::new());
    let state = FormState::new(action);
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            tell_other_tabs();
            _ = window().location().assign(paths::HOME);
        }
    });
    view! {
        <Form action state class="stack">
            <FormFailure error=state.failure() />
            <input type="hidden" name=state.name("organisation") value=id />
            <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                {texts::deletion::follow_there_button(l, name)}
            </Button>
        </Form>
    }
}
