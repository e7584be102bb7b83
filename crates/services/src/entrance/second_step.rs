//! The second step of a sign-in: a code of the app, a backup code or a passkey, after the right password.
//!
//! A challenge lives for ten minutes and five wrong codes, and is used up by the right one. It is no
//! session: nothing but this step looks at it.

use chrono::TimeDelta;
use domain::{
    AppError, Code, PersonId,
    account::{CodeForm, PasskeyForm, Proof, WithCodeForm},
};
use entity::{challenge, person};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::sign_in::{Opening, SignedIn, open};
use crate::{
    Context,
    account::{self, Factors, Holder, Question, Tried, lock_person, refusal, tell_used, try_proof},
    failure::OrInternal,
    guess,
    session::Browser,
    token::PlainToken,
};

/// How long the code may take.
pub const CHALLENGE_LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// Wrong codes before the sign-in has to be started again.
pub const TRIES: i32 = 5;

/// What can be offered at the second step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondStep {
    /// Who gave the password.
    pub email: String,
    pub has_app: bool,
    pub has_passkeys: bool,
}

/// Notes that the password was right, in the caller's transaction.
pub(super) async fn challenge(
    context: &Context,
    on: &impl ConnectionTrait,
    person: &person::Model,
    subject: String,
    browser_id: Option<Uuid>,
    next: String,
) -> Result<PlainToken, AppError> {
    let (token, now) = (PlainToken::random(), context.now());
    challenge::Entity::delete_many()
        .filter(challenge::Column::PersonId.eq(person.id))
        .filter(challenge::Column::ExpiresAt.lte(now))
        .exec(on)
        .await
        .or_internal()?;
    let row = challenge::ActiveModel {
        id: Set(context.id()),
        token_hash: Set(token.hash().0),
        person_id: Set(person.id),
        subject: Set(subject),
        browser_id: Set(browser_id),
        next: Set(next),
        tries: Set(0),
        expires_at: Set(now + CHALLENGE_LIFETIME),
    };
    challenge::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
    Ok(token)
}

async fn find(
    context: &Context,
    on: &impl ConnectionTrait,
    token: &PlainToken,
) -> Result<challenge::Model, AppError> {
    let row = challenge::Entity::by_token_hash(&token.hash().0).one(on).await.or_internal()?;
    let row = row.filter(|row| row.expires_at > context.now() && (0..TRIES).contains(&row.tries));
    row.ok_or_else(|| Code::ChallengeExpired.into())
}

/// Errors: `ChallengeExpired`.
pub async fn load_second_step(context: &Context, token: &PlainToken) -> Result<SecondStep, AppError> {
    let read = context.database.read();
    let id = find(context, read, token).await?.person();
    let person = person::Entity::by_id(id).one(read).await.or_internal()?.ok_or(Code::ChallengeExpired)?;
    let factors = Factors::of(read, id).await?;
    let has_passkeys = factors.passkeys > 0 && context.relying_party.is_some();
    Ok(SecondStep { email: person.email, has_app: factors.app, has_passkeys })
}

/// Finishes the sign-in with a typed code.
/// Errors: field `code` (`CodeWrong`, `ClockWrong`), `ChallengeExpired`, `NoOrganisation`, `TooManyTries`.
pub async fn sign_in_with_code(
    context: &Context,
    token: &PlainToken,
    form: CodeForm,
    from: Browser,
) -> Result<SignedIn, AppError> {
    let proof = form.parse()?;
    let id = find(context, context.database.read(), token).await?.person();
    let (inner, token) = (context.clone(), token.clone());
    let finished = context.database.write(move |on| {
        Box::pin(async move {
            let person = lock_person(on, id).await?;
            // Again, now that nobody else can use it.
            let challenge = find(&inner, on, &token).await?;
            guess::spend_on(on, inner.now(), challenge.subject.clone()).await?;
            let tried = try_proof(&inner, on, id, &proof).await?;
            let Tried::Fits { .. } = tried else {
                let is_over = count_try(on, &challenge).await?;
                let known = challenge.browser_id.is_some();
                return Ok(Err(if is_over { Code::ChallengeExpired.into() } else { refusal(tried, known) }));
            };
            let method = if matches!(proof, Proof::Backup(_)) { "backup_code" } else { "code" };
            let is_known = use_up(on, &challenge).await?;
            let opening = Opening { person: person.clone(), is_known, from, method };
            let opened = match open(&inner, on, opening).await? {
                Ok(opened) => opened,
                Err(code) => return Ok(Err(code)),
            };
            let holder = Holder { person: &person, language: opened.language, organisation: opened.home };
            tell_used(&inner, on, holder, tried).await?;
            Ok(Ok((opened, challenge.next)))
        })
    });
    let (opened, next) = finished.await??;
    Ok(opened.going_to(next))
}

/// Counts a wrong code; the last one ends the challenge.
async fn count_try(on: &impl ConnectionTrait, row: &challenge::Model) -> Result<bool, AppError> {
    if row.tries + 1 >= TRIES {
        challenge::Entity::delete_by_id(row.id).exec(on).await.or_internal()?;
        return Ok(true);
    }
    challenge::Entity::update_many()
        .col_expr(challenge::Column::Tries, Expr::col(challenge::Column::Tries).add(1))
        .filter(challenge::Column::Id.eq(row.id))
        .exec(on)
        .await
        .or_internal()?;
    Ok(false)
}

/// Uses the challenge up and gives the guesses back: whether its browser is known.
async fn use_up(on: &impl ConnectionTrait, row: &challenge::Model) -> Result<bool, AppError> {
    let used = challenge::Entity::delete_by_id(row.id).exec(on).await.or_internal()?;
    if used.rows_affected == 0 {
        return Err(Code::ChallengeExpired.into());
    }
    guess::succeed(on, &row.subject).await?;
    Ok(row.browser_id.is_some())
}

/// Asks for one of the person's passkeys instead of a code. Errors: `ChallengeExpired`, `NotFound`.
pub async fn ask_passkey(context: &Context, token: &PlainToken) -> Result<Question, AppError> {
    let id = find(context, context.database.read(), token).await?.person();
    account::ask_second_step(context, id).await
}

/// Finishes the sign-in with a passkey. Errors: `PasskeyRefused`, `ChallengeExpired`, `NoOrganisation`.
pub async fn sign_in_with_second_passkey(
    context: &Context,
    token: &PlainToken,
    form: PasskeyForm,
    from: Browser,
) -> Result<SignedIn, AppError> {
    let id: PersonId = find(context, context.database.read(), token).await?.person();
    let answered = account::answer_second_step(context, id, &form).await?;
    let (inner, token) = (context.clone(), token.clone());
    let finished = context.database.write(move |on| {
        Box::pin(async move {
            let person = lock_person(on, id).await?;
            let challenge = find(&inner, on, &token).await?;
            answered.note(&inner, on).await?;
            let is_known = use_up(on, &challenge).await?;
            let opening = Opening { person, is_known, from, method: "passkey" };
            Ok(open(&inner, on, opening).await?.map(|opened| (opened, challenge.next)))
        })
    });
    let (opened, next) = finished.await??;
    Ok(opened.going_to(next))
}
