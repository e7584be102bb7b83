//! The authenticator app: switched on in the wizard, replaced there, switched off here.

use leptos::{context::Provider, either::EitherOf3, prelude::*};

use super::{
    api::{DisableApp, Overview},
    done::{Done, Progress},
    sign_in::More,
};
use crate::{
    act::Act,
    entrance::CurrentPassword,
    form::{Form, FormState},
    paths,
    shell::FormFailure,
    state::language,
    ui::{Button, ButtonKind, Field, Icon, IdPrefix, LinkButton, TextField},
};

#[component]
pub fn AppRow(overview: Overview, progress: Progress) -> impl IntoView {
    let l = language();
    let action = Act::<DisableApp>::new();
    progress.after(action.value(), Done::AppDisabled);
    // With a passkey left the second factor stays, whoever requires it.
    let kept = !overview.required_by.is_empty() && overview.passkeys.is_empty();
    let row = match overview.app_since {
        None => EitherOf3::A(view! {
            <p class="muted">{texts::account::app_off_text(l)}</p>
            <div class="cluster">
                <LinkButton href=paths::ACCOUNT_APP kind=ButtonKind::Primary>{texts::account::activate(l)}</LinkButton>
            </div>
        }),
        Some(since) if kept => EitherOf3::B(view! {
            <Since since />
            <p class="muted">{texts::account::app_kept(l, overview.required_by.join(", "))}</p>
            <div class="cluster">
                <LinkButton href=paths::ACCOUNT_APP>{texts::account::app_replace(l)}</LinkButton>
            </div>
        }),
        Some(since) => EitherOf3::C(view! {
            <Since since />
            <div class="cluster">
                <LinkButton href=paths::ACCOUNT_APP>{texts::account::app_replace(l)}</LinkButton>
                <TurnOff action />
            </div>
        }),
    };
    view! {
        <Field field="app" label=texts::account::app(l) hint=texts::account::app_hint(l) group=true>
            <div class="factor">{row}</div>
        </Field>
    }
}

#[component]
fn Since(since: String) -> impl IntoView {
    view! {
        <p class="factor-state is-on">
            <Icon name="circle-check" />
            <span>{texts::account::app_since(language(), since)}</span>
        </p>
    }
}

#[component]
fn TurnOff(action: Act<DisableApp>) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    view! {
        <More words=texts::account::app_off(l) state danger=true>
            <Form action state class="stack">
                <FormFailure error=state.failure() />
                <p class="muted">{texts::account::app_off_explained(l)}</p>
                <Provider value=IdPrefix("off")>
                    <CurrentPassword />
                    <AnyCode has_app=true />
                </Provider>
                <div class="cluster">
                    <Button kind=ButtonKind::Danger type_="submit" pending=state.pending()>
                        {texts::account::app_off_confirm(l)}
                    </Button>
                </div>
            </Form>
        </More>
    }
}

/// A code of the app or a backup code: letters too, so no keyboard of figures.
#[component]
pub fn AnyCode(has_app: bool) -> impl IntoView {
    let l = language();
    let hint = if has_app { texts::account::code_hint(l) } else { texts::account::code_backup_hint(l) };
    view! {
        <TextField
            field="code"
            label=texts::account::code(l)
            hint=hint
            autocomplete="one-time-code"
            maxlength=24
            required=true
        />
    }
}
