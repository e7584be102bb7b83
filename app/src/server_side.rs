//! Where server functions and the first render meet the request: who asks, in which language,
//! and the cookies and redirects of the answer.

use axum::http::{HeaderName, HeaderValue, header, request::Parts};
use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use domain::{
    Account, Actor, Admin, AppError, Code, Language, Member, Owner, Recent, Staff, hours::Explanation,
    support::Mode,
};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use services::{
    Context,
    entrance::{self, SignedIn},
    failure, hours, notifications,
    session::{self, Visit},
    token::PlainToken,
    zones,
};

use crate::{
    form::decode,
    paths,
    state::{Organisation, PageState, Theme, Viewer},
    support::api::support_now,
};

/// What the server's first layers found out about a request; an axum extension.
#[derive(Clone, Debug)]
pub struct Facts {
    pub visit: Option<Visit>,
    pub request_id: String,
    /// Why the act that was asked for is not for support.
    pub refused: Option<Code>,
    pub language: Language,
    pub theme: Theme,
    /// Cookies are `__Host-` and `Secure`; false only for plain http on loopback.
    pub secure: bool,
    /// The cookie that says this browser signed in before.
    pub known_browser: Option<String>,
    /// The cookie of a sign-in whose second step is owed.
    pub challenge: Option<String>,
    /// Why nobody is signed in.
    pub ended: Code,
    /// What the browser says of itself.
    pub browser: session::Browser,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            visit: None,
            request_id: String::new(),
            refused: None,
            language: Language::default(),
            theme: Theme::default(),
            secure: false,
            known_browser: None,
            challenge: None,
            ended: Code::Unauthenticated,
            browser: session::Browser::default(),
        }
    }
}

pub fn context() -> Result<Context, AppError> {
    use_context().ok_or_else(|| failure::internal("no services in this request"))
}

pub fn facts() -> Facts {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Facts>().cloned()).unwrap_or_default()
}

/// What nobody expected, with the id under which the log has it.
pub fn with_request_id(error: AppError) -> AppError {
    let id = Some(facts().request_id).filter(|id| error.code == Code::Internal && !id.is_empty());
    AppError { request_id: error.request_id.or(id), ..error }
}

/// Errors: `Unauthenticated`, or how the session came to its end.
pub fn visit() -> Result<Visit, AppError> {
    let facts = facts();
    facts.visit.ok_or_else(|| facts.ended.into())
}

/// The signed-in person, for what is theirs, whatever they owe their organisation. Errors: as [`visit`]; to support inside
/// an organisation also why what it asks for is not for it.
pub fn account() -> Result<Account, AppError> {
    let account = visit()?.account;
    account.refused.map_or(Ok(account), |code| Err(code.into()))
}

/// Somebody of the vendor's support. Errors: `NotFound` for everybody else, signed in or not; `TwoFactorRequired`.
pub fn staff() -> Result<Staff, AppError> {
    facts().visit.ok_or(Code::NotFound)?.account.staff()
}

/// [`account`], for what asks for the password first. Errors: `PasswordNeeded` as well.
pub fn recent_account() -> Result<Recent<Account>, AppError> {
    Recent::check(account()?, context()?.now())
}

/// The signed-in person inside their organisation. Errors: `TwoFactorRequired` as well.
pub fn actor() -> Result<Actor, AppError> {
    account()?.actor()
}

/// Errors: as [`actor`].
pub fn member() -> Result<Member, AppError> {
    Ok(actor()?.member())
}

/// [`member`], for what asks for the password first. Errors: `PasswordNeeded` as well.
pub fn recent_member() -> Result<Recent<Member>, AppError> {
    Recent::check(member()?, context()?.now())
}

/// Errors: as [`actor`], and `Forbidden`.
pub fn admin() -> Result<Admin, AppError> {
    actor()?.admin()
}

/// [`admin`], for what asks for the password first. Errors: `PasswordNeeded` as well.
pub fn recent_admin() -> Result<Recent<Admin>, AppError> {
    Recent::check(admin()?, context()?.now())
}

/// An owner whose password was given a moment ago. Errors: as [`actor`], `Forbidden` and `PasswordNeeded`.
pub fn recent_owner() -> Result<Recent<Owner>, AppError> {
    Recent::check(actor()?.owner()?, context()?.now())
}

/// An owner, also while the organisation waits to be deleted. Errors: as [`actor`], and `Forbidden`.
pub fn owner_while_leaving() -> Result<Owner, AppError> {
    account()?.owner_while_leaving()
}

/// [`owner_while_leaving`], for what asks for the password first. Errors: `PasswordNeeded` as well.
pub fn recent_owner_while_leaving() -> Result<Recent<Owner>, AppError> {
    Recent::check(owner_while_leaving()?, context()?.now())
}

/// The cookie of a browser that has signed in before.
pub fn known_browser() -> Option<PlainToken> {
    facts().known_browser.as_deref().map(PlainToken::received)
}

/// The cookie of a sign-in whose second step is owed. Errors: `ChallengeExpired`.
pub fn challenge() -> Result<PlainToken, AppError> {
    let challenge = facts().challenge;
    challenge.as_deref().map(PlainToken::received).ok_or_else(|| Code::ChallengeExpired.into())
}

/// What the address of the page that is being drawn says; nothing where a script asks.
pub fn asked(name: &str) -> Option<String> {
    let parts = use_context::<Parts>()?;
    decode(parts.uri.query()?).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
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
    /// A sign-in whose second step is owed; ten minutes.
    Challenge,
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
            (Self::Challenge, true) => "__Host-ayar-challenge",
            (Self::Challenge, false) => "ayar-challenge",
            (Self::Language, true) => "__Host-ayar-language",
            (Self::Language, false) => "ayar-language",
            (Self::Theme, true) => "__Host-ayar-theme",
            (Self::Theme, false) => "ayar-theme",
        }
    }

    fn header(self, secure: bool, value: &str) -> String {
        let name = self.name(secure);
        let age = match self {
            Self::Session => String::new(),
            Self::Challenge => format!("; Max-Age={}", entrance::CHALLENGE_LIFETIME.num_seconds()),
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

fn take_back(cookie: Cookie) {
    append(header::SET_COOKIE, &format!("{}; Max-Age=0", cookie.header(facts().secure, "")));
}

/// Takes the session cookie back and asks the browser to forget what it cached.
pub fn clear_session() {
    take_back(Cookie::Session);
    append(HeaderName::from_static("clear-site-data"), "\"cache\", \"storage\"");
}

/// Gives the browser its session, in place of one it had, and gives the path to go to.
pub async fn start_session(signed_in: SignedIn) -> Result<String, AppError> {
    let facts = facts();
    if let Some(before) = facts.visit {
        session::sign_out(&context()?, before.account).await?;
    }
    renew_session(&signed_in.session);
    if let Some(browser) = &signed_in.browser {
        set_cookie(Cookie::Browser, browser.reveal());
    }
    if facts.challenge.is_some() {
        take_back(Cookie::Challenge);
    }
    send_to(&signed_in.next);
    Ok(signed_in.next)
}

/// Gives the browser its session's new token.
pub fn renew_session(token: &PlainToken) {
    set_cookie(Cookie::Session, token.reveal());
}

/// Sends the browser to the second step.
pub fn ask_for_code(challenge: &PlainToken) -> String {
    set_cookie(Cookie::Challenge, challenge.reveal());
    send_to(paths::LOGIN_CODE);
    paths::LOGIN_CODE.to_owned()
}

fn append(name: HeaderName, value: &str) {
    if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(value)) {
        options.append_header(name, value);
    }
}

/// What every page starts with. No query on top of the session's for whoever belongs to one organisation and has seen what they
/// were told.
pub async fn page_state(context: &Context, facts: &Facts) -> Result<PageState, AppError> {
    let viewer = match &facts.visit {
        Some(visit) => Some(viewer(context, visit, facts.language).await?),
        None => None,
    };
    Ok(PageState {
        language: facts.language,
        theme: facts.theme,
        viewer,
        submission: None,
        saved: None,
        said: None,
    })
}

pub async fn viewer(context: &Context, visit: &Visit, language: Language) -> Result<Viewer, AppError> {
    let account = visit.account;
    let id = account.organisation.map(|id| id.to_string()).unwrap_or_default();
    let here = organisation(&id, &visit.organisation_name, visit.organisation_photo.as_deref());
    let organisations = if visit.belongs_elsewhere {
        let rows = session::list_organisations(context, account).await?;
        rows.iter().map(|row| organisation(&row.id.to_string(), &row.name, row.photo.as_deref())).collect()
    } else if account.organisation.is_some() && account.support.is_none() {
        vec![here.clone()]
    } else {
        Vec::new()
    };
    let (open, open_text, zone) = match account.organisation {
        Some(_) if account.stage.is_open() => {
            let (zone, now) = hours::explain_now(context, visit)?;
            (now.is_open(), open_text(language, &now), zones::label(zone, language))
        }
        _ => Default::default(),
    };
    let unseen = match account.actor() {
        Ok(actor) if visit.has_unseen => notifications::count_unseen(context, actor.member()).await?,
        _ => 0,
    };
    Ok(Viewer {
        person: account.person.to_string(),
        name: visit.person_name.clone(),
        email: visit.person_email.clone(),
        role: account.role,
        owes_two_factor: account.owes_two_factor,
        leaving: !account.stage.is_open(),
        is_staff: account.is_staff,
        reads_only: account.support.is_some_and(|inside| inside.mode == Mode::Read),
        support: if visit.has_support { support_now(context, visit, language).await? } else { Vec::new() },
        organisation: here,
        organisations,
        open,
        open_text,
        zone,
        unseen,
    })
}

fn organisation(id: &str, name: &str, photo: Option<&str>) -> Organisation {
    Organisation {
        id: id.to_owned(),
        name: name.to_owned(),
        photo: photo.map(|photo| paths::photo(photo, 128)),
    }
}

/// "Open · until 18:00", on the wall clock of the explanation.
pub fn open_text(language: Language, now: &Explanation) -> String {
    match (now.is_open(), now.next) {
        (true, Some(next)) => texts::shell::open_until(language, moment(language, now.local, next.local)),
        (true, None) => texts::shell::open_always(language).to_owned(),
        (false, Some(next)) => texts::shell::closed_until(language, moment(language, now.local, next.local)),
        (false, None) => texts::shell::closed_always(language).to_owned(),
    }
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

/// An instant in the zone of the visitor's organisation, in figures: `23.11.2026 14:05`.
pub fn instant(visit: &Visit, language: Language, at: DateTime<Utc>) -> String {
    let local =
        zones::parse(&visit.time_zone).map_or(at.naive_utc(), |zone| at.with_timezone(&zone).naive_local());
    format!("{} {}", date(language, local), local.format("%H:%M"))
}
