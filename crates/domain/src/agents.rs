//! AI agents: who speaks for the organisation in calls that go out, what they say first, and the number they call from.

use serde::{Deserialize, Serialize};

use crate::{
    AgentId, AppError, Code, Language,
    error::FieldErrors,
    general::{lines, one_line},
};

/// Agents of one organisation.
pub const MOST_AGENTS: u64 = 100;
/// Characters of a name.
pub const MOST_IN_NAME: usize = 60;
/// Characters of a greeting.
pub const MOST_IN_GREETING: usize = 1000;

/// An agent, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AgentForm {
    /// Which one; empty: a new one.
    pub agent: String,
    pub name: String,
    /// The tag of a [`Language`].
    pub language: String,
    pub greeting: String,
    /// Empty: the platform's own number.
    pub number: String,
    /// The one that was read.
    pub version: i64,
}

/// An agent worth keeping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAgent {
    pub name: String,
    pub language: Language,
    pub greeting: String,
    /// E.164, or empty.
    pub number: String,
}

impl AgentForm {
    /// Errors: `name` is `Required`, `ControlCharacter` or `TooLong`, `language` is `ChoiceUnknown`, `greeting` is
    /// `Required`, `ControlCharacter` or `TooLong`, `number` what `phone` says, which answers in E.164.
    pub fn parse(&self, phone: impl FnOnce(&str) -> Result<String, Code>) -> Result<NewAgent, AppError> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", one_line(&self.name, MOST_IN_NAME));
        let language = errors.keep("language", Language::from_tag(&self.language).ok_or(Code::ChoiceUnknown));
        let greeting = lines(&self.greeting, MOST_IN_GREETING).and_then(|text| text.ok_or(Code::Required));
        let greeting = errors.keep("greeting", greeting);
        let number = self.number.trim();
        let number = if number.is_empty() { Ok(String::new()) } else { phone(number) };
        let number = errors.keep("number", number);
        match (name, language, greeting, number) {
            (Some(name), Some(language), Some(greeting), Some(number)) => {
                Ok(NewAgent { name, language, greeting, number })
            }
            _ => Err(errors.into_error()),
        }
    }

    /// What is no identifier belongs to nobody: `NotFound`.
    pub fn id(&self) -> Result<AgentId, AppError> {
        self.agent.parse().map_err(|_| Code::NotFound.into())
    }
}

/// One agent, named by a button.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneAgentForm {
    pub agent: String,
}

impl OneAgentForm {
    /// What is no identifier belongs to nobody: `NotFound`.
    pub fn parse(&self) -> Result<AgentId, AppError> {
        self.agent.parse().map_err(|_| Code::NotFound.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> AgentForm {
        AgentForm {
            name: "  Elif \t Hanım ".into(),
            language: "tr".into(),
            greeting: "Merhaba,\r\nben Elif.\r\n\r\n".into(),
            ..AgentForm::default()
        }
    }

    #[test]
    fn an_agent_has_a_name_a_language_and_something_to_say() {
        let agent = form().parse(|_| Err(Code::PhoneInvalid)).unwrap();
        assert_eq!((agent.name.as_str(), agent.language), ("Elif Hanım", Language::Tr));
        assert_eq!((agent.greeting.as_str(), agent.number.as_str()), ("Merhaba,\nben Elif.", ""));
        let numbered = AgentForm { number: " 0850 ".into(), ..form() };
        assert_eq!(numbered.parse(|text| Ok(format!("+{text}"))).unwrap().number, "+0850");
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = AgentForm {
            name: " ".into(),
            language: "de".into(),
            greeting: "\n".into(),
            number: "5".into(),
            ..form()
        };
        let error = wrong.parse(|_| Err(Code::PhoneIncomplete)).unwrap_err();
        let told = error.fields.iter().map(|field| (field.field.as_str(), field.code)).collect::<Vec<_>>();
        assert_eq!(
            told,
            [
                ("name", Code::Required),
                ("language", Code::ChoiceUnknown),
                ("greeting", Code::Required),
                ("number", Code::PhoneIncomplete)
            ]
        );
        let greeting = |greeting: String| {
            AgentForm { greeting, ..form() }.parse(|_| Ok(String::new())).map_err(|e| e.of("greeting"))
        };
        assert!(greeting("ş".repeat(MOST_IN_GREETING)).is_ok());
        assert_eq!(greeting("ş".repeat(MOST_IN_GREETING + 1)), Err(Some(Code::TooLong)));
        assert_eq!(greeting("a\u{202e}b".into()), Err(Some(Code::ControlCharacter)));
    }

    #[test]
    fn what_is_no_identifier_does_not_exist() {
        assert_eq!(form().id(), Err(Code::NotFound.into()));
        assert_eq!(OneAgentForm { agent: "'".into() }.parse(), Err(Code::NotFound.into()));
    }
}
