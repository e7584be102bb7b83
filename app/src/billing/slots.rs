//! Slots: how many calls run now, how full it was, and how many are kept for calls that come in.

use std::time::Duration;

use domain::slots::{Cell, Weather};
use leptos::{either::Either, prelude::*, task::spawn_local};

use super::{
    api::{ReserveSlots, SlotsNow, SlotsPage, load_slots, watch_slots},
    weather::WeatherMap,
};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    hours::weekday,
    loaded::{Loaded, load},
    shell::{FormFailure, ask_again, say_done, shown},
    state::language,
    ui::{Banner, Button, TextField, Tone},
};

/// How often a page in sight asks how many calls run.
const WATCH: Duration = Duration::from_secs(5);

pub type SlotsData = Loaded<Result<SlotsPage, Error>>;

pub fn slots_data() -> SlotsData {
    load(|| (), |()| load_slots())
}

#[component]
pub fn SlotsPanel(data: SlotsData) -> impl IntoView {
    let l = language();
    let action = Act::<ReserveSlots>::new();
    say_done(action, move |_, reserved| texts::billing::reserved(l, reserved), move || data.refetch());
    view! {
        <section class="panel" aria-labelledby="slots" id="slots-panel">
            <header class="panel-head">
                <div>
                    <h2 id="slots">{texts::billing::slots_title(l)}</h2>
                    <p>{texts::billing::slots_lead(l)}</p>
                </div>
            </header>
            {shown(data, 6, move |page| view! { <Body page action /> }.into_any())}
        </section>
    }
}

#[component]
fn Body(page: SlotsPage, action: Act<ReserveSlots>) -> impl IntoView {
    let SlotsPage { now, reserved, peak, refused, weather } = page;
    let now = RwSignal::new(now);
    ask_again(WATCH, move || {
        spawn_local(async move {
            if let Ok(slots) = watch_slots().await {
                _ = now.try_set(slots);
            }
        });
    });
    view! {
        <div class="panel-body stack">
            <InUse now />
            <LastDay now peak refused />
        </div>
        <Weeks weather limit=now.with_untracked(|now| now.limit) />
        <Reserve now reserved action />
    }
}

#[component]
fn InUse(now: RwSignal<SlotsNow>) -> impl IntoView {
    let l = language();
    let share = move || now.with(SlotsNow::percent);
    let over = move || now.with(|now| now.in_use.saturating_sub(now.limit));
    view! {
        <div class="slots" class:slots-full=move || now.with(SlotsNow::is_full)>
            <p class="slots-now">
                <strong>{move || now.with(|now| now.in_use)}</strong>
                <span>{move || now.with(|now| texts::billing::slots_of(l, now.limit))}</span>
                {move || {
                    let reserved = now.with(|now| now.reserved);
                    (reserved > 0)
                        .then(|| view! { <span class="muted">{texts::billing::slots_reserved_now(l, reserved)}</span> })
                }}
            </p>
            <div
                class="slots-bar"
                role="meter"
                aria-labelledby="slots"
                aria-valuemin="0"
                aria-valuemax=move || now.with(|now| now.limit.max(now.in_use))
                aria-valuenow=move || now.with(|now| now.in_use)
            >
                <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect width=share height="8"></rect>
                </svg>
            </div>
            {move || {
                let over = over();
                (over > 0).then(|| {
                    view! {
                        <Banner tone=Tone::Warn title=texts::billing::slots_over(l, over)>
                            <p>{texts::billing::slots_over_text(l)}</p>
                        </Banner>
                    }
                })
            }}
        </div>
    }
}

#[component]
fn LastDay(now: RwSignal<SlotsNow>, peak: u32, refused: u32) -> impl IntoView {
    let l = language();
    // What is seen while the page is open belongs to the day as well.
    let peak = Memo::new(move |before: Option<&u32>| {
        before.copied().unwrap_or(peak).max(now.with(|now| now.in_use))
    });
    view! {
        <dl class="slots-day">
            <div>
                <dt>{texts::billing::slots_peak(l)}</dt>
                <dd>{peak}</dd>
            </div>
            <div>
                <dt>{texts::billing::slots_refused(l)}</dt>
                <dd>{refused}</dd>
            </div>
        </dl>
        {(refused > 0).then(|| view! { <p class="muted">{texts::billing::slots_refused_text(l)}</p> })}
    }
}

#[component]
fn Weeks(weather: Weather, limit: u32) -> impl IntoView {
    let l = language();
    let worst = weather.storms().into_iter().next();
    let calm = weather.is_calm();
    view! {
        <div class="panel-body stack">
            <div>
                <h3 id="weather">{texts::billing::weather_title(l)}</h3>
                <p class="muted">{texts::billing::weather_text(l)}</p>
            </div>
            {match calm {
                true => Either::Left(view! { <p class="weather-calm">{texts::billing::weather_calm(l)}</p> }),
                false => Either::Right(view! { <WeatherMap weather limit /> }),
            }}
            {worst
                .map(|(day, hour, Cell { refused, .. })| {
                    let day = weekday(l, day);
                    view! { <p>{texts::billing::weather_worst(l, day, hour_text(hour), refused)}</p> }
                })}
        </div>
    }
}

/// `09:00`
pub fn hour_text(hour: usize) -> String {
    format!("{hour:02}:00")
}

#[component]
fn Reserve(now: RwSignal<SlotsNow>, reserved: u32, action: Act<ReserveSlots>) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    let most = now.with_untracked(|now| now.limit.saturating_sub(1));
    view! {
        <Form action state>
            <FormFailure error=state.failure() />
            <TextField
                field="reserved"
                label=texts::billing::reserve(l)
                hint=texts::billing::reserve_hint(l, most)
                saved=reserved.to_string()
                inputmode="numeric"
                autocomplete="off"
                maxlength=6
                required=true
            />
            <footer class="panel-foot">
                <Button type_="submit" pending=state.pending()>{texts::billing::reserve_save(l)}</Button>
            </footer>
        </Form>
    }
}
