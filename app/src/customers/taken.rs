//! Below a number that belongs to somebody else already: to whom, with a link.

use domain::Code;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::api::{Known, PhoneForm, find_customer};
use crate::{act::Act, error::Error, form::FormState, loaded::load, paths, shell::shown_as, state::language};

/// `sent` is what was sent by the action whose state this is; `None` on a page that answers a refused post.
#[component]
pub fn TakenBy(state: FormState, sent: RwSignal<Option<String>>) -> impl IntoView {
    let (l, failure) = (language(), state.failure());
    let asked = Memo::new(move |_| {
        let is_taken =
            failure.with(|error| error.as_ref().is_some_and(|e| e.of("phone") == Some(Code::PhoneTaken)));
        is_taken.then(|| sent.get().unwrap_or_else(|| state.value("phone", String::new())))
    });
    let found = load(
        move || asked.get(),
        async |phone| match phone {
            Some(phone) => find_customer(PhoneForm { phone }).await.ok().flatten(),
            None => None,
        },
    );
    let note = move |known: Known| {
        view! {
            <p class="field-note">
                {texts::customers::taken_by(l)} " "
                <a class="link" href=paths::customer(&known.id)>{known.name}</a>
            </p>
        }
    };
    shown_as(0, move || async move {
        let known = found.await;
        move || known.map(note).into_any()
    })
}

/// The number that an action sent last.
pub fn sent_phone<S>(action: Act<S>) -> RwSignal<Option<String>>
where
    S: ServerFn<Error = Error>,
    S::Output: Send + Sync + 'static,
{
    let (phone, sent) = (RwSignal::new(None), action.course().sent());
    Effect::new(move || {
        if let Some(sent) = sent.get() {
            phone.set(Some(sent.field("phone")));
        }
    });
    phone
}
