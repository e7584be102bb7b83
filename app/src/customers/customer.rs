//! One customer: who they are, their lists, the calls with them.

use domain::{
    Code,
    customers::{CustomerForm, OneCustomerForm},
    data::CallsOf,
};
use leptos::{either::Either, prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

use super::{
    api::{CustomerPage, DeleteCustomer, OnLists, UpdateCustomer, load_customer},
    fields::CustomerFields,
    on_lists::{OnListsPanel, on_lists},
    taken::sent_phone,
};
use crate::{
    account::AskPassword,
    act::Act,
    calls::{api::CallLine, rows as call_rows},
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, PageTitle, say_done, shown},
    state::language,
    theirs::Theirs,
    ui::{Button, ButtonKind, CardChoice, Icon, RadioCards},
    unsaved::{Unsaved, UnsavedCount, UnsavedGuard},
};

/// The id of the form: the button that submits it stands in the page's head.
const FORM: &str = "customer";

pub struct CustomerRoute {
    data: Loaded<Result<CustomerPage, Error>>,
    lists: Loaded<Result<OnLists, Error>>,
}

impl LazyPage for CustomerRoute {
    fn data() -> Self {
        let params = use_params_map();
        let asked = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
        Self {
            data: load(move || asked.get(), |customer| load_customer(OneCustomerForm { customer })),
            lists: on_lists(asked),
        }
    }

    fn view(self) -> AnyView {
        let (l, Self { data, lists }) = (language(), self);
        view! {
            <PageTitle text=texts::customers::one(l) />
            {shown(data, 8, move |page| view! { <Editor page lists /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Editor(page: CustomerPage, lists: Loaded<Result<OnLists, Error>>) -> impl IntoView {
    let (l, action) = (language(), Act::<UpdateCustomer>::new());
    let CustomerPage { form, added, calls, has } = page;
    let state = FormState::new(action);
    let theirs = Theirs::new(state, &form, |form| form.version);
    let (unsaved, sent) = (Unsaved::watch(FORM, &form), sent_phone(action));
    let (id, name) = (form.customer.clone(), RwSignal::new(form.name.clone()));
    say_done(
        action,
        move |_, saved: CustomerForm| {
            unsaved.rebase(&saved);
            name.set(saved.name.clone());
            theirs.saved(saved);
            texts::customers::done_update_customer(l).to_owned()
        },
        || (),
    );
    find_theirs(action, theirs, id.clone());
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{move || name.get()}</h1>
                <p>
                    <a class="link" href=paths::CUSTOMERS>{texts::customers::back(l)}</a>
                    " · "
                    {texts::customers::added(l, added)}
                </p>
            </div>
            <div class="page-actions">
                <UnsavedCount unsaved />
                <Button kind=ButtonKind::Primary type_="submit" form=FORM pending=state.pending()>
                    {texts::customers::save_button(l)}
                </Button>
            </div>
        </div>
        <Form action id=FORM state>
            <FormFailure error=state.whole_failure() />
            <section class="panel" aria-labelledby="facts">
                <header class="panel-head">
                    <div>
                        <h2 id="facts">{texts::customers::facts_title(l)}</h2>
                    </div>
                </header>
                <CustomerFields saved=form theirs sent />
            </section>
        </Form>
        <OnListsPanel customer=id.clone() data=lists />
        <CallsPanel calls />
        {has.map(|has| view! {
            <DataPanel id=id.clone() />
            <DeletePanel id name has />
        })}
        <UnsavedGuard unsaved />
    }
}

/// After a conflict: what is saved now.
fn find_theirs(action: Act<UpdateCustomer>, theirs: Theirs<CustomerForm>, id: String) {
    let value = action.value();
    Effect::new(move || {
        if matches!(value.get(), Some(Err(Error(error))) if error.code == Code::Conflict) {
            let customer = id.clone();
            spawn_local(async move {
                if let Ok(page) = load_customer(OneCustomerForm { customer }).await {
                    theirs.found(page.form);
                }
            });
        }
    });
}

#[component]
fn CallsPanel(calls: Vec<CallLine>) -> impl IntoView {
    let l = language();
    let rows = if calls.is_empty() {
        Either::Left(view! { <p class="muted">{texts::customers::calls_none(l)}</p> })
    } else {
        Either::Right(call_rows(calls, false))
    };
    view! {
        <section class="panel" aria-labelledby="calls">
            <header class="panel-head">
                <div>
                    <h2 id="calls">{texts::customers::calls_title(l)}</h2>
                    <p>{texts::customers::calls_text(l)}</p>
                </div>
                <div class="panel-actions">
                    <a class="link" href=paths::CALLS>{texts::customers::calls_all(l)}</a>
                </div>
            </header>
            {rows}
        </section>
    }
}

/// Everything about them as a file: whoever is asked what they hold about somebody has to answer.
#[component]
fn DataPanel(id: String) -> impl IntoView {
    let l = language();
    view! {
        <section class="panel" aria-labelledby="data">
            <header class="panel-head">
                <div>
                    <h2 id="data">{texts::customers::data_title(l)}</h2>
                    <p>{texts::customers::data_text(l)}</p>
                </div>
                <div class="panel-actions">
                    // Not the router's: it is a file.
                    <a class="button" href=paths::customer_file(&id) rel="external" download="">
                        <Icon name="download" />
                        <span class="button-label">{texts::customers::data_button(l)}</span>
                    </a>
                </div>
            </header>
        </section>
    }
}

/// Says what follows, lets choose what becomes of the calls, and asks.
#[component]
fn DeletePanel(id: String, name: RwSignal<String>, has: [i64; 3]) -> impl IntoView {
    let (l, action, navigate) = (language(), Act::<DeleteCustomer>::new(), use_navigate());
    let state = FormState::new(action);
    say_done(
        action,
        move |_, ()| texts::customers::done_delete_customer(l).to_owned(),
        move || navigate(paths::CUSTOMERS, NavigateOptions::default()),
    );
    let options = CallsOf::ALL.map(|calls| {
        let (label, text) = match calls {
            CallsOf::Anonymise => {
                (texts::customers::delete_anonymise(l), texts::customers::delete_anonymise_text(l))
            }
            CallsOf::Remove => (texts::customers::delete_remove(l), texts::customers::delete_remove_text(l)),
        };
        CardChoice { value: calls.word().to_owned(), label: label.to_owned(), text: text.to_owned() }
    });
    let [calls, transcripts, recordings] = has;
    let has = match calls {
        0 => texts::customers::delete_has_none(l).to_owned(),
        calls => texts::customers::delete_has(l, calls, recordings, transcripts),
    };
    let was_refused =
        state.whole_failure().get_untracked().is_some() || state.failure().get_untracked().is_some();
    view! {
        <section class="panel" aria-labelledby="delete">
            <header class="panel-head">
                <div>
                    <h2 id="delete">{texts::customers::delete_title(l)}</h2>
                    <p>{texts::customers::delete_text(l)}</p>
                </div>
            </header>
            <div class="panel-body">
                <Form action state>
                    <FormFailure error=state.failure() />
                    <input type="hidden" name=state.name("customer") value=id />
                    <details class="more" open=was_refused>
                        <summary class="button">{texts::customers::delete_open(l)}</summary>
                        <div class="more-body">
                            <p>{move || texts::customers::delete_ask(l, name.get())} " " {has}</p>
                            <RadioCards
                                field="calls"
                                label=texts::customers::delete_calls(l)
                                options=options.to_vec()
                                saved=CallsOf::default().word()
                                hint=texts::customers::delete_reports(l)
                            />
                            <Button kind=ButtonKind::Danger type_="submit" icon="trash-2" pending=state.pending()>
                                {texts::customers::delete_button(l)}
                            </Button>
                        </div>
                    </details>
                </Form>
            </div>
        </section>
        <AskPassword action />
    }
}
