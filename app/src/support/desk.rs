//! The desk: a search, what it found, the form to enter with, and one's own last stay.

use domain::support::{FindForm, Mode};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    agree::AgreePanel,
    api::{
        AddCredit, AgreeSlots, DeskPage, Enter, FoundLine, IssueCreditNote, LastLine, RestoreOrganisation,
        load_desk,
    },
    banner::{LEAVE, mode_name},
    books::{CreditNotePanel, PaymentPanel},
    enter::EnterPanel,
};
use crate::{
    act::Act,
    deletion::DeskRestorePanel,
    error::Error,
    form::FormState,
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{PageTitle, shown},
    state::language,
    ui::{LinkButton, Pill, Table, Tone, error_line},
};

/// What is done to the organisation that was chosen.
#[derive(Clone, Copy)]
struct Acts {
    enter: Act<Enter>,
    agree: Act<AgreeSlots>,
    pay: Act<AddCredit>,
    take_back: Act<IssueCreditNote>,
    restore: Act<RestoreOrganisation>,
}

pub struct DeskRoute {
    q: Memo<String>,
    acts: Acts,
    data: Loaded<Result<DeskPage, Error>>,
}

impl LazyPage for DeskRoute {
    fn data() -> Self {
        let query = use_query_map();
        let acts = Acts {
            enter: Act::new(),
            agree: Act::new(),
            pay: Act::new(),
            take_back: Act::new(),
            restore: Act::new(),
        };
        // A refused form says whom it was about.
        let posted = FormState::new(acts.enter).value("organisation", String::new());
        let posted = FormState::new(acts.agree).value("organisation", posted);
        let posted = FormState::new(acts.pay).value("organisation", posted);
        let posted = FormState::new(acts.take_back).value("organisation", posted);
        let posted = FormState::new(acts.restore).value("organisation", posted);
        let q = Memo::new(move |_| match posted.is_empty() {
            true => query.with(|query| query.get("q")).unwrap_or_default(),
            false => posted.clone(),
        });
        Self { q, acts, data: load(move || q.get(), |q| load_desk(FindForm { q })) }
    }

    fn view(self) -> AnyView {
        let l = language();
        let DeskRoute { q, acts, data } = self;
        view! {
            <PageTitle text=texts::support::desk_title(l) />
            <div class="page-head">
                <div class="page-title">
                    <h1>{texts::support::desk_title(l)}</h1>
                    <p>{texts::support::desk_lead(l)}</p>
                </div>
            </div>
            {shown(data, 6, move |page| view! { <Desk page q=q.get_untracked() acts /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Desk(page: DeskPage, q: String, acts: Acts) -> impl IntoView {
    let l = language();
    let DeskPage { found, refused, last } = page;
    let inside = last.clone().filter(|last| last.ended.is_none());
    if let Some(last) = inside {
        return view! { <InsidePanel last /> }.into_any();
    }
    let error = refused.map(|_| texts::support::search_short(l).to_owned());
    // An id names one: that is whom to enter, or to agree with.
    let chosen = found.as_ref().and_then(|found| match found.as_slice() {
        [only] if only.id == q => Some(only.clone()),
        _ => None,
    });
    let leaving = chosen.clone().and_then(|line| Some((line.clone(), line.leaving?)));
    // Nothing is agreed on with an organisation that goes; what it owes can still be paid.
    let open = chosen.clone().filter(|line| line.leaving.is_none());
    view! {
        <section class="panel" aria-labelledby="find">
            <header class="panel-head">
                <div>
                    <h2 id="find">{texts::support::search_title(l)}</h2>
                </div>
            </header>
            <Search q error />
            {found.map(|found| view! { <FoundTable found /> })}
        </section>
        {chosen.clone().filter(|line| line.reach.is_some()).map(|line| view! { <EnterPanel line action=acts.enter /> })}
        {leaving.map(|(line, at)| view! { <DeskRestorePanel line at action=acts.restore /> })}
        {open.map(|line| view! { <AgreePanel line action=acts.agree /> })}
        {chosen.clone().map(|line| view! { <PaymentPanel line action=acts.pay /> })}
        {chosen.map(|line| view! { <CreditNotePanel line action=acts.take_back /> })}
        {last.map(|last| view! { <LastPanel last /> })}
    }
    .into_any()
}

#[component]
fn Search(q: String, error: Option<String>) -> impl IntoView {
    let l = language();
    let invalid = error.is_some().then_some("true");
    let described = if error.is_some() { "f-q-error f-q-hint" } else { "f-q-hint" };
    view! {
        <form class="panel-body desk-search" role="search" method="get" action=paths::SUPPORT>
            <label for="f-q">{texts::support::search(l)}</label>
            <div class="desk-search-line">
                <input
                    class="input"
                    id="f-q"
                    type="search"
                    name="q"
                    value=q
                    autocomplete="off"
                    spellcheck="false"
                    aria-invalid=invalid
                    aria-describedby=described
                />
                <button class="button button-primary" type="submit">
                    <span class="button-label">{texts::support::search_button(l)}</span>
                </button>
            </div>
            {error_line("f-q".to_owned(), Signal::stored(error))}
            <p class="muted small" id="f-q-hint">{texts::support::search_hint(l)}</p>
        </form>
    }
}

#[component]
fn FoundTable(found: Vec<FoundLine>) -> impl IntoView {
    let l = language();
    if found.is_empty() {
        return view! { <p class="panel-body muted" role="status">{texts::support::found_nothing(l)}</p> }
            .into_any();
    }
    let columns = [
        texts::support::column_name(l),
        texts::support::column_id(l),
        texts::support::column_consent(l),
        texts::support::column_actions(l),
    ];
    let rows = found.into_iter().map(move |FoundLine { id, name, reach, leaving }| {
        let (tone, words) = match reach {
            _ if leaving.is_some() => {
                (Tone::Danger, leaving.map(|at| texts::deletion::desk_leaving(l, at)).unwrap_or_default())
            }
            Some(Mode::Write) => (Tone::Ok, texts::support::lets_write(l).to_owned()),
            Some(Mode::Read) => (Tone::Ok, texts::support::lets_read(l).to_owned()),
            None => (Tone::Warn, texts::support::lets_nobody_in(l).to_owned()),
        };
        let href = format!("{}?q={id}", paths::SUPPORT);
        let spoken = texts::support::choose_named(l, &name);
        let choose =
            view! { <LinkButton href small=true attr:aria-label=spoken>{texts::support::choose(l)}</LinkButton> };
        view! {
            <tr>
                <th scope="row">{name.clone()}</th>
                <td class="mono small">{id}</td>
                <td>
                    <Pill tone>{words}</Pill>
                </td>
                <td class="is-actions">{choose}</td>
            </tr>
        }
    });
    view! {
        <Table
            caption=texts::support::found_caption(l)
            columns=columns.map(str::to_owned).to_vec()
        >
            {rows.collect_view()}
        </Table>
    }
    .into_any()
}

#[component]
fn InsidePanel(last: LastLine) -> impl IntoView {
    let l = language();
    view! {
        <section class="panel" aria-labelledby="inside">
            <header class="panel-head">
                <div>
                    <h2 id="inside">{texts::support::inside_title(l, last.organisation)}</h2>
                    <p>{texts::support::inside_text(l, last.until)}</p>
                </div>
                <div class="panel-actions">
                    <Pill tone=Tone::Warn>{mode_name(l, last.mode)}</Pill>
                </div>
            </header>
            <div class="panel-body cluster">
                <a class="button button-primary" href=paths::HOME rel="external">
                    <span class="button-label">{texts::support::to_organisation(l)}</span>
                </a>
                <button class="button" type="submit" form=LEAVE name="form[confirmed]" value="true">
                    <span class="button-label">{texts::support::leave(l)}</span>
                </button>
            </div>
        </section>
    }
}

#[component]
fn LastPanel(last: LastLine) -> impl IntoView {
    let l = language();
    let (at, how) = last.ended.unwrap_or_default();
    view! {
        <section class="panel" aria-labelledby="last">
            <header class="panel-head">
                <div>
                    <h2 id="last">{texts::support::last_title(l)}</h2>
                    <p>{texts::support::last_text(l, at, how, last.organisation)}</p>
                </div>
            </header>
            <p class="panel-body">{texts::support::mail_reason(l, last.reason)}</p>
        </section>
    }
}
