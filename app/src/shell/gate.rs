//! What an open page does when its session ends underneath it: nothing that was typed is lost.
//!
//! Every error of a server function comes through [`notice`], whoever asked; so do a word from another tab and a
//! return to a page that was long out of sight. The frame draws what the [`Gate`] says.

use domain::{Code, Language};
use leptos::prelude::*;

use super::api::{SwitchForm, load_viewer, switch_organisation};
#[cfg(feature = "hydrate")]
use crate::{
    state::SupportNow,
    support::api::{Watch, watch_support},
};
use crate::{
    state::{Viewer, language, page},
    ui::{Toasts, use_toasts},
};

/// Whether the way into the organisation is still open; context of everything inside a frame.
#[derive(Clone, Copy)]
pub struct Gate {
    /// Why the session is over; `None` while it is not.
    pub ended: RwSignal<Option<Code>>,
    viewer: RwSignal<Option<Viewer>>,
    toasts: Toasts,
    l: Language,
}

/// Makes the gate of a frame and watches over it.
pub fn provide_gate() -> Gate {
    let gate =
        Gate { ended: RwSignal::new(None), viewer: page().viewer, toasts: use_toasts(), l: language() };
    provide_context(gate);
    #[cfg(feature = "hydrate")]
    browser::watch(gate);
    gate
}

impl Gate {
    /// Asks the server who is signed in now: the same person goes on, for anybody else the page is loaded anew. That
    /// nobody is signed in any more is told by [`notice`].
    pub async fn look(self) {
        let Ok(mut fresh) = load_viewer().await else { return };
        let Some(Some(before)) = self.viewer.try_get_untracked() else { return };
        let home = &before.organisation.id;
        // Signing in may lead into another organisation of the same person than the page shows.
        if before.person == fresh.person
            && fresh.organisation.id != *home
            && self.has_ended()
            && fresh.organisations.iter().any(|organisation| organisation.id == *home)
        {
            let form = SwitchForm { organisation: home.clone() };
            if switch_organisation(form).await.is_ok()
                && let Ok(back) = load_viewer().await
            {
                fresh = back;
            }
        }
        if before.person != fresh.person || fresh.organisation.id != *home || fresh.leaving != before.leaving
        {
            _ = window().location().reload();
            return;
        }
        if self.has_ended() {
            _ = self.ended.try_set(None);
            self.toasts.success(texts::shell::goes_on(self.l));
        }
        if before != fresh {
            _ = self.viewer.try_set(Some(fresh));
        }
    }

    /// The session has moved to another organisation, in another tab: it goes back to the one this page is of, so that what
    /// is typed here can be saved. Where the person no longer belongs there, the page is loaded anew.
    #[cfg(feature = "hydrate")]
    async fn come_back(self) {
        let Some(Some(home)) = self.viewer.try_with_untracked(|v| v.as_ref().map(|v| v.organisation.clone()))
        else {
            return;
        };
        match switch_organisation(SwitchForm { organisation: home.id }).await {
            Ok(()) => self.toasts.success(texts::shell::came_back(self.l, home.name)),
            Err(_) => self.look().await,
        }
    }

    /// Who of support is inside; and whether the reader, if they are support themselves, still is.
    #[cfg(feature = "hydrate")]
    async fn watch(self) {
        let Ok(Watch { organisation, support }) = watch_support().await else { return };
        let Some(Some(before)) = self.viewer.try_get_untracked() else { return };
        // In another tab the session may have moved on; its news is not for this page.
        let is_here = before.organisation.id == organisation;
        let modes = |support: &[SupportNow]| support.iter().map(|now| now.mode).collect::<Vec<_>>();
        if is_here && before.is_staff && modes(&before.support) != modes(&support) {
            // What may be pressed on the page is another now.
            _ = window().location().reload();
        } else if is_here && before.support != support {
            _ = self.viewer.try_update(|viewer| {
                if let Some(viewer) = viewer {
                    viewer.support = support;
                }
            });
        } else if !is_here && before.is_staff {
            self.look().await;
        }
    }

    fn has_ended(self) -> bool {
        self.ended.try_with_untracked(Option::is_some).unwrap_or_default()
    }
}

#[cfg(feature = "hydrate")]
pub use browser::notice;

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::Cell, time::Duration};

    use domain::Code;
    use leptos::{prelude::*, task::spawn_local};

    use super::Gate;
    use crate::{parts, shell::tabs, state::Viewer};

    /// Out of sight for longer than this, the page asks whether its session is still open.
    const UNSEEN: f64 = 60_000.0;

    /// How often a page in sight asks who of support is inside.
    const WATCH: Duration = Duration::from_secs(15);

    thread_local! {
        /// The gate of the frame on screen.
        static GATE: Cell<Option<Gate>> = const { Cell::new(None) };
    }

    pub fn watch(gate: Gate) {
        Effect::new(move || {
            GATE.set(Some(gate));
            tabs::listen(move || spawn_local(gate.look()));
            let hidden_at = StoredValue::new(None::<f64>);
            let handle = window_event_listener_untyped("visibilitychange", move |_| {
                if document().hidden() {
                    hidden_at.set_value(Some(js_sys::Date::now()));
                    return;
                }
                let unseen = hidden_at.get_value().is_some_and(|at| js_sys::Date::now() - at > UNSEEN);
                let owes = gate.viewer.with_untracked(|v| v.as_ref().is_some_and(|v| v.owes_two_factor));
                // Somebody who set up their second factor elsewhere comes back to go on.
                if unseen || owes || gate.has_ended() {
                    spawn_local(gate.look());
                }
            });
            on_cleanup(move || handle.remove());
            let watches = move || gate.viewer.with_untracked(|v| v.as_ref().is_some_and(Viewer::administers));
            let timer = move || {
                if !document().hidden() && !gate.has_ended() && watches() {
                    spawn_local(gate.watch());
                }
            };
            if let Ok(timer) = set_interval_with_handle(timer, WATCH) {
                on_cleanup(move || timer.clear());
            }
            // With the first key there is something to lose, and what is sent may ask for the password.
            let is_loaded = StoredValue::new(false);
            for event in ["input", "submit"] {
                let handle = window_event_listener_untyped(event, move |_| {
                    if !is_loaded.get_value() {
                        spawn_local(async move { _ = is_loaded.try_set_value(parts::SIGN_IN.load().await) });
                    }
                });
                on_cleanup(move || handle.remove());
            }
        });
    }

    /// An error of the server has arrived, for whoever asked.
    pub fn notice(code: Code) {
        let Some(gate) = GATE.get() else { return };
        if code.is_signed_out() {
            // The first reason is the true one; after it there is simply nobody. It is told once: tabs that hear of it ask
            // for themselves, and would tell one another for ever.
            if gate.has_ended() {
                // What could not be shown is tried again.
                gate.ended.notify();
            } else {
                _ = gate.ended.try_set(Some(code));
                tabs::tell_other_tabs();
            }
        } else if matches!(code, Code::TwoFactorRequired | Code::SupportEnded) {
            spawn_local(gate.look());
        } else if code == Code::OrganisationDeleting {
            // The page that says so is drawn by the server.
            let knows = gate.viewer.with_untracked(|v| v.as_ref().is_none_or(|v| v.leaving));
            if !knows {
                _ = window().location().reload();
            }
        } else if code == Code::OtherOrganisation {
            spawn_local(gate.come_back());
        }
    }
}
