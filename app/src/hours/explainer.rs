//! "Are we open?": type a moment, read the answer and why. A plain GET without JavaScript.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::api::{Answer, ExplainAt, QuestionForm};
use crate::{
    act::Act,
    error::Error,
    paths,
    state::language,
    ui::{Banner, Button, Tone, error_line},
};

/// The name of the moment in the page's address.
pub const AT: &str = "at";

#[component]
pub fn Explainer(
    /// What the field starts with.
    asked: String,
    /// The answer that came with the page.
    answer: Option<Result<Answer, Error>>,
) -> impl IntoView {
    let l = language();
    let ask = Act::<ExplainAt>::new();
    let input = NodeRef::<html::Input>::new();
    let answer = StoredValue::new(answer);
    let current = Memo::new(move |_| ask.value().get().or_else(|| answer.get_value()));
    let error = Signal::derive(move || match current.get() {
        Some(Err(Error(error))) => Some(texts::code(l, error.of(AT).unwrap_or(error.code)).to_owned()),
        _ => None,
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked().filter(|_| !ask.pending().get_untracked()) {
            ask.dispatch(ExplainAt { form: QuestionForm { at: input.value() } });
        }
    };
    view! {
        <section class="panel" aria-labelledby="ask">
            <header class="panel-head">
                <div>
                    <h2 id="ask">{texts::hours::ask(l)}</h2>
                    <p>{texts::hours::ask_text(l)}</p>
                </div>
            </header>
            <div class="panel-body stack">
                <form class="ask" method="get" action=paths::HOURS on:submit=submit novalidate>
                    <label for="ask-at">{texts::hours::ask_when(l)}</label>
                    <input
                        class="input"
                        type="datetime-local"
                        id="ask-at"
                        name=AT
                        value=asked
                        node_ref=input
                        aria-invalid=move || error.get().map(|_| "true")
                        aria-describedby=move || error.get().map(|_| "ask-at-error")
                    />
                    <Button type_="submit" pending=ask.pending()>{texts::hours::ask_button(l)}</Button>
                </form>
                {error_line("ask-at".to_owned(), error)}
                <div aria-live="polite">
                    {move || current.get().and_then(Result::ok).map(|answer| view! { <Answered answer /> })}
                </div>
            </div>
        </section>
    }
}

#[component]
fn Answered(answer: Answer) -> impl IntoView {
    let tone = if answer.open { Tone::Ok } else { Tone::Info };
    let reasons = answer.reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect_view();
    view! {
        <Banner tone title=answer.title>
            <ul>{reasons}</ul>
        </Banner>
    }
}
