//! What is told about invoices and credit. Each function says what happened; who hears of it, and how, is decided here.

use domain::{Admin, AppError, Role, invoices::Kind, invoices::MailForm};
use entity::{billing_account, invoice, organisation, person};
use sea_orm::EntityTrait;
use serde_json::json;

use super::read;
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    mail::{InvoiceNews, Mail, MailKind},
    members::tell_all,
};

/// An invoice was issued.
pub(super) async fn tell_issued(
    context: &Context,
    row: &organisation::Model,
    invoice: &invoice::Model,
) -> Result<(), AppError> {
    tell_all(context, row, Role::Owner, about(context, row, invoice, None)).await
}

/// A credit note takes the invoice numbered `taken` back.
pub(super) async fn tell_credited(
    context: &Context,
    row: &organisation::Model,
    note: &invoice::Model,
    taken: String,
) -> Result<(), AppError> {
    tell_all(context, row, Role::Owner, about(context, row, note, Some(taken))).await
}

/// Credit fell below its threshold; said once until it has risen again.
pub(super) async fn tell_low(context: &Context, row: &organisation::Model) -> Result<(), AppError> {
    let account = billing_account::Entity::in_organisation(row.id());
    let Some(account) = account.one(context.database.read()).await.or_internal()? else { return Ok(()) };
    let news = InvoiceNews::LowCredit { credit: account.credit() };
    let (organisation, link) = (row.name.clone(), context.link("/settings/billing#credit"));
    tell_all(context, row, Role::Owner, MailKind::Invoice { news, organisation, link }).await
}

/// Mails an invoice once more, to whoever asks. Gives the address. Errors: `NotFound`.
pub async fn mail_again(context: &Context, admin: Admin, form: &MailForm) -> Result<String, AppError> {
    let invoice = read::find(context, admin.organisation, form.parse()?).await?;
    let at = context.database.read();
    let row = organisation::Entity::by_id(admin.organisation).one(at).await.or_internal()?;
    let person = person::Entity::find_by_id(admin.person.0).one(at).await.or_internal()?;
    let (row, person) = row.zip(person).ok_or(domain::Code::NotFound)?;
    let inner = context.clone();
    let number = invoice.number.clone();
    let noted = context.database.write(move |on| {
        Box::pin(async move {
            let entry = Entry {
                organisation: Some(admin.organisation),
                after: json!({ "number": number }),
                ..audit::personal(admin.person, "invoices.mail")
            };
            audit::record(&inner, on, entry).await
        })
    });
    noted.await?;
    let taken = read::complete(context, invoice.clone(), None).await?.other;
    let kind = about(context, &row, &invoice, taken.filter(|_| invoice.kind() == Kind::CreditNote));
    let (language, organisation) = (admin.language, Some(admin.organisation));
    context.post(Mail { id: context.id(), to: person.email.clone(), language, organisation, kind });
    Ok(person.email)
}

fn about(
    context: &Context,
    row: &organisation::Model,
    invoice: &invoice::Model,
    taken: Option<String>,
) -> MailKind {
    let (number, total) = (invoice.number.clone(), invoice.sums().total());
    let link = context.link(&format!("/settings/billing/invoices/{number}"));
    let news = match taken {
        Some(taken) => InvoiceNews::Credited { number, taken, total },
        None => InvoiceNews::Issued { number, total },
    };
    MailKind::Invoice { news, organisation: row.name.clone(), link }
}
