//! The entrance: what strangers can learn, guess, replay and race for, and that owners still get in.

mod guesses;
mod links;
mod sessions;
mod sign_in;
mod sign_up;

use domain::{
    Code,
    entrance::{ForgotForm, LoginForm, Password, ResendForm, ResetForm, VerifyForm},
};
use services::{
    Context,
    entrance::{self, Entered, SignedIn},
    session::Browser,
    token::PlainToken,
};

use crate::world::PASSWORD;

const AYSE: &str = "ayse@yildiz.example";
const NOBODY: &str = "kimse@yildiz.example";
const NEW_PASSWORD: &str = "turuncu bisiklet 83 yokuş";

fn login(email: &str, password: &str) -> LoginForm {
    LoginForm { email: email.into(), password: Password(password.into()), next: String::new() }
}

fn forgot(email: &str) -> ForgotForm {
    ForgotForm { email: email.into() }
}

fn resend(email: &str) -> ResendForm {
    ResendForm { email: email.into() }
}

fn verify(token: &str) -> VerifyForm {
    VerifyForm { token: token.into() }
}

fn reset(token: &str, password: &str) -> ResetForm {
    ResetForm {
        token: token.into(),
        password: Password(password.into()),
        password_again: Password(password.into()),
    }
}

async fn sign_in(context: &Context, email: &str, password: &str) -> Result<SignedIn, Code> {
    sign_in_from(context, email, password, None).await
}

/// From a browser with this cookie.
async fn sign_in_from(
    context: &Context,
    email: &str,
    password: &str,
    browser: Option<&PlainToken>,
) -> Result<SignedIn, Code> {
    let form = login(email, password);
    match entrance::sign_in(context, form, browser.cloned(), Browser::default()).await {
        Ok(Entered::In(signed_in)) => Ok(signed_in),
        Ok(Entered::CodeOwed(_)) => panic!("{email} owes a code"),
        Err(error) => Err(error.code),
    }
}

/// The code of a refused sign-in with the right password.
async fn refusal(context: &Context, email: &str) -> Option<Code> {
    sign_in(context, email, PASSWORD).await.err()
}
