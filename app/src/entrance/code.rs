//! The second step of a sign-in: a code of the app, a backup code or a passkey, after the right password.

use domain::Code;
use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};
use leptos_router::hooks::use_query_map;

use super::{
    api::{SecondStep, SignInWithCode, load_second_step},
    parts::{Heading, enter},
    passkey::{PasskeyButton, PasskeyRefusal, Passkeys},
};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState, use_form},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, failed, shown_as},
    state::language,
    ui::{Banner, Button, ButtonKind, CodeField, Field, Icon, LinkButton, Tone, Wiring},
};

/// The page that asks for a backup code.
const WITH_BACKUP: &str = "/login/code?with=backup";

pub struct CodeRoute {
    action: Act<SignInWithCode>,
    state: FormState,
    step: Loaded<Result<SecondStep, Error>>,
}

impl LazyPage for CodeRoute {
    fn data() -> Self {
        let action = Act::new();
        let state = FormState::new(action);
        Self { action, state, step: load(|| (), |()| load_second_step()) }
    }

    fn view(self) -> AnyView {
        let CodeRoute { action, state, step } = self;
        shown_as(4, move || async move {
            let step = step.await;
            move || match step {
                Ok(step) => view! { <Ask action state step /> }.into_any(),
                Err(Error(error)) if error.code == Code::ChallengeExpired => view! { <Expired /> }.into_any(),
                Err(error) => failed(error),
            }
        })
    }
}

/// What the page asks for. Each is a page load of its own (`rel="external"`): the browser puts the focus into the
/// field, and no error of the other way is left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    App,
    Backup,
    Passkey,
}

#[component]
fn Ask(action: Act<SignInWithCode>, state: FormState, step: SecondStep) -> impl IntoView {
    let passkeys = Passkeys::second();
    let wants_backup =
        use_query_map().with_untracked(|query| query.get("with").is_some_and(|with| with == "backup"));
    let way = match (wants_backup, step.has_app, step.has_passkeys) {
        (false, true, _) => Way::App,
        (false, false, true) => Way::Passkey,
        _ => Way::Backup,
    };
    // The whole page belongs to somebody else now.
    Effect::new(move || {
        if let Some(Ok(path)) = action.value().get() {
            enter(&path);
        }
    });
    let (failure, refusal) = (state.failure(), passkeys.error());
    let expired = Memo::new(move |_| {
        let is_over = |error: &Option<domain::AppError>| {
            error.as_ref().is_some_and(|error| error.code == Code::ChallengeExpired)
        };
        failure.with(is_over) || refusal.with(is_over)
    });
    move || {
        if expired.get() {
            return Either::Right(view! { <Expired /> });
        }
        let step = step.clone();
        Either::Left(view! {
            <Title way />
            <Who email=step.email.clone() />
            <PasskeyRefusal passkeys />
            {match way {
                Way::App => EitherOf3::A(view! { <TypeCode state action backup=false /> }),
                Way::Backup => EitherOf3::B(view! { <TypeCode state action backup=true /> }),
                Way::Passkey => EitherOf3::C(view! { <UsePasskey passkeys /> }),
            }}
            <OtherWays way step=step.clone() passkeys />
            <Lost step />
            <p class="entrance-foot">
                <a class="link" href=paths::LOGIN>{texts::entrance::to_login(language())}</a>
            </p>
        })
    }
}

#[component]
fn Title(way: Way) -> impl IntoView {
    let l = language();
    let (title, text) = match way {
        Way::App => (texts::entrance::code_title(l), texts::entrance::code_text(l)),
        Way::Backup => (texts::entrance::backup_title(l), texts::entrance::backup_text(l)),
        Way::Passkey => (texts::entrance::second_passkey_title(l), texts::entrance::second_passkey_text(l)),
    };
    view! { <Heading sign="shield-check" title=title text=text /> }
}

/// Whose sign-in it is: somebody with two accounts has two entries in the app.
#[component]
fn Who(email: String) -> impl IntoView {
    view! {
        <p class="entrance-who">
            <Icon name="user" />
            <span class="visually-hidden">{texts::entrance::code_who(language())}</span>
            <span>{email}</span>
        </p>
    }
}

#[component]
fn TypeCode(state: FormState, action: Act<SignInWithCode>, backup: bool) -> impl IntoView {
    let l = language();
    let failure = state.failure();
    // What is wrong with the code is said under it.
    let failure = Signal::derive(move || failure.get().filter(|error| error.of("code").is_none()));
    // Without JavaScript the page that answers has to ask for the same thing again.
    let repeat = backup.then_some("?do=entrance/sign-in-with-code&with=backup");
    view! {
        <Form action state class="stack">
            <FormFailure error=failure />
            {if backup {
                Either::Left(view! { <BackupField /> })
            } else {
                Either::Right(view! {
                    <CodeField field="code" label=texts::entrance::code(l) autofocus=true submits=true />
                })
            }}
            <Button
                kind=ButtonKind::Primary
                type_="submit"
                wide=true
                pending=state.pending()
                attr:formaction=repeat
            >
                {texts::entrance::login_button(l)}
            </Button>
        </Form>
    }
}

/// A backup code: letters and digits in groups of four, typed from paper.
#[component]
pub fn BackupField() -> impl IntoView {
    let l = language();
    let (wiring, failure) = (Wiring::of("code", true), use_form().failure());
    let (error, described) = (wiring.error, wiring.described());
    // The sentence for a wrong code speaks of the app.
    let error = Signal::derive(move || {
        let is_wrong =
            failure.with(|error| error.as_ref().and_then(|error| error.of("code")) == Some(Code::CodeWrong));
        if is_wrong { Some(texts::entrance::backup_wrong(l).to_owned()) } else { error.get() }
    });
    view! {
        <Field
            field="code"
            label=texts::entrance::backup_code(l)
            hint=texts::entrance::backup_hint(l)
            error=error
        >
            <input
                class="input input-backup"
                id=wiring.id.clone()
                name=wiring.name.clone()
                type="text"
                autocomplete="off"
                autocapitalize="characters"
                spellcheck="false"
                placeholder="XXXX-XXXX-XXXX-XXXX"
                maxlength="40"
                autofocus=true
                aria-required="true"
                aria-invalid=wiring.invalid()
                aria-describedby=described
            />
        </Field>
    }
}

#[component]
fn UsePasskey(passkeys: Passkeys) -> impl IntoView {
    let l = language();
    view! {
        <PasskeyButton
            passkeys
            kind=ButtonKind::Primary
            label=texts::entrance::second_passkey_button(l)
            explained=true
        />
        <div class="plain-only">
            <Banner tone=Tone::Info><p>{texts::entrance::passkey_needs_script(l)}</p></Banner>
        </div>
    }
}

#[component]
fn OtherWays(way: Way, step: SecondStep, passkeys: Passkeys) -> impl IntoView {
    let l = language();
    view! {
        <div class="entrance-ways">
            {(step.has_passkeys && way != Way::Passkey)
                .then(|| view! { <PasskeyButton passkeys label=texts::entrance::passkey_instead(l) /> })}
            {(way != Way::Backup)
                .then(|| {
                    view! {
                        <LinkButton href=WITH_BACKUP kind=ButtonKind::Ghost wide=true attr:rel="external">
                            {texts::entrance::backup_instead(l)}
                        </LinkButton>
                    }
                })}
            {(step.has_app && way == Way::Backup)
                .then(|| {
                    view! {
                        <LinkButton href=paths::LOGIN_CODE kind=ButtonKind::Ghost wide=true attr:rel="external">
                            {texts::entrance::code_instead(l)}
                        </LinkButton>
                    }
                })}
        </div>
    }
}

/// What helps somebody whose phone is gone.
#[component]
pub fn Lost(step: SecondStep) -> impl IntoView {
    let l = language();
    view! {
        <details class="entrance-lost">
            <summary>{texts::entrance::lost_title(l)}<Icon name="chevron-down" /></summary>
            <ul>
                <li>{texts::entrance::lost_backup(l)}</li>
                {step.has_passkeys.then(|| view! { <li>{texts::entrance::lost_passkey(l)}</li> })}
                <li>{texts::entrance::lost_admin(l)}</li>
            </ul>
        </details>
    }
}

/// The password was given too long ago, or too many codes were wrong.
#[component]
fn Expired() -> impl IntoView {
    let l = language();
    view! {
        <Heading
            sign="history"
            title=texts::entrance::code_expired_title(l)
            text=texts::code(l, Code::ChallengeExpired)
        />
        <LinkButton href=paths::LOGIN kind=ButtonKind::Primary wide=true>
            {texts::entrance::start_again(l)}
        </LinkButton>
    }
}
