//! The end of one's own account.

use leptos::{context::Provider, prelude::*};

use super::{
    api::{AccountDeletion, DeleteAccount, load_account_deletion},
    paths::ACCOUNT_DELETED,
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
    state::language,
    ui::{Banner, Button, ButtonKind, IdPrefix, LinkButton, Tone},
};

pub struct AccountDeleteRoute {
    data: Loaded<Result<AccountDeletion, Error>>,
}

impl LazyPage for AccountDeleteRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_account_deletion()) }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::deletion::account_title(l) />
            <div class="page-head">
                <div class="page-title">
                    <h1>{texts::deletion::account_title(l)}</h1>
                    <p>{texts::deletion::account_lead(l)}</p>
                </div>
            </div>
            {shown(self.data, 6, |page| match page.last_owner_of.is_empty() {
                true => view! { <Confirm asks_code=page.asks_code /> }.into_any(),
                false => view! { <LastOwner names=page.last_owner_of /> }.into_any(),
            })}
        }
        .into_any()
    }
}

#[component]
fn LastOwner(names: Vec<String>) -> impl IntoView {
    let l = language();
    view! {
        <Banner tone=Tone::Warn title=texts::deletion::account_last_owner_title(l)>
            <p>{texts::deletion::account_last_owner(l, names.join(", "))}</p>
            <p class="cluster">
                <LinkButton href=paths::MEMBERS>{texts::deletion::account_to_members(l)}</LinkButton>
                <LinkButton href=paths::DELETE>{texts::deletion::account_to_delete(l)}</LinkButton>
            </p>
        </Banner>
    }
}

#[component]
fn Confirm(asks_code: bool) -> impl IntoView {
    let (l, action) = (language(), Act::<DeleteAccount>::new());
    let state = FormState::new(action);
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            tell_other_tabs();
            _ = window().location().assign(ACCOUNT_DELETED);
        }
    });
    view! {
        <section class="panel" aria-labelledby="delete-account">
            <header class="panel-head">
                <div>
                    <h2 id="delete-account">{texts::deletion::confirm_title(l)}</h2>
                    <p>{texts::deletion::account_trail(l)}</p>
                </div>
            </header>
            <div class="panel-body">
                <Form action state class="stack">
                    <FormFailure error=state.whole_failure() />
                    <Provider value=IdPrefix("delete")>
                        <CurrentPassword />
                        {asks_code.then(|| view! { <AnyCode has_app=true /> })}
                    </Provider>
                    <div class="cluster">
                        <Button kind=ButtonKind::Danger type_="submit" pending=state.pending()>
                            {texts::deletion::account_submit(l)}
                        </Button>
                    </div>
                </Form>
            </div>
        </section>
    }
}

/// At the end of the account's page.
#[component]
pub fn DeleteAccountPanel() -> impl IntoView {
    let l = language();
    view! {
        <section class="panel" aria-labelledby="to-delete-account">
            <header class="panel-head">
                <div>
                    <h2 id="to-delete-account">{texts::deletion::account_title(l)}</h2>
                    <p>{texts::deletion::account_link_text(l)}</p>
                </div>
                <div class="panel-actions">
                    <LinkButton href=paths::ACCOUNT_DELETE>{texts::deletion::account_link(l)}</LinkButton>
                </div>
            </header>
        </section>
    }
}
