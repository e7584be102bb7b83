//! The public holidays that can be added. With JavaScript they become rows of the form above, to be saved with the
//! rest; without it the form here saves them at once.

use std::collections::BTreeSet;

use domain::hours::OverrideForm;
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    api::{AddHolidays, Hours},
    dates,
    draft::{self, Draft},
};
use crate::{
    act::Act,
    form::{Form, FormState, use_form},
    shell::FormFailure,
    state::language,
    ui::{Button, error_line, field_id, use_toasts},
};

#[component]
pub fn HolidaysPanel(saved: RwSignal<Hours>, draft: RwSignal<Draft>) -> impl IntoView {
    let (l, toasts) = (language(), use_toasts());
    let action = Act::<AddHolidays>::new();
    let state = FormState::new(action);
    // Ticked at first: the holidays of the coming months.
    let ticked =
        RwSignal::new(saved.with_untracked(|saved| of_year(&saved.offers, first_year(&saved.offers))));
    let offers = Memo::new(move |_| {
        let taken = draft.with(|draft| draft.specials.taken());
        let free = |form: &OverrideForm| {
            draft::dates(form)
                .is_some_and(|(first, last)| !taken.iter().any(|(from, to)| *from <= last && first <= *to))
        };
        saved.with(|saved| saved.offers.iter().filter(|form| free(form)).cloned().collect::<Vec<_>>())
    });
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let mut chosen = offers.get_untracked();
        chosen.retain(|form| ticked.with_untracked(|ticked| ticked.contains(&form.first)));
        if chosen.is_empty() {
            return toasts.error(texts::code(l, domain::Code::ChoiceUnknown));
        }
        draft.with_untracked(|draft| draft.specials.add(&chosen));
        toasts.success(texts::hours::holidays_added(l, chosen.len()));
    };
    let years = move || offers.with(|offers| years(offers));
    view! {
        <section class="panel" aria-labelledby="holidays" on:submit:capture=add>
            <header class="panel-head">
                <div>
                    <h2 id="holidays">{texts::hours::holidays(l)}</h2>
                    <p>{texts::hours::holidays_text(l)}</p>
                </div>
            </header>
            <div class="panel-body">
                <Form action state class="stack">
                    <FormFailure error=state.failure() />
                    {error_line(field_id("dates"), state.error("dates"))}
                    {move || years().into_iter().map(|year| view! { <Year year offers ticked /> }).collect_view()}
                    <Show
                        when=move || !offers.with(Vec::is_empty)
                        fallback=move || view! { <p class="muted">{texts::hours::holidays_none(l)}</p> }
                    >
                        <p class="muted plain-only">{texts::hours::holidays_at_once(l)}</p>
                        <div class="cluster">
                            <Button type_="submit" icon="calendar-plus">
                                <span class="live-only">{texts::hours::holidays_add(l)}</span>
                                <span class="plain-only">{texts::hours::holidays_add_now(l)}</span>
                            </Button>
                        </div>
                    </Show>
                </Form>
            </div>
        </section>
    }
}

#[component]
fn Year(year: String, offers: Memo<Vec<OverrideForm>>, ticked: RwSignal<BTreeSet<String>>) -> impl IntoView {
    let l = language();
    let title = texts::hours::holidays_year(l, &year);
    let numbered = offers.get_untracked().into_iter().enumerate();
    let of_year = numbered.filter(|(_, form)| year_of(form) == year);
    let offer = move |(index, form): (usize, OverrideForm)| {
        let first = form.first.clone();
        let (dates, weekday) = dates::special(l, &form.first, &form.last).unwrap_or_default();
        let day = domain::hours::DayForm { open: form.open, intervals: form.intervals };
        let when = format!("{dates} {weekday}");
        let change = {
            let first = first.clone();
            move |event| {
                let on = event_target_checked(&event);
                ticked.update(|ticked| {
                    _ = if on { ticked.insert(first.clone()) } else { ticked.remove(&first) };
                });
            }
        };
        view! {
            <li class="offer">
                <label>
                    <input
                        class="check"
                        type="checkbox"
                        name=use_form().name(&format!("dates[{index}]"))
                        value=first.clone()
                        checked=ticked.with_untracked(|ticked| ticked.contains(&first))
                        on:change=change
                    />
                    <span>
                        {form.label}
                        <small class="tnum">{when.trim().to_owned()} " · " {dates::hours(l, &day)}</small>
                    </span>
                </label>
            </li>
        }
    };
    view! {
        <fieldset>
            <legend class="offers-year">{title}</legend>
            <ul class="offers">
                {of_year.map(offer).collect_view()}
            </ul>
        </fieldset>
    }
}

fn year_of(form: &OverrideForm) -> &str {
    form.first.split('-').next().unwrap_or_default()
}

fn years(offers: &[OverrideForm]) -> Vec<String> {
    let years: BTreeSet<&str> = offers.iter().map(year_of).collect();
    years.into_iter().map(str::to_owned).collect()
}

fn first_year(offers: &[OverrideForm]) -> &str {
    offers.first().map_or("", year_of)
}

fn of_year(offers: &[OverrideForm], year: &str) -> BTreeSet<String> {
    offers.iter().filter(|form| year_of(form) == year).map(|form| form.first.clone()).collect()
}
