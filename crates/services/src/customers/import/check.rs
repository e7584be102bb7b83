//! What would come of a table, without doing it; and its rows that would come to nothing, as a file.

use domain::{Admin, AppError, FieldError, Language, customers::import::Row};
use entity::customer;
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{OrInternalCode, Table, apart, choices_of, customers, find};
use crate::{Context, cells::row_of, failure::OrInternal, zones};

/// Rows with errors on the page.
const SHOWN: usize = 20;
/// Numbers that are looked up in one go.
const AT_ONCE: usize = 500;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    pub new: usize,
    /// Their number is known.
    pub known: usize,
    /// Rows with errors.
    pub refused: usize,
    /// The first of them.
    pub faults: Vec<Fault>,
}

/// A row with errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub line: u64,
    pub errors: Vec<FieldError>,
    /// What its columns for name and number say.
    pub said: String,
}

/// Errors: `NotFound`.
pub async fn check(context: &Context, admin: Admin, id: Uuid) -> Result<Check, AppError> {
    let row = find(context, admin, id).await?;
    let country = zones::country_of(context, admin.organisation).await?;
    let choices = choices_of(&row)?;
    let read = move || {
        let table = Table::read(&row.content, country)?;
        let rows = customers(&table, &choices, country);
        let columns = choices.columns;
        let faults = table.rows.iter().zip(&rows).filter_map(|((line, cells), row)| {
            let cell =
                |column: Option<usize>| column.and_then(|column| cells.get(column)).unwrap_or_default();
            let said = [columns.name, columns.surname, columns.phone].map(cell).map(str::trim);
            let said = said.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
            let errors = row.customer.as_ref().err()?.clone();
            Some(Fault { line: *line, errors, said: said.chars().take(80).collect() })
        });
        Ok((faults.take(SHOWN).collect::<Vec<_>>(), rows))
    };
    let (faults, rows) = apart(read).await?.or_internal_code()?;
    let phones: Vec<String> =
        rows.iter().filter_map(|row| row.customer.as_ref().ok()).map(|row| row.phone.clone()).collect();
    let mut known = 0;
    for phones in phones.chunks(AT_ONCE) {
        let found: Vec<String> = customer::Entity::in_organisation(admin.organisation)
            .filter(customer::Column::Phone.is_in(phones))
            .select_only()
            .column(customer::Column::Phone)
            .into_tuple()
            .all(context.database.read())
            .await
            .or_internal()?;
        known += found.len();
    }
    Ok(Check { new: phones.len() - known, known, refused: rows.len() - phones.len(), faults })
}

/// The rows with errors as CSV: their own columns, then the line they stand on and what is wrong in words.
/// Errors: `NotFound`.
pub async fn export_refused(context: &Context, admin: Admin, id: Uuid) -> Result<String, AppError> {
    let row = find(context, admin, id).await?;
    let country = zones::country_of(context, admin.organisation).await?;
    let (choices, l) = (choices_of(&row)?, admin.language);
    let write = move || {
        let table = Table::read(&row.content, country)?;
        let mut heads: Vec<String> = (0..table.columns).map(|column| table.head(column)).collect();
        heads.extend([texts::customers::line(l).to_owned(), texts::customers::error(l).to_owned()]);
        let mut text = format!("\u{feff}{}", row_of(heads));
        for (Row { line, customer }, (_, cells)) in
            customers(&table, &choices, country).iter().zip(&table.rows)
        {
            let Err(errors) = customer else { continue };
            let errors: Vec<String> = errors.iter().map(|error| say(l, error)).collect();
            let own = (0..table.columns).map(|column| cells.get(column).unwrap_or_default().to_owned());
            text += &row_of(own.chain([line.to_string(), errors.join(" ")]));
        }
        Ok(text)
    };
    apart(write).await?.or_internal_code()
}

/// `Telefon: Bu telefon numarası geçerli değil.`
pub fn say(l: Language, error: &FieldError) -> String {
    let field = texts::customers::by_key(l, &error.field).unwrap_or(&error.field);
    let sentence = texts::errors::by_key(l, error.code.as_str()).unwrap_or_default();
    format!("{field}: {sentence}")
}
