//! What was just done, in words: at the top of the page after a redirect, and as a toast where the page stayed.

use domain::Language;
use leptos::{html, prelude::*};

use super::api::Overview;
use crate::{
    error::Error,
    loaded::Loaded,
    shell::refresh_viewer,
    state::{language, page},
    ui::{Banner, Tone, use_toasts},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    PasswordChanged,
    EmailSent,
    AppConfirmed,
    AppDisabled,
    CodesSaved,
    PasskeyAdded,
    PasskeyRenamed,
    PasskeyRemoved,
    HidingChanged,
}

impl Done {
    /// From the word after `saved` in the address.
    fn from_saved(word: &str) -> Option<Self> {
        Some(match word {
            "account/change-password" => Self::PasswordChanged,
            "account/change-email" => Self::EmailSent,
            "account/confirm-app" => Self::AppConfirmed,
            "account/disable-app" => Self::AppDisabled,
            "account/save-codes" => Self::CodesSaved,
            "account/add-passkey" => Self::PasskeyAdded,
            "account/rename-passkey" => Self::PasskeyRenamed,
            "account/remove-passkey" => Self::PasskeyRemoved,
            "support/hide-me" => Self::HidingChanged,
            _ => return None,
        })
    }

    fn title(self, l: Language) -> &'static str {
        match self {
            Self::PasswordChanged => texts::account::done_password(l),
            Self::EmailSent => texts::account::done_email(l),
            Self::AppConfirmed => texts::account::done_app(l),
            Self::AppDisabled => texts::account::done_app_off(l),
            Self::CodesSaved => texts::account::done_codes(l),
            Self::PasskeyAdded => texts::account::done_passkey_added(l),
            Self::PasskeyRenamed => texts::account::done_passkey_renamed(l),
            Self::PasskeyRemoved => texts::account::done_passkey_removed(l),
            Self::HidingChanged => texts::support::hiding_saved(l),
        }
    }

    /// What there is to know or to do about it.
    fn text(self, l: Language) -> Option<&'static str> {
        match self {
            Self::PasswordChanged => Some(texts::account::done_password_text(l)),
            Self::EmailSent => Some(texts::account::done_email_text(l)),
            Self::AppConfirmed => Some(texts::account::done_app_text(l)),
            Self::AppDisabled => Some(texts::account::done_app_off_text(l)),
            Self::CodesSaved => Some(texts::account::done_codes_text(l)),
            Self::PasskeyAdded => Some(texts::account::done_passkey_added_text(l)),
            Self::PasskeyRemoved => Some(texts::account::done_passkey_removed_text(l)),
            Self::PasskeyRenamed | Self::HidingChanged => None,
        }
    }
}

/// What the panels share: the page's data, and what was done last.
#[derive(Clone, Copy)]
pub struct Progress {
    data: Loaded<Result<Overview, Error>>,
    last: RwSignal<Option<Done>>,
}

impl Progress {
    pub fn new(data: Loaded<Result<Overview, Error>>) -> Self {
        let saved = page().saved;
        let last = saved.with_value(|word| word.as_deref().and_then(Done::from_saved));
        // Said once: not again when this page is come back to within the app.
        Effect::new(move || saved.set_value(None));
        Self { data, last: RwSignal::new(last) }
    }

    /// Says that it was done, and shows how things stand now.
    pub fn after(self, value: RwSignal<Option<Result<(), Error>>>, done: Done) {
        let (l, toasts, viewer) = (language(), use_toasts(), page().viewer);
        Effect::new(move || {
            if matches!(value.get(), Some(Ok(()))) {
                toasts.success(done.title(l));
                self.last.set(Some(done));
                self.data.refetch();
                refresh_viewer(viewer);
            }
        });
    }
}

#[component]
pub fn LastDone(progress: Progress) -> impl IntoView {
    let (l, node) = (language(), NodeRef::<html::Div>::new());
    // The form that had the focus is drawn anew: the sentence takes it, and comes into view.
    Effect::new(move |before: Option<()>| {
        progress.last.track();
        if before.is_some()
            && let Some(note) = node.get_untracked()
        {
            request_animation_frame(move || _ = note.focus());
        }
    });
    let sentence = move || {
        let done = progress.last.get()?;
        // What an app that is off leaves behind is still to be cleared away.
        let tone = if done == Done::AppDisabled { Tone::Info } else { Tone::Ok };
        Some(view! {
            <Banner tone title=done.title(l)>
                {done.text(l).map(|text| view! { <p>{text}</p> })}
            </Banner>
        })
    };
    view! { <div class="account-note" tabindex="-1" node_ref=node>{sentence}</div> }
}
