//! Requests that are sent again do nothing again: the answer to a named one is kept for a day
//! (draft-ietf-httpapi-idempotency-key-header-07).

use chrono::TimeDelta;
use domain::{AppError, Code, Machine};
use entity::answered_request;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use crate::{Context, failure::OrInternal};

/// So long an answer is kept.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// Whoever has not answered by then never will.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::seconds(60);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nobody has sent this before: answer it, then [`keep`] or [`forget`].
    First,
    /// It was answered so.
    Again { status: u16, body: Option<String> },
}

/// Begins to answer the request of this name. Errors: `RequestInProgress`, `IdempotencyKeyReused` (the same name, another
/// request).
pub async fn begin(
    context: &Context,
    machine: Machine,
    name: String,
    fingerprint: Vec<u8>,
) -> Result<Begun, AppError> {
    let (of, now) = (machine.organisation, context.now());
    let begun = context.database.write(move |on| {
        Box::pin(async move {
            let over = answered_request::Entity::delete_many()
                .filter(answered_request::Column::OrganisationId.eq(of.0))
                .filter(answered_request::Column::Name.eq(&name))
                .filter(
                    answered_request::Column::CreatedAt.lte(now - KEPT).or(answered_request::Column::Status
                        .is_null()
                        .and(answered_request::Column::CreatedAt.lte(now - ANSWERED_WITHIN))),
                );
            over.exec(on).await.or_internal()?;
            let row = answered_request::ActiveModel {
                organisation_id: Set(of.0),
                name: Set(name.clone()),
                fingerprint: Set(fingerprint.clone()),
                created_at: Set(now),
                status: Set(None),
                body: Set(None),
            };
            let key = [answered_request::Column::OrganisationId, answered_request::Column::Name];
            let keep = OnConflict::columns(key).do_nothing().to_owned();
            let insert = answered_request::Entity::insert(row).on_conflict(keep);
            if insert.exec_without_returning(on).await.or_internal()? == 1 {
                return Ok(Begun::First);
            }
            let found = answered_request::Entity::in_organisation(of)
                .filter(answered_request::Column::Name.eq(name))
                .one(on)
                .await
                .or_internal()?;
            let found = found.ok_or(Code::RequestInProgress)?;
            if found.fingerprint != fingerprint {
                return Err(Code::IdempotencyKeyReused.into());
            }
            let status = found.status.and_then(|status| u16::try_from(status).ok());
            Ok(Begun::Again { status: status.ok_or(Code::RequestInProgress)?, body: found.body })
        })
    });
    begun.await
}

/// Keeps what was answered.
pub async fn keep(
    context: &Context,
    machine: Machine,
    name: String,
    status: u16,
    body: Option<String>,
) -> Result<(), AppError> {
    let kept = context.database.write(move |on| {
        Box::pin(async move {
            answered_request::Entity::update_many()
                .col_expr(answered_request::Column::Status, Expr::value(Some(i32::from(status))))
                .col_expr(answered_request::Column::Body, Expr::value(body))
                .filter(answered_request::Column::OrganisationId.eq(machine.organisation.0))
                .filter(answered_request::Column::Name.eq(name))
                .exec(on)
                .await
                .or_internal()?;
            Ok(())
        })
    });
    kept.await
}

/// Nothing was done: the same request may be sent again.
pub async fn forget(context: &Context, machine: Machine, name: String) -> Result<(), AppError> {
    let forgotten = context.database.write(move |on| {
        Box::pin(async move {
            answered_request::Entity::delete_many()
                .filter(answered_request::Column::OrganisationId.eq(machine.organisation.0))
                .filter(answered_request::Column::Name.eq(name))
                .filter(answered_request::Column::Status.is_null())
                .exec(on)
                .await
                .or_internal()?;
            Ok(())
        })
    });
    forgotten.await
}

/// Forgets answers of yesterday: how many. The server does this every minute.
pub async fn sweep(context: &Context) -> Result<u64, AppError> {
    let before = context.now() - KEPT;
    let swept = context.database.write(move |on| {
        Box::pin(async move {
            let old = answered_request::Entity::delete_many()
                .filter(answered_request::Column::CreatedAt.lte(before));
            Ok(old.exec(on).await.or_internal()?.rows_affected)
        })
    });
    swept.await
}
