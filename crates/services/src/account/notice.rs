//! Mails about what happened to an account, and their link "this wasn't me".
//!
//! The link needs no sign-in and works once. It takes access away, and takes back what its own mail tells of: the account
//! is never left weaker than it was before that.

use chrono::TimeDelta;
use domain::{AppError, Language, OrganisationId, PersonId, entrance::VerifyForm};
use entity::{authenticator, browser, link, link::Purpose, passkey, person};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use uuid::Uuid;

use super::{Factors, codes, email};
pub(crate) use crate::mail::Notice;
use crate::{
    Context,
    audit::{self, Entry},
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

/// What the link of a mail takes back, besides closing the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Undo {
    Nothing,
    /// Sign-in goes back to this address.
    Email(String),
    /// The passkey that was added.
    Passkey(Uuid),
    /// The app that was set up where there was none.
    App,
}

impl Undo {
    fn to_column(&self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Email(address) => Some(format!("email:{address}")),
            Self::Passkey(id) => Some(format!("passkey:{id}")),
            Self::App => Some("app".to_owned()),
        }
    }

    fn from_column(text: Option<&str>) -> Self {
        match text.map(|text| text.split_once(':').unwrap_or((text, ""))) {
            Some(("email", address)) => Self::Email(address.to_owned()),
            Some(("passkey", id)) => id.parse().map_or(Self::Nothing, Self::Passkey),
            Some(("app", _)) => Self::App,
            _ => Self::Nothing,
        }
    }
}

/// Makes the link of a mail in the transaction of what it will tell, so that neither is there without the other.
pub(crate) async fn promise(
    context: &Context,
    on: &impl ConnectionTrait,
    person: PersonId,
    undo: Undo,
) -> Result<PlainToken, AppError> {
    let token = PlainToken::random();
    let until = context.now() + NOT_ME_LINK_LIFETIME;
    let link = NewLink { person, purpose: Purpose::NotMe, until, target: undo.to_column() };
    save_link(context, on, link, &token).await?;
    Ok(token)
}

/// Mails the person what happened to their account, with the link that was promised; in the organisation they are in, if
/// one is known.
pub(crate) fn tell(
    context: &Context,
    person: &person::Model,
    language: Language,
    organisation: Option<OrganisationId>,
    notice: Notice,
    promised: &PlainToken,
) {
    let link = context.link(&format!("/not-me?token={}", promised.reveal()));
    let kind = MailKind::Notice { notice, link };
    let language = person.language().unwrap_or(language);
    context.post(Mail { id: context.id(), to: person.email.clone(), language, organisation, kind });
}

/// Whether the link in the mail can still be used. Uses nothing up. Errors: `LinkExpired`.
pub async fn check_not_me_link(context: &Context, token: &str) -> Result<(), AppError> {
    check_link(context, Purpose::NotMe, token).await
}

/// "This wasn't me": every session ends, every browser is a stranger, what was begun is dropped, what the mail tells of is
/// taken back, and the password stops working until its owner chooses a new one by mail. Errors: `LinkExpired`.
pub async fn was_not_me(context: &Context, form: VerifyForm) -> Result<(), AppError> {
    let token = PlainToken::received(form.parse()?);
    let (inner, now) = (context.clone(), context.now());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let used = use_link(on, Purpose::NotMe, &token, now).await?;
                let id = used.person();
                person::Entity::update_many()
                    // No hash: nothing matches it.
                    .col_expr(person::Column::PasswordHash, Expr::value(""))
                    .filter(person::Column::Id.eq(id.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                take_back(on, id, Undo::from_column(used.target.as_deref())).await?;
                session::end_all(on, id, None, EndReason::NotMe, now).await?;
                browser::Entity::delete_many()
                    .filter(browser::Column::PersonId.eq(id.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                link::Entity::delete_many()
                    .filter(link::Column::PersonId.eq(id.0))
                    .filter(link::Column::Purpose.eq(Purpose::NotMe))
                    .exec(on)
                    .await
                    .or_internal()?;
                let entry = Entry {
                    after: json!({ "taken_back": used.target }),
                    ..audit::personal(id, "account.was_not_me")
                };
                audit::record(&inner, on, entry).await
            })
        })
        .await
}

async fn take_back(on: &sea_orm::DatabaseTransaction, person: PersonId, undo: Undo) -> Result<(), AppError> {
    match undo {
        Undo::Nothing => return Ok(()),
        Undo::Email(address) => return email::put_back(on, person, &address).await,
        Undo::Passkey(id) => {
            let added = passkey::Entity::delete_many()
                .filter(passkey::Column::PersonId.eq(person.0))
                .filter(passkey::Column::Id.eq(id));
            added.exec(on).await.or_internal()?;
        }
        Undo::App => {
            authenticator::Entity::delete_by_id(person.0).exec(on).await.or_internal()?;
        }
    }
    if !Factors::of(on, person).await?.any() {
        codes::remove(on, person).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_taken_back_reads_as_it_was_written() {
        for undo in
            [Undo::Nothing, Undo::Email("a@b.co".into()), Undo::Passkey(Uuid::from_u128(7)), Undo::App]
        {
            assert_eq!(Undo::from_column(undo.to_column().as_deref()), undo);
        }
        assert_eq!(Undo::from_column(Some("passkey:nonsense")), Undo::Nothing);
    }
}
