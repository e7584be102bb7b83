//! Taking an invoice back: staff issue a credit note over all of it. The invoice stays as it is.

use domain::{
    AppError, Code, Staff,
    invoices::{Booking, CreditNoteForm, Kind, Line},
};
use entity::{invoice, invoice_line};
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::json;

use super::{
    account,
    issue::{New, book_document, insert},
    letters, read,
};
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    support::lock_organisation,
};

/// Gives the number of the credit note. Errors: `NotFound`; `number` is `InvoiceUnknown` or `InvoiceCredited`; other fields
/// of [`CreditNoteForm`].
pub async fn issue_credit_note(
    context: &Context,
    staff: Staff,
    form: CreditNoteForm,
) -> Result<String, AppError> {
    let (wanted, inner) = (form.parse()?, context.clone());
    let found = invoice::Entity::in_organisation(wanted.organisation)
        .filter(invoice::Column::Number.eq(&wanted.number))
        .one(context.database.read())
        .await
        .or_internal()?;
    let number = match &found {
        Some(found) => read::national_number(context, found.id()).await?,
        None => None,
    };
    let issued = context.database.write(move |on| {
        Box::pin(async move {
            let row = lock_organisation(on, wanted.organisation).await?.ok_or(Code::NotFound)?;
            let account = account::lock(&inner, on, &row).await?;
            let taken = found.ok_or_else(|| AppError::field("number", Code::InvoiceUnknown))?;
            let earlier =
                invoice::Entity::in_organisation(row.id()).filter(invoice::Column::RefersTo.eq(taken.id));
            let is_taken = earlier.one(on).await.or_internal()?.is_some();
            if is_taken || taken.kind() == Kind::CreditNote {
                return Err(AppError::field("number", Code::InvoiceCredited));
            }
            let lines = invoice_line::Entity::of_invoice(taken.id()).all(on).await.or_internal()?;
            let lines: Vec<Line> = lines.iter().map(invoice_line::Model::line).collect();
            let new = New {
                kind: Kind::CreditNote,
                refers_to: Some(taken.id()),
                reason: wanted.reason.clone(),
                first_day: taken.first_day,
                last_day: taken.last_day,
                seller: taken.seller.clone(),
                buyer: taken.buyer.clone(),
                logo: taken.logo.clone(),
                number,
            };
            let note = insert(&inner, on, &row, new, &lines).await?;
            book_document(&inner, on, &account, &note, Booking::CreditNote, note.sums().total()).await?;
            let entry = Entry {
                organisation: Some(row.id()),
                after: json!({ "number": note.number, "refers_to": taken.number, "reason": wanted.reason,
                               "total": note.sums().total().kurus() }),
                ..audit::personal(staff.person, "invoices.credit_note")
            };
            audit::record(&inner, on, entry).await?;
            letters::tell_issued(&inner, on, &row, &note, Some(taken.number)).await?;
            Ok(note.number)
        })
    });
    issued.await
}
