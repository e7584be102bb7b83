//! What goes, what stays, what happens at once; then the word, the password and a code.

use leptos::{context::Provider, prelude::*};

use super::{
    api::{DeleteOrganisation, DeletePage, load_delete},
    paths::REQUESTED,
};
use crate::{
    account::AnyCode,
    act::Act,
    entrance::CurrentPassword,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, PageTitle, shown, tell_other_tabs},
    state::{language, page},
    ui::{Button, ButtonKind, IdPrefix, LinkButton, TextField},
};

pub struct DeleteRoute {
    data: Loaded<Result<DeletePage, Error>>,
}

impl LazyPage for DeleteRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_delete()) }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::deletion::tab(l) />
            {shown(self.data, 8, move |page| view! { <Delete page /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Delete(page: DeletePage) -> impl IntoView {
    let l = language();
    let DeletePage { organisation, days, at, goes, invitations, invoices, asks_code } = page;
    let goes = goes.into_iter().filter_map(move |(kind, count)| {
        let name = texts::deletion::by_key(l, &kind)?;
        Some(view! { <Counted name count /> })
    });
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::deletion::title(l, organisation)}</h1>
                <p>{texts::deletion::lead(l, days)}</p>
            </div>
        </div>
        <section class="panel" aria-labelledby="goes">
            <header class="panel-head">
                <div>
                    <h2 id="goes">{texts::deletion::goes(l)}</h2>
                    <p>{texts::deletion::goes_text(l, at)}</p>
                </div>
            </header>
            <div class="panel-body stack">
                <dl class="manifest">{goes.collect_view()}</dl>
                <p class="muted">{texts::deletion::rest(l)}</p>
            </div>
        </section>
        <section class="panel" aria-labelledby="stays">
            <header class="panel-head">
                <div>
                    <h2 id="stays">{texts::deletion::stays(l)}</h2>
                    <p>{texts::deletion::stays_text(l)}</p>
                </div>
            </header>
            <div class="panel-body">
                <dl class="manifest">
                    <Counted name=texts::deletion::invoices(l) count=invoices />
                </dl>
            </div>
        </section>
        <section class="panel" aria-labelledby="at-once">
            <header class="panel-head">
                <div>
                    <h2 id="at-once">{texts::deletion::at_once(l)}</h2>
                </div>
            </header>
            <div class="panel-body">
                <ul class="manifest-list">
                    <li>{texts::deletion::at_once_members(l)}</li>
                    <li>{texts::deletion::at_once_stops(l)}</li>
                    {(invitations > 0).then(|| view! { <li>{texts::deletion::at_once_invitations(l, invitations)}</li> })}
                    <li>{texts::deletion::at_once_owners(l)}</li>
                </ul>
            </div>
        </section>
        <section class="panel" aria-labelledby="export">
            <header class="panel-head">
                <div>
                    <h2 id="export">{texts::deletion::export_title(l)}</h2>
                    <p>{texts::deletion::export_text(l)}</p>
                </div>
                <div class="panel-actions">
                    <LinkButton href=paths::DATA>{texts::deletion::export_link(l)}</LinkButton>
                </div>
            </header>
        </section>
        <Confirm asks_code />
    }
}

#[component]
fn Counted(name: &'static str, count: u64) -> impl IntoView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{count}</dd>
        </div>
    }
}

#[component]
fn Confirm(asks_code: bool) -> impl IntoView {
    let (l, action) = (language(), Act::<DeleteOrganisation>::new());
    let state = FormState::new(action);
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            tell_other_tabs();
            _ = window().location().assign(REQUESTED);
        }
    });
    view! {
        <section class="panel" aria-labelledby="confirm">
            <header class="panel-head">
                <div>
                    <h2 id="confirm">{texts::deletion::confirm_title(l)}</h2>
                </div>
            </header>
            <div class="panel-body">
                <Form action state class="stack">
                    <FormFailure error=state.whole_failure() />
                    <TextField
                        field="word"
                        label=texts::deletion::word(l)
                        hint=texts::deletion::word_hint(l)
                        autocomplete="off"
                        maxlength=20
                        required=true
                    />
                    <Provider value=IdPrefix("delete")>
                        <CurrentPassword />
                        {asks_code.then(|| view! { <AnyCode has_app=true /> })}
                    </Provider>
                    <div class="cluster">
                        <Button kind=ButtonKind::Danger type_="submit" pending=state.pending()>
                            {texts::deletion::submit(l)}
                        </Button>
                    </div>
                </Form>
            </div>
        </section>
    }
}

/// At the end of the page of the organisation, for its owners.
#[component]
pub fn DeletePanel() -> impl IntoView {
    let l = language();
    let is_owner = page().viewer.with_untracked(|viewer| {
        viewer.as_ref().is_some_and(|viewer| viewer.role == domain::Role::Owner && !viewer.is_staff)
    });
    is_owner.then(|| {
        view! {
            <section class="panel" aria-labelledby="delete-organisation">
                <header class="panel-head">
                    <div>
                        <h2 id="delete-organisation">{texts::deletion::link_title(l)}</h2>
                        <p>{texts::deletion::link_text(l)}</p>
                    </div>
                    <div class="panel-actions">
                        <LinkButton href=paths::DELETE>{texts::deletion::link(l)}</LinkButton>
                    </div>
                </header>
            </section>
        }
    })
}
