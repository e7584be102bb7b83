//! Accepting an invitation: with the account of the invited address, or by making one.
//!
//! The link proves the address, so nothing here is hidden from whoever holds it; but it is bound to that address, and
//! somebody who has an account and an organisation accepts signed in.

use chrono::{DateTime, Utc};
use domain::{
    Account, AppError, Code, OrganisationId, PersonId, Role,
    entrance::{VerifyForm, parse_token},
    members::{JoinForm, masked},
};
use entity::{invitation, membership, organisation, person};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QuerySelect,
    sea_query::OnConflict,
};
use serde_json::json;

use super::{lock_organisation, move_session};
use crate::{
    Context,
    account::lock_person,
    audit::{self, Entry},
    entrance::{NewPerson, claim_address},
    failure::{OrInternal, internal},
    guess, passwords,
    support::staff,
    token::{HashedToken, PlainToken},
};

/// What the page behind the link shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub organisation: String,
    /// Whoever sent it, while they have an account.
    pub inviter: Option<String>,
    pub role: Role,
    /// The invited address; masked for somebody signed in with another.
    pub email: String,
    pub asked: Asked,
}

/// What it takes to accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A name and a password: the address has no account.
    Join,
    /// Signing in.
    SignIn,
    /// A press of a button.
    Accept,
    /// Another account than the one signed in.
    OtherAccount,
}

/// How an invitation was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// The session stands in the organisation now.
    In,
    /// Nobody is signed in: this address can do so now.
    SignIn { email: String },
}

/// The invitation behind a link. Uses nothing up. Errors: `LinkExpired`.
pub async fn load_invitation(
    context: &Context,
    token: &str,
    account: Option<Account>,
) -> Result<Invitation, AppError> {
    let (read, token) = (context.database.read(), PlainToken::received(parse_token(token)?));
    let row = find(read, &token.hash(), context.now()).await?;
    let organisation = organisation::Entity::by_id(row.organisation()).one(read).await.or_internal()?;
    let inviter = match row.invited_by {
        Some(id) => person::Entity::by_id(PersonId(id)).one(read).await.or_internal()?,
        None => None,
    };
    let owner = person::Entity::by_email_key(&row.email_key).one(read).await.or_internal()?;
    let owner = owner.filter(|person| person.verified_at.is_some());
    let asked = match (account, owner) {
        (Some(account), Some(owner)) if owner.id() == account.person => Asked::Accept,
        (Some(_), _) => Asked::OtherAccount,
        (None, None) => Asked::Join,
        (None, Some(owner)) if has_home(read, owner.id()).await? => Asked::SignIn,
        (None, Some(_)) => Asked::Accept,
    };
    Ok(Invitation {
        organisation: organisation.ok_or(Code::LinkExpired)?.name,
        inviter: inviter.map(|person| person.name),
        role: row.role(),
        email: if asked == Asked::OtherAccount { masked(&row.email) } else { row.email },
        asked,
    })
}

async fn find(
    on: &impl ConnectionTrait,
    HashedToken(hash): &HashedToken,
    now: DateTime<Utc>,
) -> Result<invitation::Model, AppError> {
    let row = invitation::Entity::by_token_hash(hash).one(on).await.or_internal()?;
    row.filter(|row| row.expires_at > now).ok_or_else(|| Code::LinkExpired.into())
}

/// Whoever belongs to no organisation cannot sign in, and so cannot be asked to.
async fn has_home(on: &impl ConnectionTrait, person: PersonId) -> Result<bool, AppError> {
    Ok(membership::Entity::of_person(person).count(on).await.or_internal()? > 0)
}

/// Locks the organisation and finds the invitation again: of two uses at once, the second finds none.
async fn take(
    on: &DatabaseTransaction,
    token: &PlainToken,
    now: DateTime<Utc>,
) -> Result<invitation::Model, AppError> {
    let hash = token.hash();
    let organisation = find(on, &hash, now).await?.organisation();
    lock_organisation(on, organisation).await?;
    let row = find(on, &hash, now).await?;
    invitation::Entity::delete_by_id(row.id).exec(on).await.or_internal()?;
    guess::succeed(on, &format!("invitation:{}", row.id())).await?;
    Ok(row)
}

async fn enrol(
    on: &DatabaseTransaction,
    organisation: OrganisationId,
    person: PersonId,
    role: Role,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let row = membership::ActiveModel {
        organisation_id: Set(organisation.0),
        person_id: Set(person.0),
        role: Set(role.as_str().to_owned()),
        created_at: Set(now),
        signed_out_at: Set(None),
        active_at: Set(None),
        hidden_from_support: Set(false),
    };
    // A member under another address than the invited one, who has changed to it since, stays what they are.
    let keep = OnConflict::columns([membership::Column::OrganisationId, membership::Column::PersonId])
        .do_nothing()
        .to_owned();
    membership::Entity::insert(row).on_conflict(keep).exec_without_returning(on).await.or_internal()?;
    Ok(())
}

/// Accepts with an account that exists: signed in, the session goes over into the organisation; only somebody without
/// any organisation accepts before they sign in, which they could not.
/// Errors: `LinkExpired`, `WrongAccount`, `SignInFirst`, `StaffNoMember`, `SessionRevoked`.
pub async fn accept_invitation(
    context: &Context,
    account: Option<Account>,
    form: VerifyForm,
) -> Result<Accepted, AppError> {
    let token = PlainToken::received(form.parse()?);
    let (inner, now) = (context.clone(), context.now());
    let accepted = context.database.write(move |on| {
        Box::pin(async move {
            let row = take(on, &token, now).await?;
            let person = match account {
                Some(account) => lock_person(on, account.person).await?,
                None => homeless(on, &row.email_key).await?,
            };
            if person.email_key != row.email_key {
                return Err(Code::WrongAccount.into());
            }
            // Their row is locked: `ayar staff add` comes before or after.
            if staff::is_staff(on, person.id()).await? {
                return Err(Code::StaffNoMember.into());
            }
            enrol(on, row.organisation(), person.id(), row.role(), now).await?;
            if let Some(account) = account {
                move_session(on, account.session, row.organisation()).await?;
            }
            record(&inner, on, &row, person.id(), "members.accept_invitation").await?;
            Ok(match account {
                Some(_) => Accepted::In,
                None => Accepted::SignIn { email: person.email },
            })
        })
    });
    accepted.await
}

async fn homeless(on: &DatabaseTransaction, email_key: &str) -> Result<person::Model, AppError> {
    let person = person::Entity::by_email_key(email_key).lock_exclusive().one(on).await.or_internal()?;
    let person = person.filter(|person| person.verified_at.is_some()).ok_or(Code::SignInFirst)?;
    if has_home(on, person.id()).await? { Err(Code::SignInFirst.into()) } else { Ok(person) }
}

/// Accepts by making an account, without an organisation of its own: using the link proves the address. Signs nobody
/// in; gives the address that can. An account of the address that was never proved is replaced, as at a sign-up.
/// Errors: `LinkExpired`, `SignInFirst`, fields `name` and `password`.
pub async fn join(context: &Context, form: JoinForm) -> Result<String, AppError> {
    let (token, read) = (PlainToken::received(parse_token(&form.token)?), context.database.read());
    let invited = find(read, &token.hash(), context.now()).await?;
    let organisation = organisation::Entity::by_id(invited.organisation()).one(read).await.or_internal()?;
    let company = organisation.map(|organisation| organisation.name).unwrap_or_default();
    let (_, name) =
        form.parse(|password, name| passwords::check(password, &[name, &invited.email, &company]))?;
    let hash = context.passwords.hash(&form.password).await?;
    let (inner, now) = (context.clone(), context.now());
    let joined = context.database.write(move |on| {
        Box::pin(async move {
            let row = take(on, &token, now).await?;
            let id = PersonId(inner.id());
            let email = domain::general::Email::parse(&row.email)
                .map_err(|_| internal("a stored address does not parse"))?;
            let person = NewPerson { id, name: &name, email: &email, hash, verified_at: Some(now) };
            if claim_address(on, person.row(now)).await?.is_some() {
                return Err(Code::SignInFirst.into());
            }
            enrol(on, row.organisation(), id, row.role(), now).await?;
            // What strangers guessed at an account that is gone is not held against this one.
            guess::succeed(on, &guess::account(&row.email_key)).await?;
            record(&inner, on, &row, id, "members.join").await?;
            Ok(row.email)
        })
    });
    joined.await
}

async fn record(
    context: &Context,
    on: &DatabaseTransaction,
    row: &invitation::Model,
    person: PersonId,
    action: &'static str,
) -> Result<(), AppError> {
    let after = json!({ "email": row.email, "role": row.role });
    let entry = Entry { organisation: Some(row.organisation()), after, ..audit::personal(person, action) };
    audit::record(context, on, entry).await
}
