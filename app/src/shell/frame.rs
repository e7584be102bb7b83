//! The frame of the signed-in pages: top bar, rooms, page; and what stands in the way when the organisation is closed
//! to the person or their session is over.

use domain::{Code, Role};
use leptos::{either::Either, prelude::*};
use leptos_router::{components::Outlet, hooks::use_location};

use super::{
    above::Above,
    api::refresh_viewer,
    failure::{FailureNotice, NotFoundPage},
    gate::provide_gate,
    menus::TopBar,
    navigation::Navigation,
    owed::{OwedBanner, owes, owes_now},
};
use crate::{
    parts,
    state::{Viewer, language, page},
    ui::{Sheet, SheetButton, ToastRegion, use_toasts},
};

/// The frame of the organisation's rooms. Whoever belongs to one that is to be deleted sees that it is, owners only after the
/// second factor that they may owe it; they give it back there. Who owes a second factor, and support that is in none, sees why instead of the
/// room.
#[component]
pub fn SettingsFrame() -> impl IntoView {
    let (l, viewer) = (language(), page().viewer);
    let owed = Signal::derive(move || viewer.with(owes).then(|| texts::shell::owed_title(l)));
    view! {
        <Frame>
            // Decided once: what was typed into a room is not taken away when the duty begins.
            {if is_now(Viewer::is_outside) {
                parts::OUTSIDE.view()
            } else if is_now(|viewer| viewer.leaving && !(viewer.owes_two_factor && viewer.role == Role::Owner)) {
                parts::LEAVING.view()
            } else if owes_now() {
                parts::OWED.view()
            } else {
                view! {
                    <Outlet />
                    <Above part=parts::OWED_ABOVE why=owed />
                }
                    .into_any()
            }}
        </Frame>
    }
}

/// The frame of the person's own rooms, open whatever they owe; not to support while it is inside an organisation.
#[component]
pub fn AccountFrame() -> impl IntoView {
    view! {
        <Frame>
            {if is_now(|viewer| viewer.is_staff && !viewer.is_outside()) {
                Either::Left(view! { <FailureNotice error=Code::SupportForbidden.into() /> })
            } else {
                Either::Right(view! {
                    <OwedBanner />
                    <Outlet />
                })
            }}
        </Frame>
    }
}

/// The frame of support's desk. For everybody else there is no such page.
#[component]
pub fn DeskFrame() -> impl IntoView {
    if is_now(|viewer| viewer.is_staff) {
        let owes = owes_now();
        Either::Left(view! {
            <Frame>
                {if owes { parts::DESK_CLOSED.view() } else { view! { <Outlet /> }.into_any() }}
            </Frame>
        })
    } else {
        Either::Right(view! { <NotFoundPage /> })
    }
}

/// Whether it is so at this moment, untracked.
fn is_now(what: fn(&Viewer) -> bool) -> bool {
    page().viewer.with_untracked(|viewer| viewer.as_ref().is_some_and(what))
}

/// Who comes and goes shows on the next page that is opened, also when the router goes there by itself.
fn look_for_support() {
    let (path, viewer) = (use_location().pathname, page().viewer);
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) && is_now(Viewer::administers) {
            refresh_viewer(viewer);
        }
        path
    });
}

#[component]
fn Frame(children: Children) -> impl IntoView {
    let (l, page) = (language(), page());
    let gate = provide_gate();
    look_for_support();
    // In the first render on both sides: a save without JavaScript ends here.
    if let Some(text) = page.said.with_value(Clone::clone) {
        use_toasts().success(text);
    }
    let ended = Signal::derive(move || gate.ended.get().map(|reason| texts::code(l, reason)));
    // It stays once it was there: its forms outlive its banners.
    let support = Memo::new(move |before: Option<&bool>| {
        before.is_some_and(|before| *before)
            || page.viewer.with(|viewer| viewer.as_ref().is_some_and(|viewer| !viewer.support.is_empty()))
    });
    view! {
        <a class="skip-link" href="#main">{texts::shell::skip_to_content(l)}</a>
        <div class="shell">
            <header class="topbar">
                <SheetButton sheet="navigation" label=texts::shell::open_navigation(l) />
                {move || page.viewer.get().map(|viewer| view! { <TopBar viewer /> })}
            </header>
            <Sheet id="navigation">
                <Navigation />
            </Sheet>
            <main class="main" id="main" tabindex="-1">
                <div class="page">{move || support.get().then(|| parts::SUPPORT.view())} {children()}</div>
            </main>
        </div>
        <Above part=parts::SIGN_IN why=ended />
        <ToastRegion label=texts::shell::messages(l) close=texts::shell::close(l) />
    }
}
