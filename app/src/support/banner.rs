//! Support is inside: told to support itself and to every administrator, on every page, with the way to end it.

use domain::{Language, support::Mode};
use leptos::prelude::*;

use super::api::{EndSession, Leave};
use crate::{
    act::Act,
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
    let inside = move || {
        viewer.with(|viewer| viewer.iter().flat_map(|viewer| viewer.support.clone()).collect::<Vec<_>>())
    };
    let organisation = Memo::new(move |_| {
        viewer.with(|viewer| viewer.as_ref().map(|viewer| viewer.organisation.name.clone()))
    });
    // A banner stays while its minutes go by: somebody may just be reaching for its button.
    let now = move |first: SupportNow| {
        let id = first.id.clone();
        Memo::new(move |before: Option<&SupportNow>| {
            let found = inside().into_iter().find(|now| now.id == id);
            found.unwrap_or_else(|| before.unwrap_or(&first).clone())
        })
    };
    let banner = move |first: SupportNow| match is_staff {
        true => own(organisation.get_untracked().unwrap_or_default(), now(first)),
        false => others(now(first)),
    };
    view! {
        {is_staff.then(|| view! { <LeaveForm /> })}
        {(administers && !is_staff).then(|| view! { <EndForm /> })}
        <For each=inside key=|now| (now.id.clone(), now.mode.word()) let:first>
            {banner(first)}
        </For>
    }
}

#[component]
fn LeaveForm() -> impl IntoView {
    let action = Act::<Leave>::new();
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
    let (l, viewer, action) = (language(), page().viewer, Act::<EndSession>::new());
    follow(action, move |_, ()| texts::support::ended_now(l).to_owned(), move || refresh_viewer(viewer));
    view! {
        <Form action id=END>
            <FormFailure error=refusal(action) />
        </Form>
    }
}

pub fn mode_name(l: Language, mode: Mode) -> &'static str {
    match mode {
        Mode::Read => texts::support::mode_read(l),
        Mode::Write => texts::support::mode_write(l),
    }
}

fn own(organisation: String, now: Memo<SupportNow>) -> AnyView {
    let l = language();
    let leave = view! {
        <button class="button" type="submit" form=LEAVE name="form[confirmed]" value="true">
            <span class="button-label">{texts::support::end_now(l)}</span>
        </button>
    };
    let title = texts::support::banner_mine_title(l, mode_name(l, now.get_untracked().mode), organisation);
    view! {
        <Banner tone=Tone::Warn title action=leave.into_any()>
            {move || now.with(|now| texts::support::banner_mine_text(l, now.minutes, &now.until))}
        </Banner>
    }
    .into_any()
}

fn others(now: Memo<SupportNow>) -> AnyView {
    let (l, now) = (language(), now.get_untracked());
    let end = view! {
        <button class="button button-danger" type="submit" form=END name="form[session]" value=now.id>
            <span class="button-label">{texts::support::end_now(l)}</span>
        </button>
    };
    let text = texts::support::banner_text(l, mode_name(l, now.mode), now.reason, now.since, now.until);
    view! {
        <Banner tone=Tone::Warn title=texts::support::banner_title(l, now.name) action=end.into_any()>
            {text}
        </Banner>
    }
    .into_any()
}
