//! The secret as a QR code and as a key to be typed, and the first code of the app.

use domain::Code;
use leptos::{context::Provider, prelude::*};

use super::{
    api::{ConfirmApp, Enrolment},
    app::Replaces,
    clipboard::Copy,
    wizard::{Step, Steps, with_next},
};
use crate::{
    act::Act,
    form::{Form, FormState},
    paths,
    shell::{FormFailure, tell_other_tabs},
    state::language,
    ui::{Button, ButtonKind, CodeField, Icon, IdPrefix},
};

/// Light modules around a QR code, so that it stands out on any page (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

#[component]
pub fn Scan(enrolment: Enrolment, next: String) -> impl IntoView {
    let (l, action) = (language(), Act::<ConfirmApp>::new());
    let state = FormState::new(action);
    // A refused post answers at an address without it.
    let next = state.value("next", next);
    let Enrolment { key, uri, size, path, replaces } = enrolment;
    // The shell shows something else now.
    Effect::new(move || {
        if let Some(Ok(path)) = action.value().get() {
            tell_other_tabs();
            _ = window().location().assign(&path);
        }
    });
    let tried = state.failure();
    let step = Signal::derive(move || if tried.with(Option::is_some) { Step::Code } else { Step::Scan });
    let again = with_next(paths::ACCOUNT_APP, &next);
    view! {
        <Steps current=step />
        {replaces.then(|| view! { <Replaces /> })}
        <section class="panel wizard" aria-labelledby="wizard-step">
            <header class="panel-head">
                <div>
                    <h2 id="wizard-step">{texts::account::scan_title(l)}</h2>
                    <p>{texts::account::scan_text(l)}</p>
                </div>
            </header>
            <div class="panel-body scan">
                <Picture size path />
                <Key key uri />
            </div>
            <div class="panel-body">
                <Form action state class="stack">
                    <FormFailure error=tried />
                    <StartAgain state href=again />
                    <input type="hidden" name=state.name("next") value=next />
                    <Provider value=IdPrefix("app")>
                        <CodeField field="code" label=texts::account::scan_code(l) hint=texts::account::scan_code_hint(l) />
                    </Provider>
                    <div class="cluster">
                        <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                            {texts::account::scan_save(l)}
                        </Button>
                    </div>
                </Form>
            </div>
        </section>
    }
}

/// Dark on light in both themes: many cameras do not read the reverse.
#[component]
fn Picture(size: usize, path: String) -> impl IntoView {
    let side = size + 2 * QUIET;
    view! {
        <svg
            class="scan-picture"
            viewBox=format!("-{QUIET} -{QUIET} {side} {side}")
            role="img"
            aria-label=texts::account::scan_picture(language())
            shape-rendering="crispEdges"
        >
            <rect x=format!("-{QUIET}") y=format!("-{QUIET}") width=side height=side fill="#fff"></rect>
            <path d=path fill="#000"></path>
        </svg>
    }
}

#[component]
fn Key(key: String, uri: String) -> impl IntoView {
    let l = language();
    view! {
        <div class="scan-other">
            <h3>{texts::account::scan_manual(l)}</h3>
            <p class="muted">{texts::account::scan_manual_text(l)}</p>
            <p class="scan-key mono">{key.clone()}</p>
            <div class="cluster">
                <span class="live-only">
                    <Copy text=key.replace(' ', "") label=texts::account::scan_copy(l) done=texts::account::scan_copied(l) small=true />
                </span>
                <a class="button button-small scan-here" href=uri rel="external">
                    <Icon name="smartphone" />
                    <span class="button-label">{texts::account::scan_here(l)}</span>
                </a>
            </div>
        </div>
    }
}

/// The time for this secret is up: a new one is made on the same page.
#[component]
fn StartAgain(state: FormState, href: String) -> impl IntoView {
    let (l, failure) = (language(), state.failure());
    let expired = move || failure.with(|e| e.as_ref().is_some_and(|e| e.code == Code::EnrolmentExpired));
    move || {
        let href = href.clone();
        expired().then(|| {
            view! {
                <p><a class="button" href=href rel="external">{texts::account::scan_again(l)}</a></p>
            }
        })
    }
}
