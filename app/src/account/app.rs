//! Setting up an authenticator app, step by step. A page that is left goes on where it was.

use leptos::{context::Provider, prelude::*};

use super::{
    api::{AppSetUp, ConfirmApp, ProvePassword, StartApp, load_app},
    authenticator::AnyCode,
    scan::Scan,
    sudo::AskPassword,
    wizard::{Step, Steps, WizardHead, wanted_next, with_next},
};
use crate::{
    act::Act,
    entrance::CurrentPassword,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, shown},
    state::language,
    ui::{Banner, Button, ButtonKind, IdPrefix, Tone},
};

pub struct AppRoute {
    data: Loaded<Result<AppSetUp, Error>>,
}

/// What every step needs.
#[derive(Clone, Copy)]
struct Way {
    data: Loaded<Result<AppSetUp, Error>>,
    next: StoredValue<String>,
}

impl Way {
    /// Shows the step after this one once the action succeeded.
    fn on_after(self, value: RwSignal<Option<Result<(), Error>>>) {
        Effect::new(move || {
            if matches!(value.get(), Some(Ok(()))) {
                self.data.refetch();
            }
        });
    }
}

impl LazyPage for AppRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_app()) }
    }

    fn view(self) -> AnyView {
        let (l, data) = (language(), self.data);
        let way = Way { data, next: StoredValue::new(wanted_next()) };
        view! {
            <WizardHead title=texts::account::wizard_title(l) text=texts::account::wizard_text(l) />
            {shown(data, 6, move |step| match step {
                AppSetUp::Password => view! { <Password way /> }.into_any(),
                AppSetUp::Begin { replaces, needs_code } => view! { <Begin way replaces needs_code /> }.into_any(),
                AppSetUp::Scan(enrolment) => view! { <Scan enrolment next=way.next.get_value() /> }.into_any(),
            })}
        }
        .into_any()
    }
}

#[component]
fn Password(way: Way) -> impl IntoView {
    let (l, action) = (language(), Act::<ProvePassword>::new());
    let state = FormState::new(action);
    way.on_after(action.value());
    // A refused post answers at an address without `next`.
    let here = state.value("next", with_next(paths::ACCOUNT_APP, &way.next.get_value()));
    view! {
        <Steps current=Step::Password />
        <section class="panel wizard" aria-labelledby="wizard-step">
            <header class="panel-head">
                <div>
                    <h2 id="wizard-step">{texts::account::confirm_title(l)}</h2>
                    <p>{texts::account::confirm_text(l)}</p>
                </div>
            </header>
            <div class="panel-body">
                <Form action state class="stack">
                    <FormFailure error=state.failure() />
                    <input type="hidden" name=state.name("next") value=here />
                    <Provider value=IdPrefix("wizard")>
                        <CurrentPassword autofocus=true />
                    </Provider>
                    <div class="cluster">
                        <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                            {texts::account::go_on(l)}
                        </Button>
                    </div>
                </Form>
            </div>
        </section>
    }
}

#[component]
fn Begin(way: Way, replaces: bool, needs_code: bool) -> impl IntoView {
    let (l, action) = (language(), Act::<StartApp>::new());
    let state = FormState::new(action);
    way.on_after(action.value());
    // Why a code was not taken: the set-up it belonged to is over.
    let lost = FormState::new(Act::<ConfirmApp>::new());
    let next = state.value("next", lost.value("next", way.next.get_value()));
    view! {
        <Steps current=Step::Scan />
        <FormFailure error=lost.failure() />
        {replaces.then(|| view! { <Replaces /> })}
        <section class="panel wizard" aria-labelledby="wizard-step">
            <header class="panel-head">
                <div>
                    <h2 id="wizard-step">{texts::account::begin_title(l)}</h2>
                </div>
            </header>
            <div class="panel-body">
                <Form action state class="stack">
                    <FormFailure error=state.failure() />
                    <ol class="wizard-list">
                        <li>{texts::account::begin_download(l)}</li>
                        <li>{texts::account::begin_scan(l)}</li>
                        <li>{texts::account::begin_code(l)}</li>
                    </ol>
                    <p class="muted">{texts::account::begin_only_you(l)}</p>
                    <input type="hidden" name=state.name("confirmed") value="true" />
                    <input type="hidden" name=state.name("next") value=next />
                    {needs_code.then(|| view! { <AnyCode has_app=replaces /> })}
                    <div class="cluster">
                        <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                            {texts::account::begin_button(l)}
                        </Button>
                    </div>
                </Form>
                <AskPassword action />
            </div>
        </section>
    }
}

/// The app that is in use goes on working until the new one is proved.
#[component]
pub fn Replaces() -> impl IntoView {
    let l = language();
    view! {
        <Banner tone=Tone::Info title=texts::account::replaces_title(l)>
            <p>{texts::account::replaces_text(l)}</p>
        </Banner>
    }
}
