//! The rules as they are saved, also when somebody else saved them meanwhile; and how long a session may idle.

use domain::security::{IdleLimit, PolicyForm};
use leptos::prelude::*;

use crate::{
    form::FormState,
    state::language,
    ui::{Choice, Conflict, Select, fill},
    unsaved::Unsaved,
};

/// What is saved, and the version the next save builds on.
#[derive(Clone, Copy)]
pub struct Rules {
    now: RwSignal<PolicyForm>,
    version: RwSignal<String>,
    /// Somebody else saved what is in `now`.
    theirs: RwSignal<bool>,
    state: FormState,
    unsaved: Unsaved,
}

impl Rules {
    /// `now` is what is saved now. On a page that answers a conflict without JavaScript it is theirs; on a page that
    /// answers another mistake the version stays the one the person began with.
    pub fn new(state: FormState, unsaved: Unsaved, now: PolicyForm) -> Self {
        let (theirs, version) = (state.conflict().get_untracked(), now.version.to_string());
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

    pub fn conflicts(self) -> bool {
        self.theirs.get()
    }

    /// Whether everybody needs a second factor, as saved.
    pub fn requires(self) -> bool {
        self.now.with(|now| now.two_factor_required)
    }

    pub fn saved_now(self) -> PolicyForm {
        self.now.get_untracked()
    }

    /// Our form was saved.
    pub fn saved(self, form: PolicyForm) {
        self.rebase(form);
        self.settle();
    }

    /// The server refused a save: this is saved instead.
    pub fn found(self, form: PolicyForm) {
        // The page may be gone before the answer came.
        if !self.theirs.is_disposed() {
            self.rebase(form);
            self.theirs.set(true);
        }
    }

    /// Nothing is left to choose.
    pub fn settle(self) {
        self.theirs.set(false);
    }

    fn rebase(self, form: PolicyForm) {
        self.version.set(form.version.to_string());
        self.unsaved.rebase(&form);
        self.now.set(form);
    }

    /// Goes below the control of `field`: their value, if it differs from what stands in the field. `read` gives it as
    /// it is posted, `words` as people read it.
    pub fn below(
        self,
        field: &'static str,
        read: impl Fn(&PolicyForm) -> String + Send + Sync + 'static,
        words: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> impl Fn() -> Option<AnyView> + Send + Sync + 'static {
        let l = language();
        move || {
            let theirs = self.theirs.get().then(|| self.now.with(&read))?;
            let name = self.state.name(field);
            let typed = self.unsaved.typed(&name).unwrap_or_else(|| self.state.value(field, String::new()));
            (typed != theirs).then(|| {
                let text = words(&theirs);
                let take = Callback::new(move |()| fill(&name, &theirs));
                view! { <Conflict text take=texts::shell::conflict_take(l) on_take=take /> }.into_any()
            })
        }
    }
}

#[component]
pub fn SessionsPanel(rules: Rules) -> impl IntoView {
    let l = language();
    let words =
        move |word: &str| texts::security::by_key(l, &format!("idle_{word}")).unwrap_or_default().to_owned();
    let choice = |value: String| Choice { label: words(&value), value };
    let mut options: Vec<Choice> =
        IdleLimit::CHOICES.iter().map(|minutes| choice(minutes.to_string())).collect();
    options.push(choice("none".to_owned()));
    let theirs = rules.below(
        "idle_limit",
        |form| form.idle_limit.clone(),
        move |word| texts::shell::conflict_now(l, words(word)),
    );
    view! {
        <section class="panel" aria-labelledby="sessions">
            <header class="panel-head">
                <div>
                    <h2 id="sessions">{texts::security::sessions_title(l)}</h2>
                    <p>{texts::security::sessions_text(l)}</p>
                </div>
            </header>
            <Select
                field="idle_limit"
                label=texts::security::idle_limit(l)
                hint=texts::security::idle_hint(l)
                options=options
                saved=rules.saved_now().idle_limit
            >
                {theirs}
            </Select>
        </section>
    }
}
