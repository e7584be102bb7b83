//! New backup codes for a passkey: for whoever has no code left, or would rather not type one.

use domain::account::PasskeyForm;
use leptos::{either::Either, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;

use super::{
    api::{AskOwnPasskey, Question, RegenerateCodesWithPasskey},
    passkey,
    sudo::AskPassword,
};
use crate::{
    act::Act,
    form::FormState,
    paths,
    shell::FormFailure,
    state::language,
    ui::{Banner, Button, Tone, hydrated},
};

/// A button under the form that takes a code. Nothing without JavaScript, or where the browser knows no passkeys.
#[component]
pub fn CodesByPasskey() -> impl IntoView {
    let (l, live) = (language(), hydrated());
    let (ask, make) = (Act::<AskOwnPasskey>::new(), Act::<RegenerateCodesWithPasskey>::new());
    let (asking, making) = (FormState::new(ask), FormState::new(make));
    let (working, failed) = (RwSignal::new(false), RwSignal::new(false));
    let pending = Signal::derive(move || working.get() || asking.pending().get() || making.pending().get());
    let press = move |_| {
        if !pending.get_untracked() {
            failed.set(false);
            make.clear();
            ask.dispatch(AskOwnPasskey {});
        }
    };
    Effect::new(move || {
        if let Some(Ok(Question { ceremony, options })) = ask.value().get() {
            working.set(true);
            spawn_local(async move {
                match passkey::get(&options).await {
                    Ok(credential) => {
                        let form = PasskeyForm { ceremony, credential, next: String::new() };
                        make.dispatch(RegenerateCodesWithPasskey { form });
                    }
                    Err(_) => failed.set(true),
                }
                working.set(false);
            });
        }
    });
    let navigate = use_navigate();
    Effect::new(move || {
        if matches!(make.value().get(), Some(Ok(()))) {
            navigate(paths::ACCOUNT_CODES, leptos_router::NavigateOptions::default());
        }
    });
    let usable = Memo::new(move |_| !live.get() || passkey::is_supported());
    view! {
        <AskPassword action=ask />
        {move || match usable.get() {
            false => Either::Left(()),
            true => Either::Right(view! {
                <div class="live-only stack">
                    <FormFailure error=asking.failure() />
                    <FormFailure error=making.failure() />
                    {move || {
                        failed.get().then(|| {
                            view! {
                                <Banner tone=Tone::Warn>
                                    <p>{texts::account::codes_passkey_failed(l)}</p>
                                </Banner>
                            }
                        })
                    }}
                    <div class="cluster">
                        <Button icon="key-round" pending=pending on:click=press>
                            {texts::account::codes_passkey(l)}
                        </Button>
                    </div>
                </div>
            }),
        }}
    }
}
