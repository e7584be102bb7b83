//! The frame of the signed-in pages: top bar, rooms, page; and what stands in the way when the organisation is closed
//! to the person or their session is over.

use leptos::{either::Either, prelude::*};
use leptos_router::components::Outlet;

use super::{
    gate::provide_gate,
    menus::TopBar,
    navigation::Navigation,
    overlay::SignInOverlay,
    owed::{OwedBanner, OwedDialog, OwedPage, owes_now},
};
use crate::{
    state::{language, page},
    ui::{Sheet, SheetButton, ToastRegion, use_toasts},
};

/// The frame of the organisation's rooms. Who owes a second factor sees why instead of the room.
#[component]
pub fn SettingsFrame() -> impl IntoView {
    view! {
        <Frame>
            // Decided once: what was typed into a room is not taken away when the duty begins; see `OwedDialog`.
            {if owes_now() {
                Either::Left(view! { <OwedPage /> })
            } else {
                Either::Right(view! {
                    <Outlet />
                    <OwedDialog />
                })
            }}
        </Frame>
    }
}

/// The frame of the person's own rooms, open whatever they owe.
#[component]
pub fn AccountFrame() -> impl IntoView {
    view! {
        <Frame>
            <OwedBanner />
            <Outlet />
        </Frame>
    }
}

#[component]
fn Frame(children: Children) -> impl IntoView {
    let (l, page) = (language(), page());
    provide_gate();
    // In the first render on both sides: a save without JavaScript ends here.
    if let Some(text) = page.saved.with_value(|saved| said_after(saved.as_deref()?)) {
        use_toasts().success(text);
    }
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
            <main class="main" id="main" tabindex="-1"><div class="page">{children()}</div></main>
        </div>
        <SignInOverlay />
        <ToastRegion label=texts::shell::messages(l) close=texts::shell::close(l) />
    }
}

/// What was done by the form that led here; the account's rooms say it themselves.
fn said_after(saved: &str) -> Option<&'static str> {
    let l = language();
    match saved.split_once('/') {
        Some(("account", _)) => None,
        Some(("billing", "reveal-national-number")) => None,
        Some(("security", "sign-member-out")) => Some(texts::security::signed_out(l)),
        Some(("security", "reset-member")) => Some(texts::security::was_reset(l)),
        Some(("security", "remind-member")) => Some(texts::security::reminded(l)),
        Some(("security", "remind-all")) => Some(texts::security::all_reminded(l)),
        Some(("audit", "revert")) => Some(texts::audit::reverted(l)),
        Some(("branding", act)) => texts::branding::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("members", act)) => texts::members::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        _ => Some(texts::shell::saved(l)),
    }
}
