//! The dates that differ from the week: one line each, opened to be edited.

use domain::hours::{DayForm, HoursForm, LABEL_CHARACTERS};
use leptos::prelude::*;

use super::{
    dates,
    day::{AddInterval, Intervals, USUAL, focus_soon},
    draft::{DayRows, Special, Specials},
    week::take,
};
use crate::{
    form::use_form,
    state::language,
    ui::{Button, Conflict, Icon, Wiring, error_line, field_id, fill},
};

#[component]
pub fn SpecialsPanel(specials: Specials, theirs: Signal<Option<HoursForm>>) -> impl IntoView {
    let l = language();
    let (list, spare) = (specials.list.clone(), specials.spare.clone());
    let none = {
        let list = list.clone();
        move || list.with(Vec::is_empty)
    };
    let add = {
        let specials = specials.clone();
        move |_| {
            let number = specials.add_blank();
            focus_soon(field_id(&format!("overrides[{number}][first]")));
        }
    };
    let row = move |special: Special| {
        let (specials, number) = (specials.clone(), special.number);
        let remove = Callback::new(move |()| {
            specials.remove(number);
            focus_soon(ADD.to_owned());
        });
        view! { <SpecialRow special theirs remove /> }
    };
    view! {
        <section class="panel" aria-labelledby="specials">
            <header class="panel-head">
                <div>
                    <h2 id="specials">{texts::hours::specials(l)}</h2>
                    <p>{texts::hours::specials_text(l)}</p>
                </div>
                <div class="panel-actions live-only">
                    <Button small=true icon="calendar-plus" attr:id=ADD on:click=add>
                        {texts::hours::add_special(l)}
                    </Button>
                </div>
            </header>
            <Show when=none>
                <p class="muted">{texts::hours::specials_empty(l)}</p>
            </Show>
            <ul class="days">
                <For each=move || list.get() key=|special| special.number children=row />
                <SpecialRow special=spare theirs plain=true />
            </ul>
        </section>
    }
}

/// Those that are over, a line each: read, not edited.
#[component]
pub fn PastPanel(past: Memo<Vec<String>>) -> impl IntoView {
    let l = language();
    move || {
        let past = past.get();
        (!past.is_empty()).then(|| {
            view! {
                <details class="panel special-past">
                    <summary>{texts::hours::past(l, past.len())} <Icon name="chevron-down" /></summary>
                    <ul>{past.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
                </details>
            }
        })
    }
}

const ADD: &str = "specials-add";

#[component]
fn SpecialRow(
    special: Special,
    theirs: Signal<Option<HoursForm>>,
    #[prop(optional)] remove: Option<Callback<()>>,
    /// The blank row of people without JavaScript.
    #[prop(optional)]
    plain: bool,
) -> impl IntoView {
    let l = language();
    let path = format!("overrides[{}]", special.number);
    let name = {
        let special = special.clone();
        Signal::derive(move || {
            let dates = special.first.with(|first| special.last.with(|last| dates::special(l, first, last)));
            dates.map_or_else(|| texts::hours::special_day(l).to_owned(), |(dates, _)| dates)
        })
    };
    let failure = use_form().failure();
    let open = {
        let (path, unwritten) = (path.clone(), special.unwritten);
        // The focus can only go to a field at fault that is shown.
        move || {
            let faulty = |path: &str| {
                failure
                    .with(|e| e.as_ref().is_some_and(|e| e.fields.iter().any(|f| f.field.starts_with(path))))
            };
            unwritten || faulty(&path)
        }
    };
    let remove = remove.map(|remove| {
        let label = move || texts::hours::remove_special(l, name.get());
        view! {
            <button class="icon-button live-only" type="button" aria-label=label on:click=move |_| remove.run(())>
                <Icon name="trash-2" />
            </button>
        }
    });
    view! {
        <li class=if plain { "special plain-only" } else { "special" }>
            <details class="special-box" open=open>
                {summary(&special)}
                <Fields special=special.clone() path=path.clone() name plain />
                <TheirSpecial special path theirs />
            </details>
            {remove}
        </li>
    }
}

/// What it says while it is closed.
fn summary(special: &Special) -> AnyView {
    let l = language();
    let (when, what) = (special.clone(), special.clone());
    let when = move || {
        let dates = when.first.with(|first| when.last.with(|last| dates::special(l, first, last)));
        let (dates, weekday) = dates.unwrap_or_else(|| (texts::hours::special_new(l).to_owned(), ""));
        view! {
            {dates}
            {(!weekday.is_empty()).then(|| view! { <small>{weekday}</small> })}
        }
    };
    let label = special.label.clone();
    let hours = move || dates::hours(l, &what.day.form());
    view! {
        <summary class="special-head">
            <span class="day-name">{when}</span>
            <span class="special-what">
                <span class="special-label">{move || Some(label.get()).filter(|label| !label.is_empty())}</span>
                <span class="muted tnum">{hours}</span>
            </span>
            <span class="special-edit">{texts::hours::edit(l)} <Icon name="chevron-down" /></span>
        </summary>
    }
    .into_any()
}

#[component]
fn Fields(special: Special, path: String, name: Signal<String>, plain: bool) -> impl IntoView {
    let l = language();
    let field = |side: &str| format!("{path}[{side}]");
    let Special { first, last, label, day, .. } = special;
    let remove = (!plain).then(|| {
        view! {
            <label class="special-open plain-only">
                <input class="check" type="checkbox" name=use_form().name(&field("remove")) value="true" />
                {texts::hours::remove_at_save(l)}
            </label>
        }
    });
    view! {
        <div class="special-fields">
            {text_field(&field("first"), "date", texts::hours::first(l), "", first)}
            {text_field(&field("last"), "date", texts::hours::last(l), texts::hours::last_hint(l), last)}
            {text_field(&field("label"), "text", texts::hours::label(l), texts::hours::label_hint(l), label)}
            {open_switch(&field("open"), &day)}
            <div class="special-hours">
                <Intervals day=day.clone() path=path.clone() name />
                <span class="live-only">
                    <AddInterval day path name />
                </span>
            </div>
            {remove}
        </div>
    }
}

/// Closed, or open at the times below.
fn open_switch(field: &str, day: &DayRows) -> AnyView {
    let wiring = Wiring::of(field, false);
    let (open, day) = (day.open.get_untracked(), day.clone());
    let change = move |event| {
        let open = event_target_checked(&event);
        if open && day.rows.with_untracked(Vec::is_empty) {
            day.add(USUAL.0, USUAL.1);
        }
        day.open.set(open);
    };
    view! {
        <label class="special-open">
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
                aria-invalid=wiring.invalid()
                aria-describedby=wiring.described()
                on:change=change
            />
            {texts::hours::special_open(language())}
        </label>
        {error_line(wiring.id, wiring.error)}
    }
    .into_any()
}

fn text_field(
    field: &str,
    kind: &'static str,
    label: &'static str,
    hint: &'static str,
    text: ArcRwSignal<String>,
) -> AnyView {
    let wiring = Wiring::of(field, !hint.is_empty());
    let typed = text.get_untracked();
    let hint_id = format!("{}-hint", wiring.id);
    view! {
        <div class="special-field">
            <label for=wiring.id.clone()>{label}</label>
            <input
                class="input"
                type=kind
                autocomplete="off"
                maxlength=(kind == "text").then(|| LABEL_CHARACTERS.to_string())
                id=wiring.id.clone()
                name=wiring.name.clone()
                value=typed
                autofocus=use_form().autofocus(field, false)
                aria-invalid=wiring.invalid()
                aria-describedby=wiring.described()
                on:input=move |event| text.set(event_target_value(&event))
            />
            {(!hint.is_empty()).then(|| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            {error_line(wiring.id, wiring.error)}
        </div>
    }
    .into_any()
}

/// Somebody else saved something different for the same date.
#[component]
fn TheirSpecial(special: Special, path: String, theirs: Signal<Option<HoursForm>>) -> impl IntoView {
    let (l, state) = (language(), use_form());
    move || {
        let first = special.first.get();
        let saved = theirs
            .with(|theirs| theirs.as_ref()?.overrides.iter().find(|one| one.first == first).cloned())?;
        (saved != special.form()).then(|| {
            let text = texts::shell::conflict_now(l, dates::line(l, &saved));
            let (day, path) = (special.day.clone(), path.clone());
            let on_take = Callback::new(move |()| {
                let name = |side: &str| state.name(&format!("{path}[{side}]"));
                fill(&name("last"), &saved.last);
                fill(&name("label"), &saved.label);
                let hours = DayForm { open: saved.open, intervals: saved.intervals.clone() };
                take(&day, &name("open"), &hours);
            });
            view! { <Conflict text take=texts::shell::conflict_take(l) on_take /> }
        })
    }
}
