//! Forgotten passwords: a link by mail, a new password by link.

use chrono::TimeDelta;
use domain::{
    AppError, Code, Language,
    entrance::{ForgotForm, Password, ResetForm},
};
use entity::{browser, link::Purpose, person};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};

use super::{
    find_person, language_of,
    link::{NewLink, owner_of_link, save_link, use_link},
    mail_budget,
};
use crate::{
    Context,
    account::{Factors, Holder, Notice, Undo, tell},
    audit::{self, personal},
    failure::OrInternal,
    guess,
    mail::{Mail, MailKind},
    passwords,
    session::{self, EndReason},
    token::PlainToken,
};

/// How long a mailed link can be used.
pub const RESET_LINK_LIFETIME: TimeDelta = TimeDelta::minutes(60);

/// Mails a reset link if the address has an account; answers the same if not.
pub async fn request_reset(context: &Context, form: ForgotForm, language: Language) -> Result<(), AppError> {
    let email = form.parse()?;
    let person = find_person(context, &email).await?;
    let Some(person) = person else { return Ok(()) };
    let inner = context.clone();
    context.outbox.afterwards(async move {
        if mail_budget(&inner, &email).await {
            mail_reset(&inner, person, language).await?;
        }
        Ok(())
    });
    Ok(())
}

async fn mail_reset(context: &Context, person: person::Model, language: Language) -> Result<(), AppError> {
    let (token, id, inner) = (PlainToken::random(), person.id(), context.clone());
    let language = language_of(context.database.read(), &person, language).await?;
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let until = inner.now() + RESET_LINK_LIFETIME;
                let link = NewLink { person: id, purpose: Purpose::Reset, until, target: None };
                save_link(&inner, on, link, &token).await?;
                audit::record(&inner, on, personal(id, "entrance.request_reset")).await?;
                let link = inner.link(&format!("/reset?token={}", token.reveal()));
                let kind = MailKind::ResetPassword { link };
                let mail = Mail { id: inner.id(), to: person.email, language, organisation: None, kind };
                inner.post(on, &mail).await
            })
        })
        .await
}

/// Sets a new password, ends all sessions, signs nobody in. Using the link also proves the address.
/// Errors: `LinkExpired`, field errors of the passwords.
pub async fn reset_password(context: &Context, form: ResetForm, language: Language) -> Result<(), AppError> {
    let reset = form.parse()?;
    let token = PlainToken::received(&reset.token);
    let owner = owner_of_link(context, Purpose::Reset, &token).await?;
    check_new_password(&reset.password, &owner)?;
    let hash = context.passwords.hash(&reset.password).await?;
    let (inner, now, person) = (context.clone(), context.now(), owner);
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let id = person.id();
                if use_link(on, Purpose::Reset, &token, now).await?.person() != id {
                    return Err(Code::LinkExpired.into());
                }
                person::Entity::update_many()
                    .col_expr(person::Column::PasswordHash, Expr::value(hash))
                    .col_expr(
                        person::Column::VerifiedAt,
                        Expr::col(person::Column::VerifiedAt).if_null(Expr::value(Some(now))),
                    )
                    .filter(person::Column::Id.eq(id.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                session::end_all(on, id, None, EndReason::PasswordReset, now).await?;
                // Whoever knew the old password may have left a browser with a guess budget of its own.
                browser::Entity::delete_many()
                    .filter(browser::Column::PersonId.eq(id.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                // The mail says nothing about the second factor: guesses at its codes still count.
                if !Factors::of(on, id).await?.any() {
                    guess::succeed(on, &guess::account(&person.email_key)).await?;
                }
                audit::record(&inner, on, personal(id, "entrance.reset_password")).await?;
                let language = language_of(on, &person, language).await?;
                let holder = Holder { person: &person, language, organisation: None };
                tell(&inner, on, holder, Notice::PasswordChanged, Undo::Nothing).await
            })
        })
        .await
}

fn check_new_password(password: &Password, owner: &person::Model) -> Result<(), AppError> {
    let words = [owner.name.as_str(), owner.email.as_str()];
    passwords::check(password, &words).map_err(|code| AppError::field("password", code))
}
