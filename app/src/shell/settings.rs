//! The frame of the settings: top bar with the organisation and whether it is open, rooms, page.

use domain::{Code, Role};
use leptos::{either::Either, prelude::*};
use leptos_router::components::Outlet;

use super::{
    api::{SignOut, SwitchOrganisation},
    navigation::Navigation,
    switches::{LanguageSwitch, ThemeSwitch},
};
use crate::{
    error::Error,
    form::Form,
    paths,
    state::{Viewer, language, page},
    ui::{Avatar, AvatarSize, Icon, Menu, Sheet, SheetButton, ToastRegion, use_toasts},
};

#[component]
pub fn SettingsFrame() -> impl IntoView {
    let (l, page) = (language(), page());
    // In the first render on both sides: a save without JavaScript ends here.
    if page.saved.with_value(Option::is_some) {
        use_toasts().success(texts::shell::saved(l));
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
            <main class="main" id="main" tabindex="-1"><div class="page"><Outlet /></div></main>
        </div>
        <ToastRegion label=texts::shell::messages(l) close=texts::shell::close(l) />
    }
}

#[component]
fn TopBar(viewer: Viewer) -> impl IntoView {
    let l = language();
    let Viewer { name, email, role, organisation, open, open_text, .. } = viewer.clone();
    let pill = if open { "pill pill-ok topbar-status" } else { "pill topbar-status" };
    let head = view! {
        <Avatar name=organisation.name.clone() src=organisation.photo.clone() size=AvatarSize::S32 />
        <span class="org-name">{organisation.name.clone()}</span>
        <Icon name="chevrons-up-down" />
    };
    let person = view! { <Avatar name=name.clone() size=AvatarSize::S32 round=true /> };
    view! {
        <Menu label=texts::shell::organisation_menu(l) trigger=head.into_any()>
            <p class="menu-title">{texts::shell::organisations(l)}</p>
            <Organisations viewer />
        </Menu>
        <span class="grow"></span>
        <a class=pill href=paths::HOURS>
            <span class="pill-dot"></span>
            {open_text}
        </a>
        <Menu label=texts::shell::account_menu(l) trigger=person.into_any() end=true>
            <p class="menu-head">{name}<small>{email}</small></p>
            <p class="menu-title">{role_name(role)}</p>
            <hr class="menu-rule" />
            <LanguageSwitch />
            <ThemeSwitch />
            <hr class="menu-rule" />
            <SignOutItem />
        </Menu>
    }
}

fn role_name(role: Role) -> &'static str {
    let l = language();
    match role {
        Role::Member => texts::shell::role_member(l),
        Role::Admin => texts::shell::role_admin(l),
        Role::Owner => texts::shell::role_owner(l),
    }
}

/// The current one is only marked; the others switch and reload.
#[component]
fn Organisations(viewer: Viewer) -> impl IntoView {
    let action = ServerAction::<SwitchOrganisation>::new();
    go_when_done(action.value(), paths::HOME);
    let current = viewer.organisation.id;
    let rows = viewer.organisations.into_iter().map(move |organisation| {
        let avatar =
            view! { <Avatar name=organisation.name.clone() src=organisation.photo size=AvatarSize::S20 /> };
        let name = organisation.name;
        if organisation.id == current {
            Either::Left(
                view! { <a class="menu-item" href=paths::HOME aria-current="true">{avatar}{name}</a> },
            )
        } else {
            Either::Right(view! {
                <button class="menu-item" type="submit" name="form[organisation]" value=organisation.id>
                    {avatar}
                    {name}
                </button>
            })
        }
    });
    view! { <Form action>{rows.collect_view()}</Form> }
}

#[component]
fn SignOutItem() -> impl IntoView {
    let action = ServerAction::<SignOut>::new();
    go_when_done(action.value(), paths::LOGIN);
    view! {
        <Form action>
            <button class="menu-item" type="submit" name="form[confirmed]" value="true">
                <Icon name="log-out" />
                {texts::shell::sign_out(language())}
            </button>
        </Form>
    }
}

/// Loads `path` from the server once the action succeeded: the whole page belongs to somebody else now.
fn go_when_done(value: MappedSignal<Option<Result<(), Error>>>, path: &'static str) {
    Effect::new(move || {
        let done = match value.get() {
            Some(Ok(())) => true,
            // Already signed out elsewhere.
            Some(Err(Error(error))) => error.code == Code::Unauthenticated,
            None => false,
        };
        if done {
            _ = window().location().assign(path);
        }
    });
}
