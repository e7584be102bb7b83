//! One customer: who they are, their lists, the calls with them.

use domain::{
    Code,
    customers::{CustomerForm, OneCustomerForm},
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
    calls::{api::CallLine, rows as call_rows},
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    paths,
    shell::{FailureNotice, FormFailure, PageTitle, follow, refusal, say_done},
    state::{administers, language},
    theirs::Theirs,
    ui::{Button, ButtonKind, Skeleton},
    unsaved::{Unsaved, UnsavedCount, UnsavedGuard},
};

/// The id of the form: the button that submits it stands in the page's head.
const FORM: &str = "customer";

pub struct CustomerRoute {
    data: Resource<Result<CustomerPage, Error>>,
    lists: Resource<Result<OnLists, Error>>,
}

impl LazyPage for CustomerRoute {
    fn data() -> Self {
        let params = use_params_map();
        let asked = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
        Self {
            data: Resource::new(move || asked.get(), |customer| load_customer(OneCustomerForm { customer })),
            lists: on_lists(asked),
        }
    }

    fn view(self) -> AnyView {
        let (l, Self { data, lists }) = (language(), self);
        view! {
            <PageTitle text=texts::customers::one(l) />
            <Suspense fallback=move || view! { <Skeleton lines=8 label=texts::shell::loading(l) /> }>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok(page) => Either::Left(view! { <Editor page lists /> }),
                        Err(Error(error)) => Either::Right(view! { <FailureNotice error /> }),
                    }
                })}
            </Suspense>
        }
        .into_any()
    }
}

#[component]
fn Editor(page: CustomerPage, lists: Resource<Result<OnLists, Error>>) -> impl IntoView {
    let (l, action) = (language(), ServerAction::<UpdateCustomer>::new());
    let CustomerPage { form, added, calls } = page;
    let state = FormState::new(action);
    let theirs = Theirs::new(state, &form, |form| form.version);
    let (unsaved, sent) = (Unsaved::watch(FORM, &form), sent_phone(action, |sent| &sent.form));
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
        {administers().then(|| view! { <DeletePanel id name /> })}
        <UnsavedGuard unsaved />
    }
}

/// After a conflict: what is saved now.
fn find_theirs(action: ServerAction<UpdateCustomer>, theirs: Theirs<CustomerForm>, id: String) {
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

/// Says what follows, and asks.
#[component]
fn DeletePanel(id: String, name: RwSignal<String>) -> impl IntoView {
    let (l, action, navigate) = (language(), ServerAction::<DeleteCustomer>::new(), use_navigate());
    follow(
        action,
        move |_, ()| texts::customers::done_delete_customer(l).to_owned(),
        move || navigate(paths::CUSTOMERS, NavigateOptions::default()),
    );
    view! {
        <section class="panel" aria-labelledby="delete">
            <header class="panel-head">
                <div>
                    <h2 id="delete">{texts::customers::delete_title(l)}</h2>
                    <p>{texts::customers::delete_text(l)}</p>
                </div>
            </header>
            <div class="panel-body">
                <Form action>
                    <FormFailure error=refusal(action) />
                    <input type="hidden" name="form[customer]" value=id />
                    <details class="more">
                        <summary class="button">{texts::customers::delete_open(l)}</summary>
                        <div class="more-body">
                            <p>{move || texts::customers::delete_ask(l, name.get())}</p>
                            <Button kind=ButtonKind::Danger type_="submit" icon="trash-2">
                                {texts::customers::delete_button(l)}
                            </Button>
                        </div>
                    </details>
                </Form>
            </div>
        </section>
    }
}
