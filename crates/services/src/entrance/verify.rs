//! Proving an address.

use chrono::TimeDelta;
use domain::{
    AppError, Language,
    entrance::{ResendForm, VerifyForm},
};
use entity::{link::Purpose, person};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    find_person,
    link::{NewLink, save_link, use_link},
    mail_budget,
};
use crate::{
    Context,
    audit::{self, personal},
    failure::OrInternal,
    mail::{Mail, MailKind},
    token::PlainToken,
};

/// How long a mailed link can be used.
pub const VERIFY_LINK_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Mails the verification link again, if there is something to verify.
pub async fn resend_verification(
    context: &Context,
    form: ResendForm,
    language: Language,
) -> Result<(), AppError> {
    let email = form.parse()?;
    let person = find_person(context, &email).await?;
    let Some(person) = person.filter(|person| person.verified_at.is_none()) else { return Ok(()) };
    let inner = context.clone();
    context.outbox.afterwards(async move {
        if mail_budget(&inner, &email).await {
            mail_verification(&inner, &person, language).await?;
        }
        Ok(())
    });
    Ok(())
}

/// Proves the address behind a mailed link. Errors: `LinkExpired`.
pub async fn verify_address(context: &Context, form: VerifyForm) -> Result<(), AppError> {
    let token = PlainToken::received(form.parse()?);
    let (inner, now) = (context.clone(), context.now());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let person = use_link(on, Purpose::Verify, &token, now).await?.person();
                person::Entity::update_many()
                    .col_expr(person::Column::VerifiedAt, Expr::value(Some(now)))
                    .filter(person::Column::Id.eq(person.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                audit::record(&inner, on, personal(person, "entrance.verify_address")).await
            })
        })
        .await
}

async fn mail_verification(
    context: &Context,
    person: &person::Model,
    language: Language,
) -> Result<(), AppError> {
    let (token, inner, person) = (PlainToken::random(), context.clone(), person.clone());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let until = inner.now() + VERIFY_LINK_LIFETIME;
                let link = NewLink { person: person.id(), purpose: Purpose::Verify, until, target: None };
                save_link(&inner, on, link, &token).await?;
                let language = person.language().unwrap_or(language);
                let kind = MailKind::VerifyAddress { link: verify_link(&inner, &token), name: person.name };
                let mail = Mail { id: inner.id(), to: person.email, language, organisation: None, kind };
                inner.post(on, &mail).await
            })
        })
        .await
}

pub(super) fn verify_link(context: &Context, token: &PlainToken) -> String {
    context.link(&format!("/verify?token={}", token.reveal()))
}
