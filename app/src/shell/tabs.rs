//! The other tabs of this browser share the session: they are told when it changes.

#[cfg(feature = "hydrate")]
pub use browser::{listen, tell_other_tabs};

/// Somebody signed in or out, a session was ended or a second factor set up here: every other tab asks who is signed
/// in now.
#[cfg(not(feature = "hydrate"))]
pub const fn tell_other_tabs() {}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{BroadcastChannel, MessageEvent};

    const WORD: &str = "session";

    thread_local! {
        // One for speaking and listening: a channel never hears itself.
        static CHANNEL: Option<BroadcastChannel> = BroadcastChannel::new("ayar").ok();
    }

    /// Somebody signed in or out, a session was ended or a second factor set up here: every other tab asks who is signed
    /// in now.
    pub fn tell_other_tabs() {
        CHANNEL.with(|channel| {
            if let Some(channel) = channel {
                _ = channel.post_message(&WORD.into());
            }
        });
    }

    /// Calls `heard` whenever another tab speaks, until the current owner is cleaned up.
    pub fn listen(heard: impl Fn() + 'static) {
        let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if event.data().as_string().as_deref() == Some(WORD) {
                heard();
            }
        });
        CHANNEL.with(|channel| {
            if let Some(channel) = channel {
                _ = channel.add_event_listener_with_callback("message", closure.as_ref().unchecked_ref());
            }
        });
        let kept = StoredValue::new_local(Some(closure));
        on_cleanup(move || {
            let Some(closure) = kept.try_update_value(Option::take).flatten() else { return };
            CHANNEL.with(|channel| {
                if let Some(channel) = channel {
                    _ = channel
                        .remove_event_listener_with_callback("message", closure.as_ref().unchecked_ref());
                }
            });
        });
    }
}
