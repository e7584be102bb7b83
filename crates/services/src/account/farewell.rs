//! Password and code for what can't be taken back by signing in again: both in one form, from the one guess budget.

use domain::{Account, AppError, Code, account::Proof, entrance::Password};
use entity::{browser, person};
use sea_orm::DatabaseTransaction;

use super::{
    Factors, Holder, Tried, lock_account, password::check_password, proof::try_proof, refusal, tell_used,
};
use crate::{
    Context,
    guess::{self, Spent},
    token::PlainToken,
};

/// The password was right; the code is still to be compared, in the transaction of what it is for.
pub(crate) struct Given {
    person: person::Model,
    spent: Spent,
    known: Option<browser::Model>,
    proof: Option<Proof>,
}

impl Given {
    /// Errors: field `password`, `TooManyTries`.
    pub async fn take(
        context: &Context,
        account: Account,
        password: &Password,
        proof: Option<Proof>,
        browser: Option<&PlainToken>,
    ) -> Result<Self, AppError> {
        let (person, spent, known) = check_password(context, account, password, "password", browser).await?;
        Ok(Self { person, spent, known, proof })
    }

    /// Locks the person and compares the code, if there is one to compare. A wrong one is told inside: the guess that it
    /// cost is to be kept. Errors: `CredentialsChanged`, `SessionRevoked`.
    pub async fn check_on(
        self,
        context: &Context,
        on: &DatabaseTransaction,
        account: Account,
    ) -> Result<Result<person::Model, AppError>, AppError> {
        let Self { person, spent, known, proof } = self;
        let current = lock_account(on, account).await?;
        let has_factor = Factors::of(on, account.person).await?.any();
        if current.password_hash != person.password_hash || has_factor != proof.is_some() {
            return Err(Code::CredentialsChanged.into());
        }
        if let Some(proof) = proof {
            let tried = try_proof(context, on, account.person, &proof).await?;
            let Tried::Fits { .. } = tried else { return Ok(Err(refusal(tried, known.is_some()))) };
            tell_used(context, on, Holder::of(&current, account), tried).await?;
        }
        guess::succeed(on, &spent.subject).await?;
        Ok(Ok(current))
    }
}
