//! What staff see in the place of a page that is closed to them.

use leptos::prelude::*;

use crate::{
    paths,
    shell::PageTitle,
    state::language,
    ui::{EmptyState, LinkButton},
};

/// In the place of an organisation's room: the support session has ended, or there never was one.
#[component]
pub fn OutsidePage() -> impl IntoView {
    let l = language();
    refuse();
    view! {
        <PageTitle text=texts::support::outside_title(l) />
        <EmptyState
            icon="life-buoy"
            title=texts::support::outside_title(l)
            text=texts::support::outside_text(l)
            page=true
        >
            <LinkButton href=paths::SUPPORT>{texts::support::to_desk(l)}</LinkButton>
        </EmptyState>
    }
}

/// In the place of the desk: a second factor first.
#[component]
pub fn DeskClosedPage() -> impl IntoView {
    let l = language();
    refuse();
    view! {
        <PageTitle text=texts::support::owed_title(l) />
        <EmptyState
            icon="shield-check"
            title=texts::support::owed_title(l)
            text=texts::support::owed_text(l)
            page=true
        >
            <LinkButton href=format!(
                "{}?next={}",
                paths::ACCOUNT_APP,
                paths::SUPPORT,
            )>{texts::shell::owed_button(l)}</LinkButton>
        </EmptyState>
    }
}

fn refuse() {
    #[cfg(feature = "ssr")]
    crate::shell::failure::set_status(403);
}
