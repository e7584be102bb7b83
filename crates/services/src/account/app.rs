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
use qrcode::{Color, EcLevel, QrCode};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};
use serde_json::json;
use totp_rs::{Builder, Secret, TotpError};

use super::{
    Factors, Notice, Tried, Undo, codes, load_person, lock_account, may_remove_last,
    password::check_password,
    promise,
    proof::{judge_code, try_proof},
    refusal, renew, tell,
};
use crate::{
    Context,
    audit::{self, Entry},
    failure::{OrInternal, internal},
    guess,
    keys::Place,
    session::EndReason,
    token::{PlainToken, random_bytes},
};

/// How long an app can be set up with the same secret.
pub const ENROLMENT_LIFETIME: TimeDelta = TimeDelta::hours(1);
/// Bytes: RFC 4226 section 4 recommends 160 bits.
const SECRET: usize = 20;
/// What the entry in the app is called, before the address.
const ISSUER: &str = "Ayar";

/// A secret to be scanned or typed.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Base 32 in groups of four, for typing.
    pub key: String,
    /// `otpauth://totp/…` (Google's Key URI format), for an app on this very device.
    pub uri: String,
    /// The URI as a QR code: modules a side, and the dark ones as an SVG path of unit squares.
    pub size: usize,
    pub path: String,
    /// An app that is in use already will be replaced.
    pub replaces: bool,
}

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
    let email_key = load_person(context.database.read(), id).await?.email_key;
    let (subject, known) = guess::subject(context, &email_key, Some(id), browser.as_ref()).await?;
    let inner = context.clone();
    let started = context.database.write(move |on| {
        Box::pin(async move {
            lock_account(on, account).await?;
            let begun = enrolment::Entity::of_person(id).one(on).await.or_internal()?;
            if begun.is_some_and(|begun| is_of(&begun, account, now)) {
                return Ok(Ok(()));
            }
            if Factors::of(on, id).await?.any() {
                let proof = form.parse()?;
                guess::spend_on(on, now, subject.clone()).await?;
                let tried = try_proof(&inner, on, id, &proof).await?;
                let Tried::Fits { .. } = tried else { return Ok(Err(refusal(tried, known.is_some()))) };
                guess::succeed(on, &subject).await?;
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

fn present(secret: Vec<u8>, email: &str, replaces: bool) -> Result<Enrolment, AppError> {
    let letters: Vec<char> = Secret::from(secret.clone()).to_base32().chars().collect();
    let key = letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
    let uri = uri(secret, email).map_err(internal)?;
    let code = QrCode::with_error_correction_level(uri.as_bytes(), EcLevel::M).map_err(internal)?;
    let size = code.width();
    Ok(Enrolment { key, uri, size, path: dark_modules(&code.to_colors(), size), replaces })
}

/// Google's Key URI. A colon separates issuer and account there, and totp-rs refuses one in the account, even though
/// it would be written as `%3A`: a letter that nobody uses takes its place on the way.
fn uri(secret: Vec<u8>, account: &str) -> Result<String, TotpError> {
    let account = account.replace(':', "\u{e000}");
    let totp = Builder::new().with_secret(secret).with_issuer(Some(ISSUER)).with_account_name(account);
    Ok(totp.build()?.to_url()?.replace("%EE%80%80", "%3A"))
}

/// Runs of dark modules, row by row: `M4 0h7v1H4z`.
fn dark_modules(modules: &[Color], size: usize) -> String {
    use std::fmt::Write;
    let mut path = String::new();
    for (y, row) in modules.chunks(size).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                _ = write!(path, "M{x} {y}h{}v1H{x}z", run.len());
            }
            x += run.len();
        }
    }
    path
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
            lock_account(on, account).await?;
            guess::spend_on(on, now, subject.clone()).await?;
            let row = enrolment::Entity::of_person(id).one(on).await.or_internal()?;
            let row = row.filter(|row| is_of(row, account, now)).ok_or(Code::EnrolmentExpired)?;
            let secret = inner.keys.unseal(&Place::EnrolmentSecret(id), &row.secret)?;
            let step = match judge_code(&inner, secret.clone(), &code)? {
                Verdict::Fits(step) => step,
                Verdict::FarOff(seconds) => return Ok(Err(refusal(Tried::ClockWrong(seconds), true))),
                Verdict::Wrong => return Ok(Err(refusal(Tried::Wrong, true))),
            };
            guess::succeed(on, &subject).await?;
            let before = Factors::of(on, id).await?;
            let undo = if before.any() { Undo::Nothing } else { Undo::App };
            store(&inner, on, account, &secret, step).await?;
            let has_codes = codes::left(on, id).await? > 0;
            if !has_codes {
                codes::make(&inner, on, account).await?;
            }
            let session = renew(on, account, EndReason::TwoFactorChanged, None, now).await?;
            let promised = promise(&inner, on, id, undo).await?;
            let entry = Entry {
                after: json!({ "replaced": before.app }),
                ..audit::personal(id, "account.confirm_app")
            };
            audit::record(&inner, on, entry).await?;
            Ok(Ok((Confirmed { session, has_fresh_codes: !has_codes }, before.app, promised)))
        })
    });
    let (confirmed, replaced, promised) = confirmed.await??;
    let notice = if replaced { Notice::TwoFactorReplaced } else { Notice::TwoFactorOn };
    tell(context, &person, account.language, account.organisation, notice, &promised);
    Ok(confirmed)
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
    let (person, subject, known) =
        check_password(context, account, &form.password, "password", browser.as_ref()).await?;
    let hash = person.password_hash.clone();
    let (inner, now) = (context.clone(), context.now());
    let disabled = context.database.write(move |on| {
        Box::pin(async move {
            if lock_account(on, account).await?.password_hash != hash {
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
            guess::succeed(on, &subject).await?;
            authenticator::Entity::delete_by_id(id.0).exec(on).await.or_internal()?;
            enrolment::Entity::delete_by_id(id.0).exec(on).await.or_internal()?;
            if factors.passkeys == 0 {
                codes::remove(on, id).await?;
            }
            forget_browsers(on, account, known).await?;
            let session = renew(on, account, EndReason::TwoFactorChanged, Some(now), now).await?;
            let promised = promise(&inner, on, id, Undo::Nothing).await?;
            audit::record(&inner, on, audit::personal(id, "account.disable_app")).await?;
            Ok(Ok((session, promised)))
        })
    });
    let (session, promised) = disabled.await??;
    tell(context, &person, account.language, account.organisation, Notice::TwoFactorOff, &promised);
    Ok(session)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_survives_turkish_letters_and_colons() {
        let secret = vec![7; SECRET];
        for email in ["ayşe.ığüöç@yıldız.example", "ayse:erdem@yildiz.example", "a+b@x.example"] {
            let shown = present(secret.clone(), email, false).unwrap();
            let uri = url::Url::parse(&shown.uri).unwrap();
            assert_eq!((uri.scheme(), uri.host_str()), ("otpauth", Some("totp")));
            let pairs: Vec<_> = uri.query_pairs().collect();
            assert!(pairs.contains(&("issuer".into(), "Ayar".into())), "{}", shown.uri);
            assert!(shown.uri.is_ascii(), "{}", shown.uri);
            let label: String =
                url::form_urlencoded::parse(&uri.path().as_bytes()[1..]).next().unwrap().0.into();
            assert_eq!(label.replace('+', " "), format!("Ayar:{email}").replace('+', " "), "{}", shown.uri);
            assert_eq!(uri.path().matches(':').count(), 1, "{}", shown.uri);
            assert_eq!(shown.key.replace(' ', "").len(), 32);
        }
    }

    #[test]
    fn the_picture_has_as_many_squares_as_the_code_has_dark_modules() {
        let code = QrCode::with_error_correction_level("otpauth://totp/x", EcLevel::M).unwrap();
        let path = dark_modules(&code.to_colors(), code.width());
        let squares: usize =
            path.split('h').skip(1).map(|run| run.split('v').next().unwrap().parse::<usize>().unwrap()).sum();
        assert_eq!(squares, code.to_colors().iter().filter(|module| **module == Color::Dark).count());
    }
}
