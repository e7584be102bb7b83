//! Campaigns: an agent calls everybody on a list, in business hours, as many at once as there are slots.

use serde::{Deserialize, Serialize};

/// What people have decided about a campaign. When it calls depends on its start and on the business hours as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It calls, or will from its start on.
    Active,
    /// It calls nobody until it is resumed.
    Paused,
    /// It was ended before everybody was called.
    Stopped,
    /// Everybody was called.
    Finished,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Active, Self::Paused, Self::Stopped, Self::Finished];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Finished => "finished",
        }
    }

    /// What a column says; a word that is none (any more) calls nobody.
    pub fn from_column(text: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.as_str() == text).unwrap_or(Self::Stopped)
    }

    /// Nothing starts it again.
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Stopped | Self::Finished)
    }
}

/// How far a campaign is with somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetState {
    /// To be called, for the first time or again.
    Waiting,
    /// Being called.
    Calling,
    /// Somebody answered.
    Reached,
    /// Nobody did, as often as it was tried.
    Unreached,
    /// Not called: they do not want to be.
    Skipped,
}

impl TargetState {
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Calling, Self::Reached, Self::Unreached, Self::Skipped];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Calling => "calling",
            Self::Reached => "reached",
            Self::Unreached => "unreached",
            Self::Skipped => "skipped",
        }
    }

    /// What a column says; a word that is none (any more) is called no more.
    pub fn from_column(text: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.as_str() == text).unwrap_or(Self::Unreached)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for state in State::ALL {
            assert_eq!(State::from_column(state.as_str()), state);
        }
        for state in TargetState::ALL {
            assert_eq!(TargetState::from_column(state.as_str()), state);
        }
        assert!(State::from_column("dreaming").has_ended());
    }
}
