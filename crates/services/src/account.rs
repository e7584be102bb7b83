//! A person's own account: password, address, authenticator app, backup codes, passkeys, sessions.
//!
//! What changes a credential ends the person's other sessions, gives the current one a new token, and is
//! mailed. Every guess of a password or a code is taken from the one budget of `guess`.

mod app;
mod codes;
mod email;
mod farewell;
mod notice;
mod overview;
mod passkeys;
mod password;
mod proof;
mod reset;
mod scan;
mod sessions;

use chrono::{DateTime, Utc};
use domain::{Account, AppError, Code, PersonId};
use entity::{authenticator, membership, organisation, passkey, person, session as session_row};
use sea_orm::{ColumnTrait, ConnectionTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

pub use app::{Confirmed, ENROLMENT_LIFETIME, confirm_app, disable_app, load_enrolment, start_app};
pub use codes::{load_fresh_codes, regenerate_codes, regenerate_codes_with_passkey, save_codes};
pub use email::{EMAIL_LINK_LIFETIME, change_email, check_email_link, confirm_email};
pub(crate) use farewell::Given;
pub use notice::{FACTOR_UNDO_LIFETIME, NOT_ME_LINK_LIFETIME, check_not_me_link, was_not_me};
pub(crate) use notice::{Holder, Notice, Undo, tell, tell_used};
pub use overview::{Overview, PasskeyLine, load_overview};
pub use passkeys::{
    Question, RelyingParty, add_passkey, ask_second_step, ask_sign_in, ask_to_add, remove_passkey,
    rename_passkey,
};
pub(crate) use passkeys::{answer_second_step, answer_sign_in};
pub use password::{change_password, prove_password};
pub(crate) use proof::{Tried, try_proof};
pub(crate) use reset::forget_factors;
pub use reset::reset_factors;
pub use scan::Enrolment;
pub use sessions::{SessionLine, end_other_sessions, end_session, list_sessions};

use crate::{
    failure::{OrInternal, internal},
    session::{self, EndReason},
    support::staff,
    token::PlainToken,
};

/// The person's row, locked: the first lock of every transaction that guesses or changes a credential.
pub(crate) async fn lock_person(on: &impl ConnectionTrait, id: PersonId) -> Result<person::Model, AppError> {
    let row = person::Entity::by_id(id).lock_exclusive().one(on).await.or_internal()?;
    row.ok_or_else(|| internal("the person of a session is gone"))
}

/// [`lock_person`] for somebody who is signed in, and still is: a session that was ended while its request was under
/// way changes nothing any more. Errors: `SessionRevoked`.
async fn lock_account(on: &impl ConnectionTrait, account: Account) -> Result<person::Model, AppError> {
    let person = lock_person(on, account.person).await?;
    let session = session_row::Entity::by_id(account.session)
        .filter(session_row::Column::EndedAt.is_null())
        .count(on)
        .await
        .or_internal()?;
    if session == 1 { Ok(person) } else { Err(Code::SessionRevoked.into()) }
}

async fn load_person(on: &impl ConnectionTrait, id: PersonId) -> Result<person::Model, AppError> {
    let row = person::Entity::by_id(id).one(on).await.or_internal()?;
    row.ok_or_else(|| internal("the person of a session is gone"))
}

/// Ends the other sessions and gives this one a new token, after a change of a credential. `proved_at` says when the
/// password was given, if it was for this.
async fn renew(
    on: &impl ConnectionTrait,
    account: Account,
    reason: EndReason,
    proved_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<PlainToken, AppError> {
    session::end_all(on, account.person, Some(account.session), reason, now).await?;
    session::rotate(on, account.session, proved_at.unwrap_or(account.proved_at)).await
}

/// The second factors of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Factors {
    pub app: bool,
    pub passkeys: u64,
}

impl Factors {
    pub const fn any(self) -> bool {
        self.app || self.passkeys > 0
    }

    pub async fn of(on: &impl ConnectionTrait, person: PersonId) -> Result<Self, AppError> {
        let app = authenticator::Entity::of_person(person).count(on).await.or_internal()? > 0;
        let passkeys = passkey::Entity::of_person(person).count(on).await.or_internal()?;
        Ok(Self { app, passkeys })
    }
}

/// The names of the person's organisations that require a second factor, sorted.
async fn requiring(on: &impl ConnectionTrait, person: PersonId) -> Result<Vec<String>, AppError> {
    membership::Entity::of_person(person)
        .select_only()
        .column(organisation::Column::Name)
        .inner_join(organisation::Entity)
        .filter(organisation::Column::TwoFactorRequired.eq(true))
        .order_by_asc(organisation::Column::Name)
        .into_tuple()
        .all(on)
        .await
        .or_internal()
}

/// Refuses to take the last second factor away while an organisation requires one, and of staff always.
/// Errors: `TwoFactorKept`.
async fn may_remove_last(on: &impl ConnectionTrait, person: PersonId) -> Result<(), AppError> {
    let kept = !requiring(on, person).await?.is_empty() || staff::is_staff(on, person).await?;
    if kept { Err(Code::TwoFactorKept.into()) } else { Ok(()) }
}

/// Why a typed code was refused. That it is a code of the near future is told to known browsers only: to
/// somebody who guesses, it would be a code that will work.
pub(crate) fn refusal(tried: Tried, is_known_browser: bool) -> AppError {
    match tried {
        Tried::ClockWrong(seconds) if seconds < 0 || is_known_browser => {
            AppError::clock_wrong("code", seconds)
        }
        _ => AppError::field("code", Code::CodeWrong),
    }
}
