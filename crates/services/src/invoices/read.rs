//! What administrators see of their invoices.

use domain::{
    Admin, AppError, Code, InvoiceId, OrganisationId,
    billing::Tckn,
    invoices::{Buyer, Line, OneInvoiceForm, Seller, Sums},
};
use entity::{charge, invoice, invoice_line, invoice_secret, tax_identity};
use sea_orm::{ColumnTrait, Condition, QueryFilter};

use crate::{
    Context,
    failure::{OrInternal, internal},
    sealing::Place,
};

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub row: invoice::Model,
    /// The number of the credit note that takes it back, or of the invoice that this one takes back.
    pub other: Option<String>,
}

/// What is charged and not invoiced yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub sums: Sums,
    /// Nobody has said whom invoices are made out to.
    pub needs_identity: bool,
}

/// Everything on one document, the national number apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    pub row: invoice::Model,
    pub seller: Seller,
    pub buyer: Buyer,
    pub lines: Vec<Line>,
    /// See [`Listed::other`].
    pub other: Option<String>,
    /// The national number, masked.
    pub masked: Option<String>,
}

/// Newest first, and what waits to be invoiced.
pub async fn list(context: &Context, admin: Admin) -> Result<(Vec<Listed>, Option<Waiting>), AppError> {
    let read = context.database.read();
    let rows = invoice::Entity::in_organisation(admin.organisation).all(read).await.or_internal()?;
    let other = |row: &invoice::Model| {
        let pair =
            rows.iter().find(|other| other.refers_to == Some(row.id) || row.refers_to == Some(other.id));
        pair.map(|other| other.number.clone())
    };
    let listed = rows.iter().map(|row| Listed { other: other(row), row: row.clone() }).collect();
    let open = charge::Entity::open_in_organisation(admin.organisation).all(read).await.or_internal()?;
    let lines: Vec<Line> = open.iter().filter_map(charge::Model::line).collect();
    if lines.is_empty() {
        return Ok((listed, None));
    }
    let identity = tax_identity::Entity::in_organisation(admin.organisation).one(read).await.or_internal()?;
    Ok((listed, Some(Waiting { sums: Sums::of(&lines), needs_identity: identity.is_none() })))
}

/// Errors: `NotFound`.
pub async fn load(context: &Context, admin: Admin, form: &OneInvoiceForm) -> Result<Invoice, AppError> {
    let row = find(context, admin.organisation, form.parse()?).await?;
    let number = national_number(context, row.id()).await?;
    complete(context, row, number.map(|number| number.masked())).await
}

pub(super) async fn complete(
    context: &Context,
    row: invoice::Model,
    masked: Option<String>,
) -> Result<Invoice, AppError> {
    let read = context.database.read();
    let either = Condition::any()
        .add(invoice::Column::RefersTo.eq(row.id))
        .add_option(row.refers_to.map(|other| invoice::Column::Id.eq(other)));
    let pair =
        invoice::Entity::in_organisation(row.organisation()).filter(either).one(read).await.or_internal()?;
    let lines = invoice_line::Entity::of_invoice(row.id()).all(read).await.or_internal()?;
    Ok(Invoice {
        seller: serde_json::from_str(&row.seller).or_internal()?,
        buyer: serde_json::from_str(&row.buyer).or_internal()?,
        lines: lines.iter().map(invoice_line::Model::line).collect(),
        other: pair.map(|other| other.number),
        masked,
        row,
    })
}

/// Errors: `NotFound`.
pub(super) async fn find(
    context: &Context,
    of: OrganisationId,
    number: &str,
) -> Result<invoice::Model, AppError> {
    let found = invoice::Entity::in_organisation(of).filter(invoice::Column::Number.eq(number));
    found.one(context.database.read()).await.or_internal()?.ok_or_else(|| Code::NotFound.into())
}

/// The national number on an invoice to a sole trader.
pub(super) async fn national_number(context: &Context, id: InvoiceId) -> Result<Option<Tckn>, AppError> {
    let secret = invoice_secret::Entity::of_invoice(id).one(context.database.read()).await.or_internal()?;
    let Some(secret) = secret else { return Ok(None) };
    let plain = context.keys.unseal(&Place::InvoiceNumber(id), &secret.national_number)?;
    let number = Tckn::parse(&String::from_utf8_lossy(&plain));
    number.map(Some).map_err(|_| internal("a sealed national number is none"))
}
