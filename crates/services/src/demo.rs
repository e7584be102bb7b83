//! A believable Turkish company for trying things out, made through the very use-cases that people use, in the days
//! before. Only for an empty database.

mod calls;
mod campaign;
mod company;
mod customers;
mod knowledge;
mod people;
mod platform;
mod visit;

use chrono::{DateTime, Days, Utc};
use chrono_tz::Europe::Istanbul;
use domain::{
    Account, AppError, Code, Language,
    entrance::{LoginForm, Password, SignupForm, VerifyForm},
    plan::Plan,
};

use crate::{
    Clock, Context,
    entrance::{self, Entered, Registration, is_empty},
    failure::internal,
    passwords,
    session::{self, Browser},
    token::{self, PlainToken},
};

/// How to sign in to what [`fill`] made.
pub struct Demo {
    pub organisation: &'static str,
    pub email: &'static str,
    /// New each time. Nobody knows those of the others.
    pub password: String,
    /// Where the sandbox is listed, the keys for it.
    pub sandbox: Option<SandboxKeys>,
}

/// What the stand-in for the platform and the company know each other by.
pub struct SandboxKeys {
    pub platform: String,
    pub access: String,
}

pub use platform::SANDBOX;

const ORGANISATION: &str = "Yıldız Çağrı Merkezi A.Ş.";
const EMAIL: &str = "ayse.erdem@yildizcagri.com.tr";

/// Fills an empty database and mails nobody. Errors: `Conflict` if somebody has already signed up.
pub async fn fill(context: &Context) -> Result<Demo, AppError> {
    if !is_empty(context).await? {
        return Err(Code::Conflict.into());
    }
    let password = token::random_text::<12>();
    let first = moment(context, 6, 9, 30)?;
    sign_up(&first, &password).await?;
    let owner = sign_in(&first, EMAIL, &password).await?;
    company::choose(&first, owner.actor()?, Plan::Team).await?;
    company::describe(&first, owner.actor()?).await?;
    session::sign_out(&first, owner).await?;

    let second = moment(context, 5, 10, 15)?;
    let owner = sign_in(&second, EMAIL, &password).await?;
    let key = calls::make_key(&second, owner.actor()?).await?;
    customers::bring(&second, owner.actor()?).await?;
    knowledge::gather(&second, owner.actor()?).await?;
    people::join(&second, owner.actor()?).await?;
    session::sign_out(&second, owner).await?;

    let third = moment(context, 2, 14, 5)?;
    let owner = sign_in(&third, EMAIL, &password).await?;
    visit::happen(&third, owner.actor()?).await?;
    session::sign_out(&third, owner).await?;

    let last = moment(context, 1, 16, 20)?;
    let owner = sign_in(&last, EMAIL, &password).await?;
    company::choose(&last, owner.actor()?, Plan::Scale).await?;
    company::watch_credit(&last, owner.actor()?).await?;
    people::invite_one_more(&last, owner.actor()?).await?;
    let sandbox = platform::connect(&last, owner.actor()?).await?;
    campaign::plan(&last, owner.actor()?).await?;
    session::sign_out(&last, owner).await?;
    calls::happen(context, key).await?;
    Ok(Demo { organisation: ORGANISATION, email: EMAIL, password, sandbox })
}

/// The same server some days ago, at a time of the company's clocks. Its mails stay in the process: they are
/// addressed to people who do not exist, or who never asked for them.
fn moment(context: &Context, days_ago: u64, hour: u32, minute: u32) -> Result<Context, AppError> {
    let day = context.now().with_timezone(&Istanbul).date_naive() - Days::new(days_ago);
    let time = day.and_hms_opt(hour, minute, 0).and_then(|time| time.and_local_timezone(Istanbul).earliest());
    let at: DateTime<Utc> = time.ok_or_else(|| internal("no such time"))?.to_utc();
    Ok(Context { outbox: context.outbox.keeping(), clock: Clock::fixed(at), ..context.clone() })
}

async fn sign_up(context: &Context, password: &str) -> Result<(), AppError> {
    let signup = SignupForm {
        organisation: ORGANISATION.to_owned(),
        name: "Ayşe Erdem".to_owned(),
        email: EMAIL.to_owned(),
        password: Password(password.to_owned()),
        time_zone: "Europe/Istanbul".to_owned(),
    };
    let signup = signup.parse(passwords::check)?;
    let Registration::New(token) = entrance::register(context, signup, Language::Tr, false).await? else {
        return Err(Code::Conflict.into());
    };
    entrance::verify_address(context, VerifyForm { token: token.reveal().to_owned() }).await
}

async fn sign_in(context: &Context, email: &str, password: &str) -> Result<Account, AppError> {
    let form =
        LoginForm { email: email.to_owned(), password: Password(password.to_owned()), next: String::new() };
    let Entered::In(signed_in) = entrance::sign_in(context, form, None, Browser::default()).await? else {
        return Err(internal("somebody of the demo owes a code"));
    };
    account(context, &signed_in.session).await
}

async fn account(context: &Context, session: &PlainToken) -> Result<Account, AppError> {
    Ok(session::authenticate(context, session).await?.account)
}

/// The token of the newest mailed link to an address.
async fn mailed_token(context: &Context, email: &str) -> Result<String, AppError> {
    context.outbox.settle().await;
    let kept = context.outbox.kept();
    let link = kept.iter().rev().find(|mail| mail.to == email).and_then(|mail| mail.kind.link());
    let token = link.and_then(|link| link.split_once("token=")).map(|(_, token)| token.to_owned());
    token.ok_or_else(|| internal("no link was mailed"))
}
