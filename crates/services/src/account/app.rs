//! The authenticator app: setting it up, replacing it, switching it off.
//!
//! A new secret waits apart until a code proves that it arrived; an app that works goes on working until
//! then. The step of that first code counts as used, so it can't be the first sign-in's.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Account, AppError, Code, Recent,
    account::{ConfirmAppForm, DisableForm, Proof, StartAppForm, Verdict, WithCodeForm},
};
use entity::{authenticator, browser, enrolment};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};
use serde_json::json;

use super::{
    Enrolment, Factors, Holder, Notice, Tried, Undo, codes, load_person, lock_account, may_remove_last,
    password::check_password,
    proof::{judge_code, try_proof},
    refusal, renew,
    scan::present,
    tell, tell_used,
};
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    guess,
    sealing::Place,
    session::EndReason,
    token::{PlainToken, random_bytes},
};

/// How long an app can be set up with the same secret.
pub const ENROLMENT_LIFETIME: TimeDelta = TimeDelta::hours(1);
/// Bytes: RFC 4226 section 4 recommends 160 bits.
const SECRET: usize = 20;

/// The way on after an app was proved.
pub struct Confirmed {
    /// The session's new token.
    pub session: PlainToken,
    /// Backup codes were made and wait to be saved.
    pub has_fresh_codes: bool,
}

/// Begins to set up an app. A set-up that this session has begun goes on with the same secret, so that going back or
/// clicking twice does not make a scanned code worthless. Whoever has a second factor shows it first.
/// Errors: field `code`, `TooManyTries`.
pub async fn start_app(
    context: &Context,
    account: Recent<Account>,
    form: StartAppForm,
    browser: Option<PlainToken>,
) -> Result<(), AppError> {
    let (account, id, now) = (*account, account.person, context.now());
    let secret = context.keys.seal(&Place::EnrolmentSecret(id), &random_bytes::<SECRET>())?;
    let person = load_person(context.database.read(), id).await?;
    let (subject, known) = guess::subject(context, &person.email_key, Some(id), browser.as_ref()).await?;
    let inner = context.clone();
    let started = context.database.write(move |on| {
        Box::pin(async move {
            let person = lock_account(on, account).await?;
            let begun = enrolment::Entity::of_person(id).one(on).await.or_internal()?;
            if begun.is_some_and(|begun| is_of(&begun, account, now)) {
                return Ok(Ok(()));
            }
            if Factors::of(on, id).await?.any() {
                let proof = form.parse()?;
                let spent = guess::spend_on(on, now, subject).await?;
                let tried = try_proof(&inner, on, id, &proof).await?;
                let Tried::Fits { .. } = tried else { return Ok(Err(refusal(tried, known.is_some()))) };
                guess::refund(on, &spent).await?;
                tell_used(&inner, on, Holder::of(&person, account), tried).await?;
            }
            let row = enrolment::ActiveModel {
                person_id: Set(id.0),
                session_id: Set(account.session.0),
                secret: Set(secret),
                expires_at: Set(now + ENROLMENT_LIFETIME),
            };
            let replace = OnConflict::column(enrolment::Column::PersonId)
                .update_columns([
                    enrolment::Column::SessionId,
                    enrolment::Column::Secret,
                    enrolment::Column::ExpiresAt,
                ])
                .to_owned();
            let insert = enrolment::Entity::insert(row).on_conflict(replace);
            insert.exec_without_returning(on).await.or_internal()?;
            audit::record(&inner, on, audit::personal(id, "account.start_app")).await?;
            Ok(Ok(()))
        })
    });
    started.await?
}

/// Whether a set-up belongs to this session and can still be finished.
fn is_of(begun: &enrolment::Model, account: Account, now: DateTime<Utc>) -> bool {
    begun.session_id == account.session.0 && begun.expires_at > now
}

/// The secret that is being set up, if one is.
pub async fn load_enrolment(
    context: &Context,
    account: Recent<Account>,
) -> Result<Option<Enrolment>, AppError> {
    let read = context.database.read();
    let row = enrolment::Entity::of_person(account.person).one(read).await.or_internal()?;
    let Some(row) = row.filter(|row| is_of(row, *account, context.now())) else { return Ok(None) };
    let secret = context.keys.unseal(&Place::EnrolmentSecret(account.person), &row.secret)?;
    let person = load_person(read, account.person).await?;
    let replaces = Factors::of(read, account.person).await?.app;
    present(secret, &person.email, replaces).map(Some)
}

/// Puts the new app in place of the old one, or switches 2FA on, once a code of it is right.
/// Errors: `EnrolmentExpired`, field `code`, `TooManyTries`.
pub async fn confirm_app(
    context: &Context,
    account: Account,
    form: ConfirmAppForm,
    browser: Option<PlainToken>,
) -> Result<Confirmed, AppError> {
    let Proof::Code(code) = form.parse()? else { return Err(AppError::field("code", Code::CodeMalformed)) };
    let person = load_person(context.database.read(), account.person).await?;
    let (subject, _) =
        guess::subject(context, &person.email_key, Some(person.id()), browser.as_ref()).await?;
    let (inner, now, id) = (context.clone(), context.now(), account.person);
    let confirmed = context.database.write(move |on| {
        Box::pin(async move {
            let person = lock_account(on, account).await?;
            let spent = guess::spend_on(on, now, subject).await?;
            let row = enrolment::Entity::of_person(id).one(on).await.or_internal()?;
            let row = row.filter(|row| is_of(row, account, now)).ok_or(Code::EnrolmentExpired)?;
            let secret = inner.keys.unseal(&Place::EnrolmentSecret(id), &row.secret)?;
            let step = match judge_code(&inner, secret.clone(), &code)? {
                Verdict::Fits(step) => step,
                Verdict::FarOff(seconds) => return Ok(Err(refusal(Tried::ClockWrong(seconds), true))),
                Verdict::Wrong => return Ok(Err(refusal(Tried::Wrong, true))),
            };
            guess::refund(on, &spent).await?;
            let before = Factors::of(on, id).await?;
            let (notice, undo) = match before {
                Factors { app: true, .. } => (Notice::TwoFactorReplaced, Undo::Nothing),
                Factors { passkeys: 0, .. } => (Notice::TwoFactorOn, Undo::App),
                _ => (Notice::AppAdded, Undo::App),
            };
            store(&inner, on, account, &secret, step).await?;
            let has_codes = codes::left(on, id).await? > 0;
            if !has_codes {
                codes::make(&inner, on, account).await?;
            }
            let session = renew(on, account, EndReason::TwoFactorChanged, None, now).await?;
            tell(&inner, on, Holder::of(&person, account), notice, undo).await?;
            let entry = Entry {
                after: json!({ "replaced": before.app }),
                ..audit::personal(id, "account.confirm_app")
            };
            audit::record(&inner, on, entry).await?;
            Ok(Ok(Confirmed { session, has_fresh_codes: !has_codes }))
        })
    });
    confirmed.await?
}

async fn store(
    context: &Context,
    on: &impl ConnectionTrait,
    account: Account,
    secret: &[u8],
    step: i64,
) -> Result<(), AppError> {
    let id = account.person;
    let row = authenticator::ActiveModel {
        person_id: Set(id.0),
        secret: Set(context.keys.seal(&Place::AuthenticatorSecret(id), secret)?),
        last_step: Set(step),
        confirmed_at: Set(context.now()),
    };
    let replace = OnConflict::column(authenticator::Column::PersonId)
        .update_columns([
            authenticator::Column::Secret,
            authenticator::Column::LastStep,
            authenticator::Column::ConfirmedAt,
        ])
        .to_owned();
    authenticator::Entity::insert(row).on_conflict(replace).exec_without_returning(on).await.or_internal()?;
    enrolment::Entity::delete_by_id(id.0).exec(on).await.or_internal()?;
    Ok(())
}

/// Switches the app off and forgets its secret; with it the backup codes, unless a passkey is left. Gives
/// the session's new token. Errors: `NotFound` (there is no app), `TwoFactorKept`, fields `password` and
/// `code`, `TooManyTries`.
pub async fn disable_app(
    context: &Context,
    account: Account,
    form: DisableForm,
    browser: Option<PlainToken>,
) -> Result<PlainToken, AppError> {
    let proof = form.parse()?;
    let id = account.person;
    let (person, spent, known) =
        check_password(context, account, &form.password, "password", browser.as_ref()).await?;
    let (inner, now) = (context.clone(), context.now());
    let disabled = context.database.write(move |on| {
        Box::pin(async move {
            if lock_account(on, account).await?.password_hash != person.password_hash {
                return Err(Code::CredentialsChanged.into());
            }
            let factors = Factors::of(on, id).await?;
            if !factors.app {
                return Err(Code::NotFound.into());
            }
            if factors.passkeys == 0 {
                may_remove_last(on, id).await?;
            }
            let tried = try_proof(&inner, on, id, &proof).await?;
            let Tried::Fits { .. } = tried else { return Ok(Err(refusal(tried, known.is_some()))) };
            guess::succeed(on, &spent.subject).await?;
            authenticator::Entity::delete_by_id(id.0).exec(on).await.or_internal()?;
            enrolment::Entity::delete_by_id(id.0).exec(on).await.or_internal()?;
            let holder = Holder::of(&person, account);
            let notice = if factors.passkeys == 0 {
                codes::remove(on, id).await?;
                Notice::TwoFactorOff
            } else {
                tell_used(&inner, on, holder, tried).await?;
                Notice::AppRemoved
            };
            forget_browsers(on, account, known).await?;
            let session = renew(on, account, EndReason::TwoFactorChanged, Some(now), now).await?;
            tell(&inner, on, holder, notice, Undo::Nothing).await?;
            audit::record(&inner, on, audit::personal(id, "account.disable_app")).await?;
            Ok(Ok(session))
        })
    });
    disabled.await?
}

/// All browsers but this one are strangers again.
pub(super) async fn forget_browsers(
    on: &impl ConnectionTrait,
    account: Account,
    kept: Option<browser::Model>,
) -> Result<(), AppError> {
    let mut others = browser::Entity::delete_many().filter(browser::Column::PersonId.eq(account.person.0));
    if let Some(kept) = kept {
        others = others.filter(browser::Column::Id.ne(kept.id));
    }
    others.exec(on).await.or_internal()?;
    Ok(())
}
