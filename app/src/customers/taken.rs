//! Below a number that belongs to somebody else already: to whom, with a link.

use domain::{Code, customers::CustomerForm};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::api::{PhoneForm, find_customer};
use crate::{error::Error, form::FormState, loaded::load, paths, state::language};

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
    view! {
        <Transition>
            {move || Suspend::new(async move {
                found
                    .await
                    .map(|known| {
                        view! {
                            <p class="field-note">
                                {texts::customers::taken_by(l)} " "
                                <a class="link" href=paths::customer(&known.id)>{known.name}</a>
                            </p>
                        }
                    })
            })}
        </Transition>
    }
}

/// The number that an action sent last.
pub fn sent_phone<S>(action: ServerAction<S>, phone: fn(&S) -> &CustomerForm) -> RwSignal<Option<String>>
where
    S: ServerFn<Error = Error> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let (sent, input) = (RwSignal::new(None), action.input());
    // An action forgets what it was given once it has answered.
    Effect::new(move || {
        if let Some(input) = input.get() {
            sent.set(Some(phone(&input).phone.clone()));
        }
    });
    sent
}
