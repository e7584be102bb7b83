//! Signing up: a person, their organisation, and a mail that proves the address.

use chrono::{DateTime, Utc};
use domain::{
    AppError, Code, Language, OrganisationId, PersonId, Role,
    deletion::Stage,
    entrance::{Signup, SignupForm},
    general::{Email, Name},
    plan::{Plan, TRIAL},
    support::Mode,
};
use entity::{link::Purpose, membership, organisation, person};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, ModelTrait, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};
use serde_json::json;

use super::{
    link::{NewLink, save_link},
    mail_budget,
    verify::{VERIFY_LINK_LIFETIME, verify_link},
};
use crate::{
    Context,
    audit::{self, Entry, personal},
    deletion,
    failure::{OrInternal, internal},
    mail::{Mail, MailKind},
    passwords,
    token::PlainToken,
    zones,
};

/// Where the product comes from.
const DEFAULT_ZONE: &str = "Europe/Istanbul";

/// Makes a person and their organisation, and mails a link that proves the address.
///
/// For an address that already has an account nothing changes but a mail to its owner. An
/// account that was never verified is replaced: whoever proves the address gets the
/// password they typed, not one that a stranger chose before them. Errors: fields of the form.
pub async fn sign_up(context: &Context, form: SignupForm, language: Language) -> Result<(), AppError> {
    let signup = form.parse(passwords::check)?;
    if deletion::is_reserved(context, context.database.read(), signup.organisation.as_str()).await? {
        return Err(AppError::field("organisation", Code::NameReserved));
    }
    // A first-time sign-up stays free; a flood of mail to one address does not.
    let may_mail = mail_budget(context, &signup.email).await;
    register(context, signup, language, may_mail).await.map(drop)
}

/// What became of a sign-up.
pub(crate) enum Registration {
    /// A new account, to be verified with this token.
    New(PlainToken),
    /// Somebody verified this address before; nothing was changed.
    Known,
}

/// The sign-up, with its mail or without, for [`sign_up`] and the demo.
pub(crate) async fn register(
    context: &Context,
    signup: Signup,
    language: Language,
    mails: bool,
) -> Result<Registration, AppError> {
    let hash = context.passwords.hash(&signup.password).await?;
    let token = PlainToken::random();
    let (inner, now) = (context.clone(), context.now());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let (person, organisation) = (PersonId(inner.id()), OrganisationId(inner.id()));
                let (name, email) = (&signup.name, &signup.email);
                let row = NewPerson { id: person, name, email, hash, verified_at: None }.row(now);
                if let Some(known) = claim_address(on, row).await? {
                    // Also makes this a write like the others, as slow as they are.
                    audit::record(&inner, on, personal(known.id(), "entrance.sign_up_again")).await?;
                    if mails {
                        let (to, language) = (known.email.clone(), known.language().unwrap_or(language));
                        let kind = MailKind::AlreadyRegistered { link: inner.link("/login") };
                        let mail = Mail { id: inner.id(), to, language, organisation: None, kind };
                        inner.post(on, &mail).await?;
                    }
                    return Ok(Registration::Known);
                }
                let company = organisation_row(organisation, &signup, language, now);
                organisation::Entity::insert(company).exec_without_returning(on).await.or_internal()?;
                let member = membership::ActiveModel {
                    organisation_id: Set(organisation.0),
                    person_id: Set(person.0),
                    role: Set(Role::Owner.as_str().to_owned()),
                    created_at: Set(now),
                    signed_out_at: Set(None),
                    active_at: Set(None),
                    hidden_from_support: Set(false),
                };
                membership::Entity::insert(member).exec_without_returning(on).await.or_internal()?;
                let until = now + VERIFY_LINK_LIFETIME;
                let link = NewLink { person, purpose: Purpose::Verify, until, target: None };
                save_link(&inner, on, link, &token).await?;
                let entry = Entry {
                    organisation: Some(organisation),
                    after: json!({ "organisation": signup.organisation.as_str(), "email": signup.email.as_str() }),
                    ..personal(person, "entrance.sign_up")
                };
                audit::record(&inner, on, entry).await?;
                if mails {
                    let (link, name) = (verify_link(&inner, &token), signup.name.as_str().to_owned());
                    let (to, kind) = (email.as_str().to_owned(), MailKind::VerifyAddress { link, name });
                    inner.post(on, &Mail { id: inner.id(), to, language, organisation: None, kind }).await?;
                }
                Ok(Registration::New(token))
            })
        })
        .await
}

/// Inserts the person, in place of one with the same address who never proved it; gives back one who did.
pub(crate) async fn claim_address(
    on: &DatabaseTransaction,
    row: person::ActiveModel,
) -> Result<Option<person::Model>, AppError> {
    let key = row.email_key.clone().take().unwrap_or_default();
    // More than two rounds only where sign-ups with one address run at once (PostgreSQL): each of the others can
    // come first once, and each round waits for one of them.
    for _ in 0..100 {
        let keep = OnConflict::column(person::Column::EmailKey).do_nothing().to_owned();
        let insert = person::Entity::insert(row.clone()).on_conflict(keep);
        if insert.exec_without_returning(on).await.or_internal()? > 0 {
            return Ok(None);
        }
        // Locked: nobody proves the address while its account is being replaced.
        match person::Entity::by_email_key(&key).lock_exclusive().one(on).await.or_internal()? {
            Some(known) if known.verified_at.is_some() => return Ok(Some(known)),
            Some(unverified) => forget_unverified(on, unverified).await?,
            None => {}
        }
    }
    Err(internal("an address is signed up by too many at once"))
}

/// Somebody who was not known before.
pub(crate) struct NewPerson<'a> {
    pub id: PersonId,
    pub name: &'a Name,
    pub email: &'a Email,
    /// Of the password.
    pub hash: String,
    pub verified_at: Option<DateTime<Utc>>,
}

impl NewPerson<'_> {
    pub fn row(self, now: DateTime<Utc>) -> person::ActiveModel {
        person::ActiveModel {
            id: Set(self.id.0),
            name: Set(self.name.as_str().to_owned()),
            email: Set(self.email.as_str().to_owned()),
            email_key: Set(self.email.normalised()),
            verified_at: Set(self.verified_at),
            password_hash: Set(self.hash),
            language: Set(None),
            created_at: Set(now),
        }
    }
}

fn organisation_row(
    id: OrganisationId,
    signup: &Signup,
    language: Language,
    now: DateTime<Utc>,
) -> organisation::ActiveModel {
    let zone = signup.time_zone.as_deref().and_then(|name| zones::parse(name).ok());
    organisation::ActiveModel {
        id: Set(id.0),
        name: Set(signup.organisation.as_str().to_owned()),
        email: Set(signup.email.as_str().to_owned()),
        phone: Set(String::new()),
        website: Set(String::new()),
        address: Set(String::new()),
        language: Set(language.tag().to_owned()),
        time_zone: Set(zone.map_or(DEFAULT_ZONE, |zone| zone.name()).to_owned()),
        support_access: Set(false),
        support_until: Set(None),
        support_mode: Set(Mode::default().word().to_owned()),
        support_allowed_by: Set(None),
        support_forced_until: Set(None),
        photo: Set(None),
        plan: Set(Plan::TRIAL.as_str().to_owned()),
        trial_ends_at: Set(now + TRIAL),
        on_trial: Set(true),
        trial_told: Set(None),
        slots_agreed: Set(None),
        slots_reserved: Set(0),
        created_at: Set(now),
        version: Set(1),
        changed_at: Set(now),
        changed_by: Set(None),
        two_factor_required: Set(false),
        idle_limit: Set(0),
        deletion: Set(Stage::Active.word().to_owned()),
        delete_at: Set(None),
        deletion_requested_at: Set(None),
        deletion_requested_by: Set(None),
        deletion_told: Set(None),
        deleted_at: Set(None),
    }
}

/// Removes an account that was never verified, with the organisations only it belongs to.
pub(crate) async fn forget_unverified(
    on: &DatabaseTransaction,
    person: person::Model,
) -> Result<(), AppError> {
    for member in membership::Entity::of_person(person.id()).all(on).await.or_internal()? {
        let others = membership::Entity::in_organisation(member.organisation())
            .filter(membership::Column::PersonId.ne(person.id))
            .one(on)
            .await
            .or_internal()?;
        if others.is_none() {
            organisation::Entity::delete_by_id(member.organisation_id).exec(on).await.or_internal()?;
        }
    }
    person.delete(on).await.or_internal()?;
    Ok(())
}
