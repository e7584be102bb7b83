//! What a page knows before it asks for anything: language, theme, who is looking, and the
//! form that was just posted without JavaScript.
//!
//! The server fills it once per request; it travels to the browser inside the page, so the
//! first render there is the same. Changing the language reloads the page, so a view may
//! treat [`language`] as a constant.

use domain::{AppError, Language, Role, support::Mode};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::json::Json;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageState {
    pub language: Language,
    pub theme: Theme,
    pub viewer: Option<Viewer>,
    /// A form that was posted without JavaScript and refused.
    pub submission: Option<Submission>,
    /// The form that was just saved without JavaScript: its `do` value.
    pub saved: Option<String>,
    /// What that form did, in words.
    pub said: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word in `<html data-theme>` and in the cookie.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word)
    }
}

/// The signed-in person, as the shell shows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Viewer {
    /// The person's id: their name and address may change while the page is open.
    pub person: String,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// The organisation requires a second factor of them that they do not have: it is closed to them.
    pub owes_two_factor: bool,
    /// The organisation is to be deleted: it is closed to everybody.
    pub leaving: bool,
    /// Of the vendor's support: in no organisation, or inside one that is not theirs.
    pub is_staff: bool,
    /// Support that was let in to read.
    pub reads_only: bool,
    /// Support inside the organisation; for support, itself.
    pub support: Vec<SupportNow>,
    /// Its id is empty while staff are in none.
    pub organisation: Organisation,
    /// All organisations of the person, this one included, sorted by name.
    pub organisations: Vec<Organisation>,
    /// "Open until 18:00", in words of the page's language.
    pub open: bool,
    pub open_text: String,
    /// By whose clock that is: "Avrupa / İstanbul".
    pub zone: String,
    /// What they have been told and not seen; at most a hundred.
    pub unseen: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Organisation {
    pub id: String,
    pub name: String,
    /// Address of the 128-pixel photo, if there is one.
    pub photo: Option<String>,
}

impl Viewer {
    /// Sees what administrators see.
    pub fn administers(&self) -> bool {
        self.role >= Role::Admin
    }

    /// May save the settings. The server asks again.
    pub fn may_change(&self) -> bool {
        self.administers() && !self.reads_only
    }

    /// The organisation is closed to them, whatever their role.
    pub fn is_shut_out(&self) -> bool {
        self.owes_two_factor || self.leaving
    }

    /// Staff who are in no organisation.
    pub fn is_outside(&self) -> bool {
        self.is_staff && self.organisation.id.is_empty()
    }
}

/// Whether the reader sees what administrators see. The server asks again.
pub fn administers() -> bool {
    page().viewer.with_untracked(|viewer| viewer.as_ref().is_some_and(Viewer::administers))
}

/// Whether the reader is of the vendor's support.
pub fn is_support() -> bool {
    page().viewer.with_untracked(|viewer| viewer.as_ref().is_some_and(|viewer| viewer.is_staff))
}

/// Somebody of the vendor's support inside the organisation, in words of the page's language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupportNow {
    pub id: String,
    pub name: String,
    pub reason: String,
    pub mode: Mode,
    pub since: String,
    pub until: String,
    /// Left.
    pub minutes: u64,
}

/// A refused form post: what was typed (without passwords) and what is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    /// `general/save`: the form's `do`.
    pub action: String,
    /// The body as it was posted, `application/x-www-form-urlencoded`, secrets left out.
    pub body: String,
    pub error: AppError,
}

/// [`PageState`] split for views: constants, and the viewer that a save may change.
#[derive(Clone, Copy)]
pub struct Page {
    pub language: Language,
    pub theme: Theme,
    pub viewer: RwSignal<Option<Viewer>>,
    pub submission: StoredValue<Option<Submission>>,
    pub saved: StoredValue<Option<String>>,
    pub said: StoredValue<Option<String>>,
}

/// Makes [`Page`] from the server's [`PageState`]; call once, in the root component.
pub fn provide_page() -> Page {
    let state = SharedValue::<_, Json>::new_with_encoding(|| use_context::<PageState>().unwrap_or_default())
        .into_inner();
    #[cfg(feature = "hydrate")]
    if let Some(viewer) = state.viewer.as_ref().filter(|viewer| !viewer.organisation.id.is_empty()) {
        call_at(&viewer.organisation.id);
    }
    let page = Page {
        language: state.language,
        theme: state.theme,
        viewer: RwSignal::new(state.viewer),
        submission: StoredValue::new(state.submission),
        saved: StoredValue::new(state.saved),
        said: StoredValue::new(state.said),
    };
    provide_context(page);
    page
}

/// Server functions are told from a page of which organisation they are called (`server::pages::take_at`).
#[cfg(feature = "hydrate")]
fn call_at(organisation: &str) {
    let prefix = format!("/at/{organisation}").leak();
    // Set once in the life of a page; another organisation is another page.
    _ = leptos::server_fn::client::try_set_server_url(prefix);
}

pub fn page() -> Page {
    expect_context()
}

pub fn language() -> Language {
    page().language
}
