//! The page: the token that was just made, the keys that work, making one, those that have ended.

use leptos::{prelude::*, task::spawn_local};

use super::{
    actions::KeyForms,
    api::{KeysPage, load_keys},
    create::CreatePanel,
    ended::EndedPanel,
    fresh::FreshPanel,
    list::LivePanel,
};
use crate::{
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{PageTitle, shown},
    state::language,
    ui::Icon,
    upstream::UpstreamPanel,
};

pub struct KeysRoute {
    data: Loaded<Result<KeysPage, Error>>,
}

impl LazyPage for KeysRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_keys()) }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::keys::title(l) />
            {shown(self.data, 8, move |page| view! { <Keys page /> }.into_any())}
        }
        .into_any()
    }
}

/// What the page shows, asked for again after every change.
#[derive(Clone, Copy)]
pub struct Shown(pub RwSignal<KeysPage>);

impl Shown {
    pub fn refresh(self) {
        spawn_local(async move {
            if let Ok(fresh) = load_keys().await {
                _ = self.0.try_set(fresh);
            }
        });
    }
}

#[component]
fn Keys(page: KeysPage) -> impl IntoView {
    let l = language();
    let (administers, has_upstream) = (page.administers, page.upstream.is_some());
    let shown = Shown(RwSignal::new(page));
    let lead = if administers { texts::keys::lead(l) } else { texts::keys::lead_member(l) };
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::keys::title(l)}</h1>
                <p>{lead}</p>
            </div>
            <div class="page-actions">
                <a class="button" href=paths::API_DOCS rel="external">
                    <Icon name="book-open" />
                    {texts::keys::docs(l)}
                </a>
            </div>
        </div>
        <KeyForms shown />
        <FreshPanel shown />
        <LivePanel shown />
        <CreatePanel shown />
        <EndedPanel shown />
        {has_upstream.then(|| view! { <UpstreamPanel shown /> })}
    }
}
