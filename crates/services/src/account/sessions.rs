//! Where a person is signed in, and ending it.

use chrono::{DateTime, Utc};
use domain::{Account, AppError, Code, Recent, SessionId, account::EndSessionForm, security::IdleLimit};
use entity::{organisation, session};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::lock_account;
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    session::{EndReason, end_all, ending, idle_end},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    pub id: SessionId,
    pub is_current: bool,
    /// "Firefox · Linux"; empty if the browser did not say.
    pub browser: String,
    /// The address prefix.
    pub address: String,
    pub organisation: String,
    pub created_at: DateTime<Utc>,
    pub active_at: DateTime<Utc>,
    /// The earlier of eight hours and, if it stays unused, the organisation's idle limit.
    pub ends_at: DateTime<Utc>,
}

/// The person's sessions that still open something: this one first, then the last used.
pub async fn list_sessions(context: &Context, account: Account) -> Result<Vec<SessionLine>, AppError> {
    let now = context.now();
    let rows = session::Entity::live_of_person(account.person)
        .filter(session::Column::ExpiresAt.gt(now))
        .find_also_related(organisation::Entity)
        .order_by_desc(session::Column::ActiveAt)
        .all(context.database.read())
        .await
        .or_internal()?;
    let line = |(row, organisation): (session::Model, Option<organisation::Model>)| {
        // Sessions of staff stand in none.
        let (organisation, limit) =
            organisation.map_or_else(Default::default, |row| (row.name, row.idle_limit));
        let idle = idle_end(row.active_at, IdleLimit::from_column(limit));
        let ends_at = idle.map_or(row.expires_at, |idle| idle.min(row.expires_at));
        let id = SessionId(row.id);
        (ends_at > now).then(|| SessionLine {
            id,
            is_current: id == account.session,
            browser: row.browser,
            address: row.address,
            organisation,
            created_at: row.created_at,
            active_at: row.active_at,
            ends_at,
        })
    };
    let mut lines: Vec<SessionLine> = rows.into_iter().filter_map(line).collect();
    lines.sort_by_key(|line| !line.is_current);
    Ok(lines)
}

/// Ends one of the person's other sessions. One that is over already is no error; what is somebody else's, or
/// nobody's, is `NotFound`, and so is the current one: that is signing out. Errors: `SessionRevoked`, here and below.
pub async fn end_session(
    context: &Context,
    account: Recent<Account>,
    form: EndSessionForm,
) -> Result<(), AppError> {
    let (account, id, inner, now) = (*account, form.parse()?, context.clone(), context.now());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                lock_account(on, account).await?;
                let row = session::Entity::by_id(id)
                    .filter(session::Column::PersonId.eq(account.person.0))
                    .one(on)
                    .await
                    .or_internal()?;
                let row = row.filter(|_| id != account.session).ok_or(Code::NotFound)?;
                let ended = ending(EndReason::Revoked, now)
                    .filter(session::Column::Id.eq(id.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                if ended.rows_affected == 0 {
                    return Ok(());
                }
                let entry = Entry {
                    before: json!({ "browser": row.browser, "address": row.address }),
                    ..audit::personal(account.person, "account.end_session")
                };
                audit::record(&inner, on, entry).await
            })
        })
        .await
}

/// Ends all sessions of the person but this one: how many.
pub async fn end_other_sessions(context: &Context, account: Recent<Account>) -> Result<u64, AppError> {
    let (account, inner, now) = (*account, context.clone(), context.now());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                lock_account(on, account).await?;
                let (person, kept) = (account.person, Some(account.session));
                let ended = end_all(on, person, kept, EndReason::Revoked, now).await?;
                let entry = Entry {
                    after: json!({ "ended": ended }),
                    ..audit::personal(person, "account.end_other_sessions")
                };
                audit::record(&inner, on, entry).await?;
                Ok(ended)
            })
        })
        .await
}
