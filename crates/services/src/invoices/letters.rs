//! What is told about invoices and credit, in the transaction in which it happens.

use domain::{
    Admin, AppError, Code,
    invoices::{Kind, MailForm},
    money::Money,
    notifications::News,
};
use entity::{invoice, organisation, person};
use sea_orm::{DatabaseTransaction, EntityTrait};
use serde_json::json;

use super::read;
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    notifications::{Raise, mail_at_once, raise},
};

/// An invoice was issued, or a credit note, which takes the invoice numbered `taken` back.
pub(super) async fn tell_issued(
    context: &Context,
    on: &DatabaseTransaction,
    organisation: &organisation::Model,
    invoice: &invoice::Model,
    taken: Option<String>,
) -> Result<(), AppError> {
    let key = format!("invoice:{}", invoice.number);
    raise(context, on, Raise { organisation, key, news: about(invoice, taken), by: None }).await
}

/// Credit fell below its threshold; said once until it has risen again.
pub(super) async fn tell_low(
    context: &Context,
    on: &DatabaseTransaction,
    organisation: &organisation::Model,
    balance: Money,
    threshold: Option<Money>,
) -> Result<(), AppError> {
    let key = format!("low_credit:{}", context.id());
    let news = News::LowCredit { balance, threshold: threshold.unwrap_or_default() };
    raise(context, on, Raise { organisation, key, news, by: None }).await
}

/// Mails an invoice once more, to whoever asks. Gives the address. Errors: `NotFound`.
pub async fn mail_again(context: &Context, admin: Admin, form: &MailForm) -> Result<String, AppError> {
    let invoice = read::find(context, admin.organisation, form.parse()?).await?;
    let at = context.database.read();
    let row = organisation::Entity::by_id(admin.organisation).one(at).await.or_internal()?;
    let person = person::Entity::find_by_id(admin.person.0).one(at).await.or_internal()?;
    let (row, person) = row.zip(person).ok_or(Code::NotFound)?;
    let other = read::complete(context, invoice.clone(), None).await?.other;
    let taken = other.filter(|_| invoice.kind() == Kind::CreditNote);
    let inner = context.clone();
    let mailed = context.database.write(move |on| {
        Box::pin(async move {
            let entry = Entry {
                organisation: Some(admin.organisation),
                after: json!({ "number": invoice.number }),
                ..audit::personal(admin.person, "invoices.mail")
            };
            audit::record(&inner, on, entry).await?;
            mail_at_once(&inner, on, &row, &person, &about(&invoice, taken)).await?;
            Ok(person.email)
        })
    });
    mailed.await
}

fn about(invoice: &invoice::Model, taken: Option<String>) -> News {
    News::Invoice { number: invoice.number.clone(), total: invoice.sums().total(), taken }
}
