//! How far a campaign is: a bar that the server draws, and the same in words.

use leptos::prelude::*;

use super::api::Progress;
use crate::state::language;

/// Units of the drawing.
const WIDTH: u64 = 1000;

#[component]
pub fn ProgressBar(#[prop(into)] progress: Signal<Progress>, #[prop(into)] label: String) -> impl IntoView {
    let l = language();
    // Where a part begins, and how wide it is.
    let part = move |before: fn(&Progress) -> u64, number: fn(&Progress) -> u64| {
        let at = move |count: fn(&Progress) -> u64| {
            progress.with(|progress| count(progress) * WIDTH / progress.all().max(1))
        };
        (move || at(before), move || at(number))
    };
    let (reached_x, reached_w) = part(|_| 0, |p| p.reached);
    let (missed_x, missed_w) = part(|p| p.reached, |p| p.unreached + p.skipped);
    let (calling_x, calling_w) = part(Progress::done, |p| p.calling);
    view! {
        <div
            class="campaign-bar"
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax=move || progress.with(Progress::all)
            aria-valuenow=move || progress.with(Progress::done)
            aria-valuetext=move || {
                progress.with(|p| texts::campaigns::done_of(l, p.all(), p.done()))
            }
        >
            <svg viewBox=format!("0 0 {WIDTH} 10") preserveAspectRatio="none" aria-hidden="true">
                <rect class="campaign-reached" x=reached_x width=reached_w height="10"></rect>
                <rect class="campaign-missed" x=missed_x width=missed_w height="10"></rect>
                <rect class="campaign-calling" x=calling_x width=calling_w height="10"></rect>
            </svg>
        </div>
    }
}
