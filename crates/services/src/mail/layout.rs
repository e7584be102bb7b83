//! From a mail's words to the message: the two templates and the headers.

use askama::Template;
use chrono::{DateTime, Utc};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use super::{
    Belonging, Brand, Mail, MailFailure, MailKind, Scheme,
    words::{Words, greeting, words},
};

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
    brand: Option<&'a Brand>,
    /// The word and the address of hearing no more of it.
    unsubscribe: Option<(&'static str, &'a str)>,
    /// The size at which the logo is shown, whatever its pixels are.
    shown: (u32, u32),
    /// The media query of the dark colours.
    dark: &'static str,
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
    unsubscribe: Option<(&'static str, &'a str)>,
}

/// Both parts of a mail, rendered.
struct Parts {
    subject: &'static str,
    html: String,
    text: String,
}

fn render(mail: &Mail, brand: Option<&Brand>, dark: &'static str) -> Result<Parts, MailFailure> {
    let language = mail.language;
    let Words { subject, body, button, note } = words(&mail.kind, language);
    let body = body.as_str();
    let greeting = match &mail.kind {
        MailKind::VerifyAddress { name, .. } => greeting(name, language),
        _ => texts::mail::greeting(language).to_owned(),
    };
    let (greeting, link) = (greeting.as_str(), mail.kind.link().unwrap_or_default());
    let footer = match &mail.kind {
        MailKind::Belonging { about: Belonging::Invited { .. }, .. } => texts::mail::footer_invited(language),
        _ => texts::mail::footer(language),
    };
    let link_hint = texts::mail::link_hint(language);
    let unsubscribe =
        mail.kind.unsubscribe().map(|link| (texts::notifications::unsubscribe_link(language), link));
    let html = Html {
        language: language.tag(),
        subject,
        greeting,
        body,
        button,
        link,
        note,
        link_hint,
        footer,
        brand,
        unsubscribe,
        shown: domain::branding::SHOWN,
        dark,
    };
    let text = Text { greeting, body, button, link, note, footer, unsubscribe };
    Ok(Parts { subject, html: html.render()?, text: text.render()? })
}

/// The HTML part of a mail as one reader sees it.
pub(crate) fn preview(mail: &Mail, brand: Option<&Brand>, scheme: Scheme) -> Result<String, MailFailure> {
    let dark = match scheme {
        Scheme::Light => "not all",
        Scheme::Dark => "all",
    };
    render(mail, brand, dark).map(|parts| parts.html)
}

/// The message as it goes over the wire, dated `at`.
pub(super) fn compose(
    mail: &Mail,
    brand: Option<&Brand>,
    from: &Mailbox,
    at: DateTime<Utc>,
) -> Result<Message, MailFailure> {
    let Parts { subject, html, text } = render(mail, brand, "(prefers-color-scheme: dark)")?;
    let to: Address = mail.to.parse().map_err(|_| MailFailure::for_good("the recipient is no address"))?;
    // RFC 3834: keeps holiday notices from answering.
    let automatic =
        HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    let mut message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(subject)
        .date(at.into())
        .message_id(Some(format!("<{}@{}>", mail.id.simple(), from.email.domain())))
        .raw_header(automatic);
    // RFC 8058: one press, without a page in between.
    if let Some(link) = mail.kind.unsubscribe() {
        let header = |name, value| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        message = message
            .raw_header(header("List-Unsubscribe", format!("<{link}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    message.multipart(MultiPart::alternative_plain_html(text, html)).map_err(MailFailure::new)
}
