//! Today as a bar of 24 hours.

use leptos::prelude::*;

use super::api::Hours;
use crate::state::language;

#[component]
pub fn TodayPanel(saved: RwSignal<Hours>) -> impl IntoView {
    let l = language();
    let bar = move || {
        let today = saved.with(|saved| saved.today.clone());
        let open = today.open.into_iter().map(|(start, end)| {
            let (x, width) = (start.to_string(), (end - start).to_string());
            view! { <rect class="track-open" x=x y="4" width=width height="20" rx="4"></rect> }
        });
        let now = today.now.to_string();
        view! {
            <svg class="track" viewBox="0 0 1440 28" preserveAspectRatio="none" role="img" aria-label=today.label>
                {open.collect_view()}
                <line class="track-now" x1=now.clone() x2=now y1="0" y2="28"></line>
            </svg>
        }
    };
    view! {
        <section class="panel" aria-labelledby="today">
            <header class="panel-head">
                <h2 id="today">{texts::hours::today(l)}</h2>
            </header>
            <div class="panel-body">
                {bar}
                <div class="track-scale" aria-hidden="true">
                    <span>"00"</span>
                    <span>"06"</span>
                    <span>"12"</span>
                    <span>"18"</span>
                    <span>"24"</span>
                </div>
            </div>
        </section>
    }
}
