//! What the clock does: charges the months that are over and invoices what is charged. Any number of nodes may do it at
//! once: each organisation's account is locked, and what was done is not done again.

use chrono::TimeDelta;
use domain::{AppError, OrganisationId};
use entity::{billing_account, charge, organisation, tax_identity};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Condition, Query},
};
use uuid::Uuid;

use super::{
    account,
    charge::{close_months, first_of_month},
    issue::issue,
};
use crate::{
    Context,
    failure::OrInternal,
    support::{lock_organisation, today},
};

/// Organisations that are looked at in one go.
const BATCH: u64 = 200;
/// The calendar of no place is further ahead.
const AHEAD: TimeDelta = TimeDelta::hours(14);

/// How many invoices were issued.
pub async fn sweep(context: &Context) -> Result<usize, AppError> {
    open_accounts(context).await?;
    let mut after = Uuid::nil();
    loop {
        let looked_at = behind(context, after).await?;
        let Some(last) = looked_at.last() else { break };
        after = last.0.id;
        let is_over = |row: &organisation::Model, account: &billing_account::Model| {
            account.charged_from < first_of_month(today(context, row))
        };
        for (row, account) in &looked_at {
            if account.as_ref().is_some_and(|account| is_over(row, account)) {
                keep_going(close_months(context, row.id()).await, row.id());
            }
        }
    }
    let (mut issued, mut after) = (0, Uuid::nil());
    loop {
        let due = charged(context, after).await?;
        let Some(last) = due.last() else { return Ok(issued) };
        after = *last;
        for of in due.into_iter().map(OrganisationId) {
            issued += usize::from(keep_going(issue(context, of).await, of).flatten().is_some());
        }
    }
}

/// One that fails does not keep the others.
fn keep_going<T>(done: Result<T, AppError>, of: OrganisationId) -> Option<T> {
    done.inspect_err(
        |error| tracing::warn!(%error, organisation = %of, "could not be charged or invoiced yet"),
    )
    .ok()
}

/// An account for each organisation that has none: from today on it is charged.
async fn open_accounts(context: &Context) -> Result<(), AppError> {
    let known = Query::select()
        .column(billing_account::Column::OrganisationId)
        .from(billing_account::Entity)
        .to_owned();
    let new = organisation::Entity::active()
        .filter(organisation::Column::Id.not_in_subquery(known))
        .limit(BATCH)
        .all(context.database.read())
        .await
        .or_internal()?;
    for row in new {
        let inner = context.clone();
        let opened = context.database.write(move |on| {
            Box::pin(async move {
                let Some(row) = lock_organisation(on, row.id()).await? else { return Ok(()) };
                account::lock(&inner, on, &row).await.map(drop)
            })
        });
        opened.await?;
    }
    Ok(())
}

/// Organisations with days of a month to charge that is over somewhere.
async fn behind(
    context: &Context,
    after: Uuid,
) -> Result<Vec<(organisation::Model, Option<billing_account::Model>)>, AppError> {
    let latest = first_of_month((context.now() + AHEAD).date_naive());
    organisation::Entity::active()
        .join(
            JoinType::InnerJoin,
            organisation::Entity::belongs_to(billing_account::Entity)
                .from(organisation::Column::Id)
                .to(billing_account::Column::OrganisationId)
                .into(),
        )
        .filter(billing_account::Column::ChargedFrom.lt(latest))
        .filter(organisation::Column::Id.gt(after))
        .order_by_asc(organisation::Column::Id)
        .limit(BATCH)
        .select_also(billing_account::Entity)
        .all(context.database.read())
        .await
        .or_internal()
}

/// Organisations with something to invoice that say whom to make it out to.
async fn charged(context: &Context, after: Uuid) -> Result<Vec<Uuid>, AppError> {
    let known = tax_identity::Entity::find().select_only().column(tax_identity::Column::OrganisationId);
    let active = organisation::Entity::active().select_only().column(organisation::Column::Id);
    let open = Condition::all()
        .add(charge::Column::InvoiceId.is_null())
        .add(charge::Column::OrganisationId.in_subquery(active.into_query()))
        .add(charge::Column::OrganisationId.gt(after))
        .add(charge::Column::OrganisationId.in_subquery(known.into_query()));
    charge::Entity::find()
        .select_only()
        .column(charge::Column::OrganisationId)
        .distinct()
        .filter(open)
        .order_by_asc(charge::Column::OrganisationId)
        .limit(BATCH)
        .into_tuple()
        .all(context.database.read())
        .await
        .or_internal()
}
