//! The plan: what the organisation has, until when it tries it out, and an owner's choice of another one.

use domain::{Language, invoices::Price, plan::Plan};
use leptos::{either::Either, prelude::*};

use super::api::{ChangePlan, PlanPage, load_plan};
use crate::{
    account::{AskPassword, More},
    act::Act,
    error::Error,
    form::{Form, FormState},
    knowledge::size::size,
    loaded::{Loaded, load},
    shell::{FormFailure, say_done, shown},
    state::language,
    ui::{Banner, Button, CardChoice, Pill, RadioCards, Tone},
};

pub type PlanData = Loaded<Result<PlanPage, Error>>;

pub fn plan_data() -> PlanData {
    load(|| (), |()| load_plan())
}

/// Room of the knowledge base.
fn storage(l: Language, plan: Plan) -> String {
    texts::billing::plan_storage(l, size(l, plan.storage()))
}

#[component]
pub fn PlanPanel(data: PlanData, changed: impl Fn() + Send + Sync + 'static) -> impl IntoView {
    let l = language();
    let action = Act::<ChangePlan>::new();
    say_done(
        action,
        move |_, plan| texts::billing::plan_changed(l, plan.name()),
        move || {
            data.refetch();
            changed();
        },
    );
    view! {
        <section class="panel" aria-labelledby="plan" id="plan-panel">
            {shown(data, 4, move |page| view! { <Body page action /> }.into_any())}
        </section>
        <AskPassword action />
    }
}

#[component]
fn Body(page: PlanPage, action: Act<ChangePlan>) -> impl IntoView {
    let l = language();
    let PlanPage { plan, slots, seats_taken, trial, is_owner } = page;
    let pill = trial.as_ref().map(|(days, _)| {
        let text = match *days {
            ..=1 => texts::billing::plan_trial_last(l).to_owned(),
            days => texts::billing::plan_trial(l, days),
        };
        view! { <Pill tone=Tone::Warn>{text}</Pill> }
    });
    let trial = trial.map(|(_, end)| {
        let text = texts::billing::plan_trial_text(l, Plan::AFTER_TRIAL.name(), end, plan.name());
        view! { <Banner tone=Tone::Info><p>{text}</p></Banner> }
    });
    view! {
        <header class="panel-head">
            <div>
                <h2 id="plan">{texts::billing::plan_title(l)}</h2>
                <p>{texts::billing::plan_lead(l)}</p>
            </div>
        </header>
        <div class="panel-body stack">
            <p class="plan-now">
                <span class="muted">{texts::billing::plan_now(l)}</span>
                <strong>{plan.name()}</strong>
                <span>{texts::billing::plan_slots(l, slots)}</span>
                <span>{texts::billing::plan_seats(l, plan.seats())}</span>
                <span>{storage(l, plan)}</span>
                {pill}
            </p>
            {trial}
        </div>
        {match is_owner {
            true => Either::Left(view! { <Choose plan seats_taken action /> }),
            false => Either::Right(view! { <p class="panel-body muted">{texts::billing::plan_owners(l)}</p> }),
        }}
    }
}

#[component]
fn Choose(plan: Plan, seats_taken: usize, action: Act<ChangePlan>) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    let cards = Plan::OPEN.map(|open| {
        let mut text = format!(
            "{} · {} · {} · {}",
            price_text(open),
            texts::billing::plan_slots(l, open.slots()),
            texts::billing::plan_seats(l, open.seats()),
            storage(l, open)
        );
        if seats_taken > open.seats() {
            let warning = texts::billing::plan_too_many(l, open.name(), open.seats(), seats_taken);
            text = format!("{text}. {warning}");
        }
        CardChoice { value: open.as_str().to_owned(), label: open.name().to_owned(), text }
    });
    let agreed = Plan::Enterprise;
    view! {
        <div class="panel-body">
            <More words=texts::billing::plan_choose(l) state>
                <Form action state class="stack">
                    <FormFailure error=state.failure() />
                    <RadioCards
                        field="plan"
                        label=texts::billing::plan_title(l)
                        hint=texts::billing::plan_keep(l)
                        options=cards.to_vec()
                        saved=plan.as_str()
                    />
                    <p class="plan-agreed">
                        <strong>{agreed.name()}</strong>
                        " · "
                        {price_text(agreed)}
                        " · "
                        {texts::billing::plan_slots_more(l, agreed.slots())}
                        " · "
                        {texts::billing::plan_seats(l, agreed.seats())}
                        " · "
                        {storage(l, agreed)}
                        <span class="muted">{texts::billing::plan_agreed(l)}</span>
                    </p>
                    <p class="muted small">{texts::invoices::price_note(l)}</p>
                    <div class="cluster">
                        <Button type_="submit" pending=state.pending()>{texts::billing::plan_save(l)}</Button>
                    </div>
                </Form>
            </More>
        </div>
    }
}

/// What a month of a plan costs.
fn price_text(plan: Plan) -> String {
    let l = language();
    let Price { unit, slots } = Price::of(plan, plan.slots());
    match slots {
        _ if unit == Price::FREE.unit => texts::invoices::price_free(l).to_owned(),
        Some(_) => texts::invoices::price_slot(l, unit.text(l)),
        None => texts::invoices::price_month(l, unit.text(l)),
    }
}
