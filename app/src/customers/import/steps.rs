//! The head of the pages: where in the way one is.

use leptos::prelude::*;

use crate::{paths, shell::PageTitle, state::language, ui::Icon};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    File,
    Columns,
    Check,
    Done,
}

#[component]
pub fn Head() -> impl IntoView {
    let l = language();
    view! {
        <PageTitle text=texts::customers::import_title(l) />
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::customers::import_title(l)}</h1>
                <p>
                    {texts::customers::import_lead(l)} " "
                    <a class="link" href=paths::CUSTOMERS>{texts::customers::back(l)}</a>
                </p>
            </div>
        </div>
    }
}

#[component]
pub fn Steps(current: Step) -> impl IntoView {
    let l = language();
    let steps = [
        (Step::File, texts::customers::step_file(l)),
        (Step::Columns, texts::customers::step_columns(l)),
        (Step::Check, texts::customers::step_check(l)),
        (Step::Done, texts::customers::step_done(l)),
    ];
    let line = |(number, (step, name)): (usize, (Step, &'static str))| {
        let is_done = step < current;
        let mark = if is_done { view! { <Icon name="check" /> }.into_any() } else { (number + 1).into_any() };
        view! {
            <li class="step" class:is-done=is_done aria-current=(step == current).then_some("step")>
                <span class="step-mark" aria-hidden="true">{mark}</span>
                <span class="step-name">
                    {name}
                    {is_done.then(|| view! { <span class="visually-hidden">{texts::account::step_done(l)}</span> })}
                </span>
            </li>
        }
    };
    view! {
        <ol class="steps" aria-label=texts::customers::steps(l)>
            {steps.into_iter().enumerate().map(line).collect_view()}
        </ol>
    }
}
