//! The seven days.

use chrono::Weekday;
use domain::hours::{DayForm, HoursForm};
use leptos::prelude::*;

use super::{
    dates,
    day::{AddInterval, Intervals, USUAL},
    draft::{DayRows, Draft, open_minutes},
};
use crate::{
    form::use_form,
    state::language,
    ui::{Conflict, Icon, Menu, Wiring, error_line, fill},
};

/// `theirs` is what somebody else saved in the meantime.
#[component]
pub fn WeekPanel(draft: Draft, theirs: Signal<Option<HoursForm>>) -> impl IntoView {
    let l = language();
    let days = draft.days.clone();
    let rows =
        (0..days.len()).map(|index| view! { <DayRow days=days.clone() index theirs /> }).collect_view();
    view! {
        <section class="panel" aria-labelledby="week">
            <header class="panel-head">
                <div>
                    <h2 id="week">{texts::hours::week(l)}</h2>
                    <p>{texts::hours::week_text(l)}</p>
                </div>
                <p class="muted tnum">
                    {move || texts::hours::week_total(l, dates::duration(l, draft.minutes()))}
                </p>
            </header>
            <ul class="days">{rows}</ul>
        </section>
    }
}

#[component]
fn DayRow(days: Vec<DayRows>, index: usize, theirs: Signal<Option<HoursForm>>) -> impl IntoView {
    let l = language();
    let day = days[index].clone();
    let path = format!("days[{index}]");
    let name =
        Weekday::try_from(u8::try_from(index).unwrap_or_default()).map_or("", |day| dates::weekday(l, day));
    let spoken = Signal::stored(name.to_owned());
    let total = {
        let day = day.clone();
        move || {
            Some(open_minutes(&day.form()))
                .filter(|minutes| *minutes > 0)
                .map(|minutes| dates::duration(l, minutes))
        }
    };
    let field = format!("{path}[open]");
    let open = Wiring::of(&field, false);
    view! {
        <li class="day">
            {day_switch(&field, &day, name)}
            <span class="day-name">{name} <small class="tnum">{total}</small></span>
            <div class="day-intervals">
                <Intervals day=day.clone() path=path.clone() name=spoken />
                <span class="day-closed">{texts::hours::closed(l)}</span>
            </div>
            <div class="day-actions live-only">
                <AddInterval day=day.clone() path=path name=spoken />
                <DayMenu days index name />
            </div>
            <div class="day-notes">
                {error_line(open.id, open.error)}
                <TheirDay day index theirs />
            </div>
        </li>
    }
}

/// A switch with rows to follow it: a day that opens has at least one.
fn day_switch(field: &str, day: &DayRows, name: &'static str) -> AnyView {
    let (wiring, open, day) = (Wiring::of(field, false), day.open.get_untracked(), day.clone());
    let change = move |event| {
        let open = event_target_checked(&event);
        if open && day.rows.with_untracked(Vec::is_empty) {
            day.add(USUAL.0, USUAL.1);
        }
        day.open.set(open);
    };
    view! {
        <input
            class="switch"
            type="checkbox"
            role="switch"
            autocomplete="off"
            id=wiring.id.clone()
            name=wiring.name.clone()
            value="true"
            checked=open
            autofocus=use_form().autofocus(field, false)
            aria-label=texts::hours::open_day(language(), name)
            aria-invalid=wiring.invalid()
            aria-describedby=wiring.described()
            on:change=change
        />
    }
    .into_any()
}

#[component]
fn DayMenu(days: Vec<DayRows>, index: usize, name: &'static str) -> impl IntoView {
    let (l, form) = (language(), use_form());
    let switch = move |day: usize| form.name(&format!("days[{day}][open]"));
    let whole_day = {
        let day = days[index].clone();
        move |_| take(&day, &switch(index), &whole_day())
    };
    let copy = move |to: std::ops::Range<usize>| {
        let source = days[index].form();
        for other in to.filter(|other| *other != index) {
            take(&days[other], &switch(other), &source);
        }
    };
    let (copy_to_weekdays, copy_to_all) = (copy.clone(), copy);
    view! {
        <Menu label=texts::hours::more(l, name) end=true trigger=view! { <Icon name="ellipsis" /> }.into_any()>
            <button class="menu-item" type="button" on:click=whole_day>
                <Icon name="clock" />
                {texts::hours::whole_day(l)}
            </button>
            <button class="menu-item" type="button" on:click=move |_| copy_to_weekdays(0..5)>
                <Icon name="copy" />
                {texts::hours::copy_to_weekdays(l)}
            </button>
            <button class="menu-item" type="button" on:click=move |_| copy_to_all(0..7)>
                <Icon name="copy" />
                {texts::hours::copy_to_all(l)}
            </button>
        </Menu>
    }
}

/// Under a day that somebody else saved differently: their hours, to take or leave.
#[component]
fn TheirDay(day: DayRows, index: usize, theirs: Signal<Option<HoursForm>>) -> impl IntoView {
    let (l, form) = (language(), use_form());
    let name = form.name(&format!("days[{index}][open]"));
    move || {
        let saved = theirs.with(|theirs| theirs.as_ref()?.days.get(index).cloned())?;
        (saved != day.form()).then(|| {
            let text = texts::shell::conflict_now(l, dates::hours(l, &saved));
            let (day, name) = (day.clone(), name.clone());
            let on_take = Callback::new(move |()| take(&day, &name, &saved));
            view! { <Conflict text take=texts::shell::conflict_take(l) on_take /> }
        })
    }
}

/// Puts other hours into a day, its switch included.
pub fn take(day: &DayRows, switch: &str, hours: &DayForm) {
    day.replace(&hours.intervals);
    fill(switch, if hours.open { "true" } else { "" });
}

fn whole_day() -> DayForm {
    DayForm {
        open: true,
        intervals: vec![domain::hours::IntervalForm { start: "00:00".to_owned(), end: "24:00".to_owned() }],
    }
}
