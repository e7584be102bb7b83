//! The server functions of a person's own account: they ask for the account, not for a place in the organisation, so
//! that somebody who owes a second factor can set one up.

use domain::account::{
    ChangeEmailForm, ChangePasswordForm, CodeForm, ConfirmAppForm, ConfirmForm, DisableForm, EndSessionForm,
    NewPasskeyForm, PasskeyForm, ProvePasswordForm, RemovePasskeyForm, RenamePasskeyForm, SaveCodesForm,
    StartAppForm,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    super::paths as done,
    crate::{paths, server_side as server},
    domain::{Code, Recent, entrance::safe_next},
    services::account,
};

/// All that the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    pub email: String,
    /// An address whose link has not been used yet.
    pub pending_email: Option<String>,
    /// Since when there is an authenticator app, in figures.
    pub app_since: Option<String>,
    pub passkeys: Vec<PasskeyLine>,
    /// Whether passkeys work at this server's address.
    pub can_have_passkeys: bool,
    pub codes_left: u64,
    /// Codes were made in this session and not yet saved.
    pub has_fresh_codes: bool,
    /// The names of the organisations that require a second factor.
    pub required_by: Vec<String>,
    /// Whether support does not learn who they are; `None` for staff.
    pub hidden_from_support: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyLine {
    pub id: String,
    pub name: String,
    pub created_at: String,
    pub used_at: Option<String>,
}

/// Where the set-up of an app stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppSetUp {
    /// The password has to be given first.
    Password,
    /// It has not begun. Whoever has a second factor already shows it first.
    Begin { replaces: bool, needs_code: bool },
    /// The secret, to be scanned.
    Scan(Enrolment),
}

/// A secret to be scanned or typed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    pub key: String,
    pub uri: String,
    /// Modules a side of the QR code, and the dark ones as an SVG path of unit squares.
    pub size: usize,
    pub path: String,
    pub replaces: bool,
}

/// Holds the secret.
impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

/// What is put to the browser's authenticator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Comes back with the answer.
    pub ceremony: String,
    /// Options as JSON (W3C WebAuthn level 3, section 5.1).
    pub options: String,
}

#[cfg(feature = "ssr")]
impl From<account::Question> for Question {
    fn from(question: account::Question) -> Self {
        let account::Question { ceremony, options } = question;
        Self { ceremony, options }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLine {
    pub id: String,
    pub is_current: bool,
    /// "Firefox · Linux"; empty if the browser did not say.
    pub browser: String,
    pub address: String,
    pub organisation: String,
    pub created_at: String,
    pub active_at: String,
    pub ends_at: String,
}

#[server(endpoint = "account/load-overview", protocol = crate::protocol::FormToJson)]
pub async fn load_overview() -> Result<Overview, Error> {
    let (context, visit, l) = (server::context()?, server::visit()?, server::facts().language);
    let account::Overview {
        email,
        pending_email,
        app_since,
        passkeys,
        can_have_passkeys,
        codes_left,
        has_fresh_codes,
        required_by,
        hidden_from_support,
    } = account::load_overview(&context, visit.account).await?;
    let line = |row: account::PasskeyLine| PasskeyLine {
        id: row.id.to_string(),
        name: row.name,
        created_at: server::instant(&visit, l, row.created_at),
        used_at: row.used_at.map(|at| server::instant(&visit, l, at)),
    };
    Ok(Overview {
        email,
        pending_email,
        app_since: app_since.map(|at| server::instant(&visit, l, at)),
        passkeys: passkeys.into_iter().map(line).collect(),
        can_have_passkeys,
        codes_left,
        has_fresh_codes,
        required_by,
        hidden_from_support,
    })
}

/// For ten minutes sensitive things can be done; leads to `next`, or to the security page.
#[server(endpoint = "account/prove-password", protocol = crate::protocol::FormToJson)]
pub async fn prove_password(form: ProvePasswordForm) -> Result<(), Error> {
    let next = safe_next(&form.next).unwrap_or(paths::ACCOUNT).to_owned();
    let (context, account) = (server::context()?, server::account()?);
    let session = account::prove_password(&context, account, form, server::known_browser()).await?;
    server::renew_session(&session);
    server::send_to(&next);
    Ok(())
}

#[server(endpoint = "account/change-password", protocol = crate::protocol::FormToJson)]
pub async fn change_password(form: ChangePasswordForm) -> Result<(), Error> {
    let (context, account) = (server::context()?, server::account()?);
    let session = account::change_password(&context, account, form, server::known_browser()).await?;
    server::renew_session(&session);
    server::send_to(done::PASSWORD_CHANGED);
    Ok(())
}

#[server(endpoint = "account/change-email", protocol = crate::protocol::FormToJson)]
pub async fn change_email(form: ChangeEmailForm) -> Result<(), Error> {
    account::change_email(&server::context()?, server::recent_account()?, form).await?;
    server::send_to(done::EMAIL_SENT);
    Ok(())
}

/// Where the set-up of an app stands: a page that was left and opened again goes on where it was.
#[server(endpoint = "account/load-app", protocol = crate::protocol::FormToJson)]
pub async fn load_app() -> Result<AppSetUp, Error> {
    let (context, account) = (server::context()?, server::account()?);
    let Ok(recent) = Recent::check(account, context.now()) else { return Ok(AppSetUp::Password) };
    Ok(match account::load_enrolment(&context, recent).await? {
        Some(account::Enrolment { key, uri, size, path, replaces }) => {
            AppSetUp::Scan(Enrolment { key, uri, size, path, replaces })
        }
        None => {
            let overview = account::load_overview(&context, account).await?;
            let replaces = overview.app_since.is_some();
            AppSetUp::Begin { replaces, needs_code: replaces || !overview.passkeys.is_empty() }
        }
    })
}

/// Begins to set up an app; `next` is kept for the way back.
#[server(endpoint = "account/start-app", protocol = crate::protocol::FormToJson)]
pub async fn start_app(form: StartAppForm) -> Result<(), Error> {
    let (context, recent, next) = (server::context()?, server::recent_account()?, form.next.clone());
    if !form.confirmed {
        return Err(Code::BadRequest.into());
    }
    account::start_app(&context, recent, form, server::known_browser()).await?;
    server::send_to(&done::with_next(paths::ACCOUNT_APP, &next));
    Ok(())
}

/// Gives the path to go to: the new backup codes, or back to where the person wanted to go.
#[server(endpoint = "account/confirm-app", protocol = crate::protocol::FormToJson)]
pub async fn confirm_app(form: ConfirmAppForm) -> Result<String, Error> {
    let (context, account, next) = (server::context()?, server::account()?, form.next.clone());
    let confirmed = account::confirm_app(&context, account, form, server::known_browser()).await?;
    Ok(server_confirmed(confirmed, &next, done::APP_CONFIRMED))
}

#[cfg(feature = "ssr")]
fn server_confirmed(confirmed: account::Confirmed, next: &str, done: &str) -> String {
    server::renew_session(&confirmed.session);
    let path = match confirmed.has_fresh_codes {
        true => done::with_next(paths::ACCOUNT_CODES, next),
        false => safe_next(next).unwrap_or(done).to_owned(),
    };
    server::send_to(&path);
    path
}

#[server(endpoint = "account/disable-app", protocol = crate::protocol::FormToJson)]
pub async fn disable_app(form: DisableForm) -> Result<(), Error> {
    let (context, account) = (server::context()?, server::account()?);
    let session = account::disable_app(&context, account, form, server::known_browser()).await?;
    server::renew_session(&session);
    server::send_to(done::APP_DISABLED);
    Ok(())
}

/// The codes this session has just made, until they are saved.
#[server(endpoint = "account/load-codes", protocol = crate::protocol::FormToJson)]
pub async fn load_codes() -> Result<Option<Vec<String>>, Error> {
    Ok(account::load_fresh_codes(&server::context()?, server::account()?).await?)
}

/// Gives the path to go to.
#[server(endpoint = "account/save-codes", protocol = crate::protocol::FormToJson)]
pub async fn save_codes(form: SaveCodesForm) -> Result<String, Error> {
    let next = safe_next(&form.next).unwrap_or(done::CODES_SAVED).to_owned();
    account::save_codes(&server::context()?, server::account()?, form).await?;
    server::send_to(&next);
    Ok(next)
}

#[server(endpoint = "account/regenerate-codes", protocol = crate::protocol::FormToJson)]
pub async fn regenerate_codes(form: CodeForm) -> Result<(), Error> {
    let (context, recent) = (server::context()?, server::recent_account()?);
    let session = account::regenerate_codes(&context, recent, form, server::known_browser()).await?;
    server::renew_session(&session);
    server::send_to(paths::ACCOUNT_CODES);
    Ok(())
}

/// Asks for a passkey of the person who is signed in.
#[server(endpoint = "account/ask-own-passkey", protocol = crate::protocol::FormToJson)]
pub async fn ask_own_passkey() -> Result<Question, Error> {
    let recent = server::recent_account()?;
    Ok(account::ask_second_step(&server::context()?, recent.person).await?.into())
}

#[server(endpoint = "account/regenerate-codes-with-passkey", protocol = crate::protocol::FormToJson)]
pub async fn regenerate_codes_with_passkey(form: PasskeyForm) -> Result<(), Error> {
    let (context, recent) = (server::context()?, server::recent_account()?);
    let session = account::regenerate_codes_with_passkey(&context, recent, form).await?;
    server::renew_session(&session);
    Ok(())
}

#[server(endpoint = "account/ask-to-add-passkey", protocol = crate::protocol::FormToJson)]
pub async fn ask_to_add_passkey(form: NewPasskeyForm) -> Result<Question, Error> {
    let (context, recent) = (server::context()?, server::recent_account()?);
    Ok(account::ask_to_add(&context, recent, form, server::known_browser()).await?.into())
}

/// Gives the path to go to.
#[server(endpoint = "account/add-passkey", protocol = crate::protocol::FormToJson)]
pub async fn add_passkey(form: PasskeyForm) -> Result<String, Error> {
    // Everything was asked for with the question, five minutes ago at most.
    let (context, account, next) = (server::context()?, server::account()?, form.next.clone());
    let confirmed = account::add_passkey(&context, account, form).await?;
    Ok(server_confirmed(confirmed, &next, done::PASSKEY_ADDED))
}

#[server(endpoint = "account/rename-passkey", protocol = crate::protocol::FormToJson)]
pub async fn rename_passkey(form: RenamePasskeyForm) -> Result<(), Error> {
    account::rename_passkey(&server::context()?, server::account()?, form).await?;
    server::send_to(done::PASSKEY_RENAMED);
    Ok(())
}

#[server(endpoint = "account/remove-passkey", protocol = crate::protocol::FormToJson)]
pub async fn remove_passkey(form: RemovePasskeyForm) -> Result<(), Error> {
    let (context, recent) = (server::context()?, server::recent_account()?);
    let session = account::remove_passkey(&context, recent, form, server::known_browser()).await?;
    server::renew_session(&session);
    server::send_to(done::PASSKEY_REMOVED);
    Ok(())
}

#[server(endpoint = "account/load-sessions", protocol = crate::protocol::FormToJson)]
pub async fn load_sessions() -> Result<Vec<SessionLine>, Error> {
    let (visit, l) = (server::visit()?, server::facts().language);
    let lines = account::list_sessions(&server::context()?, visit.account).await?;
    let line = |row: account::SessionLine| SessionLine {
        id: row.id.to_string(),
        is_current: row.is_current,
        browser: row.browser,
        address: row.address,
        organisation: row.organisation,
        created_at: server::instant(&visit, l, row.created_at),
        active_at: server::instant(&visit, l, row.active_at),
        ends_at: server::instant(&visit, l, row.ends_at),
    };
    Ok(lines.into_iter().map(line).collect())
}

#[server(endpoint = "account/end-session", protocol = crate::protocol::FormToJson)]
pub async fn end_session(form: EndSessionForm) -> Result<(), Error> {
    account::end_session(&server::context()?, server::recent_account()?, form).await?;
    server::send_to(done::SESSION_ENDED);
    Ok(())
}

/// How many were ended.
#[server(endpoint = "account/end-other-sessions", protocol = crate::protocol::FormToJson)]
pub async fn end_other_sessions(form: ConfirmForm) -> Result<u64, Error> {
    let recent = server::recent_account()?;
    if !form.confirmed {
        return Err(Code::BadRequest.into());
    }
    let ended = account::end_other_sessions(&server::context()?, recent).await?;
    server::send_to(done::SESSIONS_ENDED);
    Ok(ended)
}
