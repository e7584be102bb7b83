//! Mails: what can be sent, in which words, and over which road.
//!
//! Every mail has a text part and an HTML part with the same words and one link. Nothing that a
//! stranger typed reaches a header.

mod transport;

use askama::Template;
use chrono::{DateTime, Utc};
use domain::Language;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use uuid::Uuid;

pub use transport::{MailFailure, MailSettings, Mailer, SentMail, SmtpTls, TransportSettings};

/// A mail to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Becomes the Message-ID: the same mail tried twice is shown once.
    pub id: Uuid,
    /// An address that passed `domain::general::Email`.
    pub to: String,
    /// The reader's language.
    pub language: Language,
    pub kind: MailKind,
}

/// What a mail is about. Every link starts with the configured origin.
#[derive(Clone, PartialEq, Eq)]
pub enum MailKind {
    /// Prove the address of a new account; the link works for 24 hours.
    VerifyAddress { link: String, name: String },
    /// Somebody signed up with an address that has an account; the link leads to sign-in.
    AlreadyRegistered { link: String },
    /// Choose a new password; the link works for 60 minutes.
    ResetPassword { link: String },
    /// The password was changed; the link leads to where it can be changed back.
    PasswordChanged { link: String },
}

impl MailKind {
    /// The one link of the mail. Some open an account: log it only where the operator asked for that.
    pub fn link(&self) -> Option<&str> {
        match self {
            Self::VerifyAddress { link, .. }
            | Self::AlreadyRegistered { link }
            | Self::ResetPassword { link }
            | Self::PasswordChanged { link } => Some(link),
        }
    }

    /// A word for logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::VerifyAddress { .. } => "verify_address",
            Self::AlreadyRegistered { .. } => "already_registered",
            Self::ResetPassword { .. } => "reset_password",
            Self::PasswordChanged { .. } => "password_changed",
        }
    }
}

/// Links are secrets: `Debug` names the kind only.
impl std::fmt::Debug for MailKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MailKind({})", self.name())
    }
}

/// The words of a mail; both parts are made of these.
#[derive(Template)]
#[template(path = "mail/layout.html")]
struct Html<'a> {
    language: &'static str,
    subject: &'static str,
    greeting: &'a str,
    body: &'static str,
    button: &'static str,
    link: &'a str,
    note: &'static str,
    link_hint: &'static str,
    footer: &'static str,
}

#[derive(Template)]
#[template(path = "mail/layout.txt")]
struct Text<'a> {
    greeting: &'a str,
    body: &'static str,
    button: &'static str,
    link: &'a str,
    note: &'static str,
    footer: &'static str,
}

/// The message as it goes over the wire, dated `at`.
fn compose(mail: &Mail, from: &Mailbox, at: DateTime<Utc>) -> Result<Message, MailFailure> {
    let language = mail.language;
    let (subject, body, button, note) = words(&mail.kind, language);
    let greeting = match &mail.kind {
        MailKind::VerifyAddress { name, .. } => greeting(name, language),
        _ => texts::mail::greeting(language).to_owned(),
    };
    let (greeting, link) = (greeting.as_str(), mail.kind.link().unwrap_or_default());
    let (link_hint, footer) = (texts::mail::link_hint(language), texts::mail::footer(language));
    let html =
        Html { language: language.tag(), subject, greeting, body, button, link, note, link_hint, footer }
            .render();
    let text = Text { greeting, body, button, link, note, footer }.render();

    let to: Address = mail.to.parse().map_err(|_| MailFailure::new("the recipient is no address"))?;
    // RFC 3834: keeps holiday notices from answering.
    let automatic =
        HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(subject)
        .date(at.into())
        .message_id(Some(format!("<{}@{}>", mail.id.simple(), from.email.domain())))
        .raw_header(automatic)
        .multipart(MultiPart::alternative_plain_html(text?, html?))
        .map_err(MailFailure::new)
}

fn words(kind: &MailKind, language: Language) -> (&'static str, &'static str, &'static str, &'static str) {
    use texts::mail as t;
    match kind {
        MailKind::VerifyAddress { .. } => (
            t::verify_subject(language),
            t::verify_body(language),
            t::verify_button(language),
            t::verify_note(language),
        ),
        MailKind::AlreadyRegistered { .. } => (
            t::registered_subject(language),
            t::registered_body(language),
            t::registered_button(language),
            t::registered_note(language),
        ),
        MailKind::ResetPassword { .. } => (
            t::reset_subject(language),
            t::reset_body(language),
            t::reset_button(language),
            t::reset_note(language),
        ),
        MailKind::PasswordChanged { .. } => (
            t::changed_subject(language),
            t::changed_body(language),
            t::changed_button(language),
            t::changed_note(language),
        ),
    }
}

/// Greets by name, unless the "name" is an advertisement: anybody can sign up with somebody else's
/// address, and the mail must not carry a stranger's message or link to it.
fn greeting(name: &str, language: Language) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters: Vec<char> = name.chars().collect();
    let web_like = letters.windows(2).any(|pair| pair[0] == '.' && pair[1].is_alphanumeric());
    let plain =
        !name.is_empty() && letters.len() <= 60 && !name.contains(['/', ':', '@', '<', '>']) && !web_like;
    if plain {
        texts::mail::greeting_name(language, name)
    } else {
        texts::mail::greeting(language).to_owned()
    }
}

#[cfg(test)]
mod tests;
