//! The list: what is asked for stands in its address.

use domain::{
    calls::{CallsForm, Outcome},
    slots::Direction,
};
use leptos::{either::Either, prelude::*};
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::{
    api::{CallLine, CallsPage, Customer, load_calls},
    direction_name, outcome_name, talked,
};
use crate::{
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{PageTitle, shown},
    state::{administers, language},
    ui::{Banner, EmptyState, Icon, Pill, Table, Tone, error_line},
};

pub struct CallsRoute {
    asked: Memo<CallsForm>,
    data: Loaded<Result<CallsPage, Error>>,
}

impl LazyPage for CallsRoute {
    fn data() -> Self {
        let query = use_query_map();
        let asked = Memo::new(move |_| query.with(asked_in));
        Self { asked, data: load(move || asked.get(), load_calls) }
    }

    fn view(self) -> AnyView {
        let l = language();
        let CallsRoute { asked, data } = self;
        view! {
            <PageTitle text=texts::calls::title(l) />
            <div class="page-head page-head-wide">
                <div class="page-title">
                    <h1>{texts::calls::title(l)}</h1>
                    <p>{texts::calls::lead(l)}</p>
                </div>
                {administers()
                    .then(|| {
                        view! {
                            <div class="page-actions">
                                <a
                                    class="button"
                                    href=move || asked.with(file)
                                    rel="external"
                                    download=""
                                >
                                    <Icon name="download" />
                                    {texts::calls::download(l)}
                                </a>
                            </div>
                        }
                    })}
            </div>
            {shown(data, 8, move |page| view! { <List page asked=asked.get_untracked() /> }.into_any())}
        }
        .into_any()
    }
}

fn asked_in(query: &ParamsMap) -> CallsForm {
    let of = |name: &str| query.get(name).unwrap_or_default();
    CallsForm {
        direction: of("direction"),
        outcome: of("outcome"),
        campaign: of("campaign"),
        before: of("before"),
    }
}

/// The file of everything that `form` asks for, whatever its page.
fn file(form: &CallsForm) -> String {
    let whole = address(&CallsForm { before: String::new(), ..form.clone() });
    whole.replacen(paths::CALLS, paths::CALLS_CSV, 1)
}

/// The address that asks for `form`: every value is a word or an id, or it asks for nothing.
fn address(form: &CallsForm) -> String {
    let CallsForm { direction, outcome, campaign, before } = form;
    let pairs = [("direction", direction), ("outcome", outcome), ("campaign", campaign), ("before", before)];
    let is_plain =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty() && is_plain(value));
    let query: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
    if query.is_empty() { paths::CALLS.to_owned() } else { format!("{}?{}", paths::CALLS, query.join("&")) }
}

#[component]
fn List(page: CallsPage, asked: CallsForm) -> impl IntoView {
    let l = language();
    let CallsPage { calls, next, refused } = page;
    let error = |name: &str| refused.as_ref().and_then(|error| texts::field(l, error, name));
    let (direction, outcome) = (error("direction"), error("outcome"));
    // An address that was cut or typed by hand.
    let lost = error("before")
        .map(|_| view! { <Banner tone=Tone::Warn><p>{texts::calls::page_lost(l)}</p></Banner> });
    let directions = [Direction::Inbound, Direction::Outbound]
        .map(|direction| (direction.as_str(), direction_name(l, direction)))
        .to_vec();
    let outcomes = Outcome::ALL.map(|outcome| (outcome.as_str(), outcome_name(l, outcome).1)).to_vec();
    let narrows = !asked.direction.is_empty()
        || !asked.outcome.is_empty()
        || !asked.campaign.is_empty()
        || !asked.before.is_empty();
    let older = next.map(|before| address(&CallsForm { before, ..asked.clone() }));
    let campaign = (!asked.campaign.is_empty()).then(|| paths::campaign(&asked.campaign));
    let newest =
        (!asked.before.is_empty()).then(|| address(&CallsForm { before: String::new(), ..asked.clone() }));
    view! {
        {lost}
        {campaign.map(|href| {
            view! {
                <Banner tone=Tone::Info>
                    <p>{texts::calls::of_campaign(l)}</p>
                    <p><a class="link" href=href>{texts::calls::to_campaign(l)}</a></p>
                </Banner>
            }
        })}
        <section class="panel" aria-label=texts::calls::filter(l)>
            <form class="filter" method="get" action=paths::CALLS>
                {choice(
                    "direction",
                    texts::calls::direction(l),
                    texts::calls::every_direction(l),
                    &asked.direction,
                    directions,
                    direction,
                )}
                {choice(
                    "outcome",
                    texts::calls::outcome(l),
                    texts::calls::every_outcome(l),
                    &asked.outcome,
                    outcomes,
                    outcome,
                )}
                {(!asked.campaign.is_empty())
                    .then(|| view! { <input type="hidden" name="campaign" value=asked.campaign.clone() /> })}
                <div class="filter-actions">
                    <button class="button button-primary" type="submit">{texts::audit::apply(l)}</button>
                    {narrows.then(|| view! { <a class="link" href=paths::CALLS>{texts::audit::clear(l)}</a> })}
                </div>
            </form>
        </section>
        <section class="panel" aria-label=texts::calls::list(l)>
            {if calls.is_empty() {
                Either::Left(view! {
                    <EmptyState icon="phone" title=texts::calls::empty_title(l) text=texts::calls::empty_text(l) />
                })
            } else {
                Either::Right(rows(calls, true))
            }}
            {(older.is_some() || newest.is_some())
                .then(|| {
                    view! {
                        <footer class="panel-foot">
                            {newest.map(|href| view! { <a class="button" href=href>{texts::calls::newest(l)}</a> })}
                            {older.map(|href| view! { <a class="button" href=href>{texts::calls::older(l)}</a> })}
                        </footer>
                    }
                })}
        </section>
    }
}

/// A table of calls, on phones a few short lines each; whom they were with is left out where all are with one.
pub fn rows(calls: Vec<CallLine>, names_customers: bool) -> impl IntoView {
    let l = language();
    let mut columns = vec![texts::calls::started(l), texts::calls::direction(l)];
    columns.extend(names_customers.then(|| texts::calls::customer(l)));
    columns.extend([
        texts::calls::from(l),
        texts::calls::to(l),
        texts::calls::outcome(l),
        texts::calls::talked(l),
    ]);
    let rows = calls
        .into_iter()
        .map(|call| {
            let (tone, outcome) = outcome_name(l, call.outcome);
            view! {
                <tr class="call-row" role="row">
                    <th scope="row" role="rowheader">
                        <a class="link tnum" href=paths::call(&call.id)>{call.started}</a>
                    </th>
                    <td role="cell">{direction_name(l, call.direction)}</td>
                    {names_customers.then(|| view! { <td role="cell" class="call-with">{call.customer.map(with)}</td> })}
                    <td role="cell" class="tnum">{caller(call.from)}</td>
                    <td role="cell" class="tnum call-to">{called(call.to)}</td>
                    <td role="cell" class="call-outcome"><Pill tone>{outcome}</Pill></td>
                    <td role="cell" class="tnum call-talked">{talked(call.outcome, call.talk_seconds)}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = columns.into_iter().map(str::to_owned).collect();
    view! { <Table caption=texts::calls::title(l) columns=columns stacks=true>{rows}</Table> }
}

/// Whom a call was with.
fn with(customer: Customer) -> impl IntoView {
    view! { <a class="link" href=paths::customer(&customer.id)>{customer.name}</a> }
}

/// The number of the caller, or that it is withheld.
pub(super) fn caller(text: String) -> String {
    if text.is_empty() { texts::calls::withheld(language()).to_owned() } else { text }
}

/// The number that was called, if it is known.
pub(super) fn called(text: String) -> String {
    if text.is_empty() { "—".to_owned() } else { text }
}

fn choice(
    name: &'static str,
    label: &'static str,
    every: &'static str,
    asked: &str,
    options: Vec<(&'static str, &'static str)>,
    error: Option<String>,
) -> AnyView {
    let id = format!("f-{name}");
    let options = std::iter::once(("", every))
        .chain(options)
        .map(|(value, label)| view! { <option value=value selected=value == asked>{label}</option> })
        .collect_view();
    view! {
        <div class="filter-field">
            <label for=id.clone()>{label}</label>
            <div class="select-box">
                <select
                    class="select"
                    id=id.clone()
                    name=name
                    aria-invalid=error.is_some().then_some("true")
                    aria-describedby=error.is_some().then(|| format!("{id}-error"))
                >
                    {options}
                </select>
                <Icon name="chevron-down" />
            </div>
            {error_line(id, Signal::stored(error))}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_what_its_page_was_asked() {
        let form = CallsForm { outcome: "no_answer".into(), ..CallsForm::default() };
        assert_eq!(address(&form), "/calls?outcome=no_answer");
        assert_eq!(address(&CallsForm { outcome: "\"><b>".into(), ..CallsForm::default() }), "/calls");
    }
}
