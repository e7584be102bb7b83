//! The server functions of the entrance. Anybody may call them; the use-cases decide what to tell.

use domain::entrance::{ForgotForm, LoginForm, Password, ResendForm, ResetForm, SignupForm, VerifyForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    super::paths,
    crate::server_side as server,
    services::{entrance, passwords, session, token::PlainToken},
};

/// What the entrance has to know about the installation it leads into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// Nobody has signed up yet.
    pub is_empty: bool,
    /// There is no mail server: mails are files in a folder.
    pub mails_are_files: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateForm {
    pub password: Password,
    /// What stands in the other fields: easy to guess for somebody who knows the person.
    #[serde(default)]
    pub words: Vec<String>,
}

#[server(endpoint = "entrance/load-installation")]
pub async fn load_installation() -> Result<Installation, Error> {
    let context = server::context()?;
    let is_empty = entrance::is_empty(&context).await?;
    Ok(Installation { is_empty, mails_are_files: context.outbox.mailer().writes_files() })
}

#[server(endpoint = "entrance/sign-up")]
pub async fn sign_up(form: SignupForm) -> Result<(), Error> {
    entrance::sign_up(&server::context()?, form, server::facts().language).await?;
    server::send_to(paths::MAIL_SENT);
    Ok(())
}

/// 0 (guessed at once) to 4; 3 is enough.
#[server(endpoint = "entrance/rate-password")]
pub async fn rate_password(form: RateForm) -> Result<u8, Error> {
    let words: Vec<&str> = form.words.iter().take(4).map(String::as_str).collect();
    Ok(passwords::strength(&form.password, &words).score)
}

/// Signs in and gives the path to go to. Whoever was signed in with this browser before no longer is.
#[server(endpoint = "entrance/sign-in")]
pub async fn sign_in(form: LoginForm) -> Result<String, Error> {
    let (context, facts) = (server::context()?, server::facts());
    let known = facts.known_browser.as_deref().map(PlainToken::received);
    let signed_in = entrance::sign_in(&context, form, known, facts.browser).await?;
    if let Some(before) = facts.visit {
        session::sign_out(&context, before.actor).await?;
    }
    server::start_session(&signed_in.session, signed_in.browser.as_ref());
    server::send_to(&signed_in.next);
    Ok(signed_in.next)
}

#[server(endpoint = "entrance/resend-verification")]
pub async fn resend_verification(form: ResendForm) -> Result<(), Error> {
    entrance::resend_verification(&server::context()?, form, server::facts().language).await?;
    server::send_to(paths::MAIL_SENT_AGAIN);
    Ok(())
}

#[server(endpoint = "entrance/verify-address")]
pub async fn verify_address(form: VerifyForm) -> Result<(), Error> {
    entrance::verify_address(&server::context()?, form).await?;
    server::send_to(paths::VERIFIED);
    Ok(())
}

#[server(endpoint = "entrance/request-reset")]
pub async fn request_reset(form: ForgotForm) -> Result<(), Error> {
    entrance::request_reset(&server::context()?, form, server::facts().language).await?;
    server::send_to(paths::RESET_SENT);
    Ok(())
}

#[server(endpoint = "entrance/reset-password")]
pub async fn reset_password(form: ResetForm) -> Result<(), Error> {
    entrance::reset_password(&server::context()?, form, server::facts().language).await?;
    server::send_to(paths::PASSWORD_RESET);
    Ok(())
}

/// Whether a mailed link still works, so that a dead one is said before anything is typed. Uses nothing up.
#[server(endpoint = "entrance/check-verify-link")]
pub async fn check_verify_link(form: VerifyForm) -> Result<(), Error> {
    Ok(entrance::check_verify_link(&server::context()?, &form.token).await?)
}

/// The same for a reset link.
#[server(endpoint = "entrance/check-reset-link")]
pub async fn check_reset_link(form: VerifyForm) -> Result<(), Error> {
    Ok(entrance::check_reset_link(&server::context()?, &form.token).await?)
}
