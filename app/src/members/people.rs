//! The people, with a search that any keyboard can use, and what can be done in a card of each row.

use domain::{Role, fold::fold};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    actions::{LEAVE, REMOVE, TRANSFER, make},
    api::{PersonDetails, PersonLine},
    page::Shown,
};
use crate::{
    shell::{close_when_sent, role_name},
    state::language,
    ui::{Avatar, Icon, Pill, Table, Tone},
};

#[component]
pub fn PeoplePanel(shown: Shown) -> impl IntoView {
    let (l, query) = (language(), use_query_map());
    // Without JavaScript the search is a page of its own.
    let wanted = RwSignal::new(query.with_untracked(|query| query.get("q")).unwrap_or_default());
    let found = move || {
        let wanted = fold(&wanted.get());
        shown.0.get().people.into_iter().filter(|line| is_found(line, &wanted)).collect::<Vec<_>>()
    };
    let count = Memo::new(move |_| found().len());
    let administers = shown.0.with_untracked(|page| page.admin.is_some());
    let mut columns = vec![texts::members::column_person(l), texts::members::column_role(l)];
    if administers {
        columns.extend([texts::members::column_factor(l), texts::members::column_active(l)]);
    }
    columns.push(texts::members::column_actions(l));
    let columns: Vec<String> = columns.into_iter().map(str::to_owned).collect();
    // What a row shows, so that it is drawn anew when that changed and kept, with its focus, when it did not.
    let key = |line: &PersonLine| {
        let details = line.details.as_ref();
        let state = details.map(|details| {
            let PersonDetails { id, email, has_second_factor, active_at, roles, .. } = details.clone();
            (id, email, has_second_factor, active_at, roles.len())
        });
        (line.name.clone(), line.role.as_str(), line.is_self, state)
    };
    view! {
        <section class="panel" aria-labelledby="people">
            <header class="panel-head">
                <div>
                    <h2 id="people">{texts::members::people_title(l)}</h2>
                </div>
                <Search wanted />
            </header>
            <Table
                caption=texts::members::people_caption(l)
                columns=columns
            >
                <For each=found key=key let:line>
                    <Row line />
                </For>
            </Table>
            <p class="panel-body muted members-count" role="status">
                {move || match count.get() {
                    0 => texts::members::nobody(l).to_owned(),
                    count => texts::members::people_count(l, count),
                }}
            </p>
        </section>
    }
}

fn is_found(line: &PersonLine, wanted: &str) -> bool {
    let email = line.details.as_ref().map(|details| fold(&details.email)).unwrap_or_default();
    let (name, role) = (fold(&line.name), fold(role_name(line.role)));
    wanted.split(' ').all(|word| [&name, &email, &role].into_iter().any(|text| text.contains(word)))
}

#[component]
fn Search(wanted: RwSignal<String>) -> impl IntoView {
    let l = language();
    view! {
        <form class="members-search" role="search" method="get" on:submit=|event| event.prevent_default()>
            <label class="visually-hidden" for="members-search">{texts::members::search(l)}</label>
            <input
                class="input"
                id="members-search"
                type="search"
                name="q"
                value=wanted.get_untracked()
                placeholder=texts::members::search(l)
                autocomplete="off"
                spellcheck="false"
                on:input=move |event| wanted.set(event_target_value(&event))
            />
            <button class="button plain-only" type="submit">
                <span class="button-label">{texts::members::search_button(l)}</span>
            </button>
        </form>
    }
}

#[component]
fn Row(line: PersonLine) -> impl IntoView {
    let l = language();
    let PersonLine { name, role, is_self, details } = line.clone();
    let more = details.clone().map(|details| {
        let (tone, factor) = match details.has_second_factor {
            true => (Tone::Ok, texts::security::factor_on(l)),
            false => (Tone::Warn, texts::security::factor_off(l)),
        };
        let active = details.active_at.unwrap_or_else(|| texts::security::never(l).to_owned());
        view! {
            <td>
                <Pill tone>{factor}</Pill>
            </td>
            <td class="tnum is-narrow">{active}</td>
        }
    });
    view! {
        <tr>
            <th scope="row">
                <span class="person">
                    <Avatar name=name.clone() round=true />
                    <span>
                        <span>{name}</span>
                        {is_self.then(|| view! { <span class="muted">{format!(" ({})", texts::security::you(l))}</span> })}
                        {details.map(|details| view! { <span class="person-email">{details.email}</span> })}
                    </span>
                </span>
            </th>
            <td>{role_name(role)}</td>
            {more}
            <td class="is-actions"><Card line /></td>
        </tr>
    }
}

/// The button of a row and the card it opens.
#[component]
fn Card(line: PersonLine) -> impl IntoView {
    let l = language();
    let PersonLine { name, is_self, details, .. } = line;
    let id = details.as_ref().map(|details| details.id.clone()).unwrap_or_else(|| "self".to_owned());
    let acts = details
        .filter(|details| !details.roles.is_empty() || details.may_be_removed)
        .map(|details| view! { <Acts name=name.clone() details /> });
    (is_self || acts.is_some()).then(|| {
        let card = format!("person-{id}");
        let spoken = texts::security::actions_of(l, &name);
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
            <div
                class="row-menu"
                id=card
                popover="auto"
                role="dialog"
                aria-label=spoken
                on:click=close_when_sent
            >
                <p class="menu-head">{name}</p>
                {acts}
                {is_self.then(|| view! { <LeaveAct /> })}
            </div>
        }
    })
}

#[component]
fn Acts(name: String, details: PersonDetails) -> impl IntoView {
    let l = language();
    let PersonDetails { id, roles, may_be_removed, may_take_over, .. } = details;
    let submit = move |form: &'static str, class: &'static str, icon: &'static str, text: &'static str| {
        view! {
            <button class=class type="submit" form=form name="form[person]" value=id.clone()>
                <Icon name=icon />
                {text}
            </button>
        }
    };
    let make_button = |role: Role| {
        let text = match role {
            Role::Member => texts::members::make_member(l),
            Role::Admin => texts::members::make_admin(l),
            Role::Owner => texts::members::make_owner(l),
        };
        submit(make(role), "menu-item", "user", text)
    };
    let transfer = may_take_over.then(|| {
        view! {
            <details class="row-reset">
                <summary class="menu-item"><Icon name="key-round" />{texts::members::transfer(l)}</summary>
                <div class="row-reset-text">
                    <p><strong>{texts::members::transfer_title(l, &name)}</strong></p>
                    <p>{texts::members::transfer_text(l)}</p>
                    {submit(TRANSFER, "button button-danger", "key-round", texts::members::transfer_button(l))}
                </div>
            </details>
        }
    });
    let remove = may_be_removed.then(|| {
        view! {
            <details class="row-reset">
                <summary class="menu-item"><Icon name="x" />{texts::members::remove(l)}</summary>
                <div class="row-reset-text">
                    <p><strong>{texts::members::remove_title(l, &name)}</strong></p>
                    <ul>
                        <li>{texts::members::remove_sessions(l)}</li>
                        <li>{texts::members::remove_invitations(l)}</li>
                        <li>{texts::members::remove_keys(l)}</li>
                        <li>{texts::members::remove_told(l)}</li>
                    </ul>
                    {submit(REMOVE, "button button-danger", "x", texts::members::remove_button(l))}
                </div>
            </details>
        }
    });
    view! {
        {roles.into_iter().map(make_button).collect_view()}
        {transfer}
        {remove}
    }
}

#[component]
fn LeaveAct() -> impl IntoView {
    let l = language();
    let organisation = crate::state::page()
        .viewer
        .with_untracked(|viewer| viewer.as_ref().map(|viewer| viewer.organisation.name.clone()));
    view! {
        <details class="row-reset">
            <summary class="menu-item"><Icon name="log-out" />{texts::members::leave(l)}</summary>
            <div class="row-reset-text">
                <p><strong>{texts::members::leave_title(l, organisation.unwrap_or_default())}</strong></p>
                <p>{texts::members::leave_text(l)}</p>
                <button class="button button-danger" type="submit" form=LEAVE name="form[confirmed]" value="true">
                    <Icon name="log-out" />
                    {texts::members::leave_button(l)}
                </button>
            </div>
        </details>
    }
}
