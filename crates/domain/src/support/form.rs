//! What staff type: whom they look for, and why they enter.

use serde::{Deserialize, Serialize};

use crate::{AppError, Code, OrganisationId, SupportId, error::FieldErrors, fold::fold};

/// What support may do inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    #[default]
    Read,
    /// Change what is open to support at all.
    Write,
}

impl Mode {
    pub const ALL: [Self; 2] = [Self::Read, Self::Write];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// An unknown word in the database gives the least.
    pub fn from_column(word: &str) -> Self {
        if word == Self::Write.word() { Self::Write } else { Self::Read }
    }

    /// Errors: `ChoiceUnknown`.
    pub fn parse(word: &str) -> Result<Self, Code> {
        Self::ALL.into_iter().find(|mode| mode.word() == word).ok_or(Code::ChoiceUnknown)
    }
}

/// Whom staff look for: a part of a name, or an id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FindForm {
    pub q: String,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    Id(OrganisationId),
    /// Folded letters that stand in the name.
    Name(String),
}

impl FindForm {
    /// Fewer letters would list the customers.
    pub const LEAST: usize = 3;
    const MOST: usize = 120;

    /// `None` while nothing is looked for. Errors: field `q` (`TooShort`, `TooLong`).
    pub fn parse(&self) -> Result<Option<Sought>, AppError> {
        let typed = self.q.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        if let Ok(id) = typed.parse() {
            return Ok(Some(Sought::Id(id)));
        }
        let name = fold(typed);
        match name.chars().filter(|c| c.is_alphanumeric()).count() {
            ..Self::LEAST => Err(AppError::field("q", Code::TooShort)),
            Self::MOST.. => Err(AppError::field("q", Code::TooLong)),
            _ => Ok(Some(Sought::Name(name.trim().to_owned()))),
        }
    }
}

/// Entering an organisation, as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnterForm {
    pub organisation: String,
    pub reason: String,
    /// The customer's question, as the help desk numbers it.
    #[serde(default)]
    pub ticket: String,
    /// `read` or `write`.
    pub mode: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enter {
    pub organisation: OrganisationId,
    pub reason: String,
    pub ticket: Option<String>,
    pub mode: Mode,
}

impl EnterForm {
    pub const SHORTEST_REASON: usize = 10;
    pub const LONGEST_REASON: usize = 500;
    pub const LONGEST_TICKET: usize = 60;

    /// Errors: `NotFound` for what is no identifier; fields `reason` (`Required`, `TooShort`, `TooLong`,
    /// `ControlCharacter`), `ticket` and `mode`.
    pub fn parse(&self) -> Result<Enter, AppError> {
        let organisation = self.organisation.parse().map_err(|_| Code::NotFound)?;
        let mut errors = FieldErrors::default();
        let reason = errors.keep("reason", reason(&self.reason));
        let ticket = errors.keep("ticket", ticket(&self.ticket));
        let mode = errors.keep("mode", Mode::parse(&self.mode));
        match (reason, ticket, mode) {
            (Some(reason), Some(ticket), Some(mode)) => Ok(Enter { organisation, reason, ticket, mode }),
            _ => Err(errors.into_error()),
        }
    }
}

/// A reason in one paragraph: customers read it in a mail and in a banner. The shell's override gives one as well.
pub fn reason(text: &str) -> Result<String, Code> {
    let text = one_line(text)?;
    match text.chars().count() {
        0 => Err(Code::Required),
        1..EnterForm::SHORTEST_REASON => Err(Code::TooShort),
        count if count > EnterForm::LONGEST_REASON => Err(Code::TooLong),
        _ => Ok(text),
    }
}

fn ticket(text: &str) -> Result<Option<String>, Code> {
    let text = one_line(text)?;
    if text.chars().count() > EnterForm::LONGEST_TICKET {
        return Err(Code::TooLong);
    }
    Ok((!text.is_empty()).then_some(text))
}

fn one_line(text: &str) -> Result<String, Code> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().any(char::is_control) { Err(Code::ControlCharacter) } else { Ok(line) }
}

/// A member's choice whether support learns who they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HideForm {
    pub hidden: bool,
}

/// One support session, named by a button.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupportForm {
    pub session: String,
}

impl SupportForm {
    /// What is no identifier does not exist: `NotFound`.
    pub fn parse(&self) -> Result<SupportId, AppError> {
        self.session.parse().map_err(|_| Code::NotFound.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "019ab000-0000-7000-8000-000000000000";

    fn form(reason: &str, mode: &str) -> EnterForm {
        EnterForm {
            organisation: ID.into(),
            reason: reason.into(),
            ticket: " TT-42 ".into(),
            mode: mode.into(),
        }
    }

    #[test]
    fn whoever_gives_no_reason_does_not_enter() {
        let of = |reason: &str| form(reason, "read").parse().map_err(|error| error.of("reason"));
        assert_eq!(of("  \n"), Err(Some(Code::Required)));
        assert_eq!(of("bakacağım"), Err(Some(Code::TooShort)));
        assert_eq!(of(&"a".repeat(501)), Err(Some(Code::TooLong)));
        assert_eq!(of("Saatler neden\u{0} kapalı?"), Err(Some(Code::ControlCharacter)));
        let entered = of(" Saatler neden\r\nkapalı görünüyor? ").unwrap();
        assert_eq!(entered.reason, "Saatler neden kapalı görünüyor?");
        assert_eq!((entered.ticket.as_deref(), entered.mode), (Some("TT-42"), Mode::Read));
    }

    #[test]
    fn every_wrong_field_is_named_and_what_is_no_id_does_not_exist() {
        let wrong = EnterForm { ticket: "x".repeat(61), ..form("", "admin") };
        let fields = wrong.parse().unwrap_err().fields;
        let told: Vec<_> = fields.iter().map(|error| (error.field.as_str(), error.code)).collect();
        assert_eq!(
            told,
            [("reason", Code::Required), ("ticket", Code::TooLong), ("mode", Code::ChoiceUnknown)]
        );
        let nobody = EnterForm { organisation: "yildiz".into(), ..form("", "") };
        assert_eq!(nobody.parse(), Err(Code::NotFound.into()));
        assert_eq!(SupportForm { session: "1".into() }.parse(), Err(Code::NotFound.into()));
    }

    #[test]
    fn two_letters_list_nobody() {
        let of = |q: &str| FindForm { q: q.into() }.parse();
        for short in ["yı", "a b", "…..", "%_%"] {
            assert_eq!(of(short), Err(AppError::field("q", Code::TooShort)), "{short}");
        }
        assert_eq!(of(&"a".repeat(200)), Err(AppError::field("q", Code::TooLong)));
        assert_eq!(of("  "), Ok(None));
        assert_eq!(of("YILDIZ"), Ok(Some(Sought::Name("yildiz".into()))));
        assert_eq!(of(ID), Ok(Some(Sought::Id(ID.parse().unwrap()))));
    }

    #[test]
    fn an_unknown_mode_reads() {
        assert_eq!((Mode::from_column("write"), Mode::from_column("root")), (Mode::Write, Mode::Read));
    }
}
