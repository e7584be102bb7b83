//! Requests that are sent again do nothing again: the answer to a named one is kept for a day
//! (draft-ietf-httpapi-idempotency-key-header-07).

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AppError, Code, Machine, OrganisationId};
use entity::answered_request;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter,
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
    First(Named),
    /// It was answered so.
    Again(Answer),
}

/// A request that is being answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    organisation: OrganisationId,
    name: String,
    /// Tells it from a later one of the same name.
    since: DateTime<Utc>,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: Option<String>,
    pub location: Option<String>,
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
                location: Set(None),
            };
            let key = [answered_request::Column::OrganisationId, answered_request::Column::Name];
            let keep = OnConflict::columns(key).do_nothing().to_owned();
            let insert = answered_request::Entity::insert(row).on_conflict(keep);
            if insert.exec_without_returning(on).await.or_internal()? == 1 {
                return Ok(Begun::First(Named { organisation: of, name, since: now }));
            }
            let found = answered_request::Entity::in_organisation(of)
                .filter(answered_request::Column::Name.eq(&name))
                .one(on)
                .await
                .or_internal()?;
            let found = found.ok_or(Code::RequestInProgress)?;
            if found.fingerprint != fingerprint {
                return Err(Code::IdempotencyKeyReused.into());
            }
            let status = found.status.and_then(|status| u16::try_from(status).ok());
            let status = status.ok_or(Code::RequestInProgress)?;
            Ok(Begun::Again(Answer { status, body: found.body, location: found.location }))
        })
    });
    begun.await
}

/// Keeps what was answered.
pub async fn keep(context: &Context, named: Named, answer: Answer) -> Result<(), AppError> {
    let kept = context.database.write(move |on| {
        Box::pin(async move {
            answered_request::Entity::update_many()
                .col_expr(answered_request::Column::Status, Expr::value(Some(i32::from(answer.status))))
                .col_expr(answered_request::Column::Body, Expr::value(answer.body))
                .col_expr(answered_request::Column::Location, Expr::value(answer.location))
                .filter(named.condition())
                .exec(on)
                .await
                .or_internal()?;
            Ok(())
        })
    });
    kept.await
}

/// Nothing was done: the same request may be sent again.
pub async fn forget(context: &Context, named: Named) -> Result<(), AppError> {
    let forgotten = context.database.write(move |on| {
        Box::pin(async move {
            let row = answered_request::Entity::delete_many().filter(named.condition());
            row.exec(on).await.or_internal()?;
            Ok(())
        })
    });
    forgotten.await
}

impl Named {
    fn condition(&self) -> Condition {
        Condition::all()
            .add(answered_request::Column::OrganisationId.eq(self.organisation.0))
            .add(answered_request::Column::Name.eq(&self.name))
            .add(answered_request::Column::CreatedAt.eq(self.since))
            .add(answered_request::Column::Status.is_null())
    }
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
