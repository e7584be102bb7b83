//! The shape of what is on its way, with a word for those who do not see it.

use leptos::prelude::*;

#[component]
pub fn Skeleton(#[prop(into)] label: String, #[prop(default = 3)] lines: usize) -> impl IntoView {
    let lines = (0..lines).map(|_| view! { <div class="skeleton-line"></div> }).collect_view();
    view! {
        <div class="skeleton" role="status" aria-label=label>
            {lines}
        </div>
    }
}
