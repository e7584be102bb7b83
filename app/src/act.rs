//! A use-case of the server that a form or a button starts, and what came of it.
//!
//! Leptos' own action is made for each function anew, from reading the form to running it: an eighth of all code
//! (docs/decisions/0047). Here a form is sent as a browser without Wasm sends it, and only reading the answer knows its type.

use domain::{AppError, Code};
use leptos::{
    prelude::*,
    server_fn::{Bytes, ServerFn},
    task::spawn_local,
};
use serde::{Serialize, de::DeserializeOwned};
use std::{sync::Arc, time::Duration};

use crate::{error::Error, form, json, protocol::ask};

/// The use-case `S`, as often as it is started from this place.
pub struct Act<S>
where
    S: ServerFn<Error = Error>,
    S::Output: Send + Sync + 'static,
{
    course: Course,
    value: Value<S::Output>,
}

type Value<T> = RwSignal<Option<Result<T, Error>>>;

impl<S> Clone for Act<S>
where
    S: ServerFn<Error = Error>,
    S::Output: Send + Sync + 'static,
{
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Act<S>
where
    S: ServerFn<Error = Error>,
    S::Output: Send + Sync + 'static,
{
}

impl<S> Default for Act<S>
where
    S: ServerFn<Error = Error>,
    S::Output: DeserializeOwned + Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Act<S>
where
    S: ServerFn<Error = Error>,
    S::Output: Send + Sync + 'static,
{
    pub fn new() -> Self
    where
        S::Output: DeserializeOwned,
    {
        let value = RwSignal::new(None);
        Self { course: Course::new(S::PATH, reader(value)), value }
    }

    /// Starts it without a form.
    pub fn dispatch(self, input: S)
    where
        S: Serialize,
    {
        match serde_qs::to_string(&input) {
            Ok(body) => self.course.send(Sent::new(body)),
            Err(_) => self.course.take(Err(Code::BadRequest.into())),
        }
    }

    /// The last answer.
    pub fn value(self) -> Value<S::Output> {
        self.value
    }

    /// Forgets the last answer.
    pub fn clear(self) {
        self.value.set(None);
        self.course.outcome.set(None);
    }

    pub fn pending(self) -> Signal<bool> {
        self.course.pending()
    }

    pub fn course(self) -> Course {
        self.course
    }
}

/// What there is to know of a use-case without its type.
#[derive(Clone, Copy)]
pub struct Course {
    path: &'static str,
    sent: RwSignal<Option<Sent>>,
    outcome: RwSignal<Option<Result<(), AppError>>>,
    under_way: RwSignal<usize>,
    answers: RwSignal<usize>,
    read: Reader,
}

/// Keeps an answer, and says whether it is one.
type Reader = Callback<Result<Bytes, Error>, Result<(), AppError>>;

fn reader<T: DeserializeOwned + Send + Sync + 'static>(value: Value<T>) -> Reader {
    Callback::new(move |answer: Result<Bytes, Error>| {
        // A proxy's own page is no answer of ours.
        let read = answer.and_then(|bytes| json::read(&bytes).map_err(|_| Code::Offline.into()));
        let outcome = match &read {
            Ok(_) => Ok(()),
            Err(Error(error)) => Err(error.clone()),
        };
        _ = value.try_set(Some(read));
        outcome
    })
}

impl Course {
    fn new(path: &'static str, read: Reader) -> Self {
        Self {
            path,
            sent: RwSignal::new(None),
            outcome: RwSignal::new(None),
            under_way: RwSignal::new(0),
            answers: RwSignal::new(0),
            read,
        }
    }

    /// `general/save`.
    pub fn name(self) -> &'static str {
        self.path.trim_start_matches("/api/")
    }

    pub fn send(self, body: Sent) {
        self.sent.set(Some(body.clone()));
        self.under_way.update(|count| *count += 1);
        spawn_local(async move {
            let answer = ask(self.path, body.0.to_string()).await;
            // Whoever asked may have left.
            if self.under_way.try_update(|count| *count -= 1).is_some() {
                self.take(answer);
            }
        });
    }

    /// Sends once more what was sent last.
    pub fn send_again(self) {
        if let Some(body) = self.sent.get_untracked() {
            self.send(body);
        }
    }

    pub fn take(self, answer: Result<Bytes, Error>) {
        let Some(outcome) = self.read.try_run(answer) else { return };
        let is_wanted = outcome.as_ref().is_err_and(|error| error.code == Code::PasswordNeeded);
        self.outcome.set(Some(outcome));
        self.answers.update(|count| *count += 1);
        // When everybody has heard of it: there may be a password in it.
        if !is_wanted {
            let forget = move || {
                if self.under_way.try_get_untracked() == Some(0) {
                    self.sent.set(None);
                }
            };
            set_timeout(forget, Duration::ZERO);
        }
    }

    /// What was sent last, until its answer was heard; longer if it is to be sent again.
    pub fn sent(self) -> RwSignal<Option<Sent>> {
        self.sent
    }

    /// Whether the last answer was one, or what it refused; `None` before there was one.
    pub fn outcome(self) -> RwSignal<Option<Result<(), AppError>>> {
        self.outcome
    }

    pub fn pending(self) -> Signal<bool> {
        Signal::derive(move || self.under_way.get() > 0)
    }

    /// How many answers there were.
    pub fn answers(self) -> RwSignal<usize> {
        self.answers
    }
}

/// A form as it was sent, `application/x-www-form-urlencoded`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent(Arc<str>);

impl Sent {
    pub fn new(body: String) -> Self {
        Self(body.into())
    }

    pub fn body(&self) -> &str {
        &self.0
    }

    /// What stood in a field; empty where there was none.
    pub fn field(&self, field: &str) -> String {
        let name = form::name(field);
        form::decode(&self.0)
            .into_iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .unwrap_or_default()
    }
}
