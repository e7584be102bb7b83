//! Where server functions and the first render meet the request: who asks, in which language,
//! and the cookies and redirects of the answer.

use axum::http::{HeaderName, HeaderValue, header, request::Parts};
use chrono::{Datelike, NaiveDateTime};
use domain::{Actor, Admin, AppError, Code, Language, Member};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use services::{Context, failure, hours, session, session::Visit, token::PlainToken};

use crate::{
    paths,
    state::{Organisation, PageState, Theme, Viewer},
};

/// What the server's first layers found out about a request; an axum extension.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub visit: Option<Visit>,
    pub language: Language,
    pub theme: Theme,
    /// Cookies are `__Host-` and `Secure`; false only for plain http on loopback.
    pub secure: bool,
    /// The cookie that says this browser signed in before.
    pub known_browser: Option<String>,
    /// What the browser says of itself.
    pub browser: session::Browser,
}

pub fn context() -> Result<Context, AppError> {
    use_context().ok_or_else(|| failure::internal("no services in this request"))
}

pub fn facts() -> Facts {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Facts>().cloned()).unwrap_or_default()
}

/// The signed-in person. Errors: `Unauthenticated`.
pub fn actor() -> Result<Actor, AppError> {
    Ok(visit()?.actor)
}

/// Errors: `Unauthenticated`.
pub fn visit() -> Result<Visit, AppError> {
    facts().visit.ok_or_else(|| Code::Unauthenticated.into())
}

/// Errors: `Unauthenticated`.
pub fn member() -> Result<Member, AppError> {
    Ok(actor()?.member())
}

/// Errors: `Unauthenticated`, `Forbidden`.
pub fn admin() -> Result<Admin, AppError> {
    actor()?.admin()
}

/// Sends a browser without JavaScript to `path` after the form; with JavaScript the page decides.
pub fn send_to(path: &str) {
    if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(path)) {
        options.insert_header(header::LOCATION, value);
    }
}

/// The cookies of the product.
#[derive(Clone, Copy, Debug)]
pub enum Cookie {
    /// Until the browser closes; the server ends it after eight hours anyway.
    Session,
    /// A browser that signed in before; a year.
    Browser,
    Language,
    Theme,
}

impl Cookie {
    const YEAR: u32 = 365 * 24 * 60 * 60;

    pub const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-ayar-session",
            (Self::Session, false) => "ayar-session",
            (Self::Browser, true) => "__Host-ayar-browser",
            (Self::Browser, false) => "ayar-browser",
            (Self::Language, _) => "ayar-language",
            (Self::Theme, _) => "ayar-theme",
        }
    }

    fn header(self, secure: bool, value: &str) -> String {
        let name = self.name(secure);
        let age = match self {
            Self::Session => String::new(),
            _ => format!("; Max-Age={}", Self::YEAR),
        };
        let secure = if secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}")
    }
}

/// Sets a cookie on the answer. `value` is a token or a word of ours: never what somebody typed.
pub fn set_cookie(cookie: Cookie, value: &str) {
    append(header::SET_COOKIE, &cookie.header(facts().secure, value));
}

/// Takes the session cookie back and asks the browser to forget what it cached.
pub fn clear_session() {
    let secure = facts().secure;
    append(header::SET_COOKIE, &format!("{}; Max-Age=0", Cookie::Session.header(secure, "")));
    append(HeaderName::from_static("clear-site-data"), "\"cache\", \"storage\"");
}

/// Gives the browser its session.
pub fn start_session(token: &PlainToken, browser: Option<&PlainToken>) {
    set_cookie(Cookie::Session, token.reveal());
    if let Some(browser) = browser {
        set_cookie(Cookie::Browser, browser.reveal());
    }
}

fn append(name: HeaderName, value: &str) {
    if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(value)) {
        options.append_header(name, value);
    }
}

/// What every page starts with. One query on top of the session's, for the list of organisations.
pub async fn page_state(context: &Context, facts: &Facts) -> Result<PageState, AppError> {
    let viewer = match &facts.visit {
        Some(visit) => Some(viewer(context, visit, facts.language).await?),
        None => None,
    };
    Ok(PageState { language: facts.language, theme: facts.theme, viewer, submission: None, saved: None })
}

pub async fn viewer(context: &Context, visit: &Visit, language: Language) -> Result<Viewer, AppError> {
    let organisations = session::list_organisations(context, visit.actor).await?;
    let (open, open_text) = open_text(context, visit, language)?;
    Ok(Viewer {
        name: visit.person_name.clone(),
        email: visit.person_email.clone(),
        role: visit.actor.role,
        organisation: organisation(
            &visit.actor.organisation.to_string(),
            &visit.organisation_name,
            visit.organisation_photo.as_deref(),
        ),
        organisations: organisations
            .iter()
            .map(|row| organisation(&row.id.to_string(), &row.name, row.photo.as_deref()))
            .collect(),
        open,
        open_text,
    })
}

fn organisation(id: &str, name: &str, photo: Option<&str>) -> Organisation {
    Organisation {
        id: id.to_owned(),
        name: name.to_owned(),
        photo: photo.map(|photo| paths::photo(photo, 128)),
    }
}

/// "Open · until 18:00", in the organisation's zone.
fn open_text(context: &Context, visit: &Visit, language: Language) -> Result<(bool, String), AppError> {
    let (_, now) = hours::explain_now(context, visit)?;
    let text = match (now.is_open(), now.next) {
        (true, Some(next)) => texts::shell::open_until(language, moment(language, now.local, next.local)),
        (true, None) => texts::shell::open_always(language).to_owned(),
        (false, Some(next)) => texts::shell::closed_until(language, moment(language, now.local, next.local)),
        (false, None) => texts::shell::closed_always(language).to_owned(),
    };
    Ok((now.is_open(), text))
}

/// A moment as people say it from `now`: `18:00`, `yarın 09:00`, `Pzt 09:00`, `12.01.2027 09:00`.
pub fn moment(language: Language, now: NaiveDateTime, then: NaiveDateTime) -> String {
    let time = then.format("%H:%M");
    match (then.date() - now.date()).num_days() {
        0 => time.to_string(),
        1 => texts::shell::tomorrow_at(language, time),
        2..=6 => {
            let day = format!("weekday_short_{}", then.weekday().number_from_monday());
            format!("{} {time}", texts::hours::by_key(language, &day).unwrap_or_default())
        }
        _ => format!("{} {time}", date(language, then)),
    }
}

/// A date in figures: `23.11.2026` in Turkish, `23 Nov 2026` in English.
pub fn date(language: Language, at: NaiveDateTime) -> String {
    match language {
        Language::Tr => at.format("%d.%m.%Y").to_string(),
        Language::En => at.format("%-d %b %Y").to_string(),
    }
}
