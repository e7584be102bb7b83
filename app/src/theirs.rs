//! Somebody else saved while this person was typing, on pages of few fields: what they changed stands below each field,
//! nothing typed is lost, and the next save is on top of theirs, knowingly.

use leptos::prelude::*;

use crate::{
    form::FormState,
    state::language,
    ui::{Conflict, fill},
};

pub struct Theirs<T: Send + Sync + 'static> {
    state: FormState,
    /// What the page showed first.
    shown: StoredValue<T>,
    found: RwSignal<Option<T>>,
    version: RwSignal<String>,
    version_of: fn(&T) -> i64,
}

impl<T: Send + Sync + 'static> Clone for Theirs<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Theirs<T> {}

impl<T: Clone + Send + Sync + 'static> Theirs<T> {
    /// `saved` is what is saved now: on a page that answers a conflict without JavaScript that is theirs; on one that
    /// answers another mistake the version stays the one the person began with.
    pub fn new(state: FormState, saved: &T, version_of: fn(&T) -> i64) -> Self {
        let now = version_of(saved).to_string();
        let is_conflict = state.conflict().get_untracked();
        let version = if is_conflict { now } else { state.value("version", now) };
        Self {
            state,
            shown: StoredValue::new(saved.clone()),
            found: RwSignal::new(is_conflict.then(|| saved.clone())),
            version: RwSignal::new(version),
            version_of,
        }
    }

    /// For the hidden field.
    pub fn version(self) -> String {
        self.version.get()
    }

    /// The server refused a save: this is saved instead.
    pub fn found(self, saved: T) {
        // The page may be gone before the answer came.
        if !self.found.is_disposed() {
            self.version.set((self.version_of)(&saved).to_string());
            self.found.set(Some(saved));
        }
    }

    /// This form was saved.
    pub fn saved(self, saved: T) {
        self.version.set((self.version_of)(&saved).to_string());
        self.shown.set_value(saved);
        self.found.set(None);
    }

    /// Goes below the control of `field`.
    pub fn below(
        self,
        field: &'static str,
        read: fn(&T) -> String,
    ) -> impl Fn() -> Option<AnyView> + Send + Sync + 'static {
        self.below_in_words(field, read, str::to_owned)
    }

    /// [`below`](Self::below), where a value is read otherwise than it is written.
    pub fn below_in_words(
        self,
        field: &'static str,
        read: fn(&T) -> String,
        words: fn(&str) -> String,
    ) -> impl Fn() -> Option<AnyView> + Send + Sync + 'static {
        let l = language();
        move || {
            let theirs = self.found.with(|found| found.as_ref().map(read))?;
            let typed = self.state.value(field, self.shown.with_value(read)).replace("\r\n", "\n");
            if theirs == typed {
                return None;
            }
            let text = match words(&theirs).as_str() {
                "" => texts::shell::conflict_empty(l).to_owned(),
                theirs => texts::shell::conflict_now(l, theirs),
            };
            let name = self.state.name(field);
            let take = Callback::new(move |()| fill(&name, &theirs));
            Some(view! { <Conflict text take=texts::shell::conflict_take(l) on_take=take /> }.into_any())
        }
    }
}
