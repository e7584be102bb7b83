//! Backup codes: ten at a time, 80 bits each, stored as salted SHA-256, each used once.
//!
//! So that a page that is loaded again can still show them, codes just made are kept sealed for the session
//! that made them, until it says that they are saved.

use chrono::TimeDelta;
use domain::{
    Account, AppError, PersonId, Recent,
    account::{BACKUP_CODES, BackupCode, CodeForm, PasskeyForm, SaveCodesForm, WithCodeForm},
};
use entity::{backup_code, fresh_codes};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::{
    Holder, Notice, Tried, Undo, answer_second_step, load_person, lock_account, proof::try_proof, refusal,
    renew, tell,
};
use crate::{
    Context, audit,
    failure::OrInternal,
    guess,
    sealing::Place,
    session::EndReason,
    token::{PlainToken, random_bytes},
};

/// How long codes just made can be looked at again.
const SHOWN_FOR: TimeDelta = TimeDelta::hours(1);

/// Replaces the person's codes with new ones, and keeps those to be shown to the account's session.
pub(super) async fn make(
    context: &Context,
    on: &impl ConnectionTrait,
    account: Account,
) -> Result<(), AppError> {
    let person = account.person;
    remove(on, person).await?;
    let codes: Vec<BackupCode> = (0..BACKUP_CODES).map(|_| BackupCode::from_bytes(random_bytes())).collect();
    let rows = codes.iter().map(|code| {
        let salt = random_bytes::<16>();
        backup_code::ActiveModel {
            id: Set(context.id()),
            person_id: Set(person.0),
            salt: Set(salt.to_vec()),
            hash: Set(hash(&salt, code)),
            used_at: Set(None),
        }
    });
    backup_code::Entity::insert_many(rows).exec_without_returning(on).await.or_internal()?;
    let text = codes.iter().map(BackupCode::grouped).collect::<Vec<_>>().join("\n");
    let row = fresh_codes::ActiveModel {
        person_id: Set(person.0),
        session_id: Set(account.session.0),
        codes: Set(context.keys.seal(&Place::FreshCodes(person), text.as_bytes())?),
        expires_at: Set(context.now() + SHOWN_FOR),
    };
    let replace = OnConflict::column(fresh_codes::Column::PersonId)
        .update_columns([
            fresh_codes::Column::SessionId,
            fresh_codes::Column::Codes,
            fresh_codes::Column::ExpiresAt,
        ])
        .to_owned();
    fresh_codes::Entity::insert(row).on_conflict(replace).exec_without_returning(on).await.or_internal()?;
    Ok(())
}

/// Removes all codes, shown ones included.
pub(crate) async fn remove(on: &impl ConnectionTrait, person: PersonId) -> Result<(), AppError> {
    backup_code::Entity::delete_many()
        .filter(backup_code::Column::PersonId.eq(person.0))
        .exec(on)
        .await
        .or_internal()?;
    fresh_codes::Entity::delete_by_id(person.0).exec(on).await.or_internal()?;
    Ok(())
}

pub(super) async fn left(on: &impl ConnectionTrait, person: PersonId) -> Result<u64, AppError> {
    backup_code::Entity::unused_of_person(person).count(on).await.or_internal()
}

/// Uses a code up, if it is one of the person's: how many are left then.
pub(super) async fn use_code(
    context: &Context,
    on: &impl ConnectionTrait,
    person: PersonId,
    code: &BackupCode,
) -> Result<Option<u64>, AppError> {
    let rows = backup_code::Entity::unused_of_person(person).all(on).await.or_internal()?;
    // All are compared, whichever it is.
    let mut found = u64::MAX;
    for (index, row) in (0_u64..).zip(&rows) {
        let same: Choice = hash(&row.salt, code).as_slice().ct_eq(row.hash.as_slice());
        found = u64::conditional_select(&found, &index, same);
    }
    let Some(row) = usize::try_from(found).ok().and_then(|index| rows.get(index)) else { return Ok(None) };
    let used = backup_code::Entity::update_many()
        .col_expr(backup_code::Column::UsedAt, Expr::value(Some(context.now())))
        .filter(backup_code::Column::Id.eq(row.id))
        .filter(backup_code::Column::UsedAt.is_null())
        .exec(on)
        .await
        .or_internal()?;
    if used.rows_affected == 0 {
        return Ok(None);
    }
    Ok(Some(left(on, person).await?))
}

fn hash(salt: &[u8], code: &BackupCode) -> Vec<u8> {
    Sha256::new().chain_update(salt).chain_update(code.expose()).finalize().to_vec()
}

/// The codes this session has just made, until it has saved them.
pub async fn load_fresh_codes(context: &Context, account: Account) -> Result<Option<Vec<String>>, AppError> {
    let row = fresh_codes::Entity::of_person(account.person)
        .filter(fresh_codes::Column::SessionId.eq(account.session.0))
        .filter(fresh_codes::Column::ExpiresAt.gt(context.now()))
        .one(context.database.read())
        .await
        .or_internal()?;
    let Some(row) = row else { return Ok(None) };
    let text = context.keys.unseal(&Place::FreshCodes(account.person), &row.codes)?;
    Ok(Some(String::from_utf8(text).or_internal()?.lines().map(str::to_owned).collect()))
}

/// The person says that they have the codes: nobody can look at them again. Errors: `saved` is `SavingRequired`.
pub async fn save_codes(context: &Context, account: Account, form: SaveCodesForm) -> Result<(), AppError> {
    form.parse()?;
    let inner = context.clone();
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                fresh_codes::Entity::delete_many()
                    .filter(fresh_codes::Column::PersonId.eq(account.person.0))
                    .filter(fresh_codes::Column::SessionId.eq(account.session.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                audit::record(&inner, on, audit::personal(account.person, "account.save_codes")).await
            })
        })
        .await
}

/// New codes in place of the old ones, for a code. Gives the session's new token. Errors: field `code`, `TooManyTries`.
pub async fn regenerate_codes(
    context: &Context,
    account: Recent<Account>,
    form: CodeForm,
    browser: Option<PlainToken>,
) -> Result<PlainToken, AppError> {
    let (account, proof) = (*account, form.parse()?);
    let person = load_person(context.database.read(), account.person).await?;
    let (subject, known) =
        guess::subject(context, &person.email_key, Some(person.id()), browser.as_ref()).await?;
    let (inner, now) = (context.clone(), context.now());
    let made = context.database.write(move |on| {
        Box::pin(async move {
            let person = lock_account(on, account).await?;
            let spent = guess::spend_on(on, now, subject).await?;
            let tried = try_proof(&inner, on, account.person, &proof).await?;
            let Tried::Fits { .. } = tried else { return Ok(Err(refusal(tried, known.is_some()))) };
            guess::refund(on, &spent).await?;
            replace(&inner, on, Holder::of(&person, account), account).await.map(Ok)
        })
    });
    made.await?
}

/// The same for a passkey, also when no code is left; the question was [`super::ask_second_step`]. Errors: `PasskeyRefused`.
pub async fn regenerate_codes_with_passkey(
    context: &Context,
    account: Recent<Account>,
    form: PasskeyForm,
) -> Result<PlainToken, AppError> {
    let account = *account;
    let answered = answer_second_step(context, account.person, &form).await?;
    let inner = context.clone();
    let made = context.database.write(move |on| {
        Box::pin(async move {
            lock_account(on, account).await?;
            answered.note(&inner, on).await?;
            replace(&inner, on, Holder::of(&answered.person, account), account).await
        })
    });
    made.await
}

/// New codes, for an account that has just shown a second factor, and the mail about them. Gives the session's new token.
async fn replace(
    context: &Context,
    on: &impl ConnectionTrait,
    holder: Holder<'_>,
    account: Account,
) -> Result<PlainToken, AppError> {
    make(context, on, account).await?;
    let session = renew(on, account, EndReason::TwoFactorChanged, None, context.now()).await?;
    audit::record(context, on, audit::personal(account.person, "account.regenerate_codes")).await?;
    tell(context, on, holder, Notice::CodesReplaced, Undo::Nothing).await?;
    Ok(session)
}
