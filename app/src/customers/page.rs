//! The list: what is asked for stands in its address.

use domain::customers::{CustomerForm, CustomersForm};
use leptos::{either::Either, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
    location::Url,
    params::ParamsMap,
};

use super::{
    api::{CreateCustomer, CustomerLine, CustomersPage, ListLine, load_customers},
    fields::CustomerFields,
    lists::ListsPanel,
    taken::sent_phone,
};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, PageTitle, say_done, shown},
    state::{administers, language},
    theirs::Theirs,
    ui::{Banner, Button, ButtonKind, EmptyState, Icon, Pill, Table, Tone},
};

pub struct CustomersRoute {
    asked: Memo<CustomersForm>,
    data: Loaded<Result<CustomersPage, Error>>,
}

impl LazyPage for CustomersRoute {
    fn data() -> Self {
        let query = use_query_map();
        let asked = Memo::new(move |_| query.with(asked_in));
        Self { asked, data: load(move || asked.get(), load_customers) }
    }

    fn view(self) -> AnyView {
        let l = language();
        let CustomersRoute { asked, data } = self;
        let export =
            move || address(paths::CUSTOMERS_CSV, &CustomersForm { before: String::new(), ..asked.get() });
        let files = administers().then(|| {
            view! {
                <div class="page-actions customers-files">
                    <a class="button" href=export download="" rel="external">
                        <Icon name="download" />
                        {texts::customers::export(l)}
                    </a>
                    <a class="button" href=paths::IMPORT>
                        <Icon name="upload" />
                        {texts::customers::import_open(l)}
                    </a>
                </div>
            }
        });
        view! {
            <PageTitle text=texts::customers::title(l) />
            <div class="page-head">
                <div class="page-title">
                    <h1>{texts::customers::title(l)}</h1>
                    <p>{texts::customers::lead(l)}</p>
                </div>
                {files}
            </div>
            {shown(data, 8, move |page| {
                view! { <Customers page asked=asked.get_untracked() data /> }.into_any()
            })}
        }
        .into_any()
    }
}

fn asked_in(query: &ParamsMap) -> CustomersForm {
    let of = |name: &str| query.get(name).unwrap_or_default();
    CustomersForm { q: of("q"), list: of("list"), before: of("before") }
}

/// The address that asks for `form`.
fn address(path: &str, form: &CustomersForm) -> String {
    let CustomersForm { q, list, before } = form;
    let pairs = [("q", q), ("list", list), ("before", before)];
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", Url::escape(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

#[component]
fn Customers(
    page: CustomersPage,
    asked: CustomersForm,
    data: Loaded<Result<CustomersPage, Error>>,
) -> impl IntoView {
    let l = language();
    let CustomersPage { customers, lists, next, refused } = page;
    // An address that was cut or typed by hand, or that names a list that is gone.
    let lost =
        refused.map(|_| view! { <Banner tone=Tone::Warn><p>{texts::customers::page_lost(l)}</p></Banner> });
    let narrows = asked.narrows();
    let is_first = customers.is_empty() && !narrows && asked.before.is_empty();
    let to = |before: String| address(paths::CUSTOMERS, &CustomersForm { before, ..asked.clone() });
    let older = next.map(to);
    let newest = (!asked.before.is_empty()).then(|| to(String::new()));
    let (empty_title, empty_text) = if narrows {
        (texts::customers::none_title(l), texts::customers::none_text(l))
    } else {
        (texts::customers::empty_title(l), texts::customers::empty_text(l))
    };
    view! {
        {lost}
        <section class="panel" aria-label=texts::customers::search_label(l)>
            <Search asked lists=lists.clone() />
        </section>
        <section class="panel" aria-label=texts::customers::list_caption(l)>
            {if customers.is_empty() {
                Either::Left(view! { <EmptyState icon="contact" title=empty_title text=empty_text /> })
            } else {
                Either::Right(rows(customers))
            }}
            {(older.is_some() || newest.is_some())
                .then(|| {
                    view! {
                        <footer class="panel-foot">
                            {newest.map(|href| view! { <a class="button" href=href>{texts::customers::newest(l)}</a> })}
                            {older.map(|href| view! { <a class="button" href=href>{texts::customers::older(l)}</a> })}
                        </footer>
                    }
                })}
        </section>
        <CreatePanel is_first />
        <ListsPanel lists data />
    }
}

#[component]
fn Search(asked: CustomersForm, lists: Vec<ListLine>) -> impl IntoView {
    let l = language();
    let narrows = asked.narrows();
    let CustomersForm { q, list, .. } = asked;
    let options = lists
        .into_iter()
        .map(|ListLine { id, name, .. }| {
            let selected = id == list;
            view! { <option value=id selected=selected>{name}</option> }
        })
        .collect_view();
    view! {
        <form class="filter" method="get" action=paths::CUSTOMERS role="search">
            <div class="filter-field">
                <label for="f-q">{texts::customers::search(l)}</label>
                <input class="input" id="f-q" type="search" name="q" value=q autocomplete="off" maxlength="120" />
            </div>
            <div class="filter-field">
                <label for="f-list">{texts::customers::list(l)}</label>
                <div class="select-box">
                    <select class="select" id="f-list" name="list">
                        <option value="">{texts::customers::every_list(l)}</option>
                        {options}
                    </select>
                    <Icon name="chevron-down" />
                </div>
            </div>
            <div class="filter-actions">
                <button class="button button-primary" type="submit">{texts::customers::apply(l)}</button>
                {narrows.then(|| view! { <a class="link" href=paths::CUSTOMERS>{texts::customers::clear(l)}</a> })}
            </div>
        </form>
    }
}

fn rows(customers: Vec<CustomerLine>) -> impl IntoView {
    let l = language();
    let columns = [
        texts::customers::name(l),
        texts::customers::phone(l),
        texts::customers::email(l),
        texts::customers::lists(l),
    ];
    let rows = customers
        .into_iter()
        .map(|CustomerLine { id, name, phone, email, do_not_call, lists }| {
            // On a phone nothing stands beside a name of nothing.
            let has_email = (!email.is_empty()).then(|| texts::customers::email(l));
            let has_lists = (!lists.is_empty()).then(|| texts::customers::lists(l));
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">
                        <a class="link" href=paths::customer(&id)>{name}</a>
                        {do_not_call
                            .then(|| view! { " " <Pill tone=Tone::Warn>{texts::customers::do_not_call(l)}</Pill> })}
                    </th>
                    <td role="cell" class="tnum customer-phone" data-label=texts::customers::phone(l)>{phone}</td>
                    <td role="cell" data-label=has_email>{email}</td>
                    <td role="cell" data-label=has_lists>{lists.join(", ")}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = columns.map(str::to_owned).to_vec();
    view! { <Table caption=texts::customers::title(l) columns=columns stacks=true>{rows}</Table> }
}

/// Open from the start where there is nobody yet, or something to say about what was typed.
#[component]
fn CreatePanel(is_first: bool) -> impl IntoView {
    let (l, action, navigate) = (language(), Act::<CreateCustomer>::new(), use_navigate());
    let state = FormState::new(action);
    let (new, sent) = (CustomerForm::default(), sent_phone(action));
    let theirs = Theirs::new(state, &new, |form| form.version);
    say_done(
        action,
        move |_, path: String| {
            navigate(&path, NavigateOptions::default());
            texts::customers::done_create_customer(l).to_owned()
        },
        || (),
    );
    let open = is_first || state.failure().with_untracked(Option::is_some);
    view! {
        <section class="panel" aria-labelledby="new-customer">
            <header class="panel-head">
                <div>
                    <h2 id="new-customer">{texts::customers::new_title(l)}</h2>
                </div>
            </header>
            <div class="panel-body">
                <details class="more" open=open>
                    <summary class="button">
                        <Icon name="plus" />
                        <span class="button-label">{texts::customers::new_open(l)}</span>
                        <Icon name="chevron-down" />
                    </summary>
                    <div class="more-body">
                        <Form action state class="stack">
                            <FormFailure error=state.whole_failure() />
                            <CustomerFields saved=new theirs sent />
                            <div class="cluster">
                                <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                                    {texts::customers::create_button(l)}
                                </Button>
                            </div>
                        </Form>
                    </div>
                </details>
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_what_its_page_was_asked() {
        let form = CustomersForm { q: "Şükrü & Oğlu".into(), ..CustomersForm::default() };
        assert_eq!(address("/customers", &CustomersForm::default()), "/customers");
        let query = address("/customers", &form);
        assert!(query.starts_with("/customers?q=") && !query[13..].contains(['&', ' ']), "{query}");
    }
}
