//! The frame of the signed-in pages: top bar, rooms, page; and what stands in the way when the organisation is closed
//! to the person or their session is over.

use domain::{Code, Role};
use leptos::{
    either::{Either, EitherOf4},
    prelude::*,
};
use leptos_router::{components::Outlet, hooks::use_location};

use super::{
    api::refresh_viewer,
    failure::{FailureNotice, NotFoundPage},
    gate::provide_gate,
    menus::TopBar,
    navigation::Navigation,
    overlay::SignInOverlay,
    owed::{OwedBanner, OwedDialog, OwedPage, owes_now},
};
use crate::{
    deletion::LeavingPage,
    general,
    state::{Viewer, language, page},
    support::{DeskClosedPage, OutsidePage, SupportBanner},
    ui::{Sheet, SheetButton, ToastRegion, use_toasts},
};

/// The frame of the organisation's rooms. Whoever belongs to one that is to be deleted sees that it is, owners only after the
/// second factor that they may owe it; they give it back there. Who owes a second factor, and support that is in none, sees why instead of the
/// room.
#[component]
pub fn SettingsFrame() -> impl IntoView {
    view! {
        <Frame>
            // Decided once: what was typed into a room is not taken away when the duty begins; see `OwedDialog`.
            {if is_now(Viewer::is_outside) {
                EitherOf4::A(view! { <OutsidePage /> })
            } else if is_now(|viewer| viewer.leaving && !(viewer.owes_two_factor && viewer.role == Role::Owner)) {
                EitherOf4::B(view! { <LeavingPage /> })
            } else if owes_now() {
                EitherOf4::C(view! { <OwedPage /> })
            } else {
                EitherOf4::D(view! {
                    <Outlet />
                    <OwedDialog />
                })
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
                {if owes {
                    Either::Left(view! { <DeskClosedPage /> })
                } else {
                    Either::Right(view! { <Outlet /> })
                }}
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
    provide_gate();
    look_for_support();
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
            <main class="main" id="main" tabindex="-1">
                <div class="page"><SupportBanner />{children()}</div>
            </main>
        </div>
        <SignInOverlay />
        <ToastRegion label=texts::shell::messages(l) close=texts::shell::close(l) />
    }
}

/// What was done by the form that led here; the account's rooms say it themselves.
fn said_after(saved: &str) -> Option<String> {
    let l = language();
    let text = match saved.split_once('/') {
        Some(("general", act)) => return Some(general::said_after(l, act)),
        Some(("account", _)) => None,
        Some(("billing", "reveal-national-number")) => None,
        Some(("security", "sign-member-out")) => Some(texts::security::signed_out(l)),
        Some(("security", "reset-member")) => Some(texts::security::was_reset(l)),
        Some(("security", "remind-member")) => Some(texts::security::reminded(l)),
        Some(("security", "remind-all")) => Some(texts::security::all_reminded(l)),
        Some(("audit", "revert")) => Some(texts::audit::reverted(l)),
        Some(("branding", act)) => texts::branding::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("support", act @ ("add-credit" | "issue-credit-note"))) | Some(("invoices", act)) => {
            texts::invoices::by_key(l, &format!("done_{}", act.replace('-', "_")))
        }
        Some(("deletion", _)) => Some(texts::deletion::restored(l)),
        Some(("support", "restore-organisation")) => Some(texts::deletion::desk_restored(l)),
        Some(("support", "agree-slots")) => Some(texts::support::agreed_plain(l)),
        Some(("support", "enter")) => Some(texts::support::entered(l)),
        Some(("support", "leave")) => Some(texts::support::left(l)),
        Some(("support", "end-session")) => Some(texts::support::ended_now(l)),
        Some(("campaigns", act)) => texts::campaigns::by_key(l, &format!("done_{act}")),
        Some(("keys", act)) => texts::keys::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("knowledge", act)) => texts::knowledge::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("upstream", act)) => texts::upstream::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("agents", act)) => texts::agents::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("customers", act)) => texts::customers::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("calls", act)) => texts::calls::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("data", act)) => texts::data::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("members", act)) => texts::members::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        _ => Some(texts::shell::saved(l)),
    };
    text.map(str::to_owned)
}
