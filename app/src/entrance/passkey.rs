//! Signing in with a passkey: by a button, and from the browser's list under the address field.

use std::time::Duration;

use domain::{AppError, account::PasskeyForm};
use leptos::{either::Either, prelude::*, task::spawn_local};

use super::{
    api::{AskForm, ask_passkey, finish_with_passkey, sign_in_with_passkey},
    parts::enter,
};
use crate::{
    account::{
        Question,
        passkey::{self, Abort, PasskeyFailure},
    },
    error::Error,
    shell::FormFailure,
    state::language,
    ui::{Banner, Button, ButtonKind, Tone, hydrated},
};

/// The server takes no answer to a question older than five minutes: the one under the address field, which may
/// wait for as long as the page is open, is put anew before that.
const ASK_AGAIN: Duration = Duration::from_mins(4);

/// The state of a sign-in with a passkey, for the button and for what stands around it.
#[derive(Clone, Copy)]
pub struct Passkeys {
    /// After the password, instead of a code.
    second: bool,
    next: StoredValue<String>,
    pending: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// The open question under the address field.
    offer: StoredValue<Option<Abort>>,
    /// Counts the questions put there.
    round: RwSignal<u32>,
}

#[derive(Clone)]
enum Failure {
    Browser(PasskeyFailure),
    Server(AppError),
}

impl Passkeys {
    /// Instead of a password; afterwards one is at `next`.
    pub fn first(next: String) -> Self {
        Self {
            second: false,
            next: StoredValue::new(next),
            pending: RwSignal::new(false),
            failure: RwSignal::new(None),
            offer: StoredValue::new(None),
            round: RwSignal::new(0),
        }
    }

    /// Instead of a code; the server knows where to go.
    pub fn second() -> Self {
        Self { second: true, ..Self::first(String::new()) }
    }

    /// What the server said.
    pub fn error(self) -> Signal<Option<AppError>> {
        Signal::derive(move || match self.failure.get() {
            Some(Failure::Server(error)) => Some(error),
            _ => None,
        })
    }

    /// Offers the passkeys of this device in the list of the field with `autocomplete="username webauthn"`. Nobody
    /// asked for it, so what fails before one is chosen stays unsaid.
    fn offer(self) {
        Effect::new(move || {
            self.round.track();
            // It ends with this run of the effect: by the next one, or when the page is left.
            let abort = Abort::new();
            self.offer.set_value(Some(abort));
            let again = set_timeout_with_handle(move || self.again(), ASK_AGAIN);
            on_cleanup(move || {
                if let Ok(again) = again {
                    again.clear();
                }
            });
            spawn_local(async move {
                if !passkey::has_conditional().await {
                    return;
                }
                let Ok(Question { ceremony, options }) = ask_passkey(AskForm { second: false }).await else {
                    return;
                };
                if let Ok(credential) = passkey::get_conditional(&options, abort).await {
                    self.answer(ceremony, credential).await;
                }
            });
        });
    }

    fn again(self) {
        self.round.try_update(|round| *round = round.wrapping_add(1));
    }

    /// The button: the browser opens a window of its own.
    fn ask(self) {
        if self.pending.get_untracked() {
            return;
        }
        // A browser answers one question at a time.
        if let Some(abort) = self.offer.get_value() {
            abort.abort();
        }
        self.pending.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let Question { ceremony, options } = match ask_passkey(AskForm { second: self.second }).await {
                Ok(question) => question,
                Err(Error(error)) => return self.fail(Failure::Server(error)),
            };
            match passkey::get(&options).await {
                Ok(credential) => self.answer(ceremony, credential).await,
                Err(failure) => self.fail(Failure::Browser(failure)),
            }
        });
    }

    async fn answer(self, ceremony: String, credential: String) {
        let Some(next) = self.next.try_get_value() else { return };
        self.pending.try_set(true);
        let form = PasskeyForm { ceremony, credential, next };
        let entered = match self.second {
            true => finish_with_passkey(form).await,
            false => sign_in_with_passkey(form).await,
        };
        match entered {
            Ok(path) => enter(&path),
            Err(Error(error)) => self.fail(Failure::Server(error)),
        }
    }

    fn fail(self, failure: Failure) {
        self.pending.try_set(false);
        self.failure.try_set(Some(failure));
        self.again();
    }
}

/// Why it did not work, in a sentence.
#[component]
pub fn PasskeyRefusal(passkeys: Passkeys) -> impl IntoView {
    let l = language();
    let by_browser = move || match passkeys.failure.get() {
        Some(Failure::Browser(failure)) => Some(match failure {
            PasskeyFailure::Unsupported => texts::entrance::passkey_unsupported(l),
            PasskeyFailure::Cancelled => texts::entrance::passkey_cancelled(l),
            PasskeyFailure::AlreadyThere | PasskeyFailure::Other => texts::entrance::passkey_failed(l),
        }),
        _ => None,
    };
    view! {
        <FormFailure error=passkeys.error() />
        {move || by_browser().map(|text| view! { <Banner tone=Tone::Warn><p>{text}</p></Banner> })}
    }
}

/// The button; a sentence in its place where the browser knows no passkeys. Nothing without JavaScript.
#[component]
pub fn PasskeyButton(
    passkeys: Passkeys,
    #[prop(into)] label: String,
    #[prop(optional)] kind: ButtonKind,
    /// Also in the list under the address field.
    #[prop(optional)]
    offered: bool,
    /// There is no other way but a backup code: its absence is explained.
    #[prop(optional)]
    explained: bool,
) -> impl IntoView {
    let (l, live) = (language(), hydrated());
    if offered {
        passkeys.offer();
    }
    let label = StoredValue::new(label);
    let unsupported = Memo::new(move |_| live.get() && !passkey::is_supported());
    move || {
        if unsupported.get() {
            Either::Left(
                explained.then(|| view! { <Banner tone=Tone::Warn><p>{texts::entrance::passkey_unsupported(l)}</p></Banner> }),
            )
        } else {
            Either::Right(view! {
                <div class="live-only">
                    <Button
                        kind
                        wide=true
                        icon="key-round"
                        pending=passkeys.pending
                        on:click=move |_| passkeys.ask()
                    >
                        {label.get_value()}
                    </Button>
                </div>
            })
        }
    }
}
