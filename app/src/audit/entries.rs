//! The entries, each a line that opens into what changed, and the links that turn the page.

use domain::audit::TrailForm;
use leptos::prelude::*;

use super::{
    api::{AuditPage, Change, Entry},
    page::address,
    revert::RevertButton,
};
use crate::{paths, state::language, ui::Icon};

#[component]
pub fn Entries(shown: RwSignal<AuditPage>, asked: TrailForm) -> impl IntoView {
    // An entry never changes, only what can be done with it: one that is open stays open.
    let key = |entry: &Entry| (entry.id.clone(), entry.may_revert);
    view! {
        <ol class="trail">
            <For each=move || shown.get().entries key=key let:entry>
                <Row entry asked=asked.clone() />
            </For>
        </ol>
    }
}

#[component]
fn Row(entry: Entry, asked: TrailForm) -> impl IntoView {
    let l = language();
    let Entry {
        id,
        when,
        who,
        person,
        on_behalf_of,
        room,
        action,
        changes,
        address: from,
        request,
        number,
        may_revert,
    } = entry;
    let behalf = on_behalf_of.map(|name| texts::audit::on_behalf(l, name));
    // Whose entries are shown already needs no link to them.
    let only = person.filter(|person| *person != asked.person).map(|person| {
        let href = address(paths::AUDIT, &TrailForm { person, ..asked });
        view! { <a class="link" href=href>{texts::audit::only_person(l, &who)}</a> }
    });
    let number = number.map_or_else(|| texts::audit::unchained(l).to_owned(), |number| number.to_string());
    let fact = |name: &'static str, told: String| {
        (!told.is_empty()).then(|| {
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd class="mono">{told}</dd>
                </div>
            }
        })
    };
    view! {
        <li>
            <details class="entry">
                <summary class="entry-head">
                    <span class="entry-when tnum">{when}</span>
                    <span class="entry-who">{who.clone()} {behalf.map(|text| view! { <small>{text}</small> })}</span>
                    <span class="entry-what">{action}</span>
                    <span class="entry-room">{room}</span>
                    <Icon name="chevron-down" />
                </summary>
                <div class="entry-body">
                    <Changes changes />
                    {may_revert.then(|| view! { <RevertButton entry=id /> })}
                    <dl class="entry-facts">
                        {fact(texts::audit::address(l), from)} {fact(texts::audit::request(l), request)}
                        {fact(texts::audit::number(l), number)}
                    </dl>
                    {only.map(|link| view! { <p>{link}</p> })}
                </div>
            </details>
        </li>
    }
}

#[component]
fn Changes(changes: Vec<Change>) -> impl IntoView {
    let l = language();
    if changes.is_empty() {
        return view! { <p class="muted">{texts::audit::no_changes(l)}</p> }.into_any();
    }
    let told = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let rows = changes
        .into_iter()
        .map(|Change { field, before, after }| {
            view! {
                <tr>
                    <th scope="row">{field}</th>
                    <td class="entry-before">{told(before)}</td>
                    <td class="entry-after">{told(after)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="entry-changes">
            <caption class="visually-hidden">{texts::audit::changes(l)}</caption>
            <thead>
                <tr>
                    <th scope="col">{texts::audit::field(l)}</th>
                    <th scope="col">{texts::audit::before(l)}</th>
                    <th scope="col">{texts::audit::after(l)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

#[component]
pub fn Turning(newer: Option<String>, older: Option<String>, asked: TrailForm) -> impl IntoView {
    let l = language();
    let newer = newer.map(|after| {
        let href = address(paths::AUDIT, &TrailForm { after, ..asked.clone() });
        view! {
            <a class="button" href=href rel="prev">
                <Icon name="chevron-left" />
                <span class="button-label">{texts::audit::newer(l)}</span>
            </a>
        }
    });
    let older = older.map(|before| {
        let href = address(paths::AUDIT, &TrailForm { before, ..asked });
        view! {
            <a class="button" href=href rel="next">
                <span class="button-label">{texts::audit::older(l)}</span>
                <Icon name="chevron-right" />
            </a>
        }
    });
    (newer.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="panel-foot trail-pages" aria-label=texts::audit::pages(l)>
                {newer}
                {older}
            </nav>
        }
    })
}
