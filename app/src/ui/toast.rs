//! What just happened, said once at the edge of the screen. Good news leaves by itself, an error stays until it is
//! closed. Works in the first render too: the server says "saved" after a redirect.

use super::{Icon, IconButton, hydrated};
use leptos::{html, prelude::*};
use std::time::Duration;

#[derive(Clone, PartialEq, Eq)]
struct Toast {
    id: u32,
    failed: bool,
    text: String,
}

/// Context through which any view speaks to the person.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next_id: StoredValue<u32>,
}

/// Call once, around everything that may speak.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts { list: RwSignal::new(Vec::new()), next_id: StoredValue::new(0) };
    provide_context(toasts);
    toasts
}

pub fn use_toasts() -> Toasts {
    expect_context()
}

impl Toasts {
    pub fn success(&self, text: impl Into<String>) {
        self.push(false, text.into());
    }

    pub fn error(&self, text: impl Into<String>) {
        self.push(true, text.into());
    }

    fn push(&self, failed: bool, text: String) {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        self.list.update(|list| {
            // The same sentence twice is one sentence.
            list.retain(|toast| toast.text != text);
            list.push(Toast { id, failed, text });
            if list.len() > 3 {
                list.remove(0);
            }
        });
    }

    fn close(&self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }
}

/// Draws the toasts; one per page, inside the shell.
#[component]
pub fn ToastRegion(#[prop(into)] label: String, #[prop(into)] close: String) -> impl IntoView {
    let toasts = use_toasts();
    let region = NodeRef::<html::Section>::new();
    let ready = hydrated();
    Effect::new(move |seen: Option<u32>| {
        let seen = seen.unwrap_or(0);
        toasts.list.with(|list| {
            for toast in list.iter().filter(|toast| toast.id >= seen && !toast.failed) {
                leave_later(toasts, toast.id, region);
            }
        });
        toasts.next_id.get_value()
    });
    view! {
        <section class="toasts" node_ref=region aria-label=label aria-live="polite">
            <For each=move || toasts.list.get() key=|toast| toast.id let:toast>
                <div
                    class=if toast.failed { "toast toast-danger" } else { "toast toast-ok" }
                    class:is-still=move || !ready.get()
                    role=toast.failed.then_some("alert")
                >
                    {if toast.failed {
                        view! { <Icon name="circle-alert" /> }
                    } else {
                        view! { <Icon name="circle-check" /> }
                    }}
                    <p>{toast.text}</p>
                    {
                        let close = close.clone();
                        move || {
                            ready.get().then(|| {
                                let close = close.clone();
                                view! { <IconButton icon="x" label=close on:click=move |_| toasts.close(toast.id) /> }
                            })
                        }
                    }
                </div>
            </For>
        </section>
    }
}

/// Six seconds, and longer while somebody points at it or has the focus in it.
fn leave_later(toasts: Toasts, id: u32, region: NodeRef<html::Section>) {
    set_timeout(
        move || {
            let held = region.try_get_untracked().flatten();
            if held.is_some_and(|region| region.matches(":hover, :focus-within").unwrap_or(false)) {
                leave_later(toasts, id, region);
            } else {
                toasts.close(id);
            }
        },
        Duration::from_secs(6),
    );
}
