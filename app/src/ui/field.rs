//! The frame around every control: label, hint, and one sentence when something is wrong. The ids follow from the
//! field's name (`days[2][open]` -> `f-days-2-open`), so tests and links can count on them.

use super::Icon;
use crate::form::use_form;
use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Event, EventTarget, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement},
};

/// Context of a form that appears above a page which may have fields of the same names: goes before its ids.
#[derive(Clone, Copy)]
pub struct IdPrefix(pub &'static str);

/// Context of one of several equal forms: its number goes between its prefix and its ids.
#[derive(Clone, Copy)]
pub struct IdRow(pub usize);

/// What ties a control to its form, label, hint and error.
#[derive(Clone)]
pub struct Wiring {
    pub id: String,
    /// The name it is posted under.
    pub name: String,
    pub error: Signal<Option<String>>,
    hinted: bool,
}

impl Wiring {
    /// Reads the surrounding form; `hinted` says whether a hint is drawn.
    pub fn of(field: &str, hinted: bool) -> Self {
        let form = use_form();
        Self { id: own_id(field), name: form.name(field), error: form.error(field), hinted }
    }

    /// For `aria-invalid`.
    pub fn invalid(&self) -> Signal<Option<&'static str>> {
        let error = self.error;
        Signal::derive(move || error.with(Option::is_some).then_some("true"))
    }

    /// For `aria-describedby`: only what is really there.
    pub fn described(&self) -> Signal<Option<String>> {
        let Self { id, error, hinted, .. } = self.clone();
        Signal::derive(move || match (hinted, error.with(Option::is_some)) {
            (true, true) => Some(format!("{id}-error {id}-hint")),
            (false, true) => Some(format!("{id}-error")),
            (true, false) => Some(format!("{id}-hint")),
            (false, false) => None,
        })
    }
}

/// A row (in a panel) or a block (in a stack) for any control. A control that is not one of ours takes its id,
/// name and `aria-` attributes from a [`Wiring`].
#[component]
pub fn Field(
    #[prop(into)] field: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    /// A note beside the label, such as "optional".
    #[prop(optional, into)]
    optional: Option<String>,
    /// Several controls under one name: the label becomes the group's.
    #[prop(optional)]
    group: bool,
    #[prop(optional, into)] error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    frame(Frame { id: own_id(&field), label, hint, optional, group, error }, children().into_any(), None)
}

pub(super) struct Frame {
    pub id: String,
    pub label: String,
    pub hint: Option<String>,
    pub optional: Option<String>,
    pub group: bool,
    pub error: Signal<Option<String>>,
}

/// Draws the frame; `below` stands between the control and its error.
pub(super) fn frame(frame: Frame, control: AnyView, below: Option<Children>) -> AnyView {
    let Frame { id, label, hint, optional, group, error } = frame;
    let names_group = group.then(|| format!("{id}-label"));
    let label = if group {
        view! { <span class="field-name" id=format!("{id}-label")>{label}</span> }.into_any()
    } else {
        view! { <label for=id.clone()>{label}</label> }.into_any()
    };
    view! {
        <div class="field" role=group.then_some("group") aria-labelledby=names_group>
            <div class="field-label">
                {label}
                {optional.map(|note| view! { <span class="field-optional">{note}</span> })}
                {hint.map(|hint| view! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> })}
            </div>
            <div class="field-control">
                {control}
                {below.map(|below| below())}
                {error_line(id, error)}
            </div>
        </div>
    }
    .into_any()
}

/// The sentence under a control.
pub fn error_line(id: String, error: Signal<Option<String>>) -> AnyView {
    (move || {
        error.get().map(|text| {
            view! {
                <p class="field-error" id=format!("{id}-error")>
                    <Icon name="circle-alert" />
                    <span>{text}</span>
                </p>
            }
        })
    })
    .into_any()
}

fn own_id(field: &str) -> String {
    let id = field_id(field);
    match (use_context(), use_context()) {
        (Some(IdPrefix(prefix)), Some(IdRow(row))) => format!("{prefix}-{row}-{id}"),
        (Some(IdPrefix(prefix)), None) => format!("{prefix}-{id}"),
        (None, _) => id,
    }
}

/// The id of a field's control: `days[2][open]` -> `f-days-2-open`.
pub fn field_id(field: &str) -> String {
    let mut id = String::from("f-");
    for part in field.chars() {
        match part {
            '[' => id.push('-'),
            ']' => {}
            other => id.push(other),
        }
    }
    id
}

/// False on the server and in the browser's first render, which must look the same; true from then on.
pub fn hydrated() -> Signal<bool> {
    let hydrated = RwSignal::new(false);
    Effect::new(move || hydrated.set(true));
    hydrated.into()
}

/// Puts `value` into the control posted under `name` (see `FormState::name`), as if a person had typed or
/// chosen it. Radio buttons are chosen by their value.
pub fn fill(name: &str, value: &str) {
    // Never a button: the shell's switches post names such as `form[language]` too.
    let selector = |value: &str| format!(":is(input, select, textarea)[name=\"{name}\"]{value}");
    let find = |selector: &str| document().query_selector(selector).ok().flatten();
    let Some(control) = find(&selector("")) else { return };
    if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
        select.set_value(value);
    } else if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(value);
    } else if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        match input.type_().as_str() {
            "radio" => {
                let chosen = find(&selector(&format!("[value=\"{value}\"]")));
                if let Some(radio) = chosen.and_then(|radio| radio.dyn_into::<HtmlInputElement>().ok()) {
                    radio.set_checked(true);
                }
            }
            "checkbox" => input.set_checked(input.value() == value),
            _ => input.set_value(value),
        }
    }
    announce_change(&control);
}

/// Fires what the browser fires after a person's change; setting a value from code fires nothing.
pub(super) fn announce_change(control: &EventTarget) {
    for kind in ["input", "change"] {
        if let Ok(event) = Event::new(kind) {
            event.init_event_with_bubbles(kind, true);
            _ = control.dispatch_event(&event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::field_id;

    #[test]
    fn ids_follow_from_names() {
        assert_eq!(field_id("phone"), "f-phone");
        assert_eq!(field_id("days[2][intervals][0][end]"), "f-days-2-intervals-0-end");
    }
}
