//! What administrators do to the connection: trying one out, using it, letting go of the one before, removing it.

use chrono::{DateTime, Utc};
use domain::{
    Actor, Admin, AppError, Code, OrganisationId, Recent, Role,
    upstream::{ConfirmForm, Failure, TRIAL, TryForm, UseForm},
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

use super::{
    connection::{Kept, told},
    guard::Base,
};
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    members::{acting_role, lock_organisation},
    sealing::Place,
};

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

fn entry(actor: Actor, action: &'static str) -> Entry {
    Entry { organisation: Some(actor.organisation), ..audit::personal(actor.person, action) }
}
