//! Another address to sign in with: it counts once the link mailed to it was used; the old one is told at once.

use chrono::TimeDelta;
use domain::{
    Account, AppError, Code, Language, PersonId, Recent, account::ChangeEmailForm, entrance::VerifyForm,
    general::Email,
};
use entity::{link::Purpose, person};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, sea_query::Expr,
};
use serde_json::json;

use super::{Holder, Notice, Undo, load_person, lock_account, tell};
use crate::{
    Context,
    audit::{self, Entry},
    entrance::{
        check_link, forget_unverified, language_of,
        link::{NewLink, save_link, use_link},
        mail_budget,
    },
    failure::{OrInternal, internal},
    mail::{Mail, MailKind},
    session::{self, EndReason},
    token::PlainToken,
};

/// How long the link to the new address can be used.
pub const EMAIL_LINK_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Mails a link to the new address and a notice to the old one. An address that belongs to somebody else
/// gets a mail that says so, and the answer is the same. Errors: field `email`.
pub async fn change_email(
    context: &Context,
    account: Recent<Account>,
    form: ChangeEmailForm,
) -> Result<(), AppError> {
    let email = form.parse()?;
    let person = load_person(context.database.read(), account.person).await?;
    if email.normalised() == person.email_key {
        return Err(AppError::field("email", Code::EmailSame));
    }
    if !mail_budget(context, &email).await {
        return Ok(());
    }
    let taken = person::Entity::by_email_key(&email.normalised())
        .filter(person::Column::VerifiedAt.is_not_null())
        .count(context.database.read())
        .await
        .or_internal()?
        > 0;
    let (token, inner, account) = (PlainToken::random(), context.clone(), *account);
    let (target, id) = (email.as_str().to_owned(), account.person);
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let person = lock_account(on, account).await?;
                // Also for an address of somebody else, whose link nobody gets: the page looks the same.
                let link = NewLink {
                    person: id,
                    purpose: Purpose::ChangeEmail,
                    until: inner.now() + EMAIL_LINK_LIFETIME,
                    target: Some(target.clone()),
                };
                save_link(&inner, on, link, &token).await?;
                let entry = Entry {
                    after: json!({ "email": target }),
                    ..audit::personal(id, "account.change_email")
                };
                audit::record(&inner, on, entry).await?;
                let kind = match taken {
                    true => MailKind::AlreadyRegistered { link: inner.link("/login") },
                    false => {
                        let link = inner.link(&format!("/email?token={}", token.reveal()));
                        MailKind::ConfirmEmail { link }
                    }
                };
                let (language, organisation) = (account.language, account.organisation);
                let mail = Mail { id: inner.id(), to: target.clone(), language, organisation, kind };
                inner.post(on, &mail).await?;
                let notice = Notice::EmailChanging { to: target };
                tell(&inner, on, Holder::of(&person, account), notice, Undo::Nothing).await
            })
        })
        .await
}

/// Whether the link in the mail can still be used. Uses nothing up. Errors: `LinkExpired`.
pub async fn check_email_link(context: &Context, token: &str) -> Result<(), AppError> {
    check_link(context, Purpose::ChangeEmail, token).await
}

/// The new address is proved: from now on one signs in with it, anew, everywhere.
/// Errors: `LinkExpired` (also when somebody else has proved the address meanwhile).
pub async fn confirm_email(context: &Context, form: VerifyForm) -> Result<(), AppError> {
    let token = PlainToken::received(form.parse()?);
    let (inner, now) = (context.clone(), context.now());
    let changed = context.database.write(move |on| {
        Box::pin(async move {
            let link = use_link(on, Purpose::ChangeEmail, &token, now).await?;
            let old = load_person(on, link.person()).await?;
            let target = link.target.ok_or_else(|| internal("a link without its address"))?;
            set_email(on, old.id(), &target).await?;
            session::end_all(on, old.id(), None, EndReason::EmailChanged, now).await?;
            let (notice, undo) =
                (Notice::EmailChanged { to: target.clone() }, Undo::Email(old.email.clone()));
            let language = language_of(on, &old, Language::default()).await?;
            // The old address can still take the account back; the new one is only told.
            let holder = Holder { person: &old, language, organisation: None };
            tell(&inner, on, holder, notice, undo).await?;
            let kind = MailKind::EmailConfirmed { link: inner.link("/login") };
            let mail = Mail { id: inner.id(), to: target.clone(), language, organisation: None, kind };
            inner.post(on, &mail).await?;
            let entry = Entry {
                before: json!({ "email": old.email }),
                after: json!({ "email": target }),
                ..audit::personal(old.id(), "account.confirm_email")
            };
            audit::record(&inner, on, entry).await
        })
    });
    changed.await
}

/// Gives the person, whose row is locked, another address. An account that never proved it makes way, as at sign-up; one
/// that did does not: `LinkExpired`.
async fn set_email(on: &DatabaseTransaction, id: PersonId, address: &str) -> Result<(), AppError> {
    let email = Email::parse(address).map_err(|_| internal("a stored address does not parse"))?;
    let other = person::Entity::by_email_key(&email.normalised())
        .filter(person::Column::Id.ne(id.0))
        .lock_exclusive()
        .one(on)
        .await
        .or_internal()?;
    match other {
        Some(proved) if proved.verified_at.is_some() => return Err(Code::LinkExpired.into()),
        Some(unproved) => forget_unverified(on, unproved).await?,
        None => {}
    }
    person::Entity::update_many()
        .col_expr(person::Column::Email, Expr::value(email.as_str()))
        .col_expr(person::Column::EmailKey, Expr::value(email.normalised()))
        .filter(person::Column::Id.eq(id.0))
        .exec(on)
        .await
        .or_internal()?;
    Ok(())
}

/// "This wasn't me" of a changed address: the old one again, unless somebody else has proved it since.
pub(super) async fn put_back(on: &DatabaseTransaction, id: PersonId, address: &str) -> Result<(), AppError> {
    match set_email(on, id, address).await {
        Err(error) if error.code == Code::LinkExpired => Ok(()),
        done => done,
    }
}
