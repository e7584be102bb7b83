//! An invoice as a file: made anew each time from what was written down when it was issued, in either language.

use chrono::{Datelike, NaiveDate};
use domain::{
    Admin, AppError, Language,
    billing::place_line,
    branding::RATIO,
    invoices::{Buyer, Kind, Line, OneInvoiceForm, Seller, days_of_month, in_words},
};
use entity::invoice;
pub use pdf::{Column, Party, Sheet};
use serde_json::json;
use texts::invoices as t;

use super::{
    logo,
    read::{Invoice, complete, find, load, national_number},
};
use crate::{
    Context,
    audit::{self, Entry},
    failure::{OrInternal, internal},
    zones,
};

/// The PDF, in a language or in the organisation's at issue. One with a national number is told to the trail. Errors:
/// `NotFound`.
pub async fn print(
    context: &Context,
    admin: Admin,
    form: &OneInvoiceForm,
    language: Option<Language>,
) -> Result<(Vec<u8>, Language), AppError> {
    let row = find(context, admin.organisation, form.parse()?).await?;
    let language = language.unwrap_or(row.language());
    let number = national_number(context, row.id()).await?;
    if let Some(number) = &number {
        let (inner, printed, masked) = (context.clone(), row.number.clone(), number.masked());
        let noted = context.database.write(move |on| {
            Box::pin(async move {
                let entry = Entry {
                    organisation: Some(admin.organisation),
                    after: json!({ "number": printed, "national_number": masked }),
                    ..audit::personal(admin.person, "invoices.download")
                };
                audit::record(&inner, on, entry).await
            })
        });
        noted.await?;
    }
    let full = number.map(|number| number.as_str().to_owned());
    Ok((draw(context, row, full, language).await?, language))
}

/// The PDF for somebody who keeps a copy: a national number is masked.
pub(crate) async fn draw_masked(
    context: &Context,
    row: invoice::Model,
    language: Language,
) -> Result<Vec<u8>, AppError> {
    let masked = national_number(context, row.id()).await?.map(|number| number.masked());
    draw(context, row, masked, language).await
}

async fn draw(
    context: &Context,
    row: invoice::Model,
    number: Option<String>,
    language: Language,
) -> Result<Vec<u8>, AppError> {
    let logo = match &row.logo {
        Some(name) => Some(logo::read(context, row.organisation(), name).await?.to_vec()),
        None => None,
    };
    let invoice = complete(context, row, None).await?;
    let sheet = sheet(&invoice, logo, number.as_deref(), language);
    let page_of = move |page, pages| t::paper_page(language, page, pages);
    let drawn = tokio::task::spawn_blocking(move || pdf::render(&sheet, page_of)).await;
    drawn.map_err(internal)?.or_internal()
}

/// What stands on an invoice, in words; a national number masked, and without the logo. Errors: `NotFound`.
pub async fn show(
    context: &Context,
    admin: Admin,
    form: &OneInvoiceForm,
    language: Language,
) -> Result<(Invoice, Sheet), AppError> {
    let invoice = load(context, admin, form).await?;
    let sheet = sheet(&invoice, None, invoice.masked.as_deref(), language);
    Ok((invoice, sheet))
}

fn sheet(invoice: &Invoice, logo: Option<Vec<u8>>, number: Option<&str>, l: Language) -> Sheet {
    let Invoice { row, seller, buyer, lines, other, .. } = invoice;
    let sums = row.sums();
    let column = |title: &str, width, at_end| Column { title: title.to_owned(), width, at_end };
    let rates: Vec<String> = {
        let mut rates: Vec<u32> = lines.iter().map(|line| line.rate).collect();
        rates.sort_unstable();
        rates.dedup();
        rates.into_iter().map(|rate| percent(rate, l)).collect()
    };
    let (title, date) = match row.kind() {
        Kind::Invoice => (t::paper_invoice(l), t::paper_date(l)),
        Kind::CreditNote => (t::paper_credit_note(l), t::paper_note_date(l)),
    };
    let zone =
        zones::parse(&row.time_zone).map_or_else(|_| row.time_zone.clone(), |zone| zones::label(zone, l));
    let mut facts = vec![
        (date.to_owned(), day(row.issued_on, l)),
        (t::paper_period(l).to_owned(), period(row.first_day, row.last_day, l)),
        (t::paper_zone(l).to_owned(), zone),
    ];
    if let (Kind::CreditNote, Some(other)) = (row.kind(), other) {
        facts.push((t::paper_refers_to(l).to_owned(), other.clone()));
    }
    let mut notes = Vec::new();
    if row.kind() == Kind::CreditNote {
        notes.push(t::paper_reason(l, &row.reason));
    }
    if seller.tax_number.is_empty() {
        notes.push(t::paper_no_seller(l).to_owned());
    }
    Sheet {
        language: l.tag().to_owned(),
        title: title.to_owned(),
        number: row.number.clone(),
        issued: issued(row.issued_on),
        author: seller.title.clone(),
        // A strip is a picture of this shape, whatever the logo in it is.
        logo: logo.map(|picture| (picture, RATIO, 1)),
        logo_name: buyer.name.clone(),
        seller: seller_on_paper(seller, l),
        buyer: buyer_on_paper(buyer, number, l),
        facts,
        columns: vec![
            column(t::paper_item(l), 32.0, false),
            column(t::paper_quantity(l), 17.0, true),
            column(t::paper_unit(l), 15.0, true),
            column(t::paper_rate(l), 8.0, true),
            column(t::paper_tax(l), 13.0, true),
            column(t::paper_amount(l), 15.0, true),
        ],
        rows: lines.iter().map(|line| cells(line, l)).collect(),
        totals: vec![
            (t::paper_net(l).to_owned(), sums.net.text(l)),
            (t::paper_tax_total(l, rates.join(", ")), sums.tax.text(l)),
            (t::paper_total(l).to_owned(), sums.total().text(l)),
        ],
        words: vec![(t::paper_words(l).to_owned(), in_words(sums.total()))],
        notes,
        footer: format!("{} · {}", seller.title, row.number),
    }
}

fn seller_on_paper(seller: &Seller, l: Language) -> Party {
    let number = (!seller.tax_number.is_empty())
        .then(|| tax_line(&seller.tax_office, t::paper_vkn(l), &seller.tax_number));
    let lines = [seller.address.clone(), number.unwrap_or_default(), seller.email.clone()];
    Party {
        label: t::paper_seller(l).to_owned(),
        name: seller.title.clone(),
        lines: lines.into_iter().filter(|line| !line.is_empty()).collect(),
    }
}

fn buyer_on_paper(buyer: &Buyer, number: Option<&str>, l: Language) -> Party {
    let (word, number) = match buyer.is_person() {
        true => (t::paper_tckn(l), number.unwrap_or_default()),
        false => (t::paper_vkn(l), buyer.tax_number.as_str()),
    };
    let lines = [
        buyer.address.clone(),
        place_line(&buyer.postcode, &buyer.district, &buyer.province),
        texts::billing::print_country(l).to_owned(),
        tax_line(&buyer.tax_office, word, number),
    ];
    Party {
        label: t::paper_buyer(l).to_owned(),
        name: buyer.legal_title.clone(),
        lines: lines.into_iter().filter(|line| !line.is_empty()).collect(),
    }
}

/// `Şişli Vergi Dairesi · VKN 1234567890`
fn tax_line(office: &str, word: &str, number: &str) -> String {
    let number = format!("{word} {number}").replace(' ', "\u{a0}");
    if office.is_empty() { number } else { format!("{office} · {number}") }
}

fn cells(line: &Line, l: Language) -> Vec<String> {
    let days = t::paper_days(l, line.days(), days_of_month(line.first)).replace(' ', "\u{a0}");
    let quantity = match line.slots {
        Some(slots) => format!("{} × {days}", t::paper_slots(l, slots).replace(' ', "\u{a0}")),
        None => days,
    };
    vec![
        format!("{}\n{}", t::paper_plan(l, line.plan.name()), period(line.first, line.last, l)),
        quantity,
        line.unit.text(l),
        percent(line.rate, l),
        line.tax.text(l),
        line.net.text(l),
    ]
}

/// `%20`, `20%`; basis points that are no whole percent keep them.
fn percent(rate: u32, l: Language) -> String {
    let point = if l == Language::Tr { ',' } else { '.' };
    let figures = match (rate / 100, rate % 100) {
        (whole, 0) => whole.to_string(),
        (whole, part) => format!("{whole}{point}{part:02}"),
    };
    match l {
        Language::Tr => format!("%{figures}"),
        Language::En => format!("{figures}%"),
    }
}

fn period(first: NaiveDate, last: NaiveDate, l: Language) -> String {
    if first == last { day(first, l) } else { format!("{} – {}", day(first, l), day(last, l)) }
}

fn day(date: NaiveDate, l: Language) -> String {
    match l {
        Language::Tr => date.format("%d.%m.%Y").to_string(),
        Language::En => date.format("%-d %b %Y").to_string(),
    }
}

fn issued(on: NaiveDate) -> (u16, u8, u8) {
    let small = |number: u32| u8::try_from(number).unwrap_or(1);
    (u16::try_from(on.year()).unwrap_or(0), small(on.month()), small(on.day()))
}
