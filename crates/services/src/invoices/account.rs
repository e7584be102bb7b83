//! The account of an organisation: its row is locked by whoever charges, issues or books.

use domain::{
    AppError, OrganisationId, PersonId,
    invoices::{Booking, is_low},
    money::Money,
};
use entity::{billing_account, credit_entry, organisation};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict},
};

use crate::{
    Context,
    failure::{OrInternal, internal},
    support::today,
};

/// The account, locked. One that is not there yet begins today: what was before is not charged.
pub(super) async fn lock(
    context: &Context,
    on: &impl ConnectionTrait,
    row: &organisation::Model,
) -> Result<billing_account::Model, AppError> {
    let find = || billing_account::Entity::in_organisation(row.id()).lock_exclusive();
    if let Some(account) = find().one(on).await.or_internal()? {
        return Ok(account);
    }
    let first = billing_account::ActiveModel {
        organisation_id: Set(row.id),
        charged_from: Set(today(context, row)),
        credit: Set(0),
        threshold: Set(None),
        is_low: Set(false),
    };
    let keep = OnConflict::column(billing_account::Column::OrganisationId).do_nothing().to_owned();
    billing_account::Entity::insert(first)
        .on_conflict(keep)
        .exec_without_returning(on)
        .await
        .or_internal()?;
    find().one(on).await.or_internal()?.ok_or_else(|| internal("an account is gone"))
}

/// What changes credit.
pub(super) struct Entry {
    pub kind: Booking,
    pub amount: Money,
    pub number: Option<String>,
    pub reason: String,
    pub person: Option<PersonId>,
}

/// Writes an entry and the new credit down. Whether credit fell below its threshold with it.
pub(super) async fn book(
    context: &Context,
    on: &impl ConnectionTrait,
    account: &billing_account::Model,
    entry: Entry,
) -> Result<bool, AppError> {
    let Entry { kind, amount, number, reason, person } = entry;
    let balance = account.credit() + amount;
    let row = credit_entry::ActiveModel {
        id: Set(context.id()),
        organisation_id: Set(account.organisation_id),
        kind: Set(kind.as_str().to_owned()),
        amount: Set(amount.kurus()),
        balance: Set(balance.kurus()),
        number: Set(number),
        reason: Set(reason),
        at: Set(context.now()),
        person_id: Set(person.map(|id| id.0)),
    };
    credit_entry::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
    settle(on, OrganisationId(account.organisation_id), balance, account.threshold(), account.is_low).await
}

/// Writes credit and threshold down, and whether the one is below the other. `true` only when it was not before.
pub(super) async fn settle(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    credit: Money,
    threshold: Option<Money>,
    was_low: bool,
) -> Result<bool, AppError> {
    let low = is_low(credit, threshold);
    billing_account::Entity::update_many()
        .col_expr(billing_account::Column::Credit, Expr::value(credit.kurus()))
        .col_expr(billing_account::Column::Threshold, Expr::value(threshold.map(Money::kurus)))
        .col_expr(billing_account::Column::IsLow, Expr::value(low))
        .filter(billing_account::Column::OrganisationId.eq(of.0))
        .exec(on)
        .await
        .or_internal()?;
    Ok(low && !was_low)
}
