//! What is drawn above a page when there is a reason, with code that is not there before.

use leptos::{prelude::*, task::spawn_local};

use crate::{parts::Part, ui::use_toasts};

/// A part above the page as long as there is a reason. Where it can't be loaded the reason is all there is to say, once for each time
/// it is given.
#[component]
pub fn Above(part: Part, why: Signal<Option<&'static str>>) -> impl IntoView {
    let (is_loaded, toasts) = (RwSignal::new(false), use_toasts());
    Effect::new(move || {
        if let Some(why) = why.get() {
            spawn_local(async move {
                if part.load().await {
                    _ = is_loaded.try_set(true);
                } else {
                    toasts.error(why);
                }
            });
        }
    });
    let is_due = Memo::new(move |_| is_loaded.get() && why.with(Option::is_some));
    move || is_due.get().then(|| part.view())
}
