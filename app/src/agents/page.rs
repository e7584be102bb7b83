//! The list of agents, and adding one.

use domain::{Language, agents::AgentForm};
use leptos::{either::Either, prelude::*};

use super::{
    api::{CreateAgent, load_agents},
    fields::AgentFields,
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
    ui::{Button, ButtonKind, EmptyState, Icon, Table},
};

pub struct AgentsRoute {
    data: Loaded<Result<Vec<AgentForm>, Error>>,
}

impl LazyPage for AgentsRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_agents()) }
    }

    fn view(self) -> AnyView {
        let (l, data) = (language(), self.data);
        view! {
            <PageTitle text=texts::agents::title(l) />
            <div class="page-head">
                <div class="page-title">
                    <h1>{texts::agents::title(l)}</h1>
                    <p>{texts::agents::lead(l)}</p>
                </div>
            </div>
            {shown(data, 8, move |agents| view! { <Agents agents data /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Agents(agents: Vec<AgentForm>, data: Loaded<Result<Vec<AgentForm>, Error>>) -> impl IntoView {
    let (l, administers) = (language(), administers());
    let is_first = agents.is_empty();
    let empty = if administers { texts::agents::empty_text(l) } else { texts::agents::empty_text_member(l) };
    view! {
        <section class="panel" aria-labelledby="agents">
            <header class="panel-head">
                <div>
                    <h2 id="agents">{texts::agents::list_title(l)}</h2>
                </div>
            </header>
            {if is_first {
                Either::Left(view! { <EmptyState icon="bot" title=texts::agents::empty_title(l) text=empty /> })
            } else {
                Either::Right(rows(agents))
            }}
        </section>
        {administers.then(|| view! { <CreatePanel is_first data /> })}
    }
}

fn rows(agents: Vec<AgentForm>) -> impl IntoView {
    let l = language();
    let columns = [
        texts::agents::name(l),
        texts::agents::language(l),
        texts::agents::number(l),
        texts::agents::greeting(l),
    ];
    let rows = agents
        .into_iter()
        .map(|AgentForm { agent, name, language, greeting, number, .. }| {
            let spoken = Language::from_tag(&language).map_or("", Language::name);
            let number = if number.is_empty() { texts::agents::number_none(l).to_owned() } else { number };
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">
                        <a class="link" href=paths::agent(&agent)>{name}</a>
                    </th>
                    <td role="cell" data-label=texts::agents::language(l)>{spoken}</td>
                    <td role="cell" class="tnum" data-label=texts::agents::number(l)>{number}</td>
                    <td role="cell" class="agent-greeting" data-label=texts::agents::greeting(l)>{greeting}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = columns.map(str::to_owned).to_vec();
    view! { <Table caption=texts::agents::list_caption(l) columns=columns stacks=true>{rows}</Table> }
}

/// Open from the start where there is no agent yet, or something to say about what was typed.
#[component]
fn CreatePanel(is_first: bool, data: Loaded<Result<Vec<AgentForm>, Error>>) -> impl IntoView {
    let (l, action) = (language(), Act::<CreateAgent>::new());
    let state = FormState::new(action);
    let new = AgentForm::default();
    let theirs = Theirs::new(state, &new, |form| form.version);
    say_done(action, move |_, ()| texts::agents::done_create_agent(l).to_owned(), move || data.refetch());
    let open = is_first || state.failure().with_untracked(Option::is_some);
    view! {
        <section class="panel" aria-labelledby="new-agent">
            <header class="panel-head">
                <div>
                    <h2 id="new-agent">{texts::agents::new_title(l)}</h2>
                </div>
            </header>
            <div class="panel-body">
                <details class="more" open=open>
                    <summary class="button">
                        <Icon name="plus" />
                        <span class="button-label">{texts::agents::new_open(l)}</span>
                        <Icon name="chevron-down" />
                    </summary>
                    <div class="more-body">
                        <Form action state class="stack">
                            <FormFailure error=state.whole_failure() />
                            <AgentFields saved=new theirs />
                            <div class="cluster">
                                <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                                    {texts::agents::create_button(l)}
                                </Button>
                            </div>
                        </Form>
                    </div>
                </details>
            </div>
        </section>
    }
}
