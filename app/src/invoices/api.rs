//! Invoices in words, amounts and dates as the page's language writes them.

use domain::invoices::{Booking, Kind, MailForm, OneInvoiceForm, ThresholdForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    crate::{paths, server_side as server},
    domain::{Language, money::Money},
    services::invoices::{self, Credit, Listed, Waiting as ToInvoice},
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvoicesPage {
    /// Newest first.
    pub lines: Vec<InvoiceLine>,
    pub waiting: Option<Waiting>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvoiceLine {
    pub number: String,
    pub kind: Kind,
    pub date: String,
    pub period: String,
    pub total: String,
    /// The credit note that takes it back, or what this one takes back.
    pub other: Option<String>,
}

/// What is charged and not invoiced yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    pub total: String,
    pub needs_identity: bool,
}

/// One document, as it stands on paper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvoicePage {
    pub line: InvoiceLine,
    pub title: String,
    pub logo: Option<String>,
    pub logo_name: String,
    pub seller: Party,
    pub buyer: Party,
    pub facts: Vec<(String, String)>,
    /// With whether it holds figures.
    pub columns: Vec<(String, bool)>,
    pub rows: Vec<Vec<String>>,
    pub totals: Vec<(String, String)>,
    pub words: Vec<(String, String)>,
    pub notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Party {
    pub label: String,
    pub name: String,
    pub lines: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreditPage {
    pub balance: String,
    /// What is owed, if it is below zero.
    pub owed: Option<String>,
    pub is_low: bool,
    /// In words, and as its field shows it; empty: none.
    pub threshold: Option<String>,
    pub typed: String,
    /// Newest first.
    pub entries: Vec<EntryLine>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryLine {
    pub when: String,
    pub kind: Booking,
    pub number: Option<String>,
    pub reason: String,
    pub amount: String,
    pub balance: String,
}

#[server(endpoint = "invoices/load-invoices", protocol = crate::protocol::FormToJson)]
pub async fn load_invoices() -> Result<InvoicesPage, Error> {
    let (context, admin, l) = (server::context()?, server::admin()?, server::facts().language);
    let (listed, waiting) = invoices::list(&context, admin).await?;
    let waiting = waiting
        .map(|ToInvoice { sums, needs_identity }| Waiting { total: sums.total().text(l), needs_identity });
    Ok(InvoicesPage { lines: listed.into_iter().map(|listed| line(l, listed)).collect(), waiting })
}

#[server(endpoint = "invoices/load-invoice", protocol = crate::protocol::FormToJson)]
pub async fn load_invoice(form: OneInvoiceForm) -> Result<InvoicePage, Error> {
    let (context, admin, l) = (server::context()?, server::admin()?, server::facts().language);
    let (invoice, sheet) = invoices::show(&context, admin, &form, l).await?;
    let party = |party: invoices::Party| Party { label: party.label, name: party.name, lines: party.lines };
    let number = invoice.row.number.clone();
    Ok(InvoicePage {
        logo: invoice.row.logo.as_ref().map(|_| paths::invoice_logo(&number)),
        line: line(l, Listed { row: invoice.row, other: invoice.other }),
        title: sheet.title,
        logo_name: sheet.logo_name,
        seller: party(sheet.seller),
        buyer: party(sheet.buyer),
        facts: sheet.facts,
        columns: sheet.columns.into_iter().map(|column| (column.title, column.at_end)).collect(),
        rows: sheet.rows,
        totals: sheet.totals,
        words: sheet.words,
        notes: sheet.notes,
    })
}

/// Gives the address it was sent to.
#[server(endpoint = "invoices/mail-invoice", protocol = crate::protocol::FormToJson)]
pub async fn mail_invoice(form: MailForm) -> Result<String, Error> {
    Ok(invoices::mail_again(&server::context()?, server::admin()?, &form).await?)
}

#[server(endpoint = "invoices/load-credit", protocol = crate::protocol::FormToJson)]
pub async fn load_credit() -> Result<CreditPage, Error> {
    let (context, admin, visit) = (server::context()?, server::admin()?, server::visit()?);
    let l = server::facts().language;
    let Credit { balance, threshold, is_low } = invoices::load_credit(&context, admin).await?;
    let entries = invoices::list_entries(&context, admin).await?;
    let entries = entries.into_iter().map(|entry| EntryLine {
        when: server::instant(&visit, l, entry.at),
        kind: entry.booking(),
        amount: entry.amount().text(l),
        balance: entry.balance().text(l),
        number: entry.number,
        reason: entry.reason,
    });
    Ok(CreditPage {
        balance: balance.text(l),
        owed: balance.is_negative().then(|| (Money::ZERO - balance).text(l)),
        is_low,
        threshold: threshold.map(|threshold| threshold.text(l)),
        typed: threshold.map(|threshold| threshold.typed(l)).unwrap_or_default(),
        entries: entries.collect(),
    })
}

/// Gives the threshold in words; nothing if there is none now.
#[server(endpoint = "invoices/save-threshold", protocol = crate::protocol::FormToJson)]
pub async fn save_threshold(form: ThresholdForm) -> Result<Option<String>, Error> {
    let l = server::facts().language;
    let saved = invoices::save_threshold(&server::context()?, server::admin()?, form).await?;
    Ok(saved.map(|threshold| threshold.text(l)))
}

#[cfg(feature = "ssr")]
fn line(l: Language, Listed { row, other }: Listed) -> InvoiceLine {
    let day = |day: chrono::NaiveDate| server::date(l, day.and_time(chrono::NaiveTime::MIN));
    InvoiceLine {
        kind: row.kind(),
        date: day(row.issued_on),
        period: if row.first_day == row.last_day {
            day(row.first_day)
        } else {
            format!("{} – {}", day(row.first_day), day(row.last_day))
        },
        total: row.sums().total().text(l),
        number: row.number,
        other,
    }
}
