//! What the pages of the set-up share: their head, the steps, where they lead afterwards.

use domain::entrance::safe_next;
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, location::Url};

use crate::{paths, shell::PageTitle, state::language, ui::Icon};

/// Where to go afterwards: `next` of the address, if that is a page of this site.
pub fn wanted_next() -> String {
    let wanted = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    safe_next(&wanted).unwrap_or_default().to_owned()
}

/// `path` with where to go afterwards, if that is a page of this site.
pub fn with_next(path: &str, next: &str) -> String {
    match safe_next(next) {
        Some(next) => format!("{path}?next={}", Url::escape(next)),
        None => path.to_owned(),
    }
}

#[component]
pub fn WizardHead(#[prop(into)] title: String, #[prop(into)] text: String) -> impl IntoView {
    view! {
        <PageTitle text=title.clone() />
        <div class="page-head">
            <div class="page-title">
                <a class="wizard-back" href=with_next(paths::ACCOUNT, &wanted_next())>
                    <Icon name="arrow-left" />
                    {texts::account::back(language())}
                </a>
                <h1>{title}</h1>
                <p>{text}</p>
            </div>
        </div>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Password,
    Scan,
    Code,
    Codes,
}

/// The way through the set-up; scanning and the code are one page.
#[component]
pub fn Steps(#[prop(into)] current: Signal<Step>) -> impl IntoView {
    let l = language();
    let steps = [
        (Step::Password, texts::account::step_password(l)),
        (Step::Scan, texts::account::step_scan(l)),
        (Step::Code, texts::account::step_code(l)),
        (Step::Codes, texts::account::step_codes(l)),
    ];
    let line = move |(number, (step, name)): (usize, (Step, &'static str))| {
        view! {
            <li class="step" class:is-done=move || step < current.get() aria-current=move || {
                (step == current.get()).then_some("step")
            }>
                <span class="step-mark" aria-hidden="true">
                    {move || {
                        if step < current.get() {
                            view! { <Icon name="check" /> }.into_any()
                        } else {
                            (number + 1).into_any()
                        }
                    }}
                </span>
                <span class="step-name">
                    {name}
                    {move || {
                        (step < current.get())
                            .then(|| view! { <span class="visually-hidden">{texts::account::step_done(l)}</span> })
                    }}
                </span>
            </li>
        }
    };
    view! {
        <ol class="steps" aria-label=texts::account::steps(l)>
            {steps.into_iter().enumerate().map(line).collect_view()}
        </ol>
    }
}
