//! A small rounded note: a role, a state, a count.

use super::Tone;
use leptos::prelude::*;

#[component]
pub fn Pill(
    #[prop(optional)] tone: Option<Tone>,
    /// Shows the tone as a dot and leaves the words quiet.
    #[prop(optional)]
    dot: bool,
    children: Children,
) -> impl IntoView {
    let class = tone.map_or_else(|| "pill".to_owned(), |tone| format!("pill pill-{}", tone.word()));
    view! {
        <span class=class>
            {dot.then(|| view! { <span class="pill-dot"></span> })} <span>{children()}</span>
        </span>
    }
}
