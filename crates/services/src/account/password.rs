//! The password once more before something sensitive, and a new one.

use domain::{
    Account, AppError, Code,
    account::{ChangePasswordForm, ProvePasswordForm},
    entrance::Password,
};
use entity::{browser, person};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{Factors, Holder, Notice, Undo, app::forget_browsers, load_person, lock_account, renew, tell};
use crate::{
    Context, audit,
    failure::OrInternal,
    guess::{self, Spent},
    passwords,
    session::{self, EndReason},
    token::PlainToken,
};

/// Compares the password of a signed-in person, for one guess. Gives the person as they were, the guess
/// to give back, and the browser if it is known. Errors: `field` is `PasswordWrong`, `TooManyTries`.
pub(super) async fn check_password(
    context: &Context,
    account: Account,
    password: &Password,
    field: &str,
    browser: Option<&PlainToken>,
) -> Result<(person::Model, Spent, Option<browser::Model>), AppError> {
    let person = load_person(context.database.read(), account.person).await?;
    let (subject, known) = guess::subject(context, &person.email_key, Some(person.id()), browser).await?;
    let verify = context.passwords.verify(password, Some(&person.password_hash));
    let (verdict, spent) = guess::spend_for(context, &subject, verify).await?;
    if verdict.matches {
        Ok((person, spent, known))
    } else {
        Err(AppError::field(field, Code::PasswordWrong))
    }
}

/// The password was right. With a second factor it is not all there is to guess, and gives back its own guess only.
async fn give_back(on: &impl ConnectionTrait, account: Account, spent: &Spent) -> Result<(), AppError> {
    if Factors::of(on, account.person).await?.any() {
        guess::refund(on, spent).await
    } else {
        guess::succeed(on, &spent.subject).await
    }
}

/// The password was given again: for ten minutes sensitive things can be done. Gives the session's new token.
/// Errors: field `password`, `TooManyTries`.
pub async fn prove_password(
    context: &Context,
    account: Account,
    form: ProvePasswordForm,
    browser: Option<PlainToken>,
) -> Result<PlainToken, AppError> {
    let password = form.parse()?;
    let (person, spent, _) = check_password(context, account, password, "password", browser.as_ref()).await?;
    let (inner, now) = (context.clone(), context.now());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                if lock_account(on, account).await?.password_hash != person.password_hash {
                    return Err(Code::CredentialsChanged.into());
                }
                give_back(on, account, &spent).await?;
                audit::record(&inner, on, audit::personal(account.person, "account.prove_password")).await?;
                session::rotate(on, account.session, now).await
            })
        })
        .await
}

/// Sets a new password, ends the other sessions and gives this one's new token.
/// Errors: fields `current`, `password`, `password_again`; `TooManyTries`.
pub async fn change_password(
    context: &Context,
    account: Account,
    form: ChangePasswordForm,
    browser: Option<PlainToken>,
) -> Result<PlainToken, AppError> {
    form.parse()?;
    // Before the current one is looked at: a new one that will not do costs no guess.
    let person = load_person(context.database.read(), account.person).await?;
    passwords::check(&form.password, &[&person.name, &person.email])
        .map_err(|code| AppError::field("password", code))?;
    let (person, spent, known) =
        check_password(context, account, &form.current, "current", browser.as_ref()).await?;
    let new_hash = context.passwords.hash(&form.password).await?;
    let (inner, now) = (context.clone(), context.now());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                if lock_account(on, account).await?.password_hash != person.password_hash {
                    return Err(Code::CredentialsChanged.into());
                }
                person::Entity::update_many()
                    .col_expr(person::Column::PasswordHash, Expr::value(new_hash))
                    .filter(person::Column::Id.eq(account.person.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                give_back(on, account, &spent).await?;
                // Whoever knew the old password may have left a browser with a guess budget of its own.
                forget_browsers(on, account, known).await?;
                audit::record(&inner, on, audit::personal(account.person, "account.change_password")).await?;
                let session = renew(on, account, EndReason::PasswordChanged, Some(now), now).await?;
                let notice = Notice::PasswordChanged;
                tell(&inner, on, Holder::of(&person, account), notice, Undo::Nothing).await?;
                Ok(session)
            })
        })
        .await
}
