//! Planning: who calls whom, when, and how many at once.

use domain::{
    Code,
    campaigns::{ATTEMPTS, MOST_IN_NAME, RETRIES},
};
use leptos::{either::Either, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::api::{Few, PlanCampaign, PlanPage, load_choices};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, PageTitle, shown},
    state::language,
    ui::{
        Banner, Button, ButtonKind, Choice, EmptyState, LinkButton, Select, Switch, TextField, Tone,
        use_toasts,
    },
};

pub struct PlanRoute {
    data: Loaded<Result<PlanPage, Error>>,
}

impl LazyPage for PlanRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_choices()) }
    }

    fn view(self) -> AnyView {
        let (l, data) = (language(), self.data);
        view! {
            <PageTitle text=texts::campaigns::new(l) />
            <div class="page-head">
                <div class="page-title">
                    <h1>{texts::campaigns::new(l)}</h1>
                    <p>
                        <a class="link" href=paths::CAMPAIGNS>{texts::campaigns::back(l)}</a>
                    </p>
                </div>
            </div>
            {shown(data, 8, move |page| view! { <Plan page /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Plan(page: PlanPage) -> impl IntoView {
    let l = language();
    // Without somebody who calls and somebody who is called there is nothing to plan.
    let missing = if page.agents.is_empty() {
        Some((
            "bot",
            texts::campaigns::agent_first(l),
            texts::campaigns::agent_first_text(l),
            paths::AGENTS,
            texts::campaigns::agent_first_go(l),
        ))
    } else if page.lists.iter().all(|(_, _, number)| *number == 0) {
        Some((
            "contact",
            texts::campaigns::list_first(l),
            texts::campaigns::list_first_text(l),
            paths::IMPORT,
            texts::campaigns::list_first_go(l),
        ))
    } else {
        None
    };
    match missing {
        Some((icon, title, text, href, go)) => Either::Left(view! {
            <section class="panel" aria-label=title>
                <EmptyState icon title text>
                    <LinkButton href kind=ButtonKind::Primary>{go}</LinkButton>
                </EmptyState>
            </section>
        }),
        None => Either::Right(view! { <PlanForm page /> }),
    }
}

#[component]
fn PlanForm(page: PlanPage) -> impl IntoView {
    let (l, action) = (language(), Act::<PlanCampaign>::new());
    let (state, navigate, toasts) = (FormState::new(action), use_navigate(), use_toasts());
    Effect::new(move || {
        if let Some(Ok(id)) = action.value().get() {
            toasts.success(texts::campaigns::done_planned(l));
            navigate(&paths::campaign(&id), NavigateOptions::default());
        }
    });
    let PlanPage { agents, lists, slots, plan, few, is_connected, zone, now } = page;
    let agents = agents.into_iter().map(|(value, label)| Choice { value, label }).collect();
    let lists = lists
        .into_iter()
        .map(|(value, name, number)| Choice { value, label: texts::campaigns::list_of(l, name, number) })
        .collect();
    let attempts = ATTEMPTS
        .iter()
        .map(|times| Choice { value: times.to_string(), label: texts::campaigns::times(l, times) })
        .collect();
    let retries = RETRIES
        .iter()
        .map(|minutes| Choice { value: minutes.to_string(), label: after(u32::from(*minutes)) })
        .collect();
    let unconnected = (!is_connected).then(|| {
        view! {
            <Banner tone=Tone::Warn title=texts::campaigns::unconnected(l)>
                <p>{texts::campaigns::unconnected_text(l)}</p>
                <p><a class="link" href=paths::KEYS>{texts::campaigns::unconnected_go(l)}</a></p>
            </Banner>
        }
    });
    view! {
        {unconnected}
        {few.map(|few| view! { <FewSlots few slots plan=plan.clone() /> })}
        <Form action state>
            <FormFailure error=state.whole_failure() />
            <section class="panel" aria-labelledby="plan">
                <header class="panel-head">
                    <div>
                        <h2 id="plan">{texts::campaigns::plan_title(l)}</h2>
                        <p>{texts::campaigns::plan_text(l)}</p>
                    </div>
                </header>
                <TextField
                    field="name"
                    label=texts::campaigns::name(l)
                    placeholder=texts::campaigns::name_example(l)
                    maxlength=u32::try_from(MOST_IN_NAME).unwrap_or(u32::MAX)
                    autocomplete="off"
                    required=true
                />
                <Select field="agent" label=texts::campaigns::agent(l) hint=texts::campaigns::agent_hint(l) options=agents />
                <Select field="list" label=texts::campaigns::customers(l) hint=texts::campaigns::customers_hint(l) options=lists />
                <TextField
                    field="starts_at"
                    label=texts::campaigns::starts(l)
                    hint=texts::campaigns::starts_hint(l, now, zone)
                    type_="datetime-local"
                    optional=texts::shell::optional(l)
                />
                <TextField
                    field="at_once"
                    label=texts::campaigns::at_once(l)
                    hint=texts::campaigns::at_once_hint(l, plan, slots)
                    inputmode="numeric"
                    autocomplete="off"
                    maxlength=6
                    optional=texts::shell::optional(l)
                />
                <MoreThanSlots state slots />
                <Select field="attempts" label=texts::campaigns::attempts(l) options=attempts saved="2" />
                <Select
                    field="retry_minutes"
                    label=texts::campaigns::retry(l)
                    hint=texts::campaigns::retry_hint(l)
                    options=retries
                    saved="60"
                />
                <footer class="panel-foot">
                    <Button kind=ButtonKind::Primary type_="submit" icon="megaphone" pending=state.pending()>
                        {texts::campaigns::plan_button(l)}
                    </Button>
                </footer>
            </section>
        </Form>
    }
}

/// Once it was refused for that: a way to mean it.
#[component]
fn MoreThanSlots(state: FormState, slots: u32) -> impl IntoView {
    let l = language();
    let asked = state.checked("sure", "true", false);
    let refused = Memo::new(move |before: Option<&bool>| {
        before.copied().unwrap_or(asked)
            || state
                .failure()
                .with(|error| error.as_ref().is_some_and(|error| error.of("at_once") == Some(Code::SlotsFew)))
    });
    view! {
        <Show when=move || refused.get()>
            <Switch field="sure" label=texts::campaigns::sure(l) hint=texts::campaigns::sure_hint(l, slots) saved=false />
        </Show>
    }
}

#[component]
fn FewSlots(few: Few, slots: u32, plan: String) -> impl IntoView {
    let l = language();
    let Few { plan: better, slots: more, customers, minutes_now, minutes_then } = few;
    view! {
        <Banner tone=Tone::Info title=texts::campaigns::few(l, plan, slots)>
            <p>{texts::campaigns::few_text(l, better, customers, more, lasts(minutes_now), lasts(minutes_then))}</p>
            <p><a class="link" href=paths::BILLING>{texts::campaigns::few_go(l)}</a></p>
        </Banner>
    }
}

/// So many minutes, as people say it.
fn lasts(minutes: u64) -> String {
    let l = language();
    match minutes {
        ..90 => texts::campaigns::minutes(l, minutes.max(1)),
        _ => texts::campaigns::hours(l, minutes.div_ceil(60)),
    }
}

/// `after 60 minutes`, as people say it.
pub(super) fn after(minutes: u32) -> String {
    let l = language();
    match minutes {
        1440 => texts::campaigns::after_day(l).to_owned(),
        60 => texts::campaigns::after_hour(l).to_owned(),
        minutes if minutes % 60 == 0 => texts::campaigns::after_hours(l, minutes / 60),
        minutes => texts::campaigns::after_minutes(l, minutes),
    }
}
