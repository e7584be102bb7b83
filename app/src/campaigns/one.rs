//! One campaign while it calls: its page asks again every few seconds as long as it is in sight.

use std::time::Duration;

use domain::campaigns::OneCampaignForm;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

use super::{
    api::{CampaignPage, Pause, Phase, Progress, Resume, Stop, load_campaign, watch_campaign},
    phase_name,
    plan::after,
    progress::ProgressBar,
};
use crate::{
    account::More,
    act::Act,
    error::Error,
    form::{Form, FormState, use_form},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, PageTitle, ask_again, follow, refusal, shown},
    state::language,
    ui::{Banner, Button, ButtonKind, Pill, Tone},
};

const WATCH: Duration = Duration::from_secs(3);

pub struct CampaignRoute {
    data: Loaded<Result<CampaignPage, Error>>,
}

impl LazyPage for CampaignRoute {
    fn data() -> Self {
        let params = use_params_map();
        let asked = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
        Self { data: load(move || asked.get(), |campaign| load_campaign(OneCampaignForm { campaign })) }
    }

    fn view(self) -> AnyView {
        let (l, data) = (language(), self.data);
        view! {
            <PageTitle text=texts::campaigns::one(l) />
            {shown(data, 8, move |page| view! { <Campaign page /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Campaign(page: CampaignPage) -> impl IntoView {
    let l = language();
    let (id, name, administers) = (page.line.id.clone(), page.line.name.clone(), page.administers);
    let shown = RwSignal::new(page);
    let refresh = {
        let id = id.clone();
        move || {
            let form = OneCampaignForm { campaign: id.clone() };
            spawn_local(async move {
                if let Ok(page) = watch_campaign(form).await {
                    _ = shown.try_set(page);
                }
            });
        }
    };
    let again = refresh.clone();
    ask_again(WATCH, move || {
        if !shown.with_untracked(|page| page.line.phase.has_ended()) {
            again();
        }
    });
    let phase = Memo::new(move |_| shown.with(|page| page.line.phase));
    let progress = Memo::new(move |_| shown.with(|page| page.line.progress));
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>
                    {name.clone()} " "
                    {move || {
                        let (tone, word) = phase_name(l, phase.get());
                        view! { <Pill tone>{word}</Pill> }
                    }}
                </h1>
                <p><a class="link" href=paths::CAMPAIGNS>{texts::campaigns::back(l)}</a></p>
            </div>
            {administers.then(|| view! { <Steps id=id.clone() phase refresh=refresh.clone() /> })}
        </div>
        <Notices shown />
        <section class="panel" aria-labelledby="progress">
            <header class="panel-head">
                <div>
                    <h2 id="progress">{texts::campaigns::progress(l)}</h2>
                    <p class="tnum">{move || progress.with(|p| texts::campaigns::done_of(l, p.all(), p.done()))}</p>
                </div>
                <div class="panel-actions">
                    <a class="button" href=paths::campaign_calls(&id)>{texts::campaigns::all_calls(l)}</a>
                </div>
            </header>
            <div class="panel-body stack">
                <ProgressBar progress label=texts::campaigns::progress_of(l, name) />
                <Figures progress />
            </div>
        </section>
        <Facts shown />
    }
}

#[component]
fn Figures(progress: Memo<Progress>) -> impl IntoView {
    let l = language();
    let figure = move |class: &'static str, name: &'static str, number: fn(&Progress) -> u64| {
        view! {
            <div class=format!("campaign-figure {class}")>
                <dt>{name}</dt>
                <dd class="tnum">{move || progress.with(number)}</dd>
            </div>
        }
    };
    view! {
        <dl class="campaign-figures">
            {figure("is-reached", texts::campaigns::reached(l), |p| p.reached)}
            {figure("is-missed", texts::campaigns::unreached(l), |p| p.unreached)}
            {figure("is-missed", texts::campaigns::skipped(l), |p| p.skipped)}
            {figure("is-calling", texts::campaigns::calling_now(l), |p| p.calling)}
            {figure("is-waiting", texts::campaigns::waiting(l), |p| p.waiting)}
        </dl>
    }
}

/// Why it does not call as fast as somebody may expect.
#[component]
fn Notices(shown: RwSignal<CampaignPage>) -> impl IntoView {
    let l = language();
    let trouble =
        Memo::new(move |_| shown.with(|page| page.trouble.filter(|_| page.line.phase == Phase::Troubled)));
    let opens = Memo::new(move |_| {
        shown.with(|page| page.opens.clone().filter(|_| page.line.phase == Phase::Closed))
    });
    let few = Memo::new(move |_| {
        shown.with(|page| {
            let is_open = !page.line.phase.has_ended() && page.at_once > page.slots;
            is_open.then(|| (page.at_once, page.slots, page.better.clone()))
        })
    });
    view! {
        {move || {
            trouble.get().map(|trouble| {
                view! {
                    <Banner tone=Tone::Danger title=texts::campaigns::trouble(l)>
                        <p>{crate::upstream::sentence(l, trouble)}</p>
                        <p>{texts::campaigns::trouble_text(l)}</p>
                    </Banner>
                }
            })
        }}
        {move || opens.get().map(|at| view! { <Banner tone=Tone::Info><p>{texts::campaigns::opens(l, at)}</p></Banner> })}
        {move || {
            few.get().map(|(at_once, slots, better)| {
                let better = better.map(|plan| texts::campaigns::better(l, at_once, plan));
                view! {
                    <Banner tone=Tone::Warn title=texts::campaigns::fewer(l, at_once, slots)>
                        {better.map(|text| view! { <p>{text}</p> })}
                    </Banner>
                }
            })
        }}
    }
}

#[component]
fn Facts(shown: RwSignal<CampaignPage>) -> impl IntoView {
    let l = language();
    let facts = move || {
        shown.with(|page| {
            let at_once = match page.at_once {
                0 => texts::campaigns::at_once_free(l, page.slots),
                number => number.to_string(),
            };
            let tries = match page.attempts {
                1 => texts::campaigns::once(l).to_owned(),
                times => format!("{}, {}", texts::campaigns::times(l, times), after(page.retry_minutes)),
            };
            [
                (
                    texts::campaigns::agent(l),
                    page.line.agent.clone().unwrap_or_else(|| texts::campaigns::no_agent(l).to_owned()),
                ),
                (texts::campaigns::customers(l), page.line.list.clone()),
                (texts::campaigns::starts(l), page.line.starts.clone()),
                (texts::campaigns::at_once(l), at_once),
                (texts::campaigns::attempts(l), tries),
                (texts::campaigns::planned(l), page.planned.clone()),
                (texts::campaigns::ended(l), page.ended.clone().unwrap_or_else(|| "—".to_owned())),
            ]
        })
    };
    let rows = move || {
        let row = |(name, value)| view! { <div><dt>{name}</dt><dd class="tnum">{value}</dd></div> };
        facts().map(row).collect_view()
    };
    view! {
        <section class="panel" aria-label=texts::campaigns::facts(l)>
            <dl class="facts">{rows}</dl>
        </section>
    }
}

/// Pausing, resuming, stopping.
#[component]
fn Steps(
    id: String,
    phase: Memo<Phase>,
    refresh: impl Fn() + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let l = language();
    let (pausing, resuming, stopping) = (Act::<Pause>::new(), Act::<Resume>::new(), Act::<Stop>::new());
    follow(pausing, move |_, ()| texts::campaigns::done_pause(l).to_owned(), refresh.clone());
    follow(resuming, move |_, ()| texts::campaigns::done_resume(l).to_owned(), refresh.clone());
    follow(stopping, move |_, ()| texts::campaigns::done_stop(l).to_owned(), refresh);
    let id = StoredValue::new(id);
    let named =
        move || view! { <input type="hidden" name=use_form().name("campaign") value=id.get_value() /> };
    let state = FormState::new(stopping);
    view! {
        <div class="page-actions campaign-steps">
            <FormFailure error=refusal(pausing) />
            <FormFailure error=refusal(resuming) />
            <Show when=move || phase.get() == Phase::Paused>
                <Form action=resuming>
                    {named()}
                    <Button kind=ButtonKind::Primary type_="submit" pending=resuming.pending()>
                        {texts::campaigns::resume(l)}
                    </Button>
                </Form>
            </Show>
            <Show when=move || !phase.get().has_ended() && phase.get() != Phase::Paused>
                <Form action=pausing>
                    {named()}
                    <Button type_="submit" pending=pausing.pending()>{texts::campaigns::pause(l)}</Button>
                </Form>
            </Show>
            <Show when=move || !phase.get().has_ended()>
                <More words=texts::campaigns::stop(l) state danger=true>
                    <Form action=stopping state class="stack">
                        <FormFailure error=state.failure() />
                        <p>{texts::campaigns::stop_text(l)}</p>
                        {named()}
                        <div class="cluster">
                            <Button kind=ButtonKind::Danger type_="submit" pending=state.pending()>
                                {texts::campaigns::stop_sure(l)}
                            </Button>
                        </div>
                    </Form>
                </More>
            </Show>
        </div>
    }
}
