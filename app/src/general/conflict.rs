//! Somebody else saved while this person was typing: both values are shown, nothing typed is lost, and the next
//! save is on top of theirs, knowingly.

use domain::general::{FIELDS, GeneralForm};
use leptos::{html, prelude::*};

use super::api::Profile;
use crate::{
    form::FormState,
    state::language,
    ui::{Banner, Conflict, Tone, fill},
    unsaved::Unsaved,
};

/// What was saved meanwhile, and the version the next save builds on.
#[derive(Clone, Copy)]
pub struct Meanwhile {
    theirs: RwSignal<Option<Profile>>,
    version: RwSignal<String>,
    state: FormState,
    unsaved: Unsaved,
}

impl Meanwhile {
    /// `profile` is what is saved now. On a page that answers a conflict without JavaScript it is theirs; on a page
    /// that answers another mistake the version stays the one the person began with.
    pub fn new(state: FormState, unsaved: Unsaved, profile: &Profile) -> Self {
        let version = profile.form.version.to_string();
        let (theirs, version) = if state.conflict().get_untracked() {
            (Some(profile.clone()), version)
        } else {
            (None, state.value("version", version))
        };
        Self { theirs: RwSignal::new(theirs), version: RwSignal::new(version), state, unsaved }
    }

    pub fn version(self) -> String {
        self.version.get()
    }

    /// The server refused a save: this is saved instead.
    pub fn found(self, profile: Profile) {
        // The page may be gone before the answer came.
        if self.theirs.is_disposed() {
            return;
        }
        self.version.set(profile.form.version.to_string());
        self.unsaved.rebase(&profile.form);
        self.theirs.set(Some(profile));
    }

    /// Our form was saved.
    pub fn saved(self, form: &GeneralForm) {
        self.version.set(form.version.to_string());
        self.unsaved.rebase(form);
        self.settle();
    }

    /// Nothing is left to choose.
    pub fn settle(self) {
        self.theirs.set(None);
    }

    /// Their zone in words.
    pub fn zone(self) -> String {
        self.theirs.with(|theirs| theirs.as_ref().map(|theirs| theirs.zone.clone())).unwrap_or_default()
    }

    /// Their value of a field, if it differs from what stands in the field.
    fn differing(self, field: &str, read: fn(&GeneralForm) -> &str) -> Option<String> {
        let theirs =
            self.theirs.with(|theirs| theirs.as_ref().map(|theirs| read(&theirs.form).to_owned()))?;
        let typed = self.unsaved.typed(&self.state.name(field));
        let typed = typed.unwrap_or_else(|| self.state.value(field, theirs.clone()).replace("\r\n", "\n"));
        (typed != theirs).then_some(theirs)
    }

    /// Goes below the control of `field`; `words` says a saved value as people read it.
    pub fn below(
        self,
        field: &'static str,
        words: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> impl Fn() -> Option<AnyView> + Send + Sync + 'static {
        let l = language();
        let read = FIELDS.iter().find(|(name, _)| *name == field).map(|(_, read)| *read);
        move || {
            let theirs = self.differing(field, read?)?;
            let text = match words(&theirs) {
                words if words.is_empty() => texts::shell::conflict_empty(l).to_owned(),
                words => texts::shell::conflict_now(l, words),
            };
            let name = self.state.name(field);
            let take = Callback::new(move |()| fill(&name, &theirs));
            Some(view! { <Conflict text take=texts::shell::conflict_take(l) on_take=take /> }.into_any())
        }
    }
}

/// Who saved and when, above the fields. Takes the focus when it appears, as the first error of a field would.
#[component]
pub fn MeanwhileBanner(meanwhile: Meanwhile) -> impl IntoView {
    let l = language();
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |before: Option<bool>| {
        let found = meanwhile.theirs.with(Option::is_some);
        if let Some(banner) = node.get_untracked().filter(|_| found && before != Some(true)) {
            request_animation_frame(move || _ = banner.focus());
        }
        found
    });
    let conflict = meanwhile.state.conflict();
    let answered = meanwhile.theirs.with_untracked(Option::is_some);
    let banner = move || {
        let theirs = meanwhile.theirs.get();
        let text = match theirs {
            Some(Profile { changed_by: Some(name), changed_at, .. }) => {
                texts::shell::conflict_by(l, name, changed_at)
            }
            // They are on their way, or their account is gone.
            other => (other.is_some() || conflict.get()).then(|| texts::errors::conflict(l).to_owned())?,
        };
        Some(view! { <Banner tone=Tone::Warn>{text}</Banner> })
    };
    view! {
        <div node_ref=node tabindex="-1" autofocus=answered>
            {banner}
        </div>
    }
}
