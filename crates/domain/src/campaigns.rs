//! Campaigns: an agent calls everybody on a list, in business hours, as many at once as there are slots.

use serde::{Deserialize, Serialize};

use crate::{
    AgentId, AppError, CampaignId, Code, ListId,
    error::FieldErrors,
    general::one_line,
    plan::{Plan, whole_number},
};

/// Characters of a name.
pub const MOST_IN_NAME: usize = 80;
/// Customers of one campaign.
pub const MOST_TARGETS: u64 = 100_000;
/// Campaigns of one organisation that have not ended.
pub const MOST_OPEN: u64 = 50;
/// How often somebody may be called, the first time among them.
pub const ATTEMPTS: [u8; 4] = [1, 2, 3, 5];
/// Minutes until somebody who was not reached is called again.
pub const RETRIES: [u16; 4] = [15, 60, 240, 1440];
/// Calls at once that can be asked for.
const MOST_AT_ONCE: u32 = 10_000;

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

/// A campaign to be planned, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignForm {
    pub name: String,
    pub agent: String,
    pub list: String,
    /// A moment of the organisation's clocks, `YYYY-MM-DDTHH:MM`; empty: at once.
    #[serde(default)]
    pub starts_at: String,
    /// Empty: as many as there are free slots.
    #[serde(default)]
    pub at_once: String,
    /// One of [`ATTEMPTS`].
    pub attempts: String,
    /// One of [`RETRIES`].
    pub retry_minutes: String,
    /// More calls at once than there are slots are meant.
    #[serde(default)]
    pub sure: bool,
}

/// A campaign worth planning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCampaign {
    pub name: String,
    pub agent: AgentId,
    pub list: ListId,
    /// What was typed; it becomes a moment in the organisation's zone.
    pub starts_at: String,
    /// 0: as many as there are free slots.
    pub at_once: u32,
    pub attempts: u8,
    pub retry_minutes: u16,
}

impl CampaignForm {
    /// `slots`: calls that may go out at once now.
    ///
    /// Errors: `name` is `Required`, `ControlCharacter` or `TooLong`; `agent` and `list` are `Required` or `ChoiceUnknown`;
    /// `attempts` and `retry_minutes` are `ChoiceUnknown`; `at_once` is `CountInvalid`, or `SlotsFew` where it is more than
    /// `slots` and nobody said that they are sure.
    pub fn parse(&self, slots: u32) -> Result<NewCampaign, AppError> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", one_line(&self.name, MOST_IN_NAME));
        let agent = errors.keep("agent", chosen(&self.agent));
        let list = errors.keep("list", chosen(&self.list));
        let attempts = errors.keep("attempts", one_of(&self.attempts, ATTEMPTS));
        let retry = errors.keep("retry_minutes", one_of(&self.retry_minutes, RETRIES));
        let at_once = errors.keep("at_once", self.read_at_once(slots));
        match (name, agent, list, attempts, retry, at_once) {
            (Some(name), Some(agent), Some(list), Some(attempts), Some(retry_minutes), Some(at_once)) => {
                let starts_at = self.starts_at.trim().to_owned();
                Ok(NewCampaign { name, agent, list, starts_at, at_once, attempts, retry_minutes })
            }
            _ => Err(errors.into_error()),
        }
    }

    fn read_at_once(&self, slots: u32) -> Result<u32, Code> {
        if self.at_once.trim().is_empty() {
            return Ok(0);
        }
        match whole_number(&self.at_once) {
            Some(number) if !(1..=MOST_AT_ONCE).contains(&number) => Err(Code::CountInvalid),
            Some(number) if number > slots && !self.sure => Err(Code::SlotsFew),
            Some(number) => Ok(number),
            None => Err(Code::CountInvalid),
        }
    }
}

fn chosen<T: std::str::FromStr>(text: &str) -> Result<T, Code> {
    let code = if text.is_empty() { Code::Required } else { Code::ChoiceUnknown };
    text.parse().map_err(|_| code)
}

fn one_of<T: std::str::FromStr + PartialEq>(
    text: &str,
    choices: impl IntoIterator<Item = T>,
) -> Result<T, Code> {
    let read = text.parse().map_err(|_| Code::ChoiceUnknown)?;
    choices.into_iter().find(|choice| *choice == read).ok_or(Code::ChoiceUnknown)
}

/// The least plan that an owner can choose alone and that allows so many calls at once; `None`: only an agreement does.
pub fn plan_for(at_once: u32) -> Option<Plan> {
    Plan::OPEN.into_iter().find(|plan| plan.slots() >= at_once)
}

/// What a person does with a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Pause,
    Resume,
    Stop,
}

impl Step {
    /// Where it leads, from wherever it can be taken.
    pub const fn leads_to(self) -> State {
        match self {
            Self::Pause => State::Paused,
            Self::Resume => State::Active,
            Self::Stop => State::Stopped,
        }
    }

    /// The state after it; `None`: this state knows no such step.
    pub const fn of(self, state: State) -> Option<State> {
        match (self, state) {
            (Self::Pause, State::Active)
            | (Self::Resume, State::Paused)
            | (Self::Stop, State::Active | State::Paused) => Some(self.leads_to()),
            _ => None,
        }
    }
}

/// One campaign, named by a button of its page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneCampaignForm {
    pub campaign: String,
}

impl OneCampaignForm {
    /// What is no identifier does not exist: `NotFound`.
    pub fn parse(&self) -> Result<CampaignId, AppError> {
        self.campaign.parse().map_err(|_| Code::NotFound.into())
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
