//! The page: figures and the day by the hour. It asks again every half minute while it is in sight.

use std::time::Duration;

use leptos::{either::Either, prelude::*};

use super::{
    api::{CreditNow, Figures, NextCampaign, Today, load_today, watch_today},
    chart::HoursChart,
};
use crate::{
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{PageTitle, ask_again, shown},
    state::language,
    ui::{Pill, Tone},
};

const AGAIN: Duration = Duration::from_secs(30);

pub struct DashboardRoute {
    /// How often it was asked before.
    asked: RwSignal<u32>,
    data: Loaded<Result<Today, Error>>,
}

impl LazyPage for DashboardRoute {
    fn data() -> Self {
        let asked = RwSignal::new(0);
        let ask = |asked| async move { if asked == 0 { load_today().await } else { watch_today().await } };
        Self { asked, data: load(move || asked.get(), ask) }
    }

    fn view(self) -> AnyView {
        let (l, Self { asked, data }) = (language(), self);
        ask_again(AGAIN, move || asked.update(|asked| *asked += 1));
        view! {
            <PageTitle text=texts::dashboard::title(l) />
            {shown(data, 10, move |today| view! { <Day today /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Day(today: Today) -> impl IntoView {
    let l = language();
    let Today { date, zone, now, yesterday, hours, slots, in_use, campaigns, credit } = today;
    let Figures { calls, answered, minutes } = now;
    let rate =
        (calls > 0).then(|| texts::dashboard::of_calls(l, u64::from(answered) * 100 / u64::from(calls)));
    let before = |number: String| texts::dashboard::yesterday(l, number);
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::dashboard::title(l)}</h1>
                <p>{texts::dashboard::lead(l, date, zone)}</p>
            </div>
        </div>
        <dl class="figures">
            {figure(texts::dashboard::calls(l), calls.to_string(), before(yesterday.calls.to_string()))}
            {figure(
                texts::dashboard::answered(l),
                answered.to_string(),
                rate.unwrap_or_else(|| before(yesterday.answered.to_string())),
            )}
            {figure(texts::dashboard::minutes(l), minutes.to_string(), before(yesterday.minutes.to_string()))}
            {figure(texts::dashboard::running(l), in_use.to_string(), texts::dashboard::of_slots(l, slots))}
            {credit.map(credit_figure)}
        </dl>
        <section class="panel" aria-labelledby="by-hour">
            <header class="panel-head">
                <div>
                    <h2 id="by-hour">{texts::dashboard::by_hour(l)}</h2>
                    <p>{texts::dashboard::by_hour_text(l)}</p>
                </div>
                <div class="panel-actions">
                    <a class="button" href=paths::CALLS>{texts::dashboard::all_calls(l)}</a>
                </div>
            </header>
            <div class="panel-body">
                {if calls == 0 {
                    Either::Left(view! { <p class="figures-none">{texts::dashboard::none(l)}</p> })
                } else {
                    Either::Right(view! { <HoursChart hours /> })
                }}
            </div>
        </section>
        {(!campaigns.is_empty()).then(|| view! { <NextCampaigns campaigns /> })}
    }
}

#[component]
fn NextCampaigns(campaigns: Vec<NextCampaign>) -> impl IntoView {
    let l = language();
    let rows = campaigns.into_iter().map(|campaign| {
        let NextCampaign { id, name, list, when, is_paused } = campaign;
        let paused = is_paused.then(|| view! { <Pill tone=Tone::Warn>{texts::campaigns::paused(l)}</Pill> });
        view! {
            <li>
                <a class="link told-title" href=paths::campaign(&id)>{name}</a>
                " "
                {paused}
                <span class="told-at">{texts::dashboard::campaign_list(l, list)} " · " {when}</span>
            </li>
        }
    });
    view! {
        <section class="panel" aria-labelledby="campaigns">
            <header class="panel-head">
                <div>
                    <h2 id="campaigns">{texts::dashboard::campaigns(l)}</h2>
                </div>
                <div class="panel-actions">
                    <a class="button" href=paths::CAMPAIGNS>{texts::dashboard::all_campaigns(l)}</a>
                </div>
            </header>
            <div class="panel-body">
                <ul class="told">{rows.collect_view()}</ul>
            </div>
        </section>
    }
}

fn credit_figure(CreditNow { balance, is_low }: CreditNow) -> AnyView {
    let l = language();
    let href = format!("{}#credit", paths::BILLING);
    let note = match is_low {
        true => Either::Left(view! { <Pill tone=Tone::Warn>{texts::dashboard::credit_low(l)}</Pill> }),
        false => Either::Right(view! { <a class="link" href=href>{texts::dashboard::credit_more(l)}</a> }),
    };
    view! {
        <div class="figure figure-wide">
            <dt>{texts::dashboard::credit(l)}</dt>
            <dd>{balance}</dd>
            <dd class="figure-note">{note}</dd>
        </div>
    }
    .into_any()
}

fn figure(name: &'static str, number: String, note: String) -> AnyView {
    view! {
        <div class="figure">
            <dt>{name}</dt>
            <dd>{number}</dd>
            <dd class="figure-note">{note}</dd>
        </div>
    }
    .into_any()
}
