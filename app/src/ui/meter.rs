//! Strength of a password: five states, in words as well as in colour. The server computes it.

use leptos::prelude::*;

#[component]
pub fn Meter(
    /// 0 (guessed at once) to 4 (strong); `None` while there is nothing to judge.
    #[prop(into)]
    score: Signal<Option<u8>>,
    #[prop(into)] label: String,
    /// The score in words.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let value = Signal::derive(move || score.get().map(|score| score.min(4).to_string()));
    view! {
        <div class="meter" data-score=value>
            <div
                class="meter-bar"
                role="meter"
                aria-label=label
                aria-valuemin="0"
                aria-valuemax="4"
                aria-valuenow=move || value.get().unwrap_or_else(|| "0".to_owned())
                aria-valuetext=text
            >
                <span></span>
                <span></span>
                <span></span>
                <span></span>
            </div>
            <p class="meter-text" aria-live="polite">
                {move || text.get()}
            </p>
        </div>
    }
}
