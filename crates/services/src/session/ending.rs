//! Ending sessions before their time. The rows stay with their reason, which the next request is told.

use chrono::{DateTime, Utc};
use domain::{Account, AppError, Code, PersonId, SessionId};
use entity::{challenge, enrolment, link, session};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{Context, audit, failure::OrInternal, support};

/// Why a session was ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    SignedOut,
    /// Unused for longer than the organisation allows.
    Idle,
    /// By the person, from another session, or by an administrator.
    Revoked,
    PasswordReset,
    PasswordChanged,
    TwoFactorChanged,
    EmailChanged,
    /// By the link in a mail: "this wasn't me".
    NotMe,
    /// The organisation it stood in is to be deleted.
    OrganisationClosed,
}

impl EndReason {
    const ALL: [Self; 9] = [
        Self::SignedOut,
        Self::Idle,
        Self::Revoked,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::TwoFactorChanged,
        Self::EmailChanged,
        Self::NotMe,
        Self::OrganisationClosed,
    ];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Idle => "idle",
            Self::Revoked => "revoked",
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::TwoFactorChanged => "two_factor_changed",
            Self::EmailChanged => "email_changed",
            Self::NotMe => "not_me",
            Self::OrganisationClosed => "organisation_closed",
        }
    }

    /// What the next request of the session is told.
    const fn code(self) -> Code {
        match self {
            Self::SignedOut => Code::Unauthenticated,
            Self::Idle => Code::SessionIdle,
            Self::Revoked | Self::NotMe => Code::SessionRevoked,
            Self::OrganisationClosed => Code::OrganisationClosed,
            Self::PasswordReset | Self::PasswordChanged | Self::TwoFactorChanged | Self::EmailChanged => {
                Code::CredentialsChanged
            }
        }
    }
}

/// Ends the live sessions of a person, all or all but one, and their half-finished sign-ins. Ended rows stay. When a
/// credential changed, nothing that was begun before goes on either: a new address, a reset, an app being set up may all
/// have been begun by whoever the change is to shut out.
pub(crate) async fn end_all(
    on: &impl ConnectionTrait,
    person: PersonId,
    except: Option<SessionId>,
    reason: EndReason,
    now: DateTime<Utc>,
) -> Result<u64, AppError> {
    challenge::Entity::delete_many()
        .filter(challenge::Column::PersonId.eq(person.0))
        .exec(on)
        .await
        .or_internal()?;
    if reason != EndReason::Revoked {
        link::Entity::delete_many()
            .filter(link::Column::PersonId.eq(person.0))
            .filter(link::Column::Purpose.is_in([link::Purpose::ChangeEmail, link::Purpose::Reset]))
            .exec(on)
            .await
            .or_internal()?;
        enrolment::Entity::delete_by_id(person.0).exec(on).await.or_internal()?;
    }
    let mut ended = ending(reason, now).filter(session::Column::PersonId.eq(person.0));
    if let Some(kept) = except {
        ended = ended.filter(session::Column::Id.ne(kept.0));
    }
    Ok(ended.exec(on).await.or_internal()?.rows_affected)
}

/// Ends one session, if it has not been ended before.
pub(crate) async fn end_one(
    on: &impl ConnectionTrait,
    id: SessionId,
    reason: EndReason,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    ending(reason, now).filter(session::Column::Id.eq(id.0)).exec(on).await.or_internal()?;
    Ok(())
}

/// An update that ends what it is filtered to.
pub(crate) fn ending(reason: EndReason, now: DateTime<Utc>) -> sea_orm::UpdateMany<session::Entity> {
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(Some(now)))
        .col_expr(session::Column::EndedReason, Expr::value(Some(reason.word().to_owned())))
        .filter(session::Column::EndedAt.is_null())
}

/// Ends the session of the account, and the support session in it.
pub async fn sign_out(context: &Context, account: Account) -> Result<(), AppError> {
    if let Some(inside) = account.support {
        support::end(context, inside.id, support::Ending::Left, Some(account.person)).await?;
    }
    let (inner, now) = (context.clone(), context.now());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                end_one(on, account.session, EndReason::SignedOut, now).await?;
                audit::record(&inner, on, audit::personal(account.person, "shell.sign_out")).await
            })
        })
        .await
}

/// Why the session of a token is over; `Unauthenticated` for a token that never was one.
pub(super) async fn why_ended(context: &Context, hash: Vec<u8>) -> Result<Code, AppError> {
    let row = session::Entity::find()
        .filter(session::Column::TokenHash.eq(hash))
        .one(context.database.read())
        .await
        .or_internal()?;
    Ok(match row {
        Some(session::Model { ended_reason: Some(word), .. }) => {
            let reason = EndReason::ALL.into_iter().find(|reason| reason.word() == word);
            reason.map_or(Code::SessionRevoked, EndReason::code)
        }
        Some(row) if row.expires_at <= context.now() => Code::SessionExpired,
        _ => Code::Unauthenticated,
    })
}
