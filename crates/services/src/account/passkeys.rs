//! Passkeys (W3C WebAuthn level 3). Every answer must be user-verified, so a passkey alone is two factors:
//! something one has, and a finger, face or PIN.
//!
//! A question waits in the database, for any node to take the answer, and is deleted by it: answered once.

mod own;

use std::sync::Arc;

use chrono::TimeDelta;
use domain::{AppError, Code, PersonId, account::PasskeyForm};
use entity::{
    ceremony::{self, Purpose},
    passkey, person,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyAuthentication,
    PublicKeyCredential, Url, Webauthn, WebauthnBuilder,
};

use super::load_person;
use crate::{
    Context,
    failure::{OrInternal, internal},
};
pub use own::{add_passkey, ask_to_add, remove_passkey, rename_passkey};

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
    person: Option<(PersonId, &str)>,
    state: &impl Serialize,
    options: &impl Serialize,
) -> Result<Question, AppError> {
    let (id, now) = (Uuid::new_v4(), context.now());
    let row = ceremony::ActiveModel {
        id: Set(id),
        purpose: Set(purpose),
        person_id: Set(person.map(|(person, _)| person.0)),
        name: Set(person.map(|(_, name)| name.to_owned())),
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

/// Takes the question of an answer away, so that nothing answers it twice: what webauthn-rs remembers, and the name that a
/// new passkey is to have. Errors: `PasskeyRefused`.
async fn take<S: DeserializeOwned>(
    context: &Context,
    form: &PasskeyForm,
    purpose: Purpose,
    person: Option<PersonId>,
) -> Result<(S, String), AppError> {
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
    let row = row.ok_or(Code::PasskeyRefused)?;
    Ok((serde_json::from_str(&row.state).or_internal()?, row.name.unwrap_or_default()))
}

/// The browser's answer. What does not parse, or does not fit, is refused in the same words.
fn answer<T: DeserializeOwned>(form: &PasskeyForm) -> Result<T, AppError> {
    serde_json::from_str(&form.credential).map_err(|_| Code::PasskeyRefused.into())
}

fn refused(error: impl std::fmt::Display) -> AppError {
    tracing::info!(%error, "a passkey was refused");
    Code::PasskeyRefused.into()
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
    let (state, _): (DiscoverableAuthentication, _) = take(context, form, Purpose::SignIn, None).await?;
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
    ask(context, Purpose::SecondStep, Some((person, "")), &state, &challenge.public_key).await
}

/// Errors: `PasskeyRefused`.
pub(crate) async fn answer_second_step(
    context: &Context,
    person: PersonId,
    form: &PasskeyForm,
) -> Result<Answered, AppError> {
    let party = relying_party(context)?;
    let (state, _): (PasskeyAuthentication, _) =
        take(context, form, Purpose::SecondStep, Some(person)).await?;
    let credential: PublicKeyCredential = answer(form)?;
    let result = party.finish_passkey_authentication(&credential, &state).map_err(refused)?;
    let read = context.database.read();
    let row = passkey::Entity::by_credential_id(result.cred_id().as_ref()).one(read).await.or_internal()?;
    let row = row.filter(|row| row.person_id == person.0).ok_or(Code::PasskeyRefused)?;
    Ok(Answered { person: load_person(read, person).await?, row, result })
}
