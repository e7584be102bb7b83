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
    /// Prove a new address; the link works for 24 hours.
    ConfirmEmail { link: String },
    /// To the new address: from now on one signs in with it; the link leads to sign-in.
    EmailConfirmed { link: String },
    /// An administrator asks for a second factor; the link leads to where it is set up.
    SetUpTwoFactor { link: String, organisation: String },
    /// Something happened to the account; the link says "this wasn't me" and works for 7 days.
    Notice { notice: Notice, link: String },
}

/// What happened to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// From a browser never seen before, at a time written in the organisation's zone.
    NewSignIn {
        browser: String,
        address: String,
        at: String,
    },
    TwoFactorOn,
    TwoFactorReplaced,
    TwoFactorOff,
    /// By an administrator.
    TwoFactorReset,
    BackupCodeUsed {
        left: u64,
    },
    CodesReplaced,
    PasskeyAdded {
        name: String,
    },
    PasskeyRemoved {
        name: String,
    },
    /// Somebody asked for another address.
    EmailChanging {
        to: String,
    },
    /// To the old address: it no longer signs in.
    EmailChanged {
        to: String,
    },
}

impl Notice {
    const fn name(&self) -> &'static str {
        match self {
            Self::NewSignIn { .. } => "new_sign_in",
            Self::TwoFactorOn => "two_factor_on",
            Self::TwoFactorReplaced => "two_factor_replaced",
            Self::TwoFactorOff => "two_factor_off",
            Self::TwoFactorReset => "two_factor_reset",
            Self::BackupCodeUsed { .. } => "backup_code_used",
            Self::CodesReplaced => "codes_replaced",
            Self::PasskeyAdded { .. } => "passkey_added",
            Self::PasskeyRemoved { .. } => "passkey_removed",
            Self::EmailChanging { .. } => "email_changing",
            Self::EmailChanged { .. } => "email_changed",
        }
    }
}

impl MailKind {
    /// The one link of the mail. Some open an account: log it only where the operator asked for that.
    pub fn link(&self) -> Option<&str> {
        match self {
            Self::VerifyAddress { link, .. }
            | Self::AlreadyRegistered { link }
            | Self::ResetPassword { link }
            | Self::PasswordChanged { link }
            | Self::ConfirmEmail { link }
            | Self::EmailConfirmed { link }
            | Self::SetUpTwoFactor { link, .. }
            | Self::Notice { link, .. } => Some(link),
        }
    }

    /// A word for logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::VerifyAddress { .. } => "verify_address",
            Self::AlreadyRegistered { .. } => "already_registered",
            Self::ResetPassword { .. } => "reset_password",
            Self::PasswordChanged { .. } => "password_changed",
            Self::ConfirmEmail { .. } => "confirm_email",
            Self::EmailConfirmed { .. } => "email_confirmed",
            Self::SetUpTwoFactor { .. } => "set_up_two_factor",
            Self::Notice { notice, .. } => notice.name(),
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
    body: &'a str,
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
    body: &'a str,
    button: &'static str,
    link: &'a str,
    note: &'static str,
    footer: &'static str,
}

/// The message as it goes over the wire, dated `at`.
fn compose(mail: &Mail, from: &Mailbox, at: DateTime<Utc>) -> Result<Message, MailFailure> {
    let language = mail.language;
    let Words { subject, body, button, note } = words(&mail.kind, language);
    let body = body.as_str();
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

/// What a mail says. The subject never holds anything that somebody typed.
struct Words {
    subject: &'static str,
    body: String,
    button: &'static str,
    note: &'static str,
}

fn words(kind: &MailKind, l: Language) -> Words {
    use texts::mail as t;
    let (subject, body, button, note) = match kind {
        MailKind::VerifyAddress { .. } => {
            (t::verify_subject(l), t::verify_body(l).to_owned(), t::verify_button(l), t::verify_note(l))
        }
        MailKind::AlreadyRegistered { .. } => (
            t::registered_subject(l),
            t::registered_body(l).to_owned(),
            t::registered_button(l),
            t::registered_note(l),
        ),
        MailKind::ResetPassword { .. } => {
            (t::reset_subject(l), t::reset_body(l).to_owned(), t::reset_button(l), t::reset_note(l))
        }
        MailKind::PasswordChanged { .. } => {
            (t::changed_subject(l), t::changed_body(l).to_owned(), t::changed_button(l), t::changed_note(l))
        }
        MailKind::ConfirmEmail { .. } => {
            (t::email_subject(l), t::email_body(l).to_owned(), t::email_button(l), t::email_note(l))
        }
        MailKind::EmailConfirmed { .. } => (
            t::email_done_subject(l),
            t::email_done_body(l).to_owned(),
            t::registered_button(l),
            t::email_done_note(l),
        ),
        MailKind::SetUpTwoFactor { organisation, .. } => (
            t::set_up_subject(l),
            t::set_up_body(l, plain(organisation).unwrap_or_else(|| t::your_company(l).to_owned())),
            t::set_up_button(l),
            t::set_up_note(l),
        ),
        MailKind::Notice { notice, .. } => {
            let (subject, body) = happened(notice, l);
            (subject, body, t::not_me_button(l), t::not_me_note(l))
        }
    };
    Words { subject, body, button, note }
}

fn happened(notice: &Notice, l: Language) -> (&'static str, String) {
    use texts::mail as t;
    match notice {
        Notice::NewSignIn { browser, address, at } => {
            let browser = if browser.is_empty() { t::unknown_browser(l) } else { browser };
            (t::new_sign_in_subject(l), t::new_sign_in_body(l, address, at, browser))
        }
        Notice::TwoFactorOn => (t::two_factor_on_subject(l), t::two_factor_on_body(l).to_owned()),
        Notice::TwoFactorReplaced => {
            (t::two_factor_replaced_subject(l), t::two_factor_replaced_body(l).to_owned())
        }
        Notice::TwoFactorOff => (t::two_factor_off_subject(l), t::two_factor_off_body(l).to_owned()),
        Notice::TwoFactorReset => (t::two_factor_reset_subject(l), t::two_factor_reset_body(l).to_owned()),
        Notice::BackupCodeUsed { left } if *left < domain::account::FEW_BACKUP_CODES as u64 => {
            (t::codes_few_subject(l), t::codes_few_body(l, left))
        }
        Notice::BackupCodeUsed { left } => (t::code_used_subject(l), t::code_used_body(l, left)),
        Notice::CodesReplaced => (t::codes_replaced_subject(l), t::codes_replaced_body(l).to_owned()),
        Notice::PasskeyAdded { name } => {
            (t::passkey_added_subject(l), t::passkey_added_body(l, plain(name).unwrap_or_default()))
        }
        Notice::PasskeyRemoved { name } => {
            (t::passkey_removed_subject(l), t::passkey_removed_body(l, plain(name).unwrap_or_default()))
        }
        Notice::EmailChanging { to } => (t::email_changing_subject(l), t::email_changing_body(l, to)),
        Notice::EmailChanged { to } => (t::email_changed_subject(l), t::email_changed_body(l, to)),
    }
}

/// Greets by name, unless the "name" is an advertisement.
fn greeting(name: &str, language: Language) -> String {
    match plain(name) {
        Some(name) => texts::mail::greeting_name(language, name),
        None => texts::mail::greeting(language).to_owned(),
    }
}

/// A name that may stand in a mail: anybody can sign up with somebody else's address, and the mail must not
/// carry a stranger's message or link to it.
fn plain(name: &str) -> Option<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters: Vec<char> = name.chars().collect();
    let web_like = letters.windows(2).any(|pair| pair[0] == '.' && pair[1].is_alphanumeric());
    let plain =
        !name.is_empty() && letters.len() <= 60 && !name.contains(['/', ':', '@', '<', '>']) && !web_like;
    plain.then_some(name)
}

#[cfg(test)]
mod tests;
