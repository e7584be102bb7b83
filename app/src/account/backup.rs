//! Backup codes: how many are left, and new ones.

use domain::account::{BACKUP_CODES, FEW_BACKUP_CODES};
use leptos::{context::Provider, either::Either, prelude::*};
use leptos_router::hooks::use_navigate;

use super::{
    api::{Overview, RegenerateCodes},
    authenticator::AnyCode,
    by_passkey::CodesByPasskey,
    page::has_factor,
    sign_in::More,
    sudo::AskPassword,
};
use crate::{
    act::Act,
    form::{Form, FormState},
    paths,
    shell::FormFailure,
    state::language,
    ui::{Banner, Button, Field, IdPrefix, LinkButton, Pill, Tone},
};

const FEW: u64 = FEW_BACKUP_CODES as u64;

/// At the top of the page: codes that nobody has saved yet, or too few of them.
#[component]
pub fn CodesNote(overview: Overview) -> impl IntoView {
    let l = language();
    if overview.has_fresh_codes {
        let action = view! {
            <LinkButton href=paths::ACCOUNT_CODES small=true>{texts::account::codes_look(l)}</LinkButton>
        };
        return Some(view! {
            <Banner tone=Tone::Warn title=texts::account::codes_fresh_title(l) action=action.into_any()>
                <p>{texts::account::codes_fresh_text(l)}</p>
            </Banner>
        });
    }
    let left = overview.codes_left;
    (has_factor(&overview) && left < FEW).then(|| {
        let title = match left {
            0 => texts::account::codes_none_title(l).to_owned(),
            1 => texts::account::codes_one_title(l).to_owned(),
            _ => texts::account::codes_few_title(l, left),
        };
        let action =
            view! { <a class="button button-small" href="#backup-codes">{texts::account::codes_new(l)}</a> };
        view! {
            <Banner tone=Tone::Warn title=title action=action.into_any()>
                <p>{texts::account::codes_few_text(l)}</p>
            </Banner>
        }
    })
}

#[component]
pub fn BackupRow(overview: Overview) -> impl IntoView {
    let l = language();
    let (left, has_app) = (overview.codes_left, overview.app_since.is_some());
    let has_passkey = !overview.passkeys.is_empty() && overview.can_have_passkeys;
    let row = if has_factor(&overview) {
        Either::Left(view! { <Codes left has_app has_passkey /> })
    } else {
        Either::Right(view! { <p class="muted">{texts::account::codes_later(l)}</p> })
    };
    view! {
        <Field field="codes" label=texts::account::codes(l) hint=texts::account::codes_hint(l) group=true>
            <div class="factor" id="backup-codes">{row}</div>
        </Field>
    }
}

#[component]
fn Codes(left: u64, has_app: bool, has_passkey: bool) -> impl IntoView {
    let (l, action) = (language(), Act::<RegenerateCodes>::new());
    let state = FormState::new(action);
    let (navigate, value) = (use_navigate(), action.value());
    Effect::new(move || {
        if matches!(value.get(), Some(Ok(()))) {
            navigate(paths::ACCOUNT_CODES, leptos_router::NavigateOptions::default());
        }
    });
    let tone = match left {
        0 => Tone::Danger,
        _ if left < FEW => Tone::Warn,
        _ => Tone::Ok,
    };
    view! {
        <p class="factor-state">
            <Pill tone>{texts::account::codes_left(l, left, BACKUP_CODES)}</Pill>
        </p>
        <More words=texts::account::codes_new(l) state>
            <Form action state class="stack">
                <FormFailure error=state.failure() />
                <p class="muted">{texts::account::codes_new_text(l)}</p>
                <Provider value=IdPrefix("codes")>
                    <AnyCode has_app />
                </Provider>
                <div class="cluster">
                    <Button type_="submit" pending=state.pending()>{texts::account::codes_make(l)}</Button>
                </div>
            </Form>
            {has_passkey.then(|| view! { <CodesByPasskey /> })}
        </More>
        <AskPassword action />
    }
}
