//! Telephone calls: how they begin, what became of them, and which of them somebody wants to see.

use serde::{Deserialize, Serialize};

use crate::{AppError, CallId, CampaignId, Code, error::FieldErrors, slots::Direction};

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It goes on.
    Running,
    Completed,
    NoAnswer,
    Busy,
    Failed,
    /// Whoever ran it was not heard of any more.
    Lost,
}

impl Outcome {
    pub const ALL: [Self; 6] =
        [Self::Running, Self::Completed, Self::NoAnswer, Self::Busy, Self::Failed, Self::Lost];
    /// Those that a call can be ended with.
    pub const ENDS: [Self; 4] = [Self::Completed, Self::NoAnswer, Self::Busy, Self::Failed];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::NoAnswer => "no_answer",
            Self::Busy => "busy",
            Self::Failed => "failed",
            Self::Lost => "lost",
        }
    }

    pub fn from_word(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }

    /// What a column says; a word that is none (any more) counts as failed.
    pub fn from_column(text: &str) -> Self {
        Self::from_word(text).unwrap_or(Self::Failed)
    }
}

/// A telephone number as ITU-T E.164 writes it, `+` and 7 to 15 digits; empty where it is withheld.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// Errors: `PhoneInvalid`.
    pub fn parse(text: &str) -> Result<Self, Code> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let digits = text.strip_prefix('+').ok_or(Code::PhoneInvalid)?;
        let fits = (7..=15).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && !digits.starts_with('0');
        if fits { Ok(Self(text.to_owned())) } else { Err(Code::PhoneInvalid) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A call that is about to begin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StartForm {
    pub direction: String,
    pub from: String,
    pub to: String,
}

/// [`StartForm`], read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    pub direction: Direction,
    pub from: Number,
    pub to: Number,
}

impl StartForm {
    /// Errors: `Required`, `ChoiceUnknown` at `direction`; `PhoneInvalid` at `from` and `to`; `Required` at the number
    /// that a call of this direction is with: `to` of one that goes out.
    pub fn parse(&self) -> Result<Start, AppError> {
        let mut errors = FieldErrors::default();
        let direction = errors.keep(
            "direction",
            match Direction::from_word(&self.direction) {
                Some(direction) => Ok(direction),
                None if self.direction.is_empty() => Err(Code::Required),
                None => Err(Code::ChoiceUnknown),
            },
        );
        let from = errors.keep("from", Number::parse(&self.from));
        let to = errors.keep("to", Number::parse(&self.to));
        if direction == Some(Direction::Outbound) && to == Some(Number::default()) {
            errors.push("to", Code::Required);
        }
        match (direction, from, to) {
            (Some(direction), Some(from), Some(to)) if errors.is_empty() => Ok(Start { direction, from, to }),
            _ => Err(errors.into_error()),
        }
    }
}

/// Which calls somebody wants to see; what is empty is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallsForm {
    pub direction: String,
    pub outcome: String,
    /// Those that a campaign made.
    pub campaign: String,
    /// Those that began before this one: the page after it.
    pub before: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub direction: Option<Direction>,
    pub outcome: Option<Outcome>,
    pub campaign: Option<CampaignId>,
    pub before: Option<CallId>,
}

impl CallsForm {
    /// Errors: `ChoiceUnknown` at `direction`, `outcome`, `campaign` and `before`.
    pub fn parse(&self) -> Result<Wanted, AppError> {
        fn chosen<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Code> {
            match read(text) {
                _ if text.is_empty() => Ok(None),
                None => Err(Code::ChoiceUnknown),
                found => Ok(found),
            }
        }
        let mut errors = FieldErrors::default();
        let direction = errors.keep("direction", chosen(&self.direction, Direction::from_word)).flatten();
        let outcome = errors.keep("outcome", chosen(&self.outcome, Outcome::from_word)).flatten();
        let campaign = errors.keep("campaign", chosen(&self.campaign, |text| text.parse().ok())).flatten();
        let before = errors.keep("before", chosen(&self.before, |text| text.parse().ok())).flatten();
        errors.finish()?;
        Ok(Wanted { direction, outcome, campaign, before })
    }
}

/// The most bytes a transcript may have.
pub const MOST_TRANSCRIPT: usize = 256 * 1024;

/// What was said, as text. Errors: field `text` is `Required`, `TooLong`, `ControlCharacter` (but for line ends and tabs).
pub fn parse_transcript(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    let code = match text {
        "" => Code::Required,
        _ if text.len() > MOST_TRANSCRIPT => Code::TooLong,
        _ if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) => {
            Code::ControlCharacter
        }
        _ => return Ok(text.to_owned()),
    };
    Err(AppError::field("text", code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(direction: &str, from: &str, to: &str) -> Result<Start, AppError> {
        StartForm { direction: direction.into(), from: from.into(), to: to.into() }.parse()
    }

    #[test]
    fn a_call_that_goes_out_goes_to_somebody() {
        assert!(start("outbound", "", "+902125550123").is_ok());
        assert!(start("inbound", "", "").is_ok(), "a withheld number");
        assert_eq!(start("outbound", "", "").unwrap_err().of("to"), Some(Code::Required));
        assert_eq!(start("", "", "").unwrap_err().of("direction"), Some(Code::Required));
        let all = start("sideways", "0212", "+90 212 555 01 23").unwrap_err();
        assert_eq!(
            (all.of("direction"), all.of("from"), all.of("to")),
            (Some(Code::ChoiceUnknown), Some(Code::PhoneInvalid), Some(Code::PhoneInvalid))
        );
    }

    #[test]
    fn numbers_are_written_as_e164() {
        for fits in ["+902125550123", "+1234567", "+123456789012345", " +902125550123 ", ""] {
            assert!(Number::parse(fits).is_ok(), "{fits}");
        }
        for unfit in
            ["+123456", "+1234567890123456", "902125550123", "+0902125550123", "+90212555٠123", "+90-212"]
        {
            assert_eq!(Number::parse(unfit), Err(Code::PhoneInvalid), "{unfit}");
        }
    }

    #[test]
    fn words_are_read_back() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_word(outcome.as_str()), Some(outcome));
            assert_eq!(serde_json::to_string(&outcome).unwrap(), format!("{:?}", outcome.as_str()));
        }
        assert_eq!(Outcome::from_column("eaten"), Outcome::Failed);
    }

    #[test]
    fn nothing_typed_is_every_call_and_what_is_unknown_is_named() {
        assert_eq!(CallsForm::default().parse(), Ok(Wanted::default()));
        let odd = CallsForm {
            direction: "up".into(),
            outcome: "ok".into(),
            campaign: "x".into(),
            before: "1".into(),
        };
        let error = odd.parse().unwrap_err();
        assert!(
            ["direction", "outcome", "campaign", "before"]
                .iter()
                .all(|field| error.of(field) == Some(Code::ChoiceUnknown))
        );
    }

    #[test]
    fn transcripts_are_text() {
        assert_eq!(parse_transcript(" Alo?\n\tBuyurun. "), Ok("Alo?\n\tBuyurun.".into()));
        let refused = |text: &str| parse_transcript(text).unwrap_err().of("text");
        assert_eq!(
            (refused(" \n"), refused("a\u{0}b")),
            (Some(Code::Required), Some(Code::ControlCharacter))
        );
        assert_eq!(refused(&"a".repeat(MOST_TRANSCRIPT + 1)), Some(Code::TooLong));
    }
}
