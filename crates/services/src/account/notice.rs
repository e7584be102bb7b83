//! Mails about what happened to an account, and their link "this wasn't me". The link needs no sign-in, works
//! once, and only ever takes access away.

use chrono::TimeDelta;
use domain::{AppError, Language, entrance::VerifyForm};
use entity::{browser, link, link::Purpose, person};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::lock_person;
pub(crate) use crate::mail::Notice;
use crate::{
    Context, audit,
    entrance::{
        check_link,
        link::{NewLink, save_link, use_link},
    },
    failure::OrInternal,
    mail::{Mail, MailKind},
    session::{self, EndReason},
    token::PlainToken,
};

/// How long the link works.
pub const NOT_ME_LINK_LIFETIME: TimeDelta = TimeDelta::days(7);

/// Mails the person what happened to their account.
pub(crate) async fn notify(
    context: &Context,
    person: &person::Model,
    language: Language,
    notice: Notice,
) -> Result<(), AppError> {
    let (token, id, inner) = (PlainToken::random(), person.id(), context.clone());
    let row_token = token.clone();
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let until = inner.now() + NOT_ME_LINK_LIFETIME;
                let link = NewLink { person: id, purpose: Purpose::NotMe, until, target: None };
                save_link(&inner, on, link, &row_token).await
            })
        })
        .await?;
    let link = context.link(&format!("/not-me?token={}", token.reveal()));
    let kind = MailKind::Notice { notice, link };
    let language = person.language().unwrap_or(language);
    context.outbox.post(Mail { id: context.id(), to: person.email.clone(), language, kind });
    Ok(())
}

/// Whether the link in the mail can still be used. Uses nothing up. Errors: `LinkExpired`.
pub async fn check_not_me_link(context: &Context, token: &str) -> Result<(), AppError> {
    check_link(context, Purpose::NotMe, token).await
}

/// "This wasn't me": every session ends, every browser is a stranger, a pending address is dropped, and the
/// password stops working until its owner chooses a new one by mail. Errors: `LinkExpired`.
pub async fn was_not_me(context: &Context, form: VerifyForm) -> Result<(), AppError> {
    let token = PlainToken::received(form.parse()?);
    let (inner, now) = (context.clone(), context.now());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let id = use_link(on, Purpose::NotMe, &token, now).await?.person();
                lock_person(on, id).await?;
                person::Entity::update_many()
                    // No hash: nothing matches it.
                    .col_expr(person::Column::PasswordHash, Expr::value(""))
                    .filter(person::Column::Id.eq(id.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                session::end_all(on, id, None, EndReason::NotMe, now).await?;
                browser::Entity::delete_many()
                    .filter(browser::Column::PersonId.eq(id.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                link::Entity::delete_many()
                    .filter(link::Column::PersonId.eq(id.0))
                    .filter(link::Column::Purpose.eq(Purpose::ChangeEmail))
                    .exec(on)
                    .await
                    .or_internal()?;
                audit::record(&inner, on, audit::personal(id, "account.was_not_me")).await
            })
        })
        .await
}
