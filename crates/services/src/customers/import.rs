//! Customers out of a file: uploaded, looked at, tried out, taken over. What was uploaded is its person's alone and is
//! forgotten after an hour; it is taken over some rows at a time, and each time says how far it has come.

mod check;
mod run;
mod table;

use bytes::Bytes;
use chrono::TimeDelta;
use domain::{
    Admin, AppError, Code,
    customers::import::{Choices, ChoicesForm, MOST_BYTES, Row, Target},
};
use entity::customer_import::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use std::collections::HashSet;
use uuid::Uuid;

pub use check::{Check, Fault, check, export_refused, say};
pub use run::{Done, run, sweep};

use self::table::Table;
use super::lists;
use crate::{
    Context,
    failure::{OrInternal, internal},
    phones, zones,
};

/// So long what was uploaded is kept, if nothing is done with it.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// Cells of a column on the page.
const SAMPLES: usize = 3;
/// Characters of the name of a file.
const MOST_IN_FILE_NAME: usize = 120;

/// A table that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    pub file_name: String,
    /// Below the heads.
    pub rows: usize,
    /// What each is called, if it is, and the first cells of it.
    pub columns: Vec<(String, Vec<String>)>,
    /// As somebody chose, or as it was guessed.
    pub choices: ChoicesForm,
    pub is_chosen: bool,
    /// How far it is taken over, once that has begun.
    pub done: Option<Done>,
}

/// Keeps a file, in place of what the person has uploaded before and not begun to take over. Errors: field `file` is
/// `FileMissing`, `TableTooLarge`, `TableUnreadable` or `TooManyRows`.
pub async fn upload(
    context: &Context,
    admin: Admin,
    file_name: &str,
    bytes: Bytes,
) -> Result<Uuid, AppError> {
    let refused = |code| AppError::field("file", code);
    match bytes.len() {
        0 => return Err(refused(Code::FileMissing)),
        1..=MOST_BYTES => {}
        _ => return Err(refused(Code::TableTooLarge)),
    }
    let country = zones::country_of(context, admin.organisation).await?;
    let read = move || {
        let content = table::decode(&bytes)?;
        let columns = Table::read(&content, country)?.guess(country);
        Ok((content, columns))
    };
    let (content, columns) = apart(read).await?.map_err(refused)?;
    let choices = Choices { columns, ..Choices::default() };
    let row = Model {
        id: context.id(),
        organisation_id: admin.organisation.0,
        person_id: admin.person.0,
        file_name: file_name.chars().filter(|c| !c.is_control()).take(MOST_IN_FILE_NAME).collect(),
        content,
        choices: serde_json::to_string(&choices).or_internal()?,
        is_chosen: false,
        done: 0,
        added: 0,
        updated: 0,
        unchanged: 0,
        refused: 0,
        list_name: String::new(),
        expires_at: context.now() + KEPT,
        finished_at: None,
    };
    let id = row.id;
    let kept = context.database.write(move |on| {
        Box::pin(async move {
            Entity::delete_many()
                .filter(Column::OrganisationId.eq(admin.organisation.0))
                .filter(Column::PersonId.eq(admin.person.0))
                .filter(Column::Done.eq(0))
                .exec(on)
                .await
                .or_internal()?;
            let insert = Entity::insert(row.into_active_model().reset_all());
            insert.exec_without_returning(on).await.or_internal()?;
            Ok(id)
        })
    });
    kept.await
}

/// What the person has uploaded. Errors: `NotFound` (also what is forgotten).
pub async fn load(context: &Context, admin: Admin, id: Uuid) -> Result<Uploaded, AppError> {
    let row = find(context, admin, id).await?;
    let country = zones::country_of(context, admin.organisation).await?;
    let (choices, done) = (choices_of(&row)?, (row.done > 0).then(|| Done::of(&row)));
    let (file_name, is_chosen, content) = (row.file_name, row.is_chosen, row.content);
    let table = apart(move || Table::read(&content, country)).await?.or_internal_code()?;
    let column = |at: usize| (table.head(at), table.samples(at, SAMPLES));
    Ok(Uploaded {
        file_name,
        rows: table.rows.len(),
        columns: (0..table.columns).map(column).collect(),
        choices: ChoicesForm::of(id, &choices),
        is_chosen,
        done,
    })
}

/// Says what is to be done with a table that is not being taken over yet. Errors: fields of [`ChoicesForm`]; `NotFound`,
/// `Conflict` (it is being taken over).
pub async fn choose(context: &Context, admin: Admin, form: ChoicesForm) -> Result<(), AppError> {
    let id = form.id()?;
    let row = find(context, admin, id).await?;
    let country = zones::country_of(context, admin.organisation).await?;
    let table = apart(move || Table::read(&row.content, country)).await?.or_internal_code()?;
    let choices = form.parse(table.columns)?;
    let chosen = context.database.write(move |on| {
        Box::pin(async move {
            if let Target::List(list) = choices.target {
                let found = lists::find_list(on, admin.organisation, list).await;
                found.map_err(|_| AppError::field("list", Code::ChoiceUnknown))?;
            }
            let update = Entity::update_many()
                .set(ActiveModel {
                    choices: Set(serde_json::to_string(&choices).or_internal()?),
                    is_chosen: Set(true),
                    ..Default::default()
                })
                .filter(Column::Id.eq(id))
                .filter(Column::Done.eq(0));
            match update.exec(on).await.or_internal()?.rows_affected {
                0 => Err(Code::Conflict.into()),
                _ => Ok(()),
            }
        })
    });
    chosen.await
}

async fn find(context: &Context, admin: Admin, id: Uuid) -> Result<Model, AppError> {
    let found = Entity::in_organisation(admin.organisation, admin.person)
        .filter(Column::Id.eq(id))
        .filter(Column::ExpiresAt.gt(context.now()));
    found.one(context.database.read()).await.or_internal()?.ok_or_else(|| Code::NotFound.into())
}

fn choices_of(row: &Model) -> Result<Choices, AppError> {
    serde_json::from_str(&row.choices).or_internal()
}

/// Every row as a customer, or what is wrong with it; of those with one number the first counts.
fn customers(table: &Table, choices: &Choices, country: Option<&str>) -> Vec<Row> {
    let mut numbers = HashSet::new();
    let mut read = |(line, row): &(u64, csv::StringRecord)| {
        let form = choices.columns.read(|column| row.get(column).unwrap_or_default());
        let mut row = Row::read(*line, &form, |text| phones::parse(text, country).map(|phone| phone.e164));
        if let Ok(customer) = &row.customer
            && !numbers.insert(customer.phone.clone())
        {
            row.customer = Err(AppError::field("phone", Code::PhoneTwice).fields);
        }
        row
    };
    table.rows.iter().map(&mut read).collect()
}

/// Reading a large table takes a while: not on a thread that answers others.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.or_internal()
}

/// What was read when it was uploaded can be read again.
trait OrInternalCode<T> {
    fn or_internal_code(self) -> Result<T, AppError>;
}

impl<T> OrInternalCode<T> for Result<T, Code> {
    fn or_internal_code(self) -> Result<T, AppError> {
        self.map_err(|code| internal(code.as_str()))
    }
}
