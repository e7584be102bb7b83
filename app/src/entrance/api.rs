//! The server functions of the entrance. Anybody may call them; the use-cases decide what to tell.

use domain::account::{CodeForm, PasskeyForm};
use domain::entrance::{ForgotForm, LoginForm, Password, ResendForm, ResetForm, SignupForm, VerifyForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{account::Question, error::Error};

#[cfg(feature = "ssr")]
use {
    super::paths,
    crate::server_side as server,
    services::{
        account,
        entrance::{self, Entered},
        passwords,
    },
};

/// What the entrance has to know about the installation it leads into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// Nobody has signed up yet.
    pub is_empty: bool,
    /// There is no mail server: mails are files in a folder.
    pub mails_are_files: bool,
    /// Passkeys work at this address.
    pub has_passkeys: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateForm {
    pub password: Password,
    /// What stands in the other fields: easy to guess for somebody who knows the person.
    #[serde(default)]
    pub words: Vec<String>,
}

/// Which question to put to the browser.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskForm {
    /// The second step of a sign-in, after the password.
    pub second: bool,
}

#[server(endpoint = "entrance/load-installation", protocol = crate::protocol::FormToJson)]
pub async fn load_installation() -> Result<Installation, Error> {
    let context = server::context()?;
    let is_empty = entrance::is_empty(&context).await?;
    let (mails_are_files, has_passkeys) =
        (context.outbox.mailer().writes_files(), context.relying_party.is_some());
    Ok(Installation { is_empty, mails_are_files, has_passkeys })
}

#[server(endpoint = "entrance/sign-up", protocol = crate::protocol::FormToJson)]
pub async fn sign_up(form: SignupForm) -> Result<(), Error> {
    entrance::sign_up(&server::context()?, form, server::facts().language).await?;
    server::send_to(paths::MAIL_SENT);
    Ok(())
}

/// 0 (guessed at once) to 4; 3 is enough.
#[server(endpoint = "entrance/rate-password", protocol = crate::protocol::FormToJson)]
pub async fn rate_password(form: RateForm) -> Result<u8, Error> {
    let words: Vec<&str> = form.words.iter().take(4).map(String::as_str).collect();
    Ok(passwords::strength(&form.password, &words).score)
}

/// Signs in, or asks for the second step, and gives the path to go to. Whoever was signed in with this browser before no
/// longer is.
#[server(endpoint = "entrance/sign-in", protocol = crate::protocol::FormToJson)]
pub async fn sign_in(form: LoginForm) -> Result<String, Error> {
    let (context, from) = (server::context()?, server::facts().browser);
    match entrance::sign_in(&context, form, server::known_browser(), from).await? {
        Entered::In(signed_in) => Ok(server::start_session(signed_in).await?),
        Entered::CodeOwed(challenge) => Ok(server::ask_for_code(&challenge)),
    }
}

/// What the second step can be done with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondStep {
    pub email: String,
    pub has_app: bool,
    pub has_passkeys: bool,
}

#[server(endpoint = "entrance/load-second-step", protocol = crate::protocol::FormToJson)]
pub async fn load_second_step() -> Result<SecondStep, Error> {
    let entrance::SecondStep { email, has_app, has_passkeys } =
        entrance::load_second_step(&server::context()?, &server::challenge()?).await?;
    Ok(SecondStep { email, has_app, has_passkeys })
}

/// Gives the path to go to.
#[server(endpoint = "entrance/sign-in-with-code", protocol = crate::protocol::FormToJson)]
pub async fn sign_in_with_code(form: CodeForm) -> Result<String, Error> {
    let (context, from) = (server::context()?, server::facts().browser);
    let signed_in = entrance::sign_in_with_code(&context, &server::challenge()?, form, from).await?;
    Ok(server::start_session(signed_in).await?)
}

/// A question for the browser's passkeys: without a password before it, or (`second`) as the second step.
#[server(endpoint = "entrance/ask-passkey", protocol = crate::protocol::FormToJson)]
pub async fn ask_passkey(form: AskForm) -> Result<Question, Error> {
    let context = server::context()?;
    let question = match form.second {
        true => entrance::ask_passkey(&context, &server::challenge()?).await?,
        false => account::ask_sign_in(&context).await?,
    };
    Ok(question.into())
}

/// Gives the path to go to.
#[server(endpoint = "entrance/sign-in-with-passkey", protocol = crate::protocol::FormToJson)]
pub async fn sign_in_with_passkey(form: PasskeyForm) -> Result<String, Error> {
    let (context, from) = (server::context()?, server::facts().browser);
    let signed_in = entrance::sign_in_with_passkey(&context, form, server::known_browser(), from).await?;
    Ok(server::start_session(signed_in).await?)
}

/// Gives the path to go to.
#[server(endpoint = "entrance/finish-with-passkey", protocol = crate::protocol::FormToJson)]
pub async fn finish_with_passkey(form: PasskeyForm) -> Result<String, Error> {
    let (context, from) = (server::context()?, server::facts().browser);
    let signed_in =
        entrance::sign_in_with_second_passkey(&context, &server::challenge()?, form, from).await?;
    Ok(server::start_session(signed_in).await?)
}

#[server(endpoint = "entrance/resend-verification", protocol = crate::protocol::FormToJson)]
pub async fn resend_verification(form: ResendForm) -> Result<(), Error> {
    entrance::resend_verification(&server::context()?, form, server::facts().language).await?;
    server::send_to(paths::MAIL_SENT_AGAIN);
    Ok(())
}

#[server(endpoint = "entrance/verify-address", protocol = crate::protocol::FormToJson)]
pub async fn verify_address(form: VerifyForm) -> Result<(), Error> {
    entrance::verify_address(&server::context()?, form).await?;
    server::send_to(paths::VERIFIED);
    Ok(())
}

#[server(endpoint = "entrance/request-reset", protocol = crate::protocol::FormToJson)]
pub async fn request_reset(form: ForgotForm) -> Result<(), Error> {
    entrance::request_reset(&server::context()?, form, server::facts().language).await?;
    server::send_to(paths::RESET_SENT);
    Ok(())
}

#[server(endpoint = "entrance/reset-password", protocol = crate::protocol::FormToJson)]
pub async fn reset_password(form: ResetForm) -> Result<(), Error> {
    entrance::reset_password(&server::context()?, form, server::facts().language).await?;
    server::send_to(paths::PASSWORD_RESET);
    Ok(())
}

/// Whether a mailed link still works, so that a dead one is said before anything is typed. Uses nothing up.
#[server(endpoint = "entrance/check-verify-link", protocol = crate::protocol::FormToJson)]
pub async fn check_verify_link(form: VerifyForm) -> Result<(), Error> {
    Ok(entrance::check_verify_link(&server::context()?, &form.token).await?)
}

/// The same for a reset link.
#[server(endpoint = "entrance/check-reset-link", protocol = crate::protocol::FormToJson)]
pub async fn check_reset_link(form: VerifyForm) -> Result<(), Error> {
    Ok(entrance::check_reset_link(&server::context()?, &form.token).await?)
}

/// Whether the link to a new address still works.
#[server(endpoint = "entrance/check-email-link", protocol = crate::protocol::FormToJson)]
pub async fn check_email_link(form: VerifyForm) -> Result<(), Error> {
    Ok(account::check_email_link(&server::context()?, &form.token).await?)
}

#[server(endpoint = "entrance/confirm-email", protocol = crate::protocol::FormToJson)]
pub async fn confirm_email(form: VerifyForm) -> Result<(), Error> {
    account::confirm_email(&server::context()?, form).await?;
    server::send_to(paths::EMAIL_CONFIRMED);
    Ok(())
}

/// Whether the link "this wasn't me" still works.
#[server(endpoint = "entrance/check-not-me-link", protocol = crate::protocol::FormToJson)]
pub async fn check_not_me_link(form: VerifyForm) -> Result<(), Error> {
    Ok(account::check_not_me_link(&server::context()?, &form.token).await?)
}

#[server(endpoint = "entrance/was-not-me", protocol = crate::protocol::FormToJson)]
pub async fn was_not_me(form: VerifyForm) -> Result<(), Error> {
    account::was_not_me(&server::context()?, form).await?;
    server::send_to(paths::WAS_NOT_ME);
    Ok(())
}
