//! Comparing a typed code, and using it up in the same breath.

use domain::{
    AppError, PersonId,
    account::{OneTimeCode, Proof, Verdict, judge, step_at},
};
use entity::authenticator;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use subtle::{Choice, ConstantTimeEq};
use totp_rs::{Builder, Totp};

use super::codes;
use crate::{
    Context,
    failure::{OrInternal, internal},
    sealing::Place,
};

/// What became of a typed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tried {
    /// It was right and is used up. After a backup code: how many are left.
    Fits {
        codes_left: Option<u64>,
    },
    /// The code of another moment, so many seconds from now.
    ClockWrong(i64),
    Wrong,
}

/// Compares a typed code with the person's app or backup codes. A right one is used up by one conditional
/// UPDATE, so of two requests with the same code one gets `Wrong`, whatever nodes they are on. The
/// caller has locked the person's row and spent a guess.
pub(crate) async fn try_proof(
    context: &Context,
    on: &impl ConnectionTrait,
    person: PersonId,
    proof: &Proof,
) -> Result<Tried, AppError> {
    match proof {
        Proof::Code(code) => try_code(context, on, person, code).await,
        Proof::Backup(code) => Ok(match codes::use_code(context, on, person, code).await? {
            Some(left) => Tried::Fits { codes_left: Some(left) },
            None => Tried::Wrong,
        }),
    }
}

async fn try_code(
    context: &Context,
    on: &impl ConnectionTrait,
    person: PersonId,
    code: &OneTimeCode,
) -> Result<Tried, AppError> {
    let row = authenticator::Entity::of_person(person).one(on).await.or_internal()?;
    let Some(row) = row else { return Ok(Tried::Wrong) };
    let secret = context.keys.unseal(&Place::AuthenticatorSecret(person), &row.secret)?;
    match judge_code(context, secret, code)? {
        Verdict::Wrong => Ok(Tried::Wrong),
        Verdict::FarOff(seconds) => Ok(Tried::ClockWrong(seconds)),
        Verdict::Fits(step) => {
            let used = authenticator::Entity::update_many()
                .col_expr(authenticator::Column::LastStep, Expr::value(step))
                .filter(authenticator::Column::PersonId.eq(person.0))
                .filter(authenticator::Column::LastStep.lt(step))
                .exec(on)
                .await
                .or_internal()?;
            Ok(if used.rows_affected == 1 { Tried::Fits { codes_left: None } } else { Tried::Wrong })
        }
    }
}

/// Judges a code by a secret, now. The comparison takes the same time whatever is typed.
pub(super) fn judge_code(
    context: &Context,
    secret: Vec<u8>,
    code: &OneTimeCode,
) -> Result<Verdict, AppError> {
    let totp = totp(secret)?;
    let typed = code.expose().as_bytes();
    let is_of = |step: i64| {
        let at = u64::try_from(step * domain::account::STEP_SECONDS).unwrap_or_default();
        let same: Choice = totp.generate(at).to_string().as_bytes().ct_eq(typed);
        bool::from(same)
    };
    Ok(judge(step_at(context.now().timestamp()), is_of))
}

/// SHA-1, six digits, thirty seconds: what every authenticator app does, and Google's nothing else.
pub(super) fn totp(secret: Vec<u8>) -> Result<Totp, AppError> {
    Builder::new().with_secret(secret).build().map_err(internal)
}
