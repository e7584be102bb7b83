//! Credit: what was paid in advance less what was invoiced. It may fall below zero; then that much is owed.

use domain::{
    Admin, AppError, Code, Staff,
    invoices::{Booking, CreditForm, ThresholdForm},
    money::Money,
};
use entity::{billing_account, credit_entry, organisation};
use sea_orm::QuerySelect;
use serde_json::json;

use super::{
    account::{self, book, settle},
    letters,
};
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    support::lock_organisation,
};

/// Entries of the page.
const SHOWN: u64 = 20;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Credit {
    pub balance: Money,
    /// Below it, credit is low.
    pub threshold: Option<Money>,
    pub is_low: bool,
}

/// An organisation without an account has no credit.
pub async fn load_credit(context: &Context, admin: Admin) -> Result<Credit, AppError> {
    let account = billing_account::Entity::in_organisation(admin.organisation);
    let account = account.one(context.database.read()).await.or_internal()?;
    Ok(account.map_or_else(Credit::default, |account| Credit {
        balance: account.credit(),
        threshold: account.threshold(),
        is_low: account.is_low,
    }))
}

/// What changed it last, newest first.
pub async fn list_entries(context: &Context, admin: Admin) -> Result<Vec<credit_entry::Model>, AppError> {
    let entries = credit_entry::Entity::in_organisation(admin.organisation).limit(SHOWN);
    entries.all(context.database.read()).await.or_internal()
}

/// Below which credit owners want to be told; they are at once if it is already. Errors: field `threshold`.
pub async fn save_threshold(
    context: &Context,
    admin: Admin,
    form: ThresholdForm,
) -> Result<Option<Money>, AppError> {
    let (threshold, inner) = (form.parse()?, context.clone());
    let saved = context.database.write(move |on| {
        Box::pin(async move {
            let row = lock_organisation(on, admin.organisation).await?.ok_or(Code::NotFound)?;
            let account = account::lock(&inner, on, &row).await?;
            if account.threshold() == threshold {
                return Ok(threshold);
            }
            let raised = settle(on, row.id(), account.credit(), threshold, account.is_low).await?;
            let entry = Entry {
                organisation: Some(admin.organisation),
                before: json!({ "threshold": account.threshold }),
                after: json!({ "threshold": threshold.map(Money::kurus) }),
                ..audit::personal(admin.person, "invoices.save_threshold")
            };
            audit::record(&inner, on, entry).await?;
            if raised {
                letters::tell_low(&inner, on, &row, account.credit(), threshold).await?;
            }
            Ok(threshold)
        })
    });
    saved.await
}

/// Staff write a payment down, or take one back that was none. Gives the organisation's name. Errors: `NotFound`; fields
/// of [`CreditForm`].
pub async fn add_credit(context: &Context, staff: Staff, form: CreditForm) -> Result<String, AppError> {
    let (added, inner) = (form.parse()?, context.clone());
    let booked = context.database.write(move |on| {
        Box::pin(async move {
            let row: organisation::Model =
                lock_organisation(on, added.organisation).await?.ok_or(Code::NotFound)?;
            let account = account::lock(&inner, on, &row).await?;
            let entry = account::Entry {
                kind: Booking::Added,
                amount: added.amount,
                number: None,
                reason: added.reason.clone(),
                person: Some(staff.person),
            };
            let is_low = book(&inner, on, &account, entry).await?;
            let credit = account.credit() + added.amount;
            let entry = Entry {
                organisation: Some(row.id()),
                before: json!({ "credit": account.credit }),
                after: json!({ "credit": credit.kurus(), "reason": added.reason }),
                ..audit::personal(staff.person, "invoices.add_credit")
            };
            audit::record(&inner, on, entry).await?;
            if is_low {
                letters::tell_low(&inner, on, &row, credit, account.threshold()).await?;
            }
            Ok(row.name)
        })
    });
    booked.await
}
