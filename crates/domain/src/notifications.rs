//! What an organisation tells its people by mail, how often, and what happened.

use serde::{Deserialize, Serialize};

use crate::{AppError, Code, Role, error::FieldErrors, general::one_line, money::Money};

/// The most that one digest lists; it says how many more there are.
pub const MOST_IN_DIGEST: usize = 100;
/// Characters of an announcement's title.
pub const MOST_IN_TITLE: usize = 120;
/// Characters of its text.
pub const MOST_IN_TEXT: usize = 2_000;

macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$inner:meta])* $choice:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$inner])* #[serde(rename = $word)] $choice),+
        }

        impl $name {
            /// In the order of the page.
            pub const ALL: &'static [Self] = &[$(Self::$choice),+];

            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$choice => $word),+
                }
            }

            /// Errors: `ChoiceUnknown`.
            pub fn from_word(word: &str) -> Result<Self, Code> {
                Self::ALL.iter().copied().find(|choice| choice.word() == word).ok_or(Code::ChoiceUnknown)
            }
        }
    };
}

words! {
    /// What people are told of. What concerns the security of an account is not among it: that is always mailed.
    pub enum Event {
        /// Somebody was invited to the organisation.
        Invitation = "invitation",
        /// The credit has fallen below its threshold.
        LowCredit = "low_credit",
        /// An invoice or a credit note was issued.
        Invoice = "invoice",
        /// Staff have announced something.
        SystemUpdate = "system_update",
    }
}

words! {
    /// How often somebody is mailed about an event.
    pub enum Frequency {
        Off = "off",
        /// At once, one mail each.
        Instant = "instant",
        /// At eight in the morning, what happened the day before.
        Daily = "daily",
        /// On Monday at eight, what happened in the week before.
        Weekly = "weekly",
    }
}

words! {
    /// How often a digest is made.
    pub enum Period {
        Daily = "daily",
        Weekly = "weekly",
    }
}

impl Event {
    /// The least role whose holders are told.
    pub const fn least(self) -> Role {
        match self {
            Self::Invitation | Self::LowCredit | Self::Invoice => Role::Admin,
            Self::SystemUpdate => Role::Member,
        }
    }

    /// What can be chosen. Low credit cannot wait for a digest: calls stop before it.
    pub const fn frequencies(self) -> &'static [Frequency] {
        match self {
            Self::LowCredit => &[Frequency::Off, Frequency::Instant],
            _ => Frequency::ALL,
        }
    }

    /// What holds where nobody has chosen anything.
    pub const fn usual(self) -> Frequency {
        Frequency::Instant
    }

    fn read(self, word: &str) -> Result<Frequency, Code> {
        let frequency = Frequency::from_word(word)?;
        if self.frequencies().contains(&frequency) { Ok(frequency) } else { Err(Code::ChoiceUnknown) }
    }
}

impl Frequency {
    pub const fn period(self) -> Option<Period> {
        match self {
            Self::Daily => Some(Period::Daily),
            Self::Weekly => Some(Period::Weekly),
            Self::Off | Self::Instant => None,
        }
    }
}

/// Something that happened, with what its sentence needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum News {
    Invitation {
        inviter: String,
        /// The addresses that were asked.
        invited: Vec<String>,
    },
    LowCredit {
        balance: Money,
        threshold: Money,
    },
    Invoice {
        number: String,
        total: Money,
        /// The invoice that a credit note takes back.
        taken: Option<String>,
    },
    SystemUpdate {
        title_tr: String,
        title_en: String,
        text_tr: String,
        text_en: String,
    },
}

impl News {
    pub const fn event(&self) -> Event {
        match self {
            Self::Invitation { .. } => Event::Invitation,
            Self::LowCredit { .. } => Event::LowCredit,
            Self::Invoice { .. } => Event::Invoice,
            Self::SystemUpdate { .. } => Event::SystemUpdate,
        }
    }

    /// The page that shows more.
    pub fn path(&self) -> String {
        match self {
            Self::Invitation { .. } => "/settings/members".to_owned(),
            Self::LowCredit { .. } => "/settings/billing#credit".to_owned(),
            Self::Invoice { number, .. } => format!("/settings/billing/invoices/{number}"),
            Self::SystemUpdate { .. } => "/notifications".to_owned(),
        }
    }
}

/// One frequency per event, as typed. In the form of a person an empty word is "as the organisation has it".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrequenciesForm {
    #[serde(default)]
    pub invitation: String,
    #[serde(default)]
    pub low_credit: String,
    #[serde(default)]
    pub invoice: String,
    #[serde(default)]
    pub system_update: String,
}

impl FrequenciesForm {
    fn words(&self) -> [(Event, &str); 4] {
        [
            (Event::Invitation, &self.invitation),
            (Event::LowCredit, &self.low_credit),
            (Event::Invoice, &self.invoice),
            (Event::SystemUpdate, &self.system_update),
        ]
    }

    /// What an organisation chooses for everybody. Errors: the fields that are no choice of their event.
    pub fn parse_defaults(&self) -> Result<Vec<(Event, Frequency)>, AppError> {
        let mut errors = FieldErrors::default();
        let read = self.words().map(|(event, word)| {
            errors.keep(event.word(), event.read(word)).map(|frequency| (event, frequency))
        });
        errors.finish()?;
        Ok(read.into_iter().flatten().collect())
    }

    /// What a person of this role chooses; events that are not for the role are left out. Errors: as above.
    pub fn parse_own(&self, role: Role) -> Result<Vec<(Event, Option<Frequency>)>, AppError> {
        let mut errors = FieldErrors::default();
        let read = self.words().map(|(event, word)| {
            let own = match word {
                "" => Ok(None),
                word => event.read(word).map(Some),
            };
            errors.keep(event.word(), own).map(|own| (event, own))
        });
        errors.finish()?;
        Ok(read.into_iter().flatten().filter(|(event, _)| role >= event.least()).collect())
    }
}

/// An announcement as typed by staff; everybody reads it in their language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnounceForm {
    pub title_tr: String,
    pub title_en: String,
    pub text_tr: String,
    pub text_en: String,
}

impl AnnounceForm {
    /// Errors: fields, `Required` and `TooLong`.
    pub fn parse(&self) -> Result<News, AppError> {
        let mut errors = FieldErrors::default();
        let mut title = |field: &str, text: &str| errors.keep(field, one_line(text, MOST_IN_TITLE));
        let titles = (title("title_tr", &self.title_tr), title("title_en", &self.title_en));
        let mut text = |field: &str, text: &str| errors.keep(field, lines(text, MOST_IN_TEXT));
        let texts = (text("text_tr", &self.text_tr), text("text_en", &self.text_en));
        match (titles, texts) {
            ((Some(title_tr), Some(title_en)), (Some(text_tr), Some(text_en))) => {
                Ok(News::SystemUpdate { title_tr, title_en, text_tr, text_en })
            }
            _ => Err(errors.into_error()),
        }
    }
}

fn lines(text: &str, most: usize) -> Result<String, Code> {
    let text = text.replace("\r\n", "\n").trim().to_owned();
    match text.chars().count() {
        0 => Err(Code::Required),
        count if count > most => Err(Code::TooLong),
        _ if text.chars().any(|c| c.is_control() && c != '\n') => Err(Code::ControlCharacter),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_credit_never_waits_for_a_digest() {
        let form = |word: &str| FrequenciesForm {
            invitation: "daily".into(),
            low_credit: word.into(),
            invoice: "weekly".into(),
            system_update: "off".into(),
        };
        let read = form("instant").parse_defaults().unwrap();
        assert_eq!(read[0], (Event::Invitation, Frequency::Daily));
        assert_eq!(read[1], (Event::LowCredit, Frequency::Instant));
        for word in ["daily", "weekly", "", "hourly"] {
            let error = form(word).parse_defaults().unwrap_err();
            assert_eq!(
                error.fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(),
                ["low_credit"]
            );
        }
    }

    #[test]
    fn a_person_may_leave_it_to_the_organisation_and_a_member_chooses_what_is_for_members() {
        let form = FrequenciesForm { system_update: "weekly".into(), ..Default::default() };
        assert_eq!(form.parse_own(Role::Member).unwrap(), [(Event::SystemUpdate, Some(Frequency::Weekly))]);
        assert_eq!(form.parse_own(Role::Admin).unwrap().len(), 4);
        assert_eq!(form.parse_own(Role::Owner).unwrap()[0], (Event::Invitation, None));
        let wrong = FrequenciesForm { invoice: "sometimes".into(), ..Default::default() };
        assert_eq!(wrong.parse_own(Role::Member).unwrap_err().code, Code::Invalid);
    }

    #[test]
    fn an_announcement_says_something_in_both_languages() {
        let form = AnnounceForm {
            title_tr: "Bakım".into(),
            title_en: String::new(),
            text_tr: "Cumartesi\r\n03:00".into(),
            text_en: "a\u{7}".into(),
        };
        let fields = form.parse().unwrap_err().fields;
        assert_eq!(
            fields.iter().map(|field| (field.field.as_str(), field.code)).collect::<Vec<_>>(),
            [("title_en", Code::Required), ("text_en", Code::ControlCharacter)]
        );
        let whole = AnnounceForm { title_en: "Maintenance".into(), text_en: "Saturday".into(), ..form };
        let News::SystemUpdate { text_tr, .. } = whole.parse().unwrap() else { panic!() };
        assert_eq!(text_tr, "Cumartesi\n03:00");
    }

    #[test]
    fn news_reads_as_it_was_written() {
        let news = News::Invoice { number: "AYR2026000000001".into(), total: Money(123_456), taken: None };
        let text = serde_json::to_string(&news).unwrap();
        assert_eq!(serde_json::from_str::<News>(&text).unwrap(), news);
        assert!(text.contains(news.event().word()));
    }
}
