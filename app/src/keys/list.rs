//! The keys that work, and what can be done in a card of each row.

use domain::keys::{MOST_KEYS, Overlap};
use leptos::prelude::*;

use super::{
    actions::{REVOKE, roll},
    api::KeyLine,
    page::Shown,
};
use crate::{
    shell::close_when_sent,
    state::language,
    ui::{EmptyState, Icon, Pill, Table, Tone},
};

#[component]
pub fn LivePanel(shown: Shown) -> impl IntoView {
    let l = language();
    let administers = shown.0.with_untracked(|page| page.administers);
    let count = Memo::new(move |_| shown.0.with(|page| page.live.len()));
    let any = Memo::new(move |_| count.get() > 0);
    let empty = move || view! { <EmptyState icon="plug" title=texts::keys::empty_title(l) text=texts::keys::empty_text(l) /> };
    view! {
        <section class="panel keys-list" aria-labelledby="live">
            <header class="panel-head">
                <div>
                    <h2 id="live">{texts::keys::list_title(l)}</h2>
                    <p>{texts::keys::list_text(l)}</p>
                </div>
                // Of somebody who sees their own keys only, it would be no count.
                {administers
                    .then(|| view! { <p class="tnum keys-count">{move || texts::keys::count(l, count.get(), MOST_KEYS)}</p> })}
            </header>
            <Show when=move || any.get() fallback=empty>
                <List shown administers />
            </Show>
        </section>
    }
}

#[component]
fn List(shown: Shown, administers: bool) -> impl IntoView {
    let l = language();
    let mut columns = vec![texts::keys::column_key(l), texts::keys::column_scopes(l)];
    if administers {
        columns.push(texts::keys::column_owner(l));
    }
    columns.extend([
        texts::keys::column_expires(l),
        texts::keys::column_used(l),
        texts::keys::column_actions(l),
    ]);
    let columns = columns.into_iter().map(str::to_owned).collect();
    // What a row shows, so that it is drawn anew when that changed and kept, with its focus, when it did not.
    let key = |line: &KeyLine| {
        let KeyLine { id, start, used_at, old_until, ends_soon, .. } = line.clone();
        (id, start, used_at, old_until, ends_soon)
    };
    view! {
        <Table caption=texts::keys::list_caption(l) columns=columns stacks=true>
            <For each=move || shown.0.get().live key=key let:line>
                <Row line administers />
            </For>
        </Table>
    }
}

#[component]
fn Row(line: KeyLine, administers: bool) -> impl IntoView {
    let l = language();
    let KeyLine { name, start, scopes, owner, created, expires_at, ends_soon, used_at, old_until, .. } =
        line.clone();
    let expires = expires_at.unwrap_or_else(|| texts::keys::never_expires(l).to_owned());
    let used = used_at.unwrap_or_else(|| texts::keys::never_used(l).to_owned());
    let states = (ends_soon || old_until.is_some()).then(|| {
        view! {
            <span class="key-states">
                {ends_soon.then(|| view! { <Pill tone=Tone::Warn>{texts::keys::ends_soon(l)}</Pill> })}
                {old_until.map(|at| view! { <Pill tone=Tone::Info>{texts::keys::old_until(l, at)}</Pill> })}
            </span>
        }
    });
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <span class="key-name">{name}</span>
                <code class="key-start mono">{start}</code>
                <span class="key-created">{created}</span>
                {states}
            </th>
            <td role="cell" data-label=texts::keys::column_scopes(l)>
                <ScopeList scopes />
            </td>
            {administers
                .then(|| view! { <td role="cell" data-label=texts::keys::column_owner(l)>{owner}</td> })}
            <td role="cell" class="key-when tnum" data-label=texts::keys::column_expires(l)>{expires}</td>
            <td role="cell" class="key-when tnum" data-label=texts::keys::column_used(l)>{used}</td>
            <td role="cell" class="is-actions">
                <Card line />
            </td>
        </tr>
    }
}

#[component]
fn ScopeList(scopes: Vec<String>) -> impl IntoView {
    view! {
        <ul class="key-scopes">
            {scopes.into_iter().map(|scope| view! { <li class="mono">{scope}</li> }).collect_view()}
        </ul>
    }
}

/// The button of a row and the card it opens.
#[component]
fn Card(line: KeyLine) -> impl IntoView {
    let l = language();
    let KeyLine { id, name, may_be_rolled, old_until, .. } = line;
    let card = format!("key-{id}");
    let spoken = texts::keys::actions_of(l, &name);
    let submit = {
        let id = id.clone();
        move |form: &'static str, class: &'static str, icon: &'static str, text: &'static str| {
            view! {
                <button class=class type="submit" form=form name="form[key]" value=id.clone()>
                    <Icon name=icon />
                    {text}
                </button>
            }
        }
    };
    let rolling = may_be_rolled.then(|| {
        let choice = |overlap: &Overlap| {
            let text = match overlap {
                Overlap::None => texts::keys::roll_none(l),
                Overlap::Hour => texts::keys::roll_hour(l),
                Overlap::Day => texts::keys::roll_day(l),
                Overlap::Week => texts::keys::roll_week(l),
            };
            // The one that is right for most.
            let class = if *overlap == Overlap::default() { "button button-primary" } else { "button" };
            submit(roll(*overlap), class, "rotate-cw", text)
        };
        view! {
            <details class="key-act">
                <summary class="menu-item"><Icon name="rotate-cw" />{texts::keys::roll(l)}</summary>
                <div class="row-reset-text">
                    <p><strong>{texts::keys::roll_title(l, &name)}</strong></p>
                    <p>{texts::keys::roll_text(l)}</p>
                    {old_until.map(|_| view! { <p>{texts::keys::roll_oldest(l)}</p> })}
                    <div class="key-choices">{Overlap::ALL.iter().map(choice).collect_view()}</div>
                </div>
            </details>
        }
    });
    view! {
        <button
            class="icon-button"
            type="button"
            popovertarget=card.clone()
            aria-label=spoken.clone()
            title=spoken.clone()
        >
            <Icon name="ellipsis" />
        </button>
        <div class="row-menu" id=card popover="auto" role="dialog" aria-label=spoken on:click=close_when_sent>
            <p class="menu-head">{name.clone()}</p>
            {rolling}
            <details class="row-reset">
                <summary class="menu-item"><Icon name="x" />{texts::keys::revoke(l)}</summary>
                <div class="row-reset-text">
                    <p><strong>{texts::keys::revoke_title(l, &name)}</strong></p>
                    <p>{texts::keys::revoke_text(l)}</p>
                    {submit(REVOKE, "button button-danger", "x", texts::keys::revoke_button(l))}
                </div>
            </details>
        </div>
    }
}
