//! The page: inviting, who is invited, who belongs to the organisation. Members read the names.

use leptos::{prelude::*, task::spawn_local};

use super::{
    actions::MemberForms,
    api::{MembersPage, load_members},
    invite::InvitePanel,
    people::PeoplePanel,
    waiting::WaitingPanel,
};
use crate::{
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    shell::{PageTitle, shown},
    state::language,
};

pub struct MembersRoute {
    data: Loaded<Result<MembersPage, Error>>,
}

impl LazyPage for MembersRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_members()) }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::members::title(l) />
            {shown(self.data, 8, move |page| view! { <Members page /> }.into_any())}
        }
        .into_any()
    }
}

/// What the page shows, asked for again after every change.
#[derive(Clone, Copy)]
pub struct Shown(pub RwSignal<MembersPage>);

impl Shown {
    pub fn refresh(self) {
        spawn_local(async move {
            if let Ok(fresh) = load_members().await {
                _ = self.0.try_set(fresh);
            }
        });
    }
}

#[component]
fn Members(page: MembersPage) -> impl IntoView {
    let l = language();
    let administers = page.admin.is_some();
    let invites = page.admin.as_ref().is_some_and(|admin| !admin.roles.is_empty());
    let shown = Shown(RwSignal::new(page));
    let lead = if administers { texts::members::lead(l) } else { texts::members::lead_member(l) };
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::members::title(l)}</h1>
                <p>{lead}</p>
            </div>
        </div>
        <MemberForms shown />
        {invites.then(|| view! { <InvitePanel shown /> })}
        {administers.then(|| view! { <WaitingPanel shown /> })}
        <PeoplePanel shown />
    }
}
