//! Signing in. Each try spends a guess before the password is looked at.

use domain::{AppError, Code, entrance::LoginForm};
use entity::{browser, membership, person};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;

use super::{account, find_person, personal};
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    guess,
    session::{self, Browser},
    token::PlainToken,
};

/// A sign-in that worked: tokens for two cookies.
pub struct SignedIn {
    pub session: PlainToken,
    /// For a browser that this person signs in from for the first time.
    pub browser: Option<PlainToken>,
    /// A path on this site, or the start page.
    pub next: String,
}

/// Checks address and password and starts a session.
///
/// Errors: `WrongCredentials` (never says which), `Unverified` (to somebody who knows the
/// password), `TooManyTries`.
pub async fn sign_in(
    context: &Context,
    form: LoginForm,
    known_browser: Option<PlainToken>,
    from: Browser,
) -> Result<SignedIn, AppError> {
    let login = form.parse()?;
    let person = find_person(context, &login.email).await?;
    let known = match (&person, &known_browser) {
        (Some(person), Some(token)) => browser::Entity::of_person(person.id(), &token.hash().0)
            .one(context.database.read())
            .await
            .or_internal()?,
        _ => None,
    };
    let subject = match &known {
        Some(browser) => format!("browser:{}", browser.id),
        None => account(&login.email.normalised()),
    };
    guess::spend(context, &subject).await?;
    let hash = person.as_ref().map(|person| person.password_hash.as_str());
    let verdict = context.passwords.verify(&login.password, hash).await?;
    let Some(person) = person.filter(|_| verdict.matches) else { return Err(Code::WrongCredentials.into()) };
    let rehash =
        if verdict.needs_rehash { Some(context.passwords.hash(&login.password).await?) } else { None };
    let verified = person.verified_at.is_some();

    let (inner, now) = (context.clone(), context.now());
    let new_browser = if known.is_none() { Some(PlainToken::random()) } else { None };
    let new_hash = new_browser.as_ref().map(PlainToken::hash);
    let session = context
        .database
        .write(move |on| {
            Box::pin(async move {
                if !verified {
                    // Commits the budget, refuses the session.
                    guess::succeed(on, &subject).await?;
                    return Ok(None);
                }
                // The password may have been reset while this one was being checked.
                let current =
                    person::Entity::by_id(person.id()).lock_exclusive().one(on).await.or_internal()?;
                if current.is_none_or(|current| current.password_hash != person.password_hash) {
                    return Err(Code::WrongCredentials.into());
                }
                // After the person's row, as a reset does it: two orders would be a deadlock.
                guess::succeed(on, &subject).await?;
                if let Some(hash) = rehash {
                    let mut row = person.clone().into_active_model();
                    row.password_hash = Set(hash);
                    row.update(on).await.or_internal()?;
                }
                if let Some(hash) = new_hash {
                    let row = browser::ActiveModel {
                        id: Set(inner.id()),
                        token_hash: Set(hash.0),
                        person_id: Set(person.id),
                        seen_at: Set(now),
                    };
                    browser::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
                }
                let home = home_of(on, &person).await?;
                let token = session::start(&inner, on, person.id(), home.organisation(), &from).await?;
                let entry = Entry {
                    organisation: Some(home.organisation()),
                    after: json!({ "browser": from.name, "address": from.address }),
                    ..personal(person.id(), "entrance.sign_in")
                };
                audit::record(&inner, on, entry).await?;
                Ok(Some(token))
            })
        })
        .await?;
    let session = session.ok_or(Code::Unverified)?;
    Ok(SignedIn { session, browser: new_browser, next: login.next.unwrap_or_else(|| "/".to_owned()) })
}

/// The membership a new session starts in: where the person was last, else the oldest.
async fn home_of(on: &impl ConnectionTrait, person: &person::Model) -> Result<membership::Model, AppError> {
    let memberships = membership::Entity::of_person(person.id()).all(on).await.or_internal()?;
    let last = entity::session::Entity::find()
        .filter(entity::session::Column::PersonId.eq(person.id))
        .order_by_desc(entity::session::Column::ActiveAt)
        .one(on)
        .await
        .or_internal()?;
    let last = last.map(|session| session.organisation_id);
    let found =
        memberships.iter().find(|member| Some(member.organisation_id) == last).or(memberships.first());
    found.cloned().ok_or_else(|| Code::Forbidden.into())
}
