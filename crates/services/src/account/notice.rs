//! Mails about what happened to an account, and their link "this wasn't me".
//!
//! The link needs no sign-in and works once. It takes access away, personal access keys included, and takes back what its own mail and all later ones
//! tell of: the account is never left weaker than it was before that. A second factor is taken back for a day only, so
//! that a mailbox is no way around it (decision 19).

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Account, AppError, Language, OrganisationId, PersonId, entrance::VerifyForm};
use entity::{authenticator, browser, link, link::Purpose, passkey, person};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use super::{Factors, Tried, codes, email};
pub(crate) use crate::mail::Notice;
use crate::{
    Context,
    audit::{self, Entry},
    entrance::{
        check_link,
        link::{NewLink, save_link, use_link},
    },
    failure::OrInternal,
    keys::revoke_all_personal,
    mail::{Mail, MailKind},
    session::{self, EndReason},
    token::PlainToken,
};

/// How long the link works.
pub const NOT_ME_LINK_LIFETIME: TimeDelta = TimeDelta::days(7);
/// How long after it was set up a second factor goes with a link.
pub const FACTOR_UNDO_LIFETIME: TimeDelta = TimeDelta::hours(24);

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

    const fn is_of_a_factor(&self) -> bool {
        matches!(self, Self::Passkey(_) | Self::App)
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

/// Whom a mail about an account goes to, and in which words.
#[derive(Clone, Copy)]
pub(crate) struct Holder<'a> {
    pub person: &'a person::Model,
    /// For somebody who chose none.
    pub language: Language,
    /// The organisation they are in, if one is known.
    pub organisation: Option<OrganisationId>,
}

impl<'a> Holder<'a> {
    pub(crate) const fn of(person: &'a person::Model, account: Account) -> Self {
        Self { person, language: account.language, organisation: account.organisation }
    }
}

/// Mails a person what happens to their account, in the transaction in which it does, with the link that takes it back.
pub(crate) async fn tell(
    context: &Context,
    on: &impl ConnectionTrait,
    holder: Holder<'_>,
    notice: Notice,
    undo: Undo,
) -> Result<(), AppError> {
    let Holder { person, language, organisation } = holder;
    let token = PlainToken::random();
    let until = context.now() + NOT_ME_LINK_LIFETIME;
    let link = NewLink { person: person.id(), purpose: Purpose::NotMe, until, target: undo.to_column() };
    save_link(context, on, link, &token).await?;
    let link = context.link(&format!("/not-me?token={}", token.reveal()));
    let (language, kind) = (person.language().unwrap_or(language), MailKind::Notice { notice, link });
    let mail = Mail { id: context.id(), to: person.email.clone(), language, organisation, kind };
    context.post(on, &mail).await
}

/// Tells of a backup code, if it was one that was used up.
pub(crate) async fn tell_used(
    context: &Context,
    on: &impl ConnectionTrait,
    holder: Holder<'_>,
    tried: Tried,
) -> Result<(), AppError> {
    let Tried::Fits { codes_left: Some(left) } = tried else { return Ok(()) };
    tell(context, on, holder, Notice::BackupCodeUsed { left }, Undo::Nothing).await
}

/// Whether the link in the mail can still be used. Uses nothing up. Errors: `LinkExpired`.
pub async fn check_not_me_link(context: &Context, token: &str) -> Result<(), AppError> {
    check_link(context, Purpose::NotMe, token).await
}

/// "This wasn't me": every session ends, every browser is a stranger, what was begun is dropped, what this mail
/// and later ones tell of is taken back, and the password stops working until its owner chooses a new one by mail. Errors: `LinkExpired`.
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
                let taken_back = take_back(on, &used, now).await?;
                session::end_all(on, id, None, EndReason::NotMe, now).await?;
                browser::Entity::delete_many()
                    .filter(browser::Column::PersonId.eq(id.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                let keys = revoke_all_personal(on, id, now).await?;
                let entry = Entry {
                    after: json!({ "taken_back": taken_back, "keys": keys }),
                    ..audit::personal(id, "account.was_not_me")
                };
                audit::record(&inner, on, entry).await
            })
        })
        .await
}

/// Takes back what was promised by the used link and all later ones, which end with it: whoever did what its mail tells
/// of may have done more since. Older links stay: an intruder who gets mail too must not end those of the owner. Tells
/// what was taken back, the newest first.
async fn take_back(
    on: &DatabaseTransaction,
    used: &link::Model,
    now: DateTime<Utc>,
) -> Result<Vec<String>, AppError> {
    let since = Condition::all()
        .add(link::Column::PersonId.eq(used.person_id))
        .add(link::Column::Purpose.eq(Purpose::NotMe))
        .add(link::Column::CreatedAt.gte(used.created_at));
    let newest_first = link::Entity::find()
        .filter(since.clone())
        .order_by_desc(link::Column::CreatedAt)
        .order_by_desc(link::Column::Id);
    let later = newest_first.all(on).await.or_internal()?;
    let mut taken_back = Vec::new();
    for link in later.iter().chain([used]) {
        let undo = Undo::from_column(link.target.as_deref());
        if undo.is_of_a_factor() && link.created_at <= now - FACTOR_UNDO_LIFETIME {
            continue;
        }
        take_one_back(on, used.person(), undo).await?;
        taken_back.extend(link.target.clone());
    }
    if !Factors::of(on, used.person()).await?.any() {
        codes::remove(on, used.person()).await?;
    }
    link::Entity::delete_many().filter(since).exec(on).await.or_internal()?;
    Ok(taken_back)
}

async fn take_one_back(on: &DatabaseTransaction, person: PersonId, undo: Undo) -> Result<(), AppError> {
    match undo {
        Undo::Nothing => {}
        Undo::Email(address) => email::put_back(on, person, &address).await?,
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
