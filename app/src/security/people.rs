//! The people of the organisation: who has a second factor, whose session is open, and what can be done for them.
//!
//! What can be done stands in a `popover` of each row: it opens without a line of script, and above the table's box.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    actions::{REMIND, RESET, SIGN_OUT},
    api::MemberLine,
};
use crate::{
    account::Copy,
    paths,
    shell::{close_when_sent, role_name},
    state::{is_support, language},
    ui::{Avatar, Icon, Pill, Table, Tone},
};

#[component]
pub fn PeoplePanel(people: RwSignal<Vec<MemberLine>>) -> impl IntoView {
    let (l, query) = (language(), use_query_map());
    let only_without =
        Memo::new(move |_| query.with(|query| query.get("only").as_deref() == Some("without")));
    let shown = move || {
        let only_without = only_without.get();
        people.get().into_iter().filter(|line| !(only_without && line.has_second_factor)).collect::<Vec<_>>()
    };
    let nobody = Memo::new(move |_| shown().is_empty());
    let columns = [
        texts::security::column_person(l),
        texts::security::column_factor(l),
        texts::security::column_role(l),
        texts::security::column_active(l),
        texts::security::column_session(l),
        texts::security::column_actions(l),
    ];
    // What a row shows, so that it is drawn anew when that changed and kept, with its focus, when it did not.
    let key = |line: &MemberLine| {
        let MemberLine { id, has_second_factor, active_at, is_signed_in, may_be_reset, .. } = line.clone();
        (id, has_second_factor, active_at, is_signed_in, may_be_reset)
    };
    view! {
        <section class="panel" aria-labelledby="people">
            <header class="panel-head">
                <div>
                    <h2 id="people">{texts::security::people_title(l)}</h2>
                    <p>{texts::security::people_text(l)}</p>
                </div>
                {(!is_support()).then(|| view! { <CopyEmails people /> })}
            </header>
            <div class="panel-body">
                <Filter people only_without />
            </div>
            <Table caption=texts::security::people_caption(l) columns=columns.map(str::to_owned).to_vec()>
                <For each=shown key=key let:line>
                    <Row line />
                </For>
            </Table>
            {move || {
                nobody
                    .get()
                    .then(|| view! { <p class="panel-body muted">{texts::security::nobody_without(l)}</p> })
            }}
        </section>
    }
}

/// Links, so that they work without JavaScript.
#[component]
fn Filter(people: RwSignal<Vec<MemberLine>>, only_without: Memo<bool>) -> impl IntoView {
    let l = language();
    let link = move |href: String, without: bool, text: Signal<String>| {
        view! {
            <a
                class="people-filter"
                href=href
                aria-current=move || (only_without.get() == without).then_some("true")
                data-noscroll=""
            >
                {text}
            </a>
        }
    };
    let all = Signal::derive(move || texts::security::filter_all(l, people.with(Vec::len)));
    let without = Signal::derive(move || texts::security::filter_without(l, without_factor(people).len()));
    view! {
        <nav class="people-filters" aria-label=texts::security::filter(l)>
            {link(format!("{}#people", paths::SECURITY), false, all)}
            {link(format!("{}?only=without#people", paths::SECURITY), true, without)}
        </nav>
    }
}

/// The addresses of those without a second factor, for a mail of one's own.
#[component]
fn CopyEmails(people: RwSignal<Vec<MemberLine>>) -> impl IntoView {
    let l = language();
    move || {
        let emails = without_factor(people);
        (!emails.is_empty()).then(|| {
            view! {
                <div class="panel-actions live-only">
                    <Copy
                        text=emails.join(", ")
                        label=texts::security::copy_emails(l)
                        done=texts::security::copied(l, emails.len())
                        small=true
                    />
                </div>
            }
        })
    }
}

fn without_factor(people: RwSignal<Vec<MemberLine>>) -> Vec<String> {
    people.with(|people| {
        people.iter().filter(|line| !line.has_second_factor).map(|line| line.email.clone()).collect()
    })
}

#[component]
fn Row(line: MemberLine) -> impl IntoView {
    let l = language();
    let (tone, factor) = match line.has_second_factor {
        true => (Tone::Ok, texts::security::factor_on(l)),
        false => (Tone::Warn, texts::security::factor_off(l)),
    };
    let session = match line.is_signed_in {
        true => texts::security::session_open(l),
        false => texts::security::session_closed(l),
    };
    let active = line.active_at.clone().unwrap_or_else(|| texts::security::never(l).to_owned());
    view! {
        <tr>
            <th scope="row">
                <span class="person">
                    <Avatar name=line.name.clone() round=true />
                    <span>
                        <span>{line.name.clone()}</span>
                        {line.is_self.then(|| view! { <span class="muted">{format!(" ({})", texts::security::you(l))}</span> })}
                        <span class="person-email">{line.email.clone()}</span>
                    </span>
                </span>
            </th>
            <td>
                <Pill tone>{factor}</Pill>
            </td>
            <td>{role_name(line.role)}</td>
            <td class="tnum is-narrow">{active}</td>
            <td>{session}</td>
            <td class="is-actions"><Actions line /></td>
        </tr>
    }
}

/// The button of a row and the card it opens.
#[component]
fn Actions(line: MemberLine) -> impl IntoView {
    let l = language();
    let MemberLine { id, name, email, is_signed_in, .. } = line.clone();
    let remind = line.may_be_reminded;
    let sign_out = line.may_be_signed_out && is_signed_in;
    let reset = line.may_be_reset;
    (remind || sign_out || reset).then(|| {
        let card = format!("member-{id}");
        let submit = {
            let id = id.clone();
            move |form: &'static str, class: &'static str, icon: &'static str, text: &'static str| {
                view! {
                    <button class=class type="submit" form=form name="form[person]" value=id.clone()>
                        <Icon name=icon />
                        {text}
                    </button>
                }
            }
        };
        view! {
            <button
                class="icon-button"
                type="button"
                popovertarget=card.clone()
                aria-label=texts::security::actions_of(l, &name)
                title=texts::security::actions_of(l, &name)
            >
                <Icon name="ellipsis" />
            </button>
            <div
                class="row-menu"
                id=card
                popover="auto"
                role="dialog"
                aria-label=texts::security::actions_of(l, &name)
                on:click=close_when_sent
            >
                <p class="menu-head">{name.clone()}<small>{email}</small></p>
                {remind.then(|| submit(REMIND, "menu-item", "bell", texts::security::remind(l)))}
                {sign_out.then(|| submit(SIGN_OUT, "menu-item", "log-out", texts::security::sign_out(l)))}
                {reset
                    .then(|| {
                        view! {
                            <details class="row-reset">
                                <summary class="menu-item">
                                    <Icon name="unlink" />
                                    {texts::security::reset(l)}
                                </summary>
                                <div class="row-reset-text">
                                    <p><strong>{texts::security::reset_title(l, &name)}</strong></p>
                                    <p>{texts::security::reset_intro(l)}</p>
                                    <ul>
                                        <li>{texts::security::reset_factors(l)}</li>
                                        <li>{texts::security::reset_sessions(l)}</li>
                                        <li>{texts::security::reset_told(l)}</li>
                                        <li>{texts::security::reset_then(l)}</li>
                                    </ul>
                                    {submit(RESET, "button button-danger", "unlink", texts::security::reset_confirm(l))}
                                </div>
                            </details>
                        }
                    })}
            </div>
        }
    })
}
