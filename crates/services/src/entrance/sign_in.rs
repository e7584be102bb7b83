//! Signing in. Each try spends a guess before the password is looked at.
//!
//! With a second factor the password alone gives no session, only a challenge for the second step, and does
//! not give the guesses back either.

use domain::{
    AppError, Code, Language, OrganisationId,
    account::PasskeyForm,
    entrance::{LoginForm, safe_next},
};
use entity::{browser, organisation, person};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter,
};
use serde_json::json;

use super::{find_person, home::home_of, second_step};
use crate::{
    Context,
    account::{self, Factors, Holder, Notice, Undo, lock_person, tell},
    audit::{self, Entry, personal},
    failure::OrInternal,
    guess,
    session::{self, Browser},
    support::staff,
    token::PlainToken,
    zones,
};

/// A sign-in that worked: tokens for two cookies.
pub struct SignedIn {
    pub session: PlainToken,
    /// For a browser that this person signs in from for the first time.
    pub browser: Option<PlainToken>,
    /// A path on this site, or the start page.
    pub next: String,
}

/// What the right password leads to.
pub enum Entered {
    In(SignedIn),
    /// A second factor is owed: the challenge that its step must show.
    CodeOwed(PlainToken),
}

/// Checks address and password; starts a session, or a challenge for somebody with a second factor.
///
/// Errors: `WrongCredentials` (never says which), `Unverified` (to somebody who knows the
/// password), `NoOrganisation` (to somebody who could sign in), `TooManyTries`.
pub async fn sign_in(
    context: &Context,
    form: LoginForm,
    known_browser: Option<PlainToken>,
    from: Browser,
) -> Result<Entered, AppError> {
    let login = form.parse()?;
    let person = find_person(context, &login.email).await?;
    let id = person.as_ref().map(person::Model::id);
    let (subject, known) =
        guess::subject(context, &login.email.normalised(), id, known_browser.as_ref()).await?;
    let hash = person.as_ref().map(|person| person.password_hash.as_str());
    let verify = context.passwords.verify(&login.password, hash);
    let (verdict, _) = guess::spend_for(context, &subject, verify).await?;
    let Some(person) = person.filter(|_| verdict.matches) else { return Err(Code::WrongCredentials.into()) };
    let rehash =
        if verdict.needs_rehash { Some(context.passwords.hash(&login.password).await?) } else { None };
    let verified = person.verified_at.is_some();

    let next = login.next.unwrap_or_else(|| "/".to_owned());
    let inner = context.clone();
    let entered = context
        .database
        .write(move |on| {
            Box::pin(async move {
                if !verified {
                    // Commits the budget, refuses the session.
                    guess::succeed(on, &subject).await?;
                    return Ok(Err(Code::Unverified.into()));
                }
                // The password may have been reset while this one was being checked.
                let current = lock_person(on, person.id()).await?;
                if current.password_hash != person.password_hash {
                    return Err(Code::WrongCredentials.into());
                }
                if let Some(hash) = rehash {
                    let mut row = current.into_active_model();
                    row.password_hash = Set(hash);
                    row.update(on).await.or_internal()?;
                }
                if Factors::of(on, person.id()).await?.any() {
                    let browser = known.map(|known| known.id);
                    let challenge =
                        second_step::challenge(&inner, on, &person, subject, browser, next).await?;
                    return Ok(Ok(Opened::CodeOwed(challenge)));
                }
                // After the person's row, as a reset does it: two orders would be a deadlock.
                guess::succeed(on, &subject).await?;
                let opening = Opening { person, is_known: known.is_some(), from, method: "password" };
                Ok(open(&inner, on, opening).await?.map(|session| Opened::In(Box::new(session), next)))
            })
        })
        .await?;
    match entered? {
        Opened::CodeOwed(challenge) => Ok(Entered::CodeOwed(challenge)),
        Opened::In(session, next) => Ok(Entered::In(session.going_to(next))),
    }
}

enum Opened {
    In(Box<NewSession>, String),
    CodeOwed(PlainToken),
}

/// Signs in with nothing but a passkey, which is two factors by itself.
/// Errors: `PasskeyRefused`, `PasskeysUnavailable`, `Unverified`, `NoOrganisation`.
pub async fn sign_in_with_passkey(
    context: &Context,
    form: PasskeyForm,
    known_browser: Option<PlainToken>,
    from: Browser,
) -> Result<SignedIn, AppError> {
    let answered = account::answer_sign_in(context, &form).await?;
    let id = answered.person.id();
    let (subject, known) =
        guess::subject(context, &answered.person.email_key, Some(id), known_browser.as_ref()).await?;
    let inner = context.clone();
    let opened = context.database.write(move |on| {
        Box::pin(async move {
            let person = lock_person(on, id).await?;
            if person.verified_at.is_none() {
                return Err(Code::Unverified.into());
            }
            // "This wasn't me" closed the account: a passkey that an intruder added must not open it again.
            if person.password_hash.is_empty() {
                return Err(Code::PasskeyRefused.into());
            }
            answered.note(&inner, on).await?;
            guess::succeed(on, &subject).await?;
            let opening = Opening { person, is_known: known.is_some(), from, method: "passkey" };
            open(&inner, on, opening).await
        })
    });
    let next = safe_next(&form.next).unwrap_or("/").to_owned();
    Ok(opened.await??.going_to(next))
}

/// Who is let in, and from where.
pub(super) struct Opening {
    pub person: person::Model,
    /// The browser is one the person has signed in from before.
    pub is_known: bool,
    pub from: Browser,
    /// For the audit: `password`, `code`, `backup_code`, `passkey`.
    pub method: &'static str,
}

/// A session that was started.
pub(super) struct NewSession {
    token: PlainToken,
    browser: Option<PlainToken>,
    /// Where the session stands, and the language there.
    pub home: Option<OrganisationId>,
    pub language: Language,
}

/// Starts a session in the caller's transaction, which has locked the person and proved them. Staff stand in no
/// organisation; anybody else who belongs nowhere is refused inside the answer, `NoOrganisation`: what their proof has used up and given back is to be kept.
pub(super) async fn open(
    context: &Context,
    on: &impl ConnectionTrait,
    opening: Opening,
) -> Result<Result<NewSession, AppError>, AppError> {
    let Opening { person, is_known, from, method } = opening;
    let home = home_of(on, &person).await?;
    if home.is_none() && !staff::is_staff(on, person.id()).await? {
        return Ok(Err(Code::NoOrganisation.into()));
    }
    let (id, now) = (person.id(), context.now());
    let browser = if is_known { None } else { Some(PlainToken::random()) };
    if let Some(token) = &browser {
        let row = browser::ActiveModel {
            id: Set(context.id()),
            token_hash: Set(token.hash().0),
            person_id: Set(person.id),
            seen_at: Set(now),
        };
        browser::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
    }
    let had_sessions = entity::session::Entity::find()
        .filter(entity::session::Column::PersonId.eq(person.id))
        .count(on)
        .await
        .or_internal()?
        > 0;
    let token = session::start(context, on, id, home.as_ref().map(organisation::Model::id), &from).await?;
    let entry = Entry {
        organisation: home.as_ref().map(organisation::Model::id),
        after: json!({ "browser": from.name, "address": from.address, "method": method }),
        ..personal(id, "entrance.sign_in")
    };
    audit::record(context, on, entry).await?;
    let language = home.as_ref().map(organisation::Model::language).unwrap_or_default();
    // A browser never seen before; not at the first sign-in of all.
    if browser.is_some() && had_sessions {
        let at = zones::told(home.as_ref().map_or("UTC", |home| home.time_zone.as_str()), now);
        let notice = Notice::NewSignIn { browser: from.name, address: from.address, at };
        let organisation = home.as_ref().map(organisation::Model::id);
        let holder = Holder { person: &person, language, organisation };
        tell(context, on, holder, notice, Undo::Nothing).await?;
    }
    let home = home.as_ref().map(organisation::Model::id);
    Ok(Ok(NewSession { token, browser, home, language }))
}

impl NewSession {
    pub fn going_to(self, next: String) -> SignedIn {
        SignedIn { session: self.token, browser: self.browser, next }
    }
}
