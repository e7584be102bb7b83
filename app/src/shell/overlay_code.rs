//! The second step of signing in again: a code, a backup code or a passkey, and what helps without the phone.

use domain::Code;
use leptos::{either::Either, prelude::*, task::spawn_local};

use super::{
    FormFailure,
    overlay::{PasskeyStep, focus, signed_in},
};
use crate::{
    act::Act,
    entrance::{
        BackupField, Lost,
        api::{SecondStep, SignInWithCode, load_second_step},
    },
    error::Error,
    form::{Form, FormState},
    state::language,
    ui::{Button, ButtonKind, CodeField},
};

#[component]
pub fn CodeStep(code_owed: RwSignal<bool>, again: RwSignal<Option<Code>>) -> impl IntoView {
    let (l, action) = (language(), Act::<SignInWithCode>::new());
    let (state, signed_in) = (FormState::new(action), signed_in());
    Effect::new(move || match action.value().get() {
        Some(Ok(_)) => signed_in.run(()),
        // Too late or too often.
        Some(Err(Error(error))) if error.code == Code::ChallengeExpired => {
            again.set(Some(error.code));
            code_owed.set(false);
        }
        _ => {}
    });
    let step = RwSignal::new(None::<SecondStep>);
    // A field of its own: the one for six digits brings up a keyboard without letters.
    let backup = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(loaded) = load_second_step().await {
            _ = backup.try_set(!loaded.has_app);
            _ = step.try_set(Some(loaded));
        }
    });
    let has = move |what: fn(&SecondStep) -> bool| {
        Signal::derive(move || step.with(|step| step.as_ref().is_some_and(what)))
    };
    let (has_app, has_passkeys) = (has(|step| step.has_app), has(|step| step.has_passkeys));
    let other_way = move |_| {
        action.clear();
        backup.update(|backup| *backup = !*backup);
        request_animation_frame(|| focus("gate-f-code"));
    };
    view! {
        <Form action state class="stack">
            <FormFailure error=state.failure() />
            {move || {
                if backup.get() {
                    Either::Left(view! { <BackupField /> })
                } else {
                    Either::Right(view! {
                        <CodeField
                            field="code"
                            label=texts::shell::gate_code(l)
                            hint=texts::shell::gate_code_hint(l)
                            autofocus=true
                            submits=true
                        />
                    })
                }
            }}
            <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                {texts::entrance::login_button(l)}
            </Button>
        </Form>
        <Show when=move || has_app.get()>
            <Button kind=ButtonKind::Ghost wide=true on:click=other_way>
                {move || if backup.get() { texts::entrance::code_instead(l) } else { texts::entrance::backup_instead(l) }}
            </Button>
        </Show>
        <PasskeyStep second=true offered=has_passkeys signed_in />
        {move || step.get().map(|step| view! { <Lost step /> })}
    }
}
