//! The rooms, grouped, with the current one marked.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    paths,
    state::{Viewer, language, page},
    ui::Icon,
};

#[component]
pub fn Navigation() -> impl IntoView {
    let (l, viewer) = (language(), page().viewer);
    let is = move |what: fn(&Viewer) -> bool| {
        Memo::new(move |_| viewer.with(|viewer| viewer.as_ref().is_some_and(what)))
    };
    let (administers, closed) = (is(Viewer::administers), is(Viewer::is_shut_out));
    let (is_staff, is_outside) = (is(|viewer| viewer.is_staff), is(Viewer::is_outside));
    // Inside, support has no account but the company's pages.
    let has_account = Memo::new(move |_| !is_staff.get() || is_outside.get());
    view! {
        <nav class="nav" aria-label=texts::shell::settings(l)>
            <Show when=move || is_staff.get()>
                <h2 class="nav-title">{texts::support::staff(l)}</h2>
                <ul class="nav-list">
                    <Room href=paths::SUPPORT icon="life-buoy" name=texts::support::desk_nav(l) exact=true />
                    <Room href=paths::SYSTEM icon="database" name=texts::system::title(l) />
                </ul>
            </Show>
            // Closed to support: numbers and what was said are the company's customers'.
            <Show when=move || !is_staff.get()>
                <h2 class="nav-title">{texts::shell::group_work(l)}</h2>
                <ul class="nav-list">
                    <Room href=paths::DASHBOARD icon="layout-dashboard" name=texts::dashboard::title(l) closed />
                    <Room href=paths::CALLS icon="phone" name=texts::calls::title(l) closed />
                    <Room href=paths::CAMPAIGNS icon="megaphone" name=texts::campaigns::title(l) closed />
                    <Room href=paths::CUSTOMERS icon="contact" name=texts::customers::title(l) closed />
                    <Room href=paths::AGENTS icon="bot" name=texts::agents::title(l) closed />
                    <Room href=paths::REPORTS icon="calendar-days" name=texts::reports::title(l) closed />
                </ul>
            </Show>
            <Show when=move || !is_outside.get()>
            <h2 class="nav-title">{texts::shell::group_company(l)}</h2>
            <ul class="nav-list">
                <Room href=paths::GENERAL icon="sliders-horizontal" name=texts::general::title(l) closed />
                <Show when=move || administers.get()>
                    <Room href=paths::BRANDING icon="palette" name=texts::branding::title(l) closed />
                </Show>
                <Room href=paths::HOURS icon="clock" name=texts::hours::title(l) closed />
                <Show when=move || !is_staff.get()>
                    <Room href=paths::KNOWLEDGE icon="folder" name=texts::knowledge::title(l) closed />
                </Show>
                // Closed to support.
                <Show when=move || administers.get() && !is_staff.get()>
                    <Room href=paths::BILLING icon="credit-card" name=texts::billing::title(l) closed />
                </Show>
                <Room href=paths::MEMBERS icon="users" name=texts::members::title(l) closed />
                // Closed to support.
                <Show when=move || !is_staff.get()>
                    <Room href=paths::NOTIFICATIONS icon="bell" name=texts::notifications::title(l) closed />
                </Show>
            </ul>
            </Show>
            <Show when=move || !is_outside.get()>
                <h2 class="nav-title">{texts::shell::group_trust(l)}</h2>
                <ul class="nav-list">
                    <Show when=move || administers.get()>
                        <Room href=paths::SECURITY icon="shield-check" name=texts::security::title(l) closed />
                    </Show>
                    // Closed to support.
                    <Show when=move || !is_staff.get()>
                        <Room href=paths::KEYS icon="plug" name=texts::keys::title(l) closed />
                    </Show>
                    <Show when=move || administers.get()>
                        <Room href=paths::AUDIT icon="scroll-text" name=texts::audit::title(l) closed />
                        <Room href=paths::SUPPORT_RECORD icon="life-buoy" name=texts::support::title(l) closed />
                    </Show>
                    // Closed to support.
                    <Show when=move || administers.get() && !is_staff.get()>
                        <Room href=paths::DATA icon="database" name=texts::data::title(l) closed />
                    </Show>
                    <Show when=move || !is_staff.get()>
                        <Room href=paths::HELP icon="circle-question-mark" name=texts::help::title(l) closed />
                    </Show>
                </ul>
            </Show>
            <Show when=move || has_account.get()>
                <h2 class="nav-title">{texts::shell::group_account(l)}</h2>
                <ul class="nav-list">
                    <Room href=paths::ACCOUNT icon="key-round" name=texts::shell::nav_security(l) />
                    <Room href=paths::SESSIONS icon="laptop" name=texts::shell::account_sessions(l) />
                </ul>
            </Show>
        </nav>
    }
}

#[component]
fn Room(
    href: &'static str,
    icon: &'static str,
    name: &'static str,
    /// The organisation is closed to the person: there is no room for the router to go to, the browser has to ask.
    #[prop(optional, into)]
    closed: Signal<bool>,
    /// The pages below it are rooms of their own.
    #[prop(optional)]
    exact: bool,
) -> impl IntoView {
    let path = use_location().pathname;
    // A page below a room's own belongs to it.
    let current = move || {
        path.with(|path| {
            path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || !exact && rest.starts_with('/'))
        })
    };
    view! {
        <li>
            <a
                class="nav-link"
                href=href
                rel=move || closed.get().then_some("external")
                aria-current=move || current().then_some("page")
            >
                <Icon name=icon />
                {name}
            </a>
        </li>
    }
}
