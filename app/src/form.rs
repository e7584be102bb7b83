//! Forms: one way for all of them, with and without JavaScript.
//!
//! `<Form action>` renders `<form method="post" action="?do=general/save">`. In the browser the
//! submit is intercepted and the typed server function is called. Without JavaScript the
//! server runs the same function and answers with a redirect, or with the page itself,
//! what was typed still in it. Every input is named `form[<field>]` ([`FormState::name`]).

use crate::{
    error::Error,
    state::{Submission, language, page},
};
use domain::{AppError, Code};
use leptos::{
    context::Provider,
    ev::SubmitEvent,
    form::FromFormData,
    html,
    prelude::*,
    server_fn::{Http, ServerFn, client::Client, codec::PostUrl, request::ClientReq},
    wasm_bindgen::JsCast,
    web_sys::HtmlFormElement,
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
    pub fn new<S>(action: ServerAction<S>) -> Self
    where
        S: ServerFn<Error = Error> + Clone + Send + Sync + 'static,
        S::Output: Clone + Send + Sync + 'static,
    {
        let submission = StoredValue::new(page().submission.get_value().filter(|s| s.action == path::<S>()));
        let value = action.value();
        let error = Signal::derive(move || match value.get() {
            Some(Err(Error(error))) => Some(error),
            Some(Ok(_)) => None,
            None => submission.with_value(|s| s.as_ref().map(|s| s.error.clone())),
        });
        Self { submission, error, pending: action.pending().into() }
    }

    /// For one of several forms of the same use-case, told apart by a hidden field: forgets a refused post that
    /// was another one's.
    pub fn only_for(self, field: &str, value: &str) -> Self {
        if self.value(field, String::new()) != value {
            self.submission.set_value(None);
        }
        self
    }

    /// The `name` of an input: `phone` -> `form[phone]`, `days[0][open]` -> `form[days][0][open]`.
    pub fn name(&self, field: &str) -> String {
        match field.split_once('[') {
            Some((head, tail)) => format!("form[{head}][{tail}"),
            None => format!("form[{field}]"),
        }
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

    /// The whole form as it was posted, if the page answers a refused post.
    pub fn typed<T: DeserializeOwned>(&self) -> Option<T> {
        #[derive(serde::Deserialize)]
        struct Body<T> {
            form: T,
        }
        self.submission.with_value(|submission| {
            let body = &submission.as_ref()?.body;
            serde_qs::Config::new(5, false).deserialize_str::<Body<T>>(body).ok().map(|body| body.form)
        })
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
    action: ServerAction<S>,
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
    S: ServerFn<Error = Error, Protocol = Http<PostUrl, leptos::server_fn::codec::Json>>
        + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
    S::Output: Clone + Send + Sync + 'static,
    <<S::Client as Client<Error>>::Request as ClientReq<Error>>::FormData: From<leptos::web_sys::FormData>,
    S::Client: Client<Error>,
{
    let state = state.unwrap_or_else(|| FormState::new(action));
    let node = NodeRef::<html::Form>::new();
    let value = action.value();
    focus_first_error(node, state.error);

    let submit = move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if state.pending.get_untracked() {
            return;
        }
        match S::from_event(&event) {
            Ok(form) => {
                action.dispatch(form);
            }
            Err(_) => value.set(Some(Err(Code::BadRequest.into()))),
        }
    };
    view! {
        <form
            node_ref=node
            id=id
            class=class
            method="post"
            action=address(path::<S>())
            novalidate
            on:submit=submit
        >
            // A child of its own: two forms of one page would see each other's state in what is drawn later.
            <Provider value=state>{children()}</Provider>
        </form>
    }
}

/// Where the form goes without JavaScript; a page of an organisation says which one it is of.
pub(crate) fn address(action: &str) -> String {
    page().viewer.with_untracked(|viewer| match viewer.as_ref().map(|viewer| &viewer.organisation.id) {
        Some(id) if !id.is_empty() => format!("?do={action}&at={id}"),
        _ => format!("?do={action}"),
    })
}

/// `/api/general/save` -> `general/save`.
fn path<S: ServerFn>() -> &'static str {
    S::PATH.trim_start_matches("/api/")
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
