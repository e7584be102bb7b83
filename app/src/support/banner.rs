//! Support is inside: told to support itself and to every administrator, on every page, with the way to end it.

use domain::support::Mode;
use leptos::prelude::*;

use super::api::{EndSession, Leave};
use crate::{
    form::Form,
    shell::{FormFailure, follow, refresh_viewer, refusal, tell_other_tabs},
    state::{SupportNow, Viewer, language, page},
    ui::{Banner, Tone},
};

/// The forms that the buttons name: they outlive the banners.
pub const LEAVE: &str = "leave-support";
pub const END: &str = "end-support";

#[component]
pub fn SupportBanner() -> impl IntoView {
    let viewer = page().viewer;
    let is_staff = viewer.with_untracked(|viewer| viewer.as_ref().is_some_and(|viewer| viewer.is_staff));
    let administers = viewer.with_untracked(|viewer| viewer.as_ref().is_some_and(Viewer::administers));
    let banners = move || {
        viewer.with(|viewer| {
            let Some(viewer) = viewer else { return Vec::new() };
            let organisation = viewer.organisation.name.clone();
            let banner = |now: &SupportNow| match viewer.is_staff {
                true => own(organisation.clone(), now.clone()),
                false => others(now.clone()),
            };
            viewer.support.iter().map(banner).collect::<Vec<_>>()
        })
    };
    view! {
        {is_staff.then(|| view! { <LeaveForm /> })}
        {(administers && !is_staff).then(|| view! { <EndForm /> })}
        {banners}
    }
}

#[component]
fn LeaveForm() -> impl IntoView {
    let action = ServerAction::<Leave>::new();
    // Another organisation, or none: the whole page is another.
    Effect::new(move || {
        if let Some(Ok(path)) = action.value().get() {
            tell_other_tabs();
            _ = window().location().assign(&path);
        }
    });
    view! {
        <Form action id=LEAVE>
            <FormFailure error=refusal(action) />
        </Form>
    }
}

#[component]
fn EndForm() -> impl IntoView {
    let (l, viewer, action) = (language(), page().viewer, ServerAction::<EndSession>::new());
    follow(action, move |_, ()| texts::support::ended_now(l).to_owned(), move || refresh_viewer(viewer));
    view! {
        <Form action id=END>
            <FormFailure error=refusal(action) />
        </Form>
    }
}

pub fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Read => texts::support::mode_read(language()),
        Mode::Write => texts::support::mode_write(language()),
    }
}

fn own(organisation: String, now: SupportNow) -> AnyView {
    let l = language();
    let leave = view! {
        <button class="button" type="submit" form=LEAVE name="form[confirmed]" value="true">
            <span class="button-label">{texts::support::end_now(l)}</span>
        </button>
    };
    let title = texts::support::banner_mine_title(l, mode_name(now.mode), organisation);
    view! {
        <Banner tone=Tone::Warn title action=leave.into_any()>
            {texts::support::banner_mine_text(l, now.minutes, now.until)}
        </Banner>
    }
    .into_any()
}

fn others(now: SupportNow) -> AnyView {
    let l = language();
    let end = view! {
        <button class="button button-danger" type="submit" form=END name="form[session]" value=now.id>
            <span class="button-label">{texts::support::end_now(l)}</span>
        </button>
    };
    let text = texts::support::banner_text(l, mode_name(now.mode), now.reason, now.since, now.until);
    view! {
        <Banner tone=Tone::Warn title=texts::support::banner_title(l, now.name) action=end.into_any()>
            {text}
        </Banner>
    }
    .into_any()
}
