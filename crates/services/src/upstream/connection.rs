//! The connection as administrators see it: what is used, what was just tried out, how it went. A key is never sent back.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Admin, AppError, Code, Recent,
    upstream::{ConfirmForm, Failure, NEEDED, TRIAL},
};
use entity::{
    upstream::{Column, Entity, Model},
    upstream_trial,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{
    fallback::{Old, fallback, roll_back},
    find,
    guard::Base,
    is_refused_key, key_of,
    platform::{AccountThere, Trouble},
};
use crate::{Context, failure::OrInternal};

/// How long a way back that was taken is told of.
const TOLD_FOR: TimeDelta = TimeDelta::days(7);

/// What the panel shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    pub connection: Option<Connection>,
    /// What this session has just tried out.
    pub trial: Option<Trial>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    pub base: String,
    pub key_end: String,
    pub connected_at: DateTime<Utc>,
    /// The end of the key that can be fallen back to, and until when.
    pub old: Option<(String, DateTime<Utc>)>,
    /// When a key with this end was refused and the one before taken back.
    pub rolled_back: Option<(String, DateTime<Utc>)>,
    pub tested: Option<Tested>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    pub base: String,
    pub key_end: String,
    pub tested: Tested,
    /// Until then it can be saved.
    pub until: DateTime<Utc>,
}

/// How a test went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    pub at: DateTime<Utc>,
    pub failure: Option<Failure>,
    /// The account's name there; empty where it has none.
    pub account: Option<String>,
    /// Each of [`NEEDED`], and whether the key has it; empty where that is not known.
    pub permissions: Vec<(&'static str, bool)>,
    /// Milliseconds.
    pub latency: Option<i32>,
}

impl Tested {
    fn of(at: DateTime<Utc>, kept: Kept) -> Self {
        let Kept { failure, account, permissions, latency } = kept;
        let permissions = permissions.map(|words| {
            let has = |needed| words.split(' ').any(|word| word == needed);
            NEEDED.map(|needed| (needed, has(needed))).to_vec()
        });
        // A word that is none (any more) is still a failure.
        let failure = failure.map(|word| Failure::from_word(&word).unwrap_or(Failure::Internal));
        Self { at, failure, account, permissions: permissions.unwrap_or_default(), latency }
    }
}

/// How a test went, as it is kept.
pub(super) struct Kept {
    pub failure: Option<String>,
    pub account: Option<String>,
    pub permissions: Option<String>,
    pub latency: Option<i32>,
}

impl From<Result<AccountThere, Trouble>> for Kept {
    fn from(answer: Result<AccountThere, Trouble>) -> Self {
        match answer {
            Ok(AccountThere { name, permissions, latency }) => Self {
                failure: (permissions.len() < NEEDED.len())
                    .then(|| Failure::PermissionMissing.as_str().to_owned()),
                account: Some(name),
                permissions: Some(permissions.join(" ")),
                latency: i32::try_from(latency.as_millis()).ok(),
            },
            Err(Trouble { failure, .. }) => Self {
                failure: Some(failure.as_str().to_owned()),
                account: None,
                permissions: None,
                latency: None,
            },
        }
    }
}

pub async fn load_upstream(context: &Context, admin: Admin) -> Result<Upstream, AppError> {
    let now = context.now();
    let trial = upstream_trial::Entity::of_session(admin.session, admin.organisation)
        .filter(upstream_trial::Column::TestedAt.gt(now - TRIAL))
        .one(context.database.read())
        .await
        .or_internal()?;
    let connection = find(context, admin.organisation).await?;
    Ok(Upstream { connection: connection.map(|row| shown(row, now)), trial: trial.map(shown_trial) })
}

fn shown(row: Model, now: DateTime<Utc>) -> Connection {
    let old = row.old_key_end.clone().zip(row.fallback_until(now));
    let rolled_back = row.refused_end.zip(row.rolled_back_at.filter(|at| *at + TOLD_FOR > now));
    let kept = Kept {
        failure: row.failure,
        account: row.account,
        permissions: row.permissions,
        latency: row.latency,
    };
    Connection {
        base: row.base,
        key_end: row.key_end,
        connected_at: row.connected_at,
        old,
        rolled_back,
        tested: row.tested_at.map(|at| Tested::of(at, kept)),
    }
}

fn shown_trial(row: upstream_trial::Model) -> Trial {
    let (at, until) = (row.tested_at, row.tested_at + TRIAL);
    let kept = Kept {
        failure: row.failure,
        account: row.account,
        permissions: row.permissions,
        latency: row.latency,
    };
    Trial { base: row.base, key_end: row.key_end, tested: Tested::of(at, kept), until }
}

/// Tests the connection that is used. If the platform refuses its new key and takes the one before, that one is used
/// again, as it would be at the next call. Errors: `NotFound` where there is none.
pub async fn test(context: &Context, admin: Recent<Admin>, form: ConfirmForm) -> Result<(), AppError> {
    form.check()?;
    let row = find(context, admin.organisation).await?.ok_or(Code::NotFound)?;
    let answer = match (Base::stored(&row.base, &context.platform.listed), key_of(context, &row)) {
        (Ok(base), Ok(key)) => context.platform.account(&base, &key).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure.into()),
    };
    if is_refused_key(&answer)
        && let Ok(Some(Old { base, key })) = fallback(context, &row)
    {
        let again = context.platform.account(&base, &key).await;
        if again.is_ok() {
            roll_back(context, row).await?;
            // Unless somebody else changes it meanwhile.
            let now_used =
                find(context, admin.organisation).await?.filter(|now| now.rolled_back_at.is_some());
            return match now_used {
                Some(row) => keep(context, row, again.into()).await,
                None => Ok(()),
            };
        }
    }
    keep(context, row, answer.into()).await
}

/// Writes down how a test went, if it was of what is used still.
async fn keep(context: &Context, row: Model, kept: Kept) -> Result<(), AppError> {
    let now = context.now();
    let written = context.database.write(move |on| {
        Box::pin(async move {
            Entity::update_many()
                .col_expr(Column::TestedAt, Expr::value(Some(now)))
                .col_expr(Column::Failure, Expr::value(kept.failure))
                .col_expr(Column::Account, Expr::value(kept.account))
                .col_expr(Column::Permissions, Expr::value(kept.permissions))
                .col_expr(Column::Latency, Expr::value(kept.latency))
                .filter(Column::OrganisationId.eq(row.organisation_id))
                .filter(Column::Key.eq(row.key))
                .exec(on)
                .await
                .or_internal()?;
            Ok(())
        })
    });
    written.await
}

/// What the trail tells of a connection; never its key.
pub(super) fn told(base: &str, key_end: &str) -> Value {
    json!({ "address": base, "upstream_key": format!("…{key_end}") })
}
