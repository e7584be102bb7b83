//! The connection as administrators see it: what is used, what was just tried out, how it went. A key is never sent back.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Actor, Admin, AppError, Code, OrganisationId, Recent, Role,
    upstream::{ConfirmForm, Failure, NEEDED, TRIAL, TryForm, UseForm},
};
use entity::{
    upstream::{ActiveModel, Column, Entity, Model},
    upstream_trial,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, UpdateMany,
    sea_query::{Expr, OnConflict},
};
use serde_json::{Value, json};

use super::{
    fallback::{Old, fallback, roll_back},
    find,
    guard::Base,
    is_refused_key, key_of,
    platform::{AccountThere, Trouble},
};
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    members::{acting_role, lock_organisation},
    sealing::Place,
};

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
struct Kept {
    failure: Option<String>,
    account: Option<String>,
    permissions: Option<String>,
    latency: Option<i32>,
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

/// Tests what was typed and keeps it, sealed, for this session to save. How it went is told by [`load_upstream`]. Errors:
/// fields of [`TryForm`]; `address` is `UpstreamAddressInvalid` or `UpstreamAddressRefused` as well.
pub async fn try_out(context: &Context, admin: Recent<Admin>, form: TryForm) -> Result<(), AppError> {
    let (address, key) = form.parse()?;
    let base = Base::typed(&address, &context.platform.listed)?;
    let Kept { failure, account, permissions, latency } = context.platform.account(&base, &key).await.into();
    let row = upstream_trial::ActiveModel {
        session_id: Set(admin.session.0),
        organisation_id: Set(admin.organisation.0),
        base: Set(base.text().to_owned()),
        key: Set(context.keys.seal(&Place::UpstreamTrial(admin.session), key.expose().as_bytes())?),
        key_end: Set(key.end()),
        tested_at: Set(context.now()),
        failure: Set(failure),
        account: Set(account),
        permissions: Set(permissions),
        latency: Set(latency),
    };
    let kept = context.database.write(move |on| {
        Box::pin(async move {
            use upstream_trial::Column as C;
            let replace = OnConflict::column(C::SessionId)
                .update_columns([
                    C::OrganisationId,
                    C::Base,
                    C::Key,
                    C::KeyEnd,
                    C::TestedAt,
                    C::Failure,
                    C::Account,
                    C::Permissions,
                    C::Latency,
                ])
                .to_owned();
            let insert = upstream_trial::Entity::insert(row).on_conflict(replace);
            insert.exec_without_returning(on).await.or_internal()?;
            Ok(())
        })
    });
    kept.await
}

/// Forgets what this session has tried out.
pub async fn discard_trial(context: &Context, admin: Admin, form: ConfirmForm) -> Result<(), AppError> {
    form.check()?;
    let discarded = context.database.write(move |on| Box::pin(async move { forget_trial(on, *admin).await }));
    discarded.await
}

async fn forget_trial(on: &impl ConnectionTrait, actor: Actor) -> Result<(), AppError> {
    upstream_trial::Entity::delete_by_id(actor.session.0).exec(on).await.or_internal()?;
    Ok(())
}

/// Uses what this session has tried out. Where there is a connection already it can be fallen back to for a while.
/// Errors: `UpstreamUntested` where it was not good, and not for a moment only; field `fallback`.
pub async fn use_trial(context: &Context, admin: Recent<Admin>, form: UseForm) -> Result<(), AppError> {
    let (inner, now, admin) = (context.clone(), context.now(), *admin);
    let used = context.database.write(move |on| {
        Box::pin(async move {
            lock_organisation(on, admin.organisation).await?;
            acting_role(on, *admin, Role::Admin).await?;
            let trial = upstream_trial::Entity::of_session(admin.session, admin.organisation)
                .filter(upstream_trial::Column::TestedAt.gt(now - TRIAL));
            let trial = trial.one(on).await.or_internal()?.ok_or(Code::UpstreamUntested)?;
            let failure =
                trial.failure.as_deref().map(|word| Failure::from_word(word).unwrap_or(Failure::Internal));
            if failure.is_some_and(|failure| !(failure.is_temporary() && form.anyway)) {
                return Err(Code::UpstreamUntested.into());
            }
            let of = admin.organisation;
            let key = inner.keys.unseal(&Place::UpstreamTrial(admin.session), &trial.key)?;
            let row = ActiveModel {
                organisation_id: Set(of.0),
                key: Set(inner.keys.seal(&Place::UpstreamKey(of), &key)?),
                connected_at: Set(now),
                ..used_from(&trial)
            };
            let after = told(&trial.base, &trial.key_end);
            match locked(on, of).await? {
                None => {
                    Entity::insert(row).exec_without_returning(on).await.or_internal()?;
                    audit::record(&inner, on, Entry { after, ..entry(*admin, "upstream.connect") }).await?;
                }
                Some(before) => {
                    let fallback = form.fallback()?;
                    let old = inner.keys.unseal(&Place::UpstreamKey(of), &before.key)?;
                    let row = ActiveModel {
                        old_base: Set(Some(before.base.clone())),
                        old_key: Set(Some(inner.keys.seal(&Place::UpstreamOldKey(of), &old)?)),
                        old_key_end: Set(Some(before.key_end.clone())),
                        old_until: Set(fallback.end(now)),
                        ..row
                    };
                    row.update(on).await.or_internal()?;
                    let before = told(&before.base, &before.key_end);
                    let mut after = after;
                    after["fallback"] = fallback.word().into();
                    let entry = Entry { before, after, ..entry(*admin, "upstream.swap_key") };
                    audit::record(&inner, on, entry).await?;
                }
            }
            forget_trial(on, *admin).await
        })
    });
    used.await
}

/// The columns that a trial fills; those of what was before are empty.
fn used_from(trial: &upstream_trial::Model) -> ActiveModel {
    ActiveModel {
        base: Set(trial.base.clone()),
        key_end: Set(trial.key_end.clone()),
        old_base: Set(None),
        old_key: Set(None),
        old_key_end: Set(None),
        old_until: Set(None),
        rolled_back_at: Set(None),
        refused_end: Set(None),
        tested_at: Set(Some(trial.tested_at)),
        failure: Set(trial.failure.clone()),
        account: Set(trial.account.clone()),
        permissions: Set(trial.permissions.clone()),
        latency: Set(trial.latency),
        ..Default::default()
    }
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

/// The connection of before is forgotten now. Errors: `NotFound` where there is no connection.
pub async fn finish_swap(context: &Context, admin: Recent<Admin>, form: ConfirmForm) -> Result<(), AppError> {
    form.check()?;
    let (inner, admin) = (context.clone(), *admin);
    let finished = context.database.write(move |on| {
        Box::pin(async move {
            acting_role(on, *admin, Role::Admin).await?;
            let row = locked(on, admin.organisation).await?.ok_or(Code::NotFound)?;
            let (Some(base), Some(end)) = (&row.old_base, &row.old_key_end) else { return Ok(()) };
            let forgotten = forgetting_the_old().filter(Column::OrganisationId.eq(row.organisation_id));
            forgotten.exec(on).await.or_internal()?;
            let before = told(base, end);
            audit::record(&inner, on, Entry { before, ..entry(*admin, "upstream.finish_swap") }).await
        })
    });
    finished.await
}

/// Forgets the connection, its keys with it. Errors: `NotFound` where there is none.
pub async fn remove(context: &Context, admin: Recent<Admin>, form: ConfirmForm) -> Result<(), AppError> {
    form.check()?;
    let (inner, admin) = (context.clone(), *admin);
    let removed = context.database.write(move |on| {
        Box::pin(async move {
            acting_role(on, *admin, Role::Admin).await?;
            let row = locked(on, admin.organisation).await?.ok_or(Code::NotFound)?;
            Entity::delete_by_id(row.organisation_id).exec(on).await.or_internal()?;
            let before = told(&row.base, &row.key_end);
            audit::record(&inner, on, Entry { before, ..entry(*admin, "upstream.remove") }).await
        })
    });
    removed.await
}

/// Forgets connections of before whose time is over, and what was tried out and not saved: how many. The server does this
/// every minute; neither is used any more by then.
pub async fn sweep(context: &Context) -> Result<u64, AppError> {
    let (now, read) = (context.now(), context.database.read());
    let over = || Condition::all().add(Column::OldUntil.lte(now));
    let stale = || upstream_trial::Column::TestedAt.lte(now - TRIAL);
    let is_due = Entity::find().filter(over()).one(read).await.or_internal()?.is_some()
        || upstream_trial::Entity::find().filter(stale()).one(read).await.or_internal()?.is_some();
    if !is_due {
        return Ok(0);
    }
    let (over, stale) = (over(), stale());
    let swept = context.database.write(move |on| {
        Box::pin(async move {
            let over = forgetting_the_old().filter(over).exec(on).await.or_internal()?;
            let stale = upstream_trial::Entity::delete_many().filter(stale).exec(on).await.or_internal()?;
            Ok(over.rows_affected + stale.rows_affected)
        })
    });
    swept.await
}

/// The row, which nobody else changes until the transaction ends.
async fn locked(on: &impl ConnectionTrait, of: OrganisationId) -> Result<Option<Model>, AppError> {
    Entity::in_organisation(of).lock_exclusive().one(on).await.or_internal()
}

/// An update that leaves nothing of the connection of before.
pub(super) fn forgetting_the_old() -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::OldBase, Expr::value(None::<String>))
        .col_expr(Column::OldKey, Expr::value(None::<String>))
        .col_expr(Column::OldKeyEnd, Expr::value(None::<String>))
        .col_expr(Column::OldUntil, Expr::value(None::<DateTime<Utc>>))
}

/// What the trail tells of a connection; never its key.
pub(super) fn told(base: &str, key_end: &str) -> Value {
    json!({ "address": base, "upstream_key": format!("…{key_end}") })
}

fn entry(actor: Actor, action: &'static str) -> Entry {
    Entry { organisation: Some(actor.organisation), ..audit::personal(actor.person, action) }
}
