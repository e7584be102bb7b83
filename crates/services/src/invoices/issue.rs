//! Issuing: everything that is on the document is copied into its rows, with the next number of the year's series, in
//! one transaction. Whoever fails leaves neither a document nor a gap.

use chrono::NaiveDate;
use domain::{
    AppError, InvoiceId, OrganisationId,
    billing::Tckn,
    invoices::{Booking, Buyer, Kind, Line, Sums, number_in, series_of},
    money::Money,
};
use entity::{
    billing_account, charge, invoice, invoice_line, invoice_secret, invoice_series, logo, organisation,
    tax_identity,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde_json::json;

use super::{
    account::{self, book},
    letters, logo as copies,
};
use crate::{
    Context,
    audit::{self, Entry},
    billing::open,
    failure::{OrInternal, internal},
    places,
    sealing::Place,
    support::{lock_organisation, today},
};

/// Invoices what is charged and not invoiced, if there is something and it is known whom to make it out to. The number
/// of what was issued.
pub(super) async fn issue(context: &Context, of: OrganisationId) -> Result<Option<String>, AppError> {
    let logo = copies::keep(context, of).await?;
    let inner = context.clone();
    let issued = context.database.write(move |on| {
        Box::pin(async move {
            let row = lock_organisation(on, of).await?.filter(|row| row.stage().is_open());
            let Some(row) = row else { return Ok(None) };
            let account = account::lock(&inner, on, &row).await?;
            let charges = charge::Entity::open_in_organisation(of).all(on).await.or_internal()?;
            let lines: Vec<Line> = charges.iter().filter_map(charge::Model::line).collect();
            let identity = tax_identity::Entity::in_organisation(of).one(on).await.or_internal()?;
            let (Some(first), Some(last), Some(identity)) = (lines.first(), lines.last(), identity) else {
                return Ok(None);
            };
            let now_logo = logo::Entity::in_organisation(of).one(on).await.or_internal()?;
            if now_logo.and_then(|logo| logo.name) != logo {
                // Changed since it was copied: the next look issues.
                return Ok(None);
            }
            let new = New {
                kind: Kind::Invoice,
                refers_to: None,
                reason: String::new(),
                first_day: first.first,
                last_day: last.last,
                seller: serde_json::to_string(&inner.settings.seller).or_internal()?,
                buyer: serde_json::to_string(&buyer_of(&row, &identity)).or_internal()?,
                logo,
                number: open(&inner.keys, &identity)?,
            };
            let invoice = insert(&inner, on, &row, new, &lines).await?;
            charge::Entity::update_many()
                .col_expr(charge::Column::InvoiceId, Expr::value(invoice.id))
                .filter(charge::Column::Id.is_in(charges.iter().map(|charge| charge.id)))
                .exec(on)
                .await
                .or_internal()?;
            let amount = Money::ZERO - invoice.sums().total();
            let is_low = book_document(&inner, on, &account, &invoice, Booking::Invoice, amount).await?;
            let entry = Entry {
                organisation: Some(of),
                person: None,
                action: "invoices.issue",
                before: json!({}),
                after: json!({ "number": invoice.number, "total": invoice.sums().total().kurus() }),
            };
            audit::record(&inner, on, entry).await?;
            letters::tell_issued(&inner, on, &row, &invoice, None).await?;
            if is_low {
                let balance = account.credit() + amount;
                letters::tell_low(&inner, on, &row, balance, account.threshold()).await?;
            }
            Ok(Some(invoice.number))
        })
    });
    issued.await
}

/// [`issue`] after a change of plan, which stands whatever becomes of this: the server looks again within a minute.
pub(crate) async fn issue_now(context: &Context, of: OrganisationId) {
    if let Err(error) = issue(context, of).await {
        tracing::warn!(%error, organisation = %of, "an invoice could not be issued yet");
    }
}

/// What differs between documents.
pub(super) struct New {
    pub kind: Kind,
    pub refers_to: Option<InvoiceId>,
    pub reason: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub seller: String,
    pub buyer: String,
    pub logo: Option<String>,
    pub number: Option<Tckn>,
}

/// Writes a document down, with its number.
pub(super) async fn insert(
    context: &Context,
    on: &impl ConnectionTrait,
    row: &organisation::Model,
    new: New,
    lines: &[Line],
) -> Result<invoice::Model, AppError> {
    let (id, now, issued_on) = (InvoiceId(context.id()), context.now(), today(context, row));
    let Sums { net, tax } = Sums::of(lines);
    let invoice = invoice::Model {
        id: id.0,
        organisation_id: row.id,
        kind: new.kind.as_str().to_owned(),
        number: next_number(on, issued_on).await?,
        refers_to: new.refers_to.map(|id| id.0),
        reason: new.reason,
        first_day: new.first_day,
        last_day: new.last_day,
        issued_at: now,
        issued_on,
        time_zone: row.time_zone.clone(),
        language: row.language.clone(),
        seller: new.seller,
        buyer: new.buyer,
        logo: new.logo,
        net: net.kurus(),
        tax: tax.kurus(),
    };
    let insert = invoice::Entity::insert(invoice.clone().into_active_model().reset_all());
    insert.exec_without_returning(on).await.or_internal()?;
    let rows = (0..).zip(lines).map(|(position, line)| invoice_line::ActiveModel {
        invoice_id: Set(id.0),
        position: Set(position),
        plan: Set(line.plan.as_str().to_owned()),
        first_day: Set(line.first),
        last_day: Set(line.last),
        slots: Set(line.slots.and_then(|slots| i32::try_from(slots).ok())),
        unit: Set(line.unit.kurus()),
        net: Set(line.net.kurus()),
        rate: Set(i32::try_from(line.rate).unwrap_or(i32::MAX)),
        tax: Set(line.tax.kurus()),
    });
    invoice_line::Entity::insert_many(rows).exec_without_returning(on).await.or_internal()?;
    if let Some(number) = new.number {
        let sealed = context.keys.seal(&Place::InvoiceNumber(id), number.as_str().as_bytes())?;
        let secret = invoice_secret::ActiveModel { invoice_id: Set(id.0), national_number: Set(sealed) };
        invoice_secret::Entity::insert(secret).exec_without_returning(on).await.or_internal()?;
    }
    Ok(invoice)
}

/// Takes a document from the credit, or gives it back. Whether credit is low with it.
pub(super) async fn book_document(
    context: &Context,
    on: &impl ConnectionTrait,
    account: &billing_account::Model,
    invoice: &invoice::Model,
    kind: Booking,
    amount: Money,
) -> Result<bool, AppError> {
    let number = Some(invoice.number.clone());
    book(context, on, account, account::Entry { kind, amount, number, reason: String::new(), person: None })
        .await
}

/// The next number of the year. Its row stays locked until the transaction ends, and goes back with it.
async fn next_number(on: &impl ConnectionTrait, issued_on: NaiveDate) -> Result<String, AppError> {
    let series = series_of(issued_on);
    let first = invoice_series::ActiveModel { name: Set(series.clone()), last: Set(0) };
    let keep = OnConflict::column(invoice_series::Column::Name).do_nothing().to_owned();
    invoice_series::Entity::insert(first).on_conflict(keep).exec_without_returning(on).await.or_internal()?;
    let raised = invoice_series::Entity::update_many()
        .col_expr(invoice_series::Column::Last, Expr::col(invoice_series::Column::Last).add(1))
        .filter(invoice_series::Column::Name.eq(&series))
        .exec_with_returning(on)
        .await
        .or_internal()?;
    let row = raised.first().ok_or_else(|| internal("a series of invoices is gone"))?;
    Ok(number_in(&series, row.last))
}

fn buyer_of(row: &organisation::Model, identity: &tax_identity::Model) -> Buyer {
    Buyer {
        name: row.name.clone(),
        taxpayer: identity.taxpayer.clone(),
        legal_title: identity.legal_title.clone(),
        tax_number: identity.tax_number.clone(),
        tax_office: identity.tax_office.clone(),
        office_province: places::name(&identity.office_province).to_owned(),
        address: identity.address.clone(),
        postcode: identity.postcode.clone(),
        district: identity.district.clone(),
        province: places::name(&identity.province).to_owned(),
    }
}
