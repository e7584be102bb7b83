//! The organisation requires a second factor that the person does not have: why it is closed, what to do, and what
//! still works. In place of the room, above it, or as a line on the account's pages.

use leptos::prelude::*;
use leptos_router::{hooks::use_location, location::Url};

use super::{
    PageTitle,
    menus::{OtherOrganisations, SignOutButton},
};
use crate::{
    members::Leave,
    paths,
    state::{Viewer, language, page},
    ui::{Banner, Dialog, Icon, LinkButton, Tone},
};

/// Whether it is so at this moment, untracked.
pub fn owes_now() -> bool {
    page().viewer.with_untracked(owes)
}

pub fn owes(viewer: &Option<Viewer>) -> bool {
    viewer.as_ref().is_some_and(|viewer| viewer.owes_two_factor)
}

/// In place of the room.
#[component]
pub fn OwedPage() -> impl IntoView {
    let (l, viewer) = (language(), page().viewer);
    #[cfg(feature = "ssr")]
    super::failure::set_status(403);
    // The room was refused when the page was loaded: it has to be asked for again.
    Effect::new(move || {
        if !viewer.with(owes) {
            _ = window().location().reload();
        }
    });
    view! {
        <PageTitle text=texts::shell::owed_title(l) />
        <section class="owed" aria-labelledby="owed">
            <span class="owed-sign"><Icon name="shield-check" /></span>
            <h1 id="owed">{texts::shell::owed_title(l)}</h1>
            <p>{texts::shell::owed_text(l, organisation())}</p>
            <div class="owed-actions">
                <a class="button button-primary" href=and_back(paths::ACCOUNT_APP)>{texts::shell::owed_button(l)}</a>
            </div>
            <Meanwhile />
        </section>
    }
}

/// Above a room that was open when the duty began: the page and what was typed wait underneath.
#[component]
pub fn OwedDialog() -> impl IntoView {
    let l = language();
    view! {
        <Locked title=texts::shell::owed_title(l)>
            <p>{texts::shell::owed_text(l, organisation())}</p>
            <p class="muted">{texts::shell::owed_typed(l)}</p>
            <div class="owed-actions">
                // Another tab, so that this one keeps what was typed.
                <a class="button button-primary" href=paths::ACCOUNT_APP target="_blank">
                    <Icon name="external-link" />
                    {texts::shell::owed_button(l)}
                    <span class="visually-hidden">{texts::shell::new_tab(l)}</span>
                </a>
            </div>
            <Meanwhile />
        </Locked>
    }
}

/// A dialog that only what it asks for takes away.
#[component]
pub fn Locked(#[prop(into)] title: String, children: Children) -> impl IntoView {
    let open = RwSignal::new(true);
    // A browser may close it all the same (the back gesture of a phone).
    Effect::new(move || {
        if !open.get() {
            open.set(true);
        }
    });
    // Taken away with its dialog open, the browser would not give the focus back.
    let focused = StoredValue::new_local(document().active_element());
    on_cleanup(move || {
        use leptos::{wasm_bindgen::JsCast, web_sys::HtmlElement};
        let element = focused.try_update_value(Option::take).flatten();
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            request_animation_frame(move || _ = element.focus());
        }
    });
    view! {
        <Dialog open title close=texts::shell::close(language()) class="dialog-locked" locked=true>
            {children()}
        </Dialog>
    }
}

/// What still works.
#[component]
fn Meanwhile() -> impl IntoView {
    let (l, viewer) = (language(), page().viewer);
    let elsewhere = viewer.get_untracked().filter(|viewer| viewer.organisations.len() > 1);
    view! {
        <div class="owed-meanwhile">
            <h2>{texts::shell::owed_meanwhile(l)}</h2>
            <ul class="owed-ways">
                <li>
                    <a class="link" href=and_back(paths::ACCOUNT) target="_top">{texts::shell::account_security(l)}</a>
                </li>
                <li>
                    <a class="link" href=paths::SESSIONS target="_top">{texts::shell::account_sessions(l)}</a>
                </li>
                <li><SignOutButton /></li>
            </ul>
            <Leave organisation=organisation() />
            {elsewhere
                .map(|viewer| {
                    view! {
                        <p class="muted">{texts::shell::owed_elsewhere(l)}</p>
                        <OtherOrganisations viewer />
                    }
                })}
        </div>
    }
}

/// On the account's pages.
#[component]
pub fn OwedBanner() -> impl IntoView {
    let (l, viewer, path) = (language(), page().viewer, use_location().pathname);
    let closed = Memo::new(move |_| viewer.with(owes));
    move || {
        closed.get().then(|| {
            // Staff owe it to their desk, not to an organisation.
            let is_staff =
                viewer.with_untracked(|viewer| viewer.as_ref().is_some_and(|viewer| viewer.is_staff));
            let set_up = move || {
                let elsewhere = ![paths::ACCOUNT_APP, paths::ACCOUNT_CODES, paths::ACCOUNT_CONFIRM]
                    .contains(&path.get().as_str());
                elsewhere.then(|| {
                    let next = if is_staff { paths::SUPPORT } else { paths::HOME };
                    let href = format!("{}?next={next}", paths::ACCOUNT_APP);
                    view! { <LinkButton href small=true>{texts::shell::owed_button(l)}</LinkButton> }
                })
            };
            let line = match is_staff {
                true => texts::support::owed_line(l).to_owned(),
                false => texts::shell::owed_line(l, organisation()),
            };
            view! {
                <Banner tone=Tone::Warn action=set_up.into_any()>
                    {line}
                </Banner>
            }
        })
    }
}

fn organisation() -> String {
    page().viewer.with_untracked(|viewer| {
        viewer.as_ref().map(|viewer| viewer.organisation.name.clone()).unwrap_or_default()
    })
}

/// A path, and the way back to this page.
fn and_back(path: &str) -> String {
    let location = use_location();
    let (here, search) = (location.pathname.get_untracked(), location.search.get_untracked());
    let here = if search.is_empty() { here } else { format!("{here}?{search}") };
    format!("{path}?next={}", Url::escape(&here))
}
