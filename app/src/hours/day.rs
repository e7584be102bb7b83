//! The intervals of a day: of the week and of a special day alike.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

use super::draft::{DayRows, IntervalRow};
use crate::{
    form::use_form,
    state::language,
    ui::{Button, ButtonKind, Icon, Wiring, error_line, field_id},
};

/// What a first row starts with.
pub const USUAL: (&str, &str) = ("09:00", "18:00");

/// The rows, and a blank one for people without JavaScript. `path` is `days[0]` or `overrides[3]`; `name` is
/// spoken with every input.
#[component]
pub fn Intervals(
    day: DayRows,
    #[prop(into)] path: String,
    #[prop(into)] name: Signal<String>,
) -> impl IntoView {
    let (rows, spare) = (day.rows.clone(), day.spare.clone());
    let spare_position = rows.with_untracked(Vec::len);
    let spare = view! {
        <div class="plain-only">
            <Interval row=spare path=path.clone() name position=Signal::stored(spare_position) />
        </div>
    };
    let row = move |position: ReadSignal<usize>, row: IntervalRow| {
        let remove = {
            let (day, path, key) = (day.clone(), path.clone(), row.key);
            Callback::new(move |()| {
                day.remove(key);
                focus_soon(add_id(&path));
            })
        };
        view! { <Interval row path=path.clone() name position=position.into() remove /> }
    };
    view! {
        <div class="intervals">
            <ForEnumerate each=move || rows.get() key=|row| row.key children=row />
            {spare}
        </div>
    }
}

/// The button that adds a row and moves on to it.
#[component]
pub fn AddInterval(
    day: DayRows,
    #[prop(into)] path: String,
    #[prop(into)] name: Signal<String>,
) -> impl IntoView {
    let l = language();
    let id = add_id(&path);
    let add = move |_| {
        let number = day.add("", "");
        focus_soon(field_id(&format!("{path}[intervals][{number}][start]")));
    };
    view! {
        <Button
            kind=ButtonKind::Ghost
            small=true
            icon="plus"
            attr:id=id
            attr:aria-label=move || texts::hours::add_interval(l, name.get())
            on:click=add
        >
            {texts::hours::interval(l)}
        </Button>
    }
}

#[component]
fn Interval(
    row: IntervalRow,
    path: String,
    name: Signal<String>,
    position: Signal<usize>,
    #[prop(optional)] remove: Option<Callback<()>>,
) -> impl IntoView {
    let l = language();
    let field = format!("{path}[intervals][{}]", row.number);
    let (start, end) = (format!("{field}[start]"), format!("{field}[end]"));
    let errors =
        [&start, &end].map(|side| Wiring::of(side, false)).map(|side| error_line(side.id, side.error));
    let overnight = row.clone();
    let overnight = move || {
        overnight
            .is_overnight()
            .then(|| view! { <span class="interval-next">{texts::hours::next_day(l)}</span> })
    };
    let remove = remove.map(|remove| {
        let label = move || texts::hours::remove_interval(l, name.get(), position.get() + 1);
        view! {
            <button class="interval-remove live-only" type="button" aria-label=label on:click=move |_| remove.run(())>
                <Icon name="x" />
            </button>
        }
    });
    let start_label = Signal::derive(move || texts::hours::start_label(l, name.get(), position.get() + 1));
    let end_label = Signal::derive(move || texts::hours::end_label(l, name.get(), position.get() + 1));
    view! {
        <div class="interval-line">
            <div class="interval">
                {time_input(&start, row.start, start_label)}
                <span class="interval-dash" aria-hidden="true">"–"</span>
                {time_input(&end, row.end, end_label)}
                {overnight}
                {remove}
            </div>
            {errors.into_iter().collect_view()}
        </div>
    }
}

/// Text, not `type="time"`: that knows no 24:00.
fn time_input(field: &str, text: ArcRwSignal<String>, label: Signal<String>) -> AnyView {
    let (wiring, typed) = (Wiring::of(field, false), text.get_untracked());
    view! {
        <input
            class="interval-time"
            type="text"
            inputmode="numeric"
            maxlength="5"
            placeholder=texts::hours::time_example(language())
            autocomplete="off"
            id=wiring.id.clone()
            name=wiring.name.clone()
            value=typed
            autofocus=use_form().autofocus(field, false)
            aria-label=label
            aria-invalid=wiring.invalid()
            aria-describedby=wiring.described()
            on:input=move |event| text.set(event_target_value(&event))
        />
    }
    .into_any()
}

fn add_id(path: &str) -> String {
    format!("{}-add", field_id(path))
}

/// Moves the focus to an element that the next frame shows.
pub fn focus_soon(id: String) {
    request_animation_frame(move || {
        let element = document().get_element_by_id(&id);
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            _ = element.focus();
        }
    });
}
