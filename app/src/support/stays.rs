//! One stay of support: a line that opens into what was changed.

use domain::support::Mode;
use leptos::prelude::*;

use super::{
    api::StayLine,
    banner::{END, mode_name},
};
use crate::{
    state::{is_support, language},
    ui::{Icon, Pill, Tone},
};

#[component]
pub fn StayRow(stay: StayLine) -> impl IntoView {
    let l = language();
    let StayLine { id, name, email, reason, ticket, mode, since, until, ended, done } = stay;
    let is_live = ended.is_none();
    let tone = if mode == Mode::Write { Tone::Warn } else { Tone::Info };
    let span = match &ended {
        Some((at, _)) => format!("{since} – {at}"),
        None => format!("{since} – {until}"),
    };
    let end = (is_live && !is_support()).then(|| {
        view! {
            <button class="button button-danger" type="submit" form=END name="form[session]" value=id>
                <span class="button-label">{texts::support::end_now(l)}</span>
            </button>
        }
    });
    let fact = |name: &'static str, told: String| {
        (!told.is_empty()).then(|| {
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd>{told}</dd>
                </div>
            }
        })
    };
    let how = ended.map(|(_, how)| how).unwrap_or_default();
    view! {
        <li class="stay">
            <details open=is_live>
                <summary class="stay-head">
                    <span class="stay-when tnum">{span}</span>
                    <span class="stay-who">{name.clone()}</span>
                    <Pill tone>{mode_name(l, mode)}</Pill>
                    {is_live.then(|| view! { <Pill tone=Tone::Danger dot=true>{texts::support::still_inside(l)}</Pill> })}
                    <Icon name="chevron-down" />
                </summary>
                <div class="stay-body">
                    <dl class="stay-facts">
                        {fact(texts::support::staff(l), texts::support::by_staff(l, email, name))}
                        {fact(texts::support::reason(l), reason)} {fact(texts::support::ticket(l), ticket)}
                        {fact(texts::support::how(l), how)}
                    </dl>
                    <Done done is_live />
                    {end}
                </div>
            </details>
        </li>
    }
}

#[component]
fn Done(done: Vec<(String, String)>, is_live: bool) -> impl IntoView {
    let l = language();
    if done.is_empty() {
        let text = if is_live { texts::support::done_so_far(l) } else { texts::support::done_nothing(l) };
        return view! { <p class="muted">{text}</p> }.into_any();
    }
    let rows = done.into_iter().map(|(at, what)| {
        view! {
            <li>
                <span class="muted tnum">{at}</span>
                " "
                {what}
            </li>
        }
    });
    view! {
        <p><strong>{texts::support::done_title(l)}</strong></p>
        <ul class="stay-done">{rows.collect_view()}</ul>
    }
    .into_any()
}
