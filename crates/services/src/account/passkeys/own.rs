//! A person's own passkeys: adding, renaming and removing one.

use domain::{
    Account, AppError, Code, PersonId, Recent,
    account::{
        MOST_PASSKEYS, NewPasskeyForm, PasskeyForm, RemovePasskeyForm, RenamePasskeyForm, WithCodeForm,
    },
    general::Name,
};
use entity::{ceremony::Purpose, passkey};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;
use uuid::Uuid;
use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential};

use super::{Question, answer, ask, refused, relying_party, take};
use crate::{
    Context,
    account::{
        Confirmed, Factors, Holder, Notice, Tried, Undo, app::forget_browsers, codes, load_person,
        lock_account, may_remove_last, refusal, renew, tell, tell_used, try_proof,
    },
    audit::{self, Entry},
    failure::{OrInternal, internal},
    guess,
    session::EndReason,
    token::PlainToken,
};

/// Asks the browser to make a passkey of this name. Whoever has a second factor shows it first: everything is settled
/// before the device makes one. Errors: `PasskeysUnavailable`, `TooManyPasskeys`, fields `name` and `code`, `TooManyTries`.
pub async fn ask_to_add(
    context: &Context,
    account: Recent<Account>,
    form: NewPasskeyForm,
    browser: Option<PlainToken>,
) -> Result<Question, AppError> {
    let (account, id, now) = (*account, account.person, context.now());
    let name = Name::parse(&form.name).map_err(|code| AppError::field("name", code))?;
    let party = relying_party(context)?;
    let read = context.database.read();
    let person = load_person(read, id).await?;
    let known = passkey::Entity::of_person(id).all(read).await.or_internal()?;
    if known.len() >= MOST_PASSKEYS {
        return Err(Code::TooManyPasskeys.into());
    }
    let (subject, browser) = guess::subject(context, &person.email_key, Some(id), browser.as_ref()).await?;
    let inner = context.clone();
    let shown = context.database.write(move |on| {
        Box::pin(async move {
            let person = lock_account(on, account).await?;
            if !Factors::of(on, id).await?.any() {
                return Ok(Ok(()));
            }
            let proof = form.parse()?;
            let spent = guess::spend_on(on, now, subject).await?;
            let tried = try_proof(&inner, on, id, &proof).await?;
            let Tried::Fits { .. } = tried else { return Ok(Err(refusal(tried, browser.is_some()))) };
            guess::refund(on, &spent).await?;
            tell_used(&inner, on, Holder::of(&person, account), tried).await.map(Ok)
        })
    });
    shown.await??;
    let known: Vec<_> = known.into_iter().map(|row| row.credential_id).collect();
    let (challenge, state) = party
        .start_passkey_registration(person.id, &person.email, &person.name, Some(known))
        .map_err(internal)?;
    let mut options = serde_json::to_value(challenge.public_key).or_internal()?;
    // Found by the browser itself at the next sign-in; webauthn-rs does not look at it.
    options["authenticatorSelection"]["residentKey"] = json!("preferred");
    ask(context, Purpose::Add, Some((id, name.as_str())), &state, &options).await
}

/// Keeps a new passkey, under the name it was asked for with. Gives the session's new token, and whether backup codes were
/// made because there was no second factor before. Errors: `PasskeyRefused`, `TooManyPasskeys`.
pub async fn add_passkey(
    context: &Context,
    account: Account,
    form: PasskeyForm,
) -> Result<Confirmed, AppError> {
    let (id, now) = (account.person, context.now());
    let party = relying_party(context)?;
    let (state, name): (PasskeyRegistration, _) = take(context, &form, Purpose::Add, Some(id)).await?;
    let credential: RegisterPublicKeyCredential = answer(&form)?;
    let made = party.finish_passkey_registration(&credential, &state).map_err(refused)?;
    let passkey = context.id();
    let row = passkey::ActiveModel {
        id: Set(passkey),
        person_id: Set(id.0),
        credential_id: Set(made.cred_id().to_vec()),
        credential: Set(serde_json::to_string(&made).or_internal()?),
        name: Set(name.clone()),
        created_at: Set(now),
        used_at: Set(None),
    };
    let inner = context.clone();
    let added = context.database.write(move |on| {
        Box::pin(async move {
            let person = lock_account(on, account).await?;
            let before = Factors::of(on, id).await?;
            if before.passkeys >= MOST_PASSKEYS as u64 {
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
            let session = renew(on, account, EndReason::TwoFactorChanged, None, now).await?;
            let entry =
                Entry { after: json!({ "name": name }), ..audit::personal(id, "account.add_passkey") };
            audit::record(&inner, on, entry).await?;
            let notice = Notice::PasskeyAdded { name, is_first: !before.any() };
            tell(&inner, on, Holder::of(&person, account), notice, Undo::Passkey(passkey)).await?;
            Ok(Confirmed { session, has_fresh_codes: !has_codes })
        })
    });
    added.await
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
            let person = lock_account(on, account).await?;
            let row = own(on, id, &form.passkey).await?;
            let was_last = Factors::of(on, id).await? == Factors { app: false, passkeys: 1 };
            if was_last {
                may_remove_last(on, id).await?;
                let proof = form.parse()?;
                let spent = guess::spend_on(on, now, subject).await?;
                let tried = try_proof(&inner, on, id, &proof).await?;
                let Tried::Fits { .. } = tried else { return Ok(Err(refusal(tried, known.is_some()))) };
                guess::refund(on, &spent).await?;
                codes::remove(on, id).await?;
                forget_browsers(on, account, known).await?;
            }
            passkey::Entity::delete_by_id(row.id).exec(on).await.or_internal()?;
            let session = renew(on, account, EndReason::TwoFactorChanged, None, now).await?;
            let entry = Entry {
                before: json!({ "name": row.name }),
                ..audit::personal(id, "account.remove_passkey")
            };
            audit::record(&inner, on, entry).await?;
            let notice = Notice::PasskeyRemoved { name: row.name, was_last };
            tell(&inner, on, Holder::of(&person, account), notice, Undo::Nothing).await?;
            Ok(Ok(session))
        })
    });
    removed.await?
}
