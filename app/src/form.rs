//! Forms: one way for all of them, with and without JavaScript.
//!
//! `<Form action>` renders `<form method="post" action="?do=general/save">`. In the browser the
//! submit is intercepted and the typed server function is called. Without JavaScript the
//! server runs the same function and answers with a redirect, or with the page itself,
//! what was typed still in it. Every input is named `form[<field>]` ([`FormState::name`]).

use crate::{
    act::{Act, Course, Sent},
    error::Error,
    state::{Submission, language, page},
};
use domain::{AppError, Code};
use leptos::{
    context::Provider,
    ev::SubmitEvent,
    form::form_data_from_event,
    html,
    prelude::*,
    server_fn::ServerFn,
    wasm_bindgen::JsCast,
    web_sys::{HtmlFormElement, UrlSearchParams},
};
use leptos_router::location::Url;
use serde::de::DeserializeOwned;

/// Gives the fields of the form with this id what they held when the page was drawn.
pub fn empty(id: &str) {
    let form = document().get_element_by_id(id);
    if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
        form.reset();
    }
}

/// The state of the surrounding [`Form`], for fields and panels inside it.
#[derive(Clone, Copy)]
pub struct FormState {
    submission: StoredValue<Option<Submission>>,
    error: Signal<Option<AppError>>,
    pending: Signal<bool>,
}

/// The surrounding form.
pub fn use_form() -> FormState {
    expect_context()
}

impl FormState {
    /// State for `action`, for pages that show errors or progress outside the `<form>` too.
    pub fn new<S>(action: Act<S>) -> Self
    where
        S: ServerFn<Error = Error>,
        S::Output: Send + Sync + 'static,
    {
        Self::of(action.course())
    }

    pub fn of(course: Course) -> Self {
        let posted = page().submission.get_value().filter(|posted| posted.action == course.name());
        let (submission, outcome) = (StoredValue::new(posted), course.outcome());
        let error = Signal::derive(move || match outcome.get() {
            Some(outcome) => outcome.err(),
            None => submission.with_value(|s| s.as_ref().map(|s| s.error.clone())),
        });
        Self { submission, error, pending: course.pending() }
    }

    /// For one of several forms of the same use-case, told apart by a hidden field: forgets a refused post that
    /// was another one's.
    pub fn only_for(self, field: &str, value: &str) -> Self {
        if self.value(field, String::new()) != value {
            self.submission.set_value(None);
        }
        self
    }

    /// The `name` of an input.
    pub fn name(&self, field: &str) -> String {
        name(field)
    }

    /// What was typed, when the page answers a refused post; otherwise what is saved.
    pub fn value(&self, field: &str, saved: String) -> String {
        let name = self.name(field);
        self.submission
            .with_value(|submission| match submission {
                Some(submission) => {
                    decode(&submission.body).into_iter().find(|(key, _)| *key == name).map(|(_, v)| v)
                }
                None => None,
            })
            .unwrap_or(saved)
    }

    /// Whether a checkbox or radio with this value is on: as posted, otherwise as saved.
    pub fn checked(&self, field: &str, value: &str, saved: bool) -> bool {
        let name = self.name(field);
        self.submission.with_value(|submission| match submission {
            Some(submission) => decode(&submission.body).iter().any(|(key, v)| *key == name && v == value),
            None => saved,
        })
    }

    /// The whole form as it was posted, if the page answers a refused post. The server reads it, for the answer of a [`load`](crate::loaded::load):
    /// a page that the browser makes answers none.
    pub fn typed<T: DeserializeOwned>(&self) -> Option<T> {
        #[cfg(feature = "ssr")]
        return self.submission.with_value(|submission| read(&submission.as_ref()?.body));
        #[cfg(not(feature = "ssr"))]
        None
    }

    /// The sentence under a field.
    pub fn error(&self, field: &str) -> Signal<Option<String>> {
        let (error, field, language) = (self.error, field.to_owned(), language());
        Signal::derive(move || error.with(|error| texts::field(language, error.as_ref()?, &field)))
    }

    /// Whether the browser is to focus `field` when the page has loaded: the first one at fault, if the page
    /// answers a refused post, otherwise the one that is `wanted` first.
    pub fn autofocus(&self, field: &str, wanted: bool) -> bool {
        self.submission.with_value(|submission| {
            match submission.as_ref().and_then(|submission| submission.error.fields.first()) {
                Some(first) => first.field == field,
                None => wanted,
            }
        })
    }

    /// The error of the form as a whole.
    pub fn failure(&self) -> Signal<Option<AppError>> {
        self.error
    }

    /// The error of the form as a whole, where it concerns no field.
    pub fn whole_failure(&self) -> Signal<Option<AppError>> {
        let error = self.error;
        Signal::derive(move || error.get().filter(|error| error.code != Code::Invalid))
    }

    /// Whether somebody else saved in the meantime.
    pub fn conflict(&self) -> Signal<bool> {
        let error = self.error;
        Signal::derive(move || error.with(|error| error.as_ref().is_some_and(|e| e.code == Code::Conflict)))
    }

    /// Whether the answer is still on its way.
    pub fn pending(&self) -> Signal<bool> {
        self.pending
    }
}

/// A form bound to a server function that takes one argument named `form`.
#[component]
pub fn Form<S>(
    action: Act<S>,
    /// For a submit button that stands outside the form (`form="id"`).
    #[prop(optional, into)]
    id: Option<String>,
    #[prop(optional, into)] class: Option<String>,
    /// Made with [`FormState::new`] by pages that need it outside the form as well.
    #[prop(optional)]
    state: Option<FormState>,
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Error = Error>,
    S::Output: Send + Sync + 'static,
{
    let course = action.course();
    frame(course, state.unwrap_or_else(|| FormState::of(course)), id, class, children)
}

/// The same code for every form.
fn frame(
    course: Course,
    state: FormState,
    id: Option<String>,
    class: Option<String>,
    children: Children,
) -> AnyView {
    let node = NodeRef::<html::Form>::new();
    focus_first_error(node, state.error);
    let submit = move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if state.pending.get_untracked() {
            return;
        }
        match body(&event) {
            Some(body) => course.send(body),
            None => course.take(Err(Code::BadRequest.into())),
        }
    };
    view! {
        <form
            node_ref=node
            id=id
            class=class
            method="post"
            action=address(course.name())
            novalidate
            on:submit=submit
        >
            // A child of its own: two forms of one page would see each other's state in what is drawn later.
            <Provider value=state>{children()}</Provider>
        </form>
    }
    .into_any()
}

/// What a browser would send: the fields, and the button that was pressed.
fn body(event: &SubmitEvent) -> Option<Sent> {
    let fields = form_data_from_event(event).ok()?;
    // A button without a name is in there with an empty one.
    fields.delete("");
    let body = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
    Some(Sent::new(String::from(body.to_string())))
}

/// The `name` of an input: `phone` -> `form[phone]`, `days[0][open]` -> `form[days][0][open]`.
pub(crate) fn name(field: &str) -> String {
    match field.split_once('[') {
        Some((head, tail)) => format!("form[{head}][{tail}"),
        None => format!("form[{field}]"),
    }
}

#[cfg(feature = "ssr")]
fn read<T: DeserializeOwned>(body: &str) -> Option<T> {
    #[derive(serde::Deserialize)]
    struct Body<T> {
        form: T,
    }
    crate::protocol::parse::<Body<T>>(body).ok().map(|body| body.form)
}

/// Where the form goes without JavaScript; a page of an organisation says which one it is of.
pub(crate) fn address(action: &str) -> String {
    page().viewer.with_untracked(|viewer| match viewer.as_ref().map(|viewer| &viewer.organisation.id) {
        Some(id) if !id.is_empty() => format!("?do={action}&at={id}"),
        _ => format!("?do={action}"),
    })
}

/// The pairs of an `application/x-www-form-urlencoded` body.
pub(crate) fn decode(body: &str) -> Vec<(String, String)> {
    let text = |part: &str| Url::unescape(&part.replace('+', " "));
    body.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (text(key), text(value)))
        .collect()
}

/// Moves the focus to the first field at fault, on a re-rendered page as after a refused save.
fn focus_first_error(node: NodeRef<html::Form>, error: Signal<Option<AppError>>) {
    Effect::new(move || {
        let Some(form) = node.get() else { return };
        if error.with(|error| error.as_ref().is_some_and(|error| !error.fields.is_empty())) {
            request_animation_frame(move || {
                let first = form.query_selector("[aria-invalid=true]").ok().flatten();
                if let Some(input) =
                    first.and_then(|element| element.dyn_into::<leptos::web_sys::HtmlElement>().ok())
                {
                    _ = input.focus();
                }
            });
        }
    });
}
