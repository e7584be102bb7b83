//! The top bar: the organisation and whether it is open, the person and what is theirs.

use domain::Role;
use leptos::{either::Either, prelude::*};

use super::{
    api::{SignOut, SwitchOrganisation},
    switches::{LanguageSwitch, ThemeSwitch},
    tabs::tell_other_tabs,
};
use crate::{
    act::Act,
    error::Error,
    form::Form,
    paths,
    state::{Viewer, language},
    ui::{Avatar, AvatarSize, BrandMark, Icon, Menu},
};

#[component]
pub fn TopBar(mut viewer: Viewer) -> impl IntoView {
    let l = language();
    // Photos are files of the organisation, and it may be closed to them.
    let shut_out = viewer.is_shut_out();
    if shut_out {
        viewer.organisation.photo = None;
        viewer.organisations.iter_mut().for_each(|organisation| organisation.photo = None);
    }
    let Viewer { name, email, role, organisation, open, open_text, zone, is_staff, unseen, .. } =
        viewer.clone();
    let is_outside = viewer.is_outside();
    let has_account = !is_staff || is_outside;
    let role = if is_staff { texts::support::staff(l) } else { role_name(role) };
    let pill = if open { "pill pill-ok topbar-status" } else { "pill topbar-status" };
    let head = view! {
        <Avatar name=organisation.name.clone() src=organisation.photo.clone() size=AvatarSize::S32 />
        <span class="org-name">{organisation.name.clone()}</span>
        <Icon name="chevrons-up-down" />
    };
    let person = view! { <Avatar name=name.clone() size=AvatarSize::S32 round=true /> };
    view! {
        {if is_outside {
            Either::Left(view! { <a class="brand" href=paths::SUPPORT><BrandMark />"Ayar"</a> })
        } else {
            Either::Right(view! {
                <Menu label=texts::shell::organisation_menu(l) trigger=head.into_any()>
                    <p class="menu-title">{texts::shell::organisations(l)}</p>
                    <Organisations viewer />
                </Menu>
            })
        }}
        <span class="grow"></span>
        // So are its hours.
        {(!shut_out && !is_outside)
            .then(|| {
                view! {
                    <a class=pill href=paths::HOURS title=texts::shell::pill_zone(l, zone)>
                        <span class="pill-dot"></span>
                        <OpenText text=open_text />
                    </a>
                }
            })}
        {(!shut_out && !is_staff).then(|| view! { <Bell unseen /> })}
        <Menu label=texts::shell::account_menu(l) trigger=person.into_any() end=true>
            <p class="menu-head">{name}<small>{email}</small></p>
            <p class="menu-title">{role}</p>
            <hr class="menu-rule" />
            // Inside somebody else's organisation support sees what it sees: not its own account, not its own language.
            {has_account
                .then(|| {
                    view! {
                        <a class="menu-item" href=paths::ACCOUNT>
                            <Icon name="key-round" />
                            {texts::shell::account_security(l)}
                        </a>
                        <a class="menu-item" href=paths::SESSIONS>
                            <Icon name="laptop" />
                            {texts::shell::account_sessions(l)}
                        </a>
                        <hr class="menu-rule" />
                        <LanguageSwitch />
                    }
                })}
            <ThemeSwitch />
            <hr class="menu-rule" />
            <SignOutItem />
        </Menu>
    }
}

/// Leads to what one has been told, and counts what one has not seen.
#[component]
fn Bell(unseen: u64) -> impl IntoView {
    let l = language();
    let label = match unseen {
        0 => texts::notifications::list_title(l).to_owned(),
        count => texts::notifications::bell_unseen(l, count),
    };
    // The page shows a hundred at most.
    let count = if unseen > 99 { "99+".to_owned() } else { unseen.to_string() };
    view! {
        <a class="icon-button bell" href=paths::NOTICES title=label.clone() aria-label=label>
            <Icon name="bell" />
            {(unseen > 0).then(|| view! { <span class="bell-count" aria-hidden="true">{count}</span> })}
        </a>
    }
}

pub fn role_name(role: Role) -> &'static str {
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
    let action = Act::<SwitchOrganisation>::new();
    go_when_done(action.value(), paths::HOME);
    // See `Room` of the navigation.
    let rel = viewer.is_shut_out().then_some("external");
    let current = viewer.organisation.id;
    let rows = viewer.organisations.into_iter().map(move |organisation| {
        let avatar =
            view! { <Avatar name=organisation.name.clone() src=organisation.photo size=AvatarSize::S20 /> };
        let name = organisation.name;
        if organisation.id == current {
            Either::Left(
                view! { <a class="menu-item" href=paths::HOME rel=rel aria-current="true">{avatar}{name}</a> },
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

/// The organisations of the person except the current one, as buttons.
#[component]
pub fn OtherOrganisations(viewer: Viewer) -> impl IntoView {
    let action = Act::<SwitchOrganisation>::new();
    go_when_done(action.value(), paths::HOME);
    let current = viewer.organisation.id;
    let buttons = viewer.organisations.into_iter().filter(move |o| o.id != current).map(|organisation| {
        view! {
            <button class="button" type="submit" name="form[organisation]" value=organisation.id>
                <Avatar name=organisation.name.clone() size=AvatarSize::S20 />
                <span class="button-label">{organisation.name}</span>
            </button>
        }
    });
    view! { <Form action class="cluster">{buttons.collect_view()}</Form> }
}

#[component]
fn SignOutItem() -> impl IntoView {
    view! {
        <SignOutForm>
            <button class="menu-item" type="submit" name="form[confirmed]" value="true">
                <Icon name="log-out" />
                {texts::shell::sign_out(language())}
            </button>
        </SignOutForm>
    }
}

#[component]
pub fn SignOutButton() -> impl IntoView {
    view! {
        <SignOutForm>
            <button class="link" type="submit" name="form[confirmed]" value="true">
                {texts::shell::sign_out(language())}
            </button>
        </SignOutForm>
    }
}

#[component]
pub fn SignOutForm(
    /// Where to go afterwards instead of the sign-in page.
    #[prop(optional, into)]
    next: Option<String>,
    children: Children,
) -> impl IntoView {
    let action = Act::<SignOut>::new();
    go_when_done(action.value(), next.clone().unwrap_or_else(|| paths::LOGIN.to_owned()));
    let onward = next.map(|next| view! { <input type="hidden" name="form[next]" value=next /> });
    view! { <Form action>{onward}{children()}</Form> }
}

/// Loads `path` from the server once the action succeeded: the whole page belongs to somebody else now, and so do
/// those in other tabs.
fn go_when_done(value: RwSignal<Option<Result<(), Error>>>, path: impl Into<String>) {
    let path = path.into();
    Effect::new(move || {
        let done = match value.get() {
            Some(Ok(())) => true,
            // Already signed out elsewhere.
            Some(Err(Error(error))) => error.code.is_signed_out(),
            None => false,
        };
        if done {
            tell_other_tabs();
            _ = window().location().assign(&path);
        }
    });
}

/// "Açık · kapanış 18:00"; a phone has room for what stands before the dot.
#[component]
fn OpenText(text: String) -> impl IntoView {
    let (now, until) = match text.split_once(" · ") {
        Some((now, until)) => (now.to_owned(), Some(format!(" · {until}"))),
        None => (text, None),
    };
    view! {
        <span>
            <span>{now}</span>
            {until.map(|until| view! { <span class="topbar-until">{until}</span> })}
        </span>
    }
}
