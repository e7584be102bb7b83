//! Asking again and again.

use std::time::Duration;

use leptos::prelude::*;

/// Runs `work` every so often while the page is in sight.
pub fn ask_again(every: Duration, work: impl Fn() + Clone + 'static) {
    Effect::new(move || {
        let work = work.clone();
        let look = move || {
            if !document().hidden() {
                work();
            }
        };
        if let Ok(timer) = set_interval_with_handle(look, every) {
            on_cleanup(move || timer.clear());
        }
    });
}
