//! What stands where the server has not answered yet, and then.

use std::pin::Pin;

use leptos::{prelude::*, suspense::Unsuspend};
use serde::de::DeserializeOwned;

use super::FailureNotice;
use crate::{error::Error, loaded::Loaded, state::language, ui::Skeleton};

/// What `draw` makes of an answer; until it is there as many lines of a skeleton, and words if it is a failure. A further answer is drawn
/// anew, and what was there stays until then.
pub fn shown<T>(
    data: Loaded<Result<T, Error>>,
    lines: usize,
    draw: impl Fn(T) -> AnyView + Copy + Send + 'static,
) -> AnyView
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    shown_with(move || async move { data.await }, lines, draw)
}

/// The same of what is asked together.
pub fn shown_with<T, Answer>(
    ask: impl Fn() -> Answer + Send + 'static,
    lines: usize,
    draw: impl Fn(T) -> AnyView + Copy + Send + 'static,
) -> AnyView
where
    T: Send + 'static,
    Answer: Future<Output = Result<T, Error>> + Send + 'static,
{
    let ask = move || {
        let answer = ask();
        async move {
            let answer = answer.await;
            move || match answer {
                Ok(answer) => draw(answer),
                Err(error) => failed(error),
            }
        }
    };
    shown_as(lines, ask)
}

/// The words of a failure.
pub fn failed(Error(error): Error) -> AnyView {
    view! { <FailureNotice error /> }.into_any()
}

/// What is asked for says itself how it is drawn. Until then as many lines of a skeleton; of none nothing.
pub fn shown_as<Asked, Draw>(lines: usize, ask: impl Fn() -> Asked + Send + 'static) -> AnyView
where
    Asked: Future<Output = Draw> + Send + 'static,
    Draw: FnOnce() -> AnyView + Send + 'static,
{
    let answered = move || -> Answered {
        let asked = ask();
        // Not drawn before it is written: on its way there Leptos goes through it two or three times, and would draw it each time.
        Box::pin(async move { Unsuspend::new(asked.await) })
    };
    waiting(Box::new(answered), lines)
}

type Answered = Pin<Box<dyn Future<Output = Unsuspend<AnyView>> + Send>>;

/// The same code for every page.
fn waiting(answered: Box<dyn Fn() -> Answered + Send>, lines: usize) -> AnyView {
    let l = language();
    view! {
        <Transition fallback=move || {
            (lines > 0).then(|| view! { <Skeleton lines label=texts::shell::loading(l) /> })
        }>{move || Suspend::new(answered())}</Transition>
    }
    .into_any()
}
