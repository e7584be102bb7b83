//! One agent: what it is, changing it, deleting it.

use domain::{
    Code,
    agents::{AgentForm, OneAgentForm},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

use super::{
    api::{DeleteAgent, UpdateAgent, load_agent},
    fields::AgentFields,
};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, PageTitle, follow, refusal, say_done, shown},
    state::{administers, language},
    theirs::Theirs,
    ui::{Banner, Button, ButtonKind, Tone},
    unsaved::{Unsaved, UnsavedCount, UnsavedGuard},
};

/// The id of the form: the button that submits it stands in the page's head.
const FORM: &str = "agent";

pub struct AgentRoute {
    data: Loaded<Result<AgentForm, Error>>,
}

impl LazyPage for AgentRoute {
    fn data() -> Self {
        let params = use_params_map();
        let asked = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
        Self { data: load(move || asked.get(), |agent| load_agent(OneAgentForm { agent })) }
    }

    fn view(self) -> AnyView {
        let (l, data) = (language(), self.data);
        view! {
            <PageTitle text=texts::agents::one(l) />
            {shown(data, 8, move |agent| view! { <Editor agent /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Editor(agent: AgentForm) -> impl IntoView {
    let (l, action, may_change) = (language(), Act::<UpdateAgent>::new(), administers());
    let state = FormState::new(action);
    let theirs = Theirs::new(state, &agent, |form| form.version);
    let unsaved = Unsaved::watch(FORM, &agent);
    let (id, name) = (agent.agent.clone(), RwSignal::new(agent.name.clone()));
    say_done(
        action,
        move |_, saved: AgentForm| {
            unsaved.rebase(&saved);
            name.set(saved.name.clone());
            theirs.saved(saved);
            texts::agents::done_update_agent(l).to_owned()
        },
        || (),
    );
    find_theirs(action, theirs, id.clone());
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{move || name.get()}</h1>
                <p><a class="link" href=paths::AGENTS>{texts::agents::back(l)}</a></p>
            </div>
            {may_change
                .then(|| {
                    view! {
                        <div class="page-actions">
                            <UnsavedCount unsaved />
                            <Button kind=ButtonKind::Primary type_="submit" form=FORM pending=state.pending()>
                                {texts::agents::save_button(l)}
                            </Button>
                        </div>
                    }
                })}
        </div>
        {(!may_change).then(|| view! { <Banner tone=Tone::Info>{texts::agents::read_only(l)}</Banner> })}
        <Form action id=FORM state>
            <FormFailure error=state.whole_failure() />
            <fieldset disabled=!may_change>
                <section class="panel" aria-labelledby="about">
                    <header class="panel-head">
                        <div>
                            <h2 id="about">{texts::agents::edit_title(l)}</h2>
                        </div>
                    </header>
                    <AgentFields saved=agent theirs />
                </section>
            </fieldset>
        </Form>
        {may_change
            .then(|| {
                view! {
                    <DeletePanel id name />
                    <UnsavedGuard unsaved />
                }
            })}
    }
}

/// After a conflict: what is saved now.
fn find_theirs(action: Act<UpdateAgent>, theirs: Theirs<AgentForm>, id: String) {
    let value = action.value();
    Effect::new(move || {
        if matches!(value.get(), Some(Err(Error(error))) if error.code == Code::Conflict) {
            let agent = id.clone();
            spawn_local(async move {
                if let Ok(saved) = load_agent(OneAgentForm { agent }).await {
                    theirs.found(saved);
                }
            });
        }
    });
}

/// Says what follows, and asks.
#[component]
fn DeletePanel(id: String, name: RwSignal<String>) -> impl IntoView {
    let (l, action, navigate) = (language(), Act::<DeleteAgent>::new(), use_navigate());
    follow(
        action,
        move |_, ()| texts::agents::done_delete_agent(l).to_owned(),
        move || navigate(paths::AGENTS, NavigateOptions::default()),
    );
    view! {
        <section class="panel" aria-labelledby="delete">
            <header class="panel-head">
                <div>
                    <h2 id="delete">{texts::agents::delete_title(l)}</h2>
                    <p>{texts::agents::delete_text(l)}</p>
                </div>
            </header>
            <div class="panel-body">
                <Form action>
                    <FormFailure error=refusal(action) />
                    <input type="hidden" name="form[agent]" value=id />
                    <details class="more">
                        <summary class="button">{texts::agents::delete_open(l)}</summary>
                        <div class="more-body">
                            <p>{move || texts::agents::delete_ask(l, name.get())}</p>
                            <Button kind=ButtonKind::Danger type_="submit" icon="trash-2">
                                {texts::agents::delete_button(l)}
                            </Button>
                        </div>
                    </details>
                </Form>
            </div>
        </section>
    }
}
