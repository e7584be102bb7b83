//! The filter: a plain form that asks by address, the same with and without JavaScript.

use domain::{
    AppError,
    audit::{ACTIONS, TrailForm, room_of, rooms},
};
use leptos::prelude::*;

use crate::{
    paths,
    state::language,
    ui::{Icon, error_line},
};

#[component]
pub fn Filter(asked: TrailForm, people: Vec<(String, String)>, refused: Option<AppError>) -> impl IntoView {
    let l = language();
    let error = |name: &str| refused.as_ref().and_then(|error| texts::field(l, error, name));
    let named = |kind: &str, key: &str| {
        texts::audit::by_key(l, &format!("{kind}_{}", key.replace('.', "_"))).unwrap_or_default()
    };
    let room_options =
        rooms().into_iter().map(|room| (room.to_owned(), named("room", room).to_owned())).collect();
    let mut groups = Vec::new();
    for room in rooms() {
        let actions = ACTIONS.iter().filter(|action| room_of(action) == room);
        let options =
            actions.map(|action| option(action, named("action", action), &asked.action)).collect_view();
        groups.push(view! { <optgroup label=named("room", room)>{options}</optgroup> });
    }
    let narrows = asked.narrows();
    view! {
        <form class="filter" method="get" action=paths::AUDIT>
            {choice("person", texts::audit::person(l), texts::audit::everybody(l), &asked.person, people, error("person"))}
            {choice("room", texts::audit::room(l), texts::audit::every_room(l), &asked.room, room_options, error("room"))}
            {field(
                "action",
                texts::audit::action(l),
                error("action"),
                view! {
                    <div class="select-box">
                        <select class="select" id="f-action" name="action">
                            {option("", texts::audit::every_action(l), &asked.action)}
                            {groups}
                        </select>
                        <Icon name="chevron-down" />
                    </div>
                }
                    .into_any(),
            )}
            {date("first", texts::audit::first(l), asked.first.clone(), error("first"))}
            {date("last", texts::audit::last(l), asked.last.clone(), error("last"))}
            <div class="filter-actions">
                <button class="button button-primary" type="submit">
                    {texts::audit::apply(l)}
                </button>
                {narrows.then(|| view! { <a class="link" href=paths::AUDIT>{texts::audit::clear(l)}</a> })}
            </div>
        </form>
    }
}

fn option(value: &str, label: &str, asked: &str) -> impl IntoView + use<> {
    view! { <option value=value.to_owned() selected=value == asked>{label.to_owned()}</option> }
}

fn choice(
    name: &'static str,
    label: &'static str,
    every: &'static str,
    asked: &str,
    options: Vec<(String, String)>,
    error: Option<String>,
) -> AnyView {
    let options = options.iter().map(|(value, label)| option(value, label, asked)).collect_view();
    let control = view! {
        <div class="select-box">
            <select class="select" id=format!("f-{name}") name=name>
                {option("", every, asked)}
                {options}
            </select>
            <Icon name="chevron-down" />
        </div>
    };
    field(name, label, error, control.into_any())
}

fn date(name: &'static str, label: &'static str, asked: String, error: Option<String>) -> AnyView {
    let invalid = error.is_some().then_some("true");
    let described = error.is_some().then(|| format!("f-{name}-error"));
    let control = view! {
        <input
            class="input"
            type="date"
            id=format!("f-{name}")
            name=name
            value=asked
            aria-invalid=invalid
            aria-describedby=described
        />
    };
    field(name, label, error, control.into_any())
}

fn field(name: &'static str, label: &'static str, error: Option<String>, control: AnyView) -> AnyView {
    let id = format!("f-{name}");
    view! {
        <div class="filter-field">
            <label for=id.clone()>{label}</label>
            {control}
            {error_line(id, Signal::stored(error))}
        </div>
    }
    .into_any()
}
