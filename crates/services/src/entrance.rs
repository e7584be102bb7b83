//! Sign-up, mailed links, sign-in, forgotten passwords.
//!
//! No answer here tells whether an address has an account: not by text, not by status, not
//! by time (every path hashes once, mail goes out after the answer).

mod home;
pub(crate) mod link;
mod reset;
mod second_step;
mod sign_in;
mod sign_up;
mod verify;

use domain::{Account, AppError, Language, general::Email};
use entity::person;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use crate::{
    Context,
    audit::{self, Entry, personal},
    failure::OrInternal,
    guess,
};

pub(crate) use home::language_of;
pub(crate) use link::check_link;
pub use link::{check_reset_link, check_verify_link};
pub use reset::{RESET_LINK_LIFETIME, request_reset, reset_password};
pub use second_step::{
    CHALLENGE_LIFETIME, SecondStep, TRIES, ask_passkey, load_second_step, sign_in_with_code,
    sign_in_with_second_passkey,
};
pub use sign_in::{Entered, SignedIn, sign_in, sign_in_with_passkey};
pub use sign_up::sign_up;
pub(crate) use sign_up::{NewPerson, Registration, claim_address, forget_unverified, register};
pub use verify::{VERIFY_LINK_LIFETIME, resend_verification, verify_address};

/// The person's own choice of language; `None` follows the organisation again.
pub async fn choose_language(
    context: &Context,
    account: Account,
    language: Option<Language>,
) -> Result<(), AppError> {
    let inner = context.clone();
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                person::Entity::update_many()
                    .col_expr(person::Column::Language, Expr::value(language.map(|l| l.tag().to_owned())))
                    .filter(person::Column::Id.eq(account.person.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                let after = json!({ "language": language.map(Language::tag) });
                let entry = Entry { after, ..personal(account.person, "shell.choose_language") };
                audit::record(&inner, on, entry).await
            })
        })
        .await
}

/// Whether nobody has ever signed up here: a new installation.
pub async fn is_empty(context: &Context) -> Result<bool, AppError> {
    Ok(person::Entity::find().one(context.database.read()).await.or_internal()?.is_none())
}

async fn find_person(context: &Context, email: &Email) -> Result<Option<person::Model>, AppError> {
    person::Entity::by_email_key(&email.normalised()).one(context.database.read()).await.or_internal()
}

/// Whether another mail may go to this address now. Silent: a refusal must not tell anything.
pub(crate) async fn mail_budget(context: &Context, email: &Email) -> bool {
    guess::spend(context, &format!("mail:{}", email.normalised())).await.is_ok()
}
