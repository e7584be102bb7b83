//! Charging days: when a plan changes, inside of that change, and when a month is over.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::{
    AppError, OrganisationId,
    invoices::{Line, Price, months, switch_day},
    plan::Plan,
};
use entity::{billing_account, charge, organisation};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::account;
use crate::{
    Context,
    failure::OrInternal,
    support::{lock_organisation, today},
};

/// What an organisation has at a moment, and what a month of it costs. A trial is free.
fn price_of(row: &organisation::Model, now: DateTime<Utc>) -> (Plan, Price) {
    let subscription = row.subscription(now);
    let price = match subscription.trial_ends_at {
        Some(_) => Price::FREE,
        None => Price::of(subscription.plan, row.slots(now)),
    };
    (subscription.plan, price)
}

/// Charges the days until the change that is about to be made to `row`, which is locked.
pub(crate) async fn change_on(
    context: &Context,
    on: &impl ConnectionTrait,
    row: &organisation::Model,
    after: Price,
) -> Result<(), AppError> {
    let account = account::lock(context, on, row).await?;
    let (plan, price) = price_of(row, context.now());
    let switch = switch_day(today(context, row), price, after);
    charge_until(context, on, &account, switch, plan, price).await
}

/// Charges the months that are over on the organisation's calendar. Whether there was one.
pub(super) async fn close_months(context: &Context, of: OrganisationId) -> Result<bool, AppError> {
    let inner = context.clone();
    let closed = context.database.write(move |on| {
        Box::pin(async move {
            let row = lock_organisation(on, of).await?.filter(|row| row.stage().is_open());
            let Some(row) = row else { return Ok(false) };
            let account = account::lock(&inner, on, &row).await?;
            let month = first_of_month(today(&inner, &row));
            if account.charged_from >= month {
                return Ok(false);
            }
            let (plan, price) = price_of(&row, inner.now());
            charge_until(&inner, on, &account, month, plan, price).await?;
            Ok(true)
        })
    });
    closed.await
}

pub(super) fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// Charges the days before `until`, unless they are already, at one price.
async fn charge_until(
    context: &Context,
    on: &impl ConnectionTrait,
    account: &billing_account::Model,
    until: NaiveDate,
    plan: Plan,
    price: Price,
) -> Result<(), AppError> {
    let last = until.pred_opt().unwrap_or(until);
    for (first, last) in months(account.charged_from, last) {
        if Line::charge(plan, price, first, last).is_none() {
            continue;
        }
        let row = charge::ActiveModel {
            id: Set(context.id()),
            organisation_id: Set(account.organisation_id),
            plan: Set(plan.as_str().to_owned()),
            first_day: Set(first),
            last_day: Set(last),
            slots: Set(price.slots.and_then(|slots| i32::try_from(slots).ok())),
            unit: Set(price.unit.kurus()),
            invoice_id: Set(None),
        };
        charge::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
    }
    billing_account::Entity::update_many()
        .col_expr(billing_account::Column::ChargedFrom, Expr::value(until.max(account.charged_from)))
        .filter(billing_account::Column::OrganisationId.eq(account.organisation_id))
        .exec(on)
        .await
        .or_internal()?;
    Ok(())
}
