//! What is saved, also when somebody else saved it meanwhile: both values are shown, nothing typed is lost, and the next
//! save is on top of theirs, knowingly.

use domain::billing::TaxIdentityForm;
use leptos::{html, prelude::*};

use super::api::{Identity, Saved};
use crate::{
    form::FormState,
    state::language,
    ui::{Banner, Conflict, Tone, fill},
    unsaved::Unsaved,
};

type Read = fn(&TaxIdentityForm) -> &str;

/// The fields whose saved value a page may show, in its order: all but the national number.
pub const FIELDS: [(&str, Read); 10] = [
    ("taxpayer", |form| &form.taxpayer),
    ("legal_title", |form| &form.legal_title),
    ("tax_number", |form| &form.tax_number),
    ("office_province", |form| &form.office_province),
    ("tax_office", |form| &form.tax_office),
    ("tax_office_name", |form| &form.tax_office_name),
    ("address", |form| &form.address),
    ("province", |form| &form.province),
    ("district", |form| &form.district),
    ("postcode", |form| &form.postcode),
];

fn reader(field: &str) -> Option<Read> {
    FIELDS.iter().find(|(name, _)| *name == field).map(|(_, read)| *read)
}

/// What is saved, and the version the next save builds on.
#[derive(Clone, Copy)]
pub struct Known {
    now: RwSignal<Identity>,
    version: RwSignal<String>,
    /// Somebody else saved what is in `now`.
    theirs: RwSignal<bool>,
    state: FormState,
    unsaved: Unsaved,
}

impl Known {
    /// `now` is what is saved now. On a page that answers a conflict without JavaScript it is theirs; on a page that
    /// answers another mistake the version stays the one the person began with.
    pub fn new(state: FormState, unsaved: Unsaved, now: Identity) -> Self {
        let (theirs, version) = (state.conflict().get_untracked(), now.saved.form.version.to_string());
        let version = if theirs { version } else { state.value("version", version) };
        Self {
            now: RwSignal::new(now),
            version: RwSignal::new(version),
            theirs: RwSignal::new(theirs),
            state,
            unsaved,
        }
    }

    pub fn version(self) -> String {
        self.version.get()
    }

    /// The saved value of a field, for its control.
    pub fn saved(self, field: &str) -> String {
        let read = reader(field);
        self.now.with_untracked(|now| read.map(|read| read(&now.saved.form).to_owned())).unwrap_or_default()
    }

    /// What stands in the field now; what is saved, before the browser has looked.
    pub fn shown(self, field: &str) -> String {
        let read = reader(field);
        self.unsaved.typed(&self.state.name(field)).unwrap_or_else(|| {
            self.now.with(|now| read.map(|read| read(&now.saved.form).to_owned())).unwrap_or_default()
        })
    }

    /// The national number as it is being typed; empty before the browser has looked.
    pub fn typed_number(self) -> String {
        self.unsaved.typed(&self.state.name("national_number")).unwrap_or_default()
    }

    /// The saved national number, masked.
    pub fn masked(self) -> Option<String> {
        self.now.with(|now| now.saved.masked.clone())
    }

    /// The server refused a save: this is saved instead.
    pub fn found(self, now: Identity) {
        // The page may be gone before the answer came.
        if !self.theirs.is_disposed() {
            self.rebase(&now.saved.form);
            self.now.set(now);
            self.theirs.set(true);
        }
    }

    /// Our form was saved.
    pub fn replace(self, saved: Saved) {
        self.rebase(&saved.form);
        self.now.update(|now| now.saved = saved);
        self.settle();
    }

    /// Nothing is left to choose.
    pub fn settle(self) {
        self.theirs.set(false);
    }

    fn rebase(self, form: &TaxIdentityForm) {
        self.version.set(form.version.to_string());
        self.unsaved.rebase(form);
    }

    /// Goes below the control of `field`: their value, if it differs from what stands in the field; `words` says a
    /// saved value as people read it.
    pub fn below(
        self,
        field: &'static str,
        words: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> impl Fn() -> Option<AnyView> + Send + Sync + 'static {
        let l = language();
        let read = reader(field);
        move || {
            let read = read.filter(|_| self.theirs.get())?;
            let theirs = self.now.with(|now| read(&now.saved.form).to_owned());
            let name = self.state.name(field);
            let typed = self.unsaved.typed(&name);
            let typed =
                typed.unwrap_or_else(|| self.state.value(field, theirs.clone()).replace("\r\n", "\n"));
            (typed != theirs).then(|| {
                let text = match words(&theirs) {
                    words if words.is_empty() => texts::shell::conflict_empty(l).to_owned(),
                    words => texts::shell::conflict_now(l, words),
                };
                let take = Callback::new(move |()| fill(&name, &theirs));
                view! { <Conflict text take=texts::shell::conflict_take(l) on_take=take /> }.into_any()
            })
        }
    }
}

/// Who saved and when, above the fields. Takes the focus when it appears, as the first error of a field would.
#[component]
pub fn KnownBanner(known: Known) -> impl IntoView {
    let l = language();
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |before: Option<bool>| {
        let found = known.theirs.get();
        if let Some(banner) = node.get_untracked().filter(|_| found && before != Some(true)) {
            request_animation_frame(move || _ = banner.focus());
        }
        found
    });
    let conflict = known.state.conflict();
    let answered = known.theirs.get_untracked();
    let banner = move || {
        let found = known.theirs.get();
        let text = match known.now.get() {
            Identity { changed_by: Some(name), changed_at, .. } if found => {
                texts::shell::conflict_by(l, name, changed_at)
            }
            // They are on their way, or their account is gone.
            _ => (found || conflict.get()).then(|| texts::errors::conflict(l).to_owned())?,
        };
        Some(view! { <Banner tone=Tone::Warn>{text}</Banner> })
    };
    view! {
        <div node_ref=node tabindex="-1" autofocus=answered>
            {banner}
        </div>
    }
}
