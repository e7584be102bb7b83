//! The page: how often one is mailed about what, the digests to come, and what holds for the company.

use leptos::{prelude::*, task::spawn_local};

use super::{
    api::{NotificationsPage, load_notifications},
    choices::{CompanyPanel, OwnPanel},
    digests::DigestsPanel,
};
use crate::{
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    shell::{PageTitle, shown},
    state::language,
};

pub struct NotificationsRoute {
    data: Loaded<Result<NotificationsPage, Error>>,
}

impl LazyPage for NotificationsRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_notifications()) }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::notifications::title(l) />
            {shown(self.data, 8, move |page| view! { <Notifications page /> }.into_any())}
        }
        .into_any()
    }
}

/// What the page shows, asked for again after every save.
#[derive(Clone, Copy)]
pub struct Shown(pub RwSignal<NotificationsPage>);

impl Shown {
    pub fn refresh(self) {
        spawn_local(async move {
            if let Ok(fresh) = load_notifications().await {
                _ = self.0.try_set(fresh);
            }
        });
    }
}

#[component]
fn Notifications(page: NotificationsPage) -> impl IntoView {
    let l = language();
    let (administers, shown) = (page.administers, Shown(RwSignal::new(page)));
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::notifications::title(l)}</h1>
                <p>{texts::notifications::lead(l)}</p>
            </div>
        </div>
        <OwnPanel shown />
        <DigestsPanel shown />
        {administers.then(|| view! { <CompanyPanel shown /> })}
    }
}
