//! Passkeys (W3C WebAuthn level 3). Every answer must be user-verified, so a passkey alone is two factors:
//! something one has, and a finger, face or PIN.
//!
//! A question waits in the database, for any node to take the answer, and is deleted by it: answered once.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::{
    Account, AppError, Code, PersonId, Recent,
    account::{MOST_PASSKEYS, PasskeyForm, RemovePasskeyForm, RenamePasskeyForm, WithCodeForm},
    general::Name,
};
use entity::{
    ceremony::{self, Purpose},
    passkey, person,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyAuthentication,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder,
};

use super::{
    Factors, Notice, Tried, codes, load_person, lock_person, may_remove_last, notify, proof::try_proof,
    refusal, renew,
};
use crate::{
    Context,
    audit::{self, Entry},
    failure::{OrInternal, internal},
    guess,
    session::EndReason,
    token::PlainToken,
};

/// How long a browser may take to answer.
const ANSWER_WITHIN: TimeDelta = TimeDelta::minutes(5);
const PRODUCT: &str = "Ayar";

/// This server as browsers know it: passkeys are bound to its host name.
#[derive(Clone)]
pub struct RelyingParty(Arc<Webauthn>);

impl RelyingParty {
    /// `None` for an address without a host name, where browsers refuse passkeys.
    pub fn of(origin: &str) -> Option<Self> {
        let origin = Url::parse(origin).ok()?;
        let host = origin.domain()?;
        WebauthnBuilder::new(host, &origin).ok()?.rp_name(PRODUCT).build().ok().map(|it| Self(Arc::new(it)))
    }
}

fn relying_party(context: &Context) -> Result<&Webauthn, AppError> {
    context.relying_party.as_ref().map(|it| &*it.0).ok_or_else(|| Code::PasskeysUnavailable.into())
}

/// What a page puts to the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Comes back with the answer.
    pub ceremony: String,
    /// `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`.
    pub options: String,
}

async fn ask(
    context: &Context,
    purpose: Purpose,
    person: Option<PersonId>,
    state: &impl Serialize,
    options: &impl Serialize,
) -> Result<Question, AppError> {
    let (id, now) = (Uuid::new_v4(), context.now());
    let row = ceremony::ActiveModel {
        id: Set(id),
        purpose: Set(purpose),
        person_id: Set(person.map(|person| person.0)),
        state: Set(serde_json::to_string(state).or_internal()?),
        expires_at: Set(now + ANSWER_WITHIN),
    };
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                ceremony::Entity::delete_many()
                    .filter(ceremony::Column::ExpiresAt.lt(now))
                    .exec(on)
                    .await
                    .or_internal()?;
                ceremony::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
                Ok(())
            })
        })
        .await?;
    Ok(Question { ceremony: id.to_string(), options: serde_json::to_string(options).or_internal()? })
}

/// Takes the question of an answer away, so that nothing answers it twice. Errors: `PasskeyRefused`.
async fn take<S: DeserializeOwned>(
    context: &Context,
    form: &PasskeyForm,
    purpose: Purpose,
    person: Option<PersonId>,
) -> Result<S, AppError> {
    let id: Uuid = form.ceremony.parse().map_err(|_| Code::PasskeyRefused)?;
    let now = context.now();
    let taken = context.database.write(move |on| {
        Box::pin(async move {
            let row = ceremony::Entity::find_by_id(id)
                .filter(ceremony::Column::Purpose.eq(purpose))
                .one(on)
                .await
                .or_internal()?;
            let deleted = ceremony::Entity::delete_by_id(id).exec(on).await.or_internal()?;
            Ok(row.filter(|row| deleted.rows_affected == 1 && row.expires_at > now))
        })
    });
    let row = taken.await?.filter(|row| row.person_id == person.map(|person| person.0));
    serde_json::from_str(&row.ok_or(Code::PasskeyRefused)?.state).or_internal()
}

/// The browser's answer. What does not parse, or does not fit, is refused in the same words.
fn answer<T: DeserializeOwned>(form: &PasskeyForm) -> Result<T, AppError> {
    serde_json::from_str(&form.credential).map_err(|_| Code::PasskeyRefused.into())
}

fn refused(error: impl std::fmt::Display) -> AppError {
    tracing::info!(%error, "a passkey was refused");
    Code::PasskeyRefused.into()
}

/// Asks the browser to make a passkey. Errors: `PasskeysUnavailable`, `TooManyPasskeys`.
pub async fn ask_to_add(context: &Context, account: Recent<Account>) -> Result<Question, AppError> {
    let party = relying_party(context)?;
    let read = context.database.read();
    let person = load_person(read, account.person).await?;
    let known = passkey::Entity::of_person(account.person).all(read).await.or_internal()?;
    if known.len() >= MOST_PASSKEYS {
        return Err(Code::TooManyPasskeys.into());
    }
    let known: Vec<_> = known.into_iter().map(|row| row.credential_id).collect();
    let (challenge, state) = party
        .start_passkey_registration(person.id, &person.email, &person.name, Some(known))
        .map_err(internal)?;
    let mut options = serde_json::to_value(challenge.public_key).or_internal()?;
    // Found by the browser itself at the next sign-in; webauthn-rs does not look at it.
    options["authenticatorSelection"]["residentKey"] = json!("preferred");
    ask(context, Purpose::Add, Some(account.person), &state, &options).await
}

/// Keeps a new passkey. Gives the session's new token, and whether backup codes were made because there was
/// no second factor before. Errors: `PasskeyRefused`, `TooManyPasskeys`, field `name`.
pub async fn add_passkey(
    context: &Context,
    account: Recent<Account>,
    form: PasskeyForm,
) -> Result<super::Confirmed, AppError> {
    let (account, id, now) = (*account, account.person, context.now());
    let name = Name::parse(&form.name).map_err(|code| AppError::field("name", code))?;
    let party = relying_party(context)?;
    let state: PasskeyRegistration = take(context, &form, Purpose::Add, Some(id)).await?;
    let credential: RegisterPublicKeyCredential = answer(&form)?;
    let made = party.finish_passkey_registration(&credential, &state).map_err(refused)?;
    let row = passkey::ActiveModel {
        id: Set(context.id()),
        person_id: Set(id.0),
        credential_id: Set(made.cred_id().to_vec()),
        credential: Set(serde_json::to_string(&made).or_internal()?),
        name: Set(name.as_str().to_owned()),
        created_at: Set(now),
        used_at: Set(None),
    };
    let inner = context.clone();
    let added = context.database.write(move |on| {
        Box::pin(async move {
            let person = lock_person(on, id).await?;
            if Factors::of(on, id).await?.passkeys >= MOST_PASSKEYS as u64 {
                return Err(Code::TooManyPasskeys.into());
            }
            let keep = OnConflict::column(passkey::Column::CredentialId).do_nothing().to_owned();
            let insert = passkey::Entity::insert(row).on_conflict(keep);
            if insert.exec_without_returning(on).await.or_internal()? == 0 {
                return Err(Code::PasskeyRefused.into());
            }
            let has_codes = codes::left(on, id).await? > 0;
            if !has_codes {
                codes::make(&inner, on, account).await?;
            }
            let session = renew(on, account, EndReason::TwoFactorChanged, now).await?;
            let entry = Entry {
                after: json!({ "name": name.as_str() }),
                ..audit::personal(id, "account.add_passkey")
            };
            audit::record(&inner, on, entry).await?;
            let confirmed = super::Confirmed { session, has_fresh_codes: !has_codes };
            Ok((confirmed, person, name))
        })
    });
    let (confirmed, person, name) = added.await?;
    notify(context, &person, account.language, Notice::PasskeyAdded { name: name.as_str().to_owned() })
        .await?;
    Ok(confirmed)
}

async fn own(on: &impl ConnectionTrait, person: PersonId, id: &str) -> Result<passkey::Model, AppError> {
    let id: Uuid = id.parse().map_err(|_| Code::NotFound)?;
    let own = passkey::Entity::of_person(person).filter(passkey::Column::Id.eq(id));
    own.one(on).await.or_internal()?.ok_or_else(|| Code::NotFound.into())
}

/// Errors: `NotFound`, field `name`.
pub async fn rename_passkey(
    context: &Context,
    account: Account,
    form: RenamePasskeyForm,
) -> Result<(), AppError> {
    let (name, inner) = (form.parse()?, context.clone());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let row = own(on, account.person, &form.passkey).await?;
                passkey::Entity::update_many()
                    .col_expr(passkey::Column::Name, Expr::value(name.as_str()))
                    .filter(passkey::Column::Id.eq(row.id))
                    .exec(on)
                    .await
                    .or_internal()?;
                let entry = Entry {
                    before: json!({ "name": row.name }),
                    after: json!({ "name": name.as_str() }),
                    ..audit::personal(account.person, "account.rename_passkey")
                };
                audit::record(&inner, on, entry).await
            })
        })
        .await
}

/// Removes a passkey. The last second factor goes for a code only, and takes the backup codes with it. Gives
/// the session's new token. Errors: `NotFound`, `TwoFactorKept`, field `code`, `TooManyTries`.
pub async fn remove_passkey(
    context: &Context,
    account: Recent<Account>,
    form: RemovePasskeyForm,
    browser: Option<PlainToken>,
) -> Result<PlainToken, AppError> {
    let (account, id) = (*account, account.person);
    let person = load_person(context.database.read(), id).await?;
    let (subject, known) = guess::subject(context, &person.email_key, Some(id), browser.as_ref()).await?;
    let (inner, now) = (context.clone(), context.now());
    let removed = context.database.write(move |on| {
        Box::pin(async move {
            lock_person(on, id).await?;
            let row = own(on, id, &form.passkey).await?;
            if (Factors::of(on, id).await?) == (Factors { app: false, passkeys: 1 }) {
                may_remove_last(on, id).await?;
                let proof = form.parse()?;
                guess::spend_on(on, now, subject.clone()).await?;
                let tried = try_proof(&inner, on, id, &proof).await?;
                let Tried::Fits { .. } = tried else { return Ok(Err(refusal(tried, known.is_some()))) };
                guess::succeed(on, &subject).await?;
                codes::remove(on, id).await?;
            }
            passkey::Entity::delete_by_id(row.id).exec(on).await.or_internal()?;
            let session = renew(on, account, EndReason::TwoFactorChanged, now).await?;
            let entry = Entry {
                before: json!({ "name": row.name }),
                ..audit::personal(id, "account.remove_passkey")
            };
            audit::record(&inner, on, entry).await?;
            Ok(Ok((session, row.name)))
        })
    });
    let (session, name) = removed.await??;
    notify(context, &person, account.language, Notice::PasskeyRemoved { name }).await?;
    Ok(session)
}

/// Asks for any passkey of this site, before it is known who is there. Errors: `PasskeysUnavailable`.
pub async fn ask_sign_in(context: &Context) -> Result<Question, AppError> {
    let (challenge, state) = relying_party(context)?.start_discoverable_authentication().map_err(internal)?;
    ask(context, Purpose::SignIn, None, &state, &challenge.public_key).await
}

/// A passkey whose answer was right, to be noted by the caller's transaction.
pub(crate) struct Answered {
    pub person: person::Model,
    row: passkey::Model,
    result: AuthenticationResult,
}

impl Answered {
    /// Notes that the passkey was used. Errors: `PasskeyRefused`, when it is gone by now.
    pub async fn note(&self, context: &Context, on: &impl ConnectionTrait) -> Result<(), AppError> {
        let mut key: Passkey = serde_json::from_str(&self.row.credential).or_internal()?;
        key.update_credential(&self.result);
        let noted = passkey::Entity::update_many()
            .col_expr(passkey::Column::UsedAt, Expr::value(Some(context.now())))
            .col_expr(passkey::Column::Credential, Expr::value(serde_json::to_string(&key).or_internal()?))
            .filter(passkey::Column::Id.eq(self.row.id))
            .exec(on)
            .await
            .or_internal()?;
        if noted.rows_affected == 1 { Ok(()) } else { Err(Code::PasskeyRefused.into()) }
    }
}

/// Whose passkey answered. Errors: `PasskeyRefused`.
pub(crate) async fn answer_sign_in(context: &Context, form: &PasskeyForm) -> Result<Answered, AppError> {
    let party = relying_party(context)?;
    let state: DiscoverableAuthentication = take(context, form, Purpose::SignIn, None).await?;
    let credential: PublicKeyCredential = answer(form)?;
    let (user, id) = party.identify_discoverable_authentication(&credential).map_err(refused)?;
    let row = passkey::Entity::by_credential_id(id).one(context.database.read()).await.or_internal()?;
    let row = row.filter(|row| row.person_id == user).ok_or(Code::PasskeyRefused)?;
    let key: Passkey = serde_json::from_str(&row.credential).or_internal()?;
    let result = party
        .finish_discoverable_authentication_v2(&credential, state, DiscoverableKey::from(&key))
        .map_err(refused)?;
    let person = load_person(context.database.read(), PersonId(row.person_id)).await?;
    Ok(Answered { person, row, result })
}

/// Asks for one of the passkeys of somebody whose password was right. Errors: `NotFound` (they have none).
pub async fn ask_second_step(context: &Context, person: PersonId) -> Result<Question, AppError> {
    let party = relying_party(context)?;
    let rows = passkey::Entity::of_person(person).all(context.database.read()).await.or_internal()?;
    let keys: Vec<Passkey> = rows
        .iter()
        .map(|row| serde_json::from_str(&row.credential))
        .collect::<Result<_, _>>()
        .or_internal()?;
    if keys.is_empty() {
        return Err(Code::NotFound.into());
    }
    let (challenge, state) = party.start_passkey_authentication(&keys).map_err(internal)?;
    ask(context, Purpose::SecondStep, Some(person), &state, &challenge.public_key).await
}

/// Errors: `PasskeyRefused`.
pub(crate) async fn answer_second_step(
    context: &Context,
    person: PersonId,
    form: &PasskeyForm,
) -> Result<Answered, AppError> {
    let party = relying_party(context)?;
    let state: PasskeyAuthentication = take(context, form, Purpose::SecondStep, Some(person)).await?;
    let credential: PublicKeyCredential = answer(form)?;
    let result = party.finish_passkey_authentication(&credential, &state).map_err(refused)?;
    let read = context.database.read();
    let row = passkey::Entity::by_credential_id(result.cred_id().as_ref()).one(read).await.or_internal()?;
    let row = row.filter(|row| row.person_id == person.0).ok_or(Code::PasskeyRefused)?;
    Ok(Answered { person: load_person(read, person).await?, row, result })
}
