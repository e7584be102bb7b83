//! The account: second factors and what they end, codes that work once, sessions that are over.

mod app;
mod codes;
mod credentials;
mod not_me;
mod passkeys;
mod races;
mod second_step;
mod sessions;

use domain::{
    Account, AppError, Code,
    account::{CodeForm, ConfirmAppForm, DisableForm, TypedCode},
    entrance::{LoginForm, Password},
};
use services::{
    Context, account,
    entrance::{self, Entered, SignedIn},
    session::Browser,
    token::PlainToken,
};

use crate::world::{App, PASSWORD, World};

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@yildiz.example";
const NEW_PASSWORD: &str = "turuncu bisiklet 83 yokuş";

fn code(text: impl Into<String>) -> CodeForm {
    CodeForm { code: TypedCode(text.into()) }
}

fn confirm(text: impl Into<String>) -> ConfirmAppForm {
    ConfirmAppForm { code: TypedCode(text.into()), next: String::new() }
}

fn disable(password: &str, text: impl Into<String>) -> DisableForm {
    DisableForm { password: Password(password.into()), code: TypedCode(text.into()) }
}

/// The code of a field's error.
fn of<T>(result: &Result<T, AppError>, field: &str) -> Option<Code> {
    result.as_ref().err().and_then(|error| error.of(field))
}

/// A code that the app does not show now, nor close to now.
fn wrong(app: &App, world: &World) -> String {
    let near: Vec<String> = (-25..=25)
        .map(|step| app.code(world.context.now() + chrono::TimeDelta::seconds(30 * step)))
        .collect();
    (0..).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
}

/// Gives the right password: the challenge that is owed then.
async fn challenge(context: &Context, email: &str, browser: Option<&PlainToken>) -> PlainToken {
    let form = LoginForm { email: email.into(), password: Password(PASSWORD.into()), next: String::new() };
    match entrance::sign_in(context, form, browser.cloned(), Browser::default()).await.unwrap() {
        Entered::CodeOwed(challenge) => challenge,
        Entered::In(_) => panic!("{email} was let in with the password alone"),
    }
}

async fn answer(context: &Context, challenge: &PlainToken, text: &str) -> Result<SignedIn, AppError> {
    entrance::sign_in_with_code(context, challenge, code(text), Browser::default()).await
}

/// Signs in with password and code.
async fn sign_in(world: &World, email: &str, text: &str) -> Result<SignedIn, AppError> {
    answer(&world.context, &challenge(&world.context, email, None).await, text).await
}

/// The backup codes that were just made.
async fn fresh(world: &World, account: Account) -> Vec<String> {
    account::load_fresh_codes(&world.context, account).await.unwrap().unwrap()
}
