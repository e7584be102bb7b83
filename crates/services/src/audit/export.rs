//! The trail as a file: for a spreadsheet (CSV, RFC 4180) or for a program (JSON Lines). Written while it is read, some
//! rows at a time: however long it is, it never stands in memory as a whole.

use bytes::Bytes;
use chrono::SecondsFormat;
use chrono_tz::Tz;
use domain::{Actor, Admin, AppError, Language, audit::TrailForm};
use entity::audit::{self, Trail};
use futures::{StreamExt, stream, stream::BoxStream};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use uuid::Uuid;

use super::trail::{Line, find_zone, line, names, trail_of};
use crate::{Context, cells::row_of, failure::OrInternal};

const ROWS_AT_ONCE: u64 = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    JsonLines,
}

/// The rows that `form` asks for, newest first; where in the trail its page is does not matter.
/// Errors, before anything is written: fields of [`TrailForm`].
pub async fn export(
    context: &Context,
    admin: Admin,
    form: &TrailForm,
    format: Format,
) -> Result<BoxStream<'static, Result<Bytes, AppError>>, AppError> {
    let wanted = form.parse()?;
    let zone = find_zone(context, admin.organisation).await?;
    let trail = trail_of(admin.organisation, &wanted, zone);
    let head = match format {
        Format::Csv => csv_head(admin.language),
        Format::JsonLines => String::new(),
    };
    let writing = Writing { context: context.clone(), reader: *admin, trail, format, zone, before: None };
    let rows = stream::try_unfold(Some(writing), |writing| async {
        match writing {
            Some(writing) => writing.next().await,
            None => Ok(None),
        }
    });
    Ok(stream::once(async { Ok(Bytes::from(head)) }).chain(rows).boxed())
}

struct Writing {
    context: Context,
    reader: Actor,
    trail: Trail,
    format: Format,
    zone: Tz,
    /// The last row that was written.
    before: Option<Uuid>,
}

impl Writing {
    /// The next rows, and what comes after them.
    async fn next(self) -> Result<Option<(Bytes, Option<Self>)>, AppError> {
        let mut rows = audit::Entity::in_trail(&self.trail);
        if let Some(before) = self.before {
            rows = rows.filter(audit::Column::Id.lt(before));
        }
        let rows = rows.order_by_desc(audit::Column::Id).limit(ROWS_AT_ONCE);
        let rows = rows.all(self.context.database.read()).await.or_internal()?;
        let Some(before) = rows.last().map(|row| row.id) else { return Ok(None) };
        let names = names(&self.context, self.reader, &rows).await?;
        let lines = rows.into_iter().map(|row| line(row, &names));
        let text: String = match self.format {
            Format::Csv => lines.map(|line| csv(&line, self.zone)).collect(),
            Format::JsonLines => lines.map(|line| json_line(&line, self.zone)).collect(),
        };
        Ok(Some((Bytes::from(text), Some(Self { before: Some(before), ..self }))))
    }
}

fn csv_head(l: Language) -> String {
    let columns = [
        texts::audit::column_when(l),
        texts::audit::column_person(l),
        texts::audit::column_email(l),
        texts::audit::column_behalf(l),
        texts::audit::column_room(l),
        texts::audit::column_action(l),
        texts::audit::column_before(l),
        texts::audit::column_after(l),
        texts::audit::column_address(l),
        texts::audit::column_request(l),
        texts::audit::column_number(l),
        texts::audit::column_hash(l),
    ];
    // The mark at the start tells spreadsheets that it is UTF-8.
    format!("\u{feff}{}", row_of(columns))
}

fn csv(line: &Line, zone: Tz) -> String {
    let row = &line.row;
    let (name, email) = line.person.clone().unwrap_or_default();
    let behalf = line.on_behalf_of.clone().map(|(name, _)| name).unwrap_or_default();
    row_of([
        row.at.with_timezone(&zone).format("%F %T %:z").to_string(),
        name,
        email,
        behalf,
        row.room.clone(),
        row.action.clone(),
        row.before.clone(),
        row.after.clone(),
        row.address.clone(),
        row.request_id.clone(),
        row.number.map(|number| number.to_string()).unwrap_or_default(),
        hex(row.hash.as_deref()),
    ])
}

fn json_line(line: &Line, zone: Tz) -> String {
    let row = &line.row;
    let person = |id: Option<Uuid>, named: &Option<(String, String)>| {
        let (name, email) = named.clone().unzip();
        id.map(|id| json!({ "id": id, "name": name, "email": email }))
    };
    let fields = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    let value = json!({
        "id": row.id,
        "at": row.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "local": row.at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false),
        "person": person(row.person_id, &line.person),
        "on_behalf_of": person(row.on_behalf_of, &line.on_behalf_of),
        "room": row.room,
        "action": row.action,
        "before": fields(&row.before),
        "after": fields(&row.after),
        "address": row.address,
        "request_id": row.request_id,
        "number": row.number,
        "hash": row.hash.as_deref().map(|hash| hex(Some(hash))),
    });
    format!("{value}\n")
}

fn hex(hash: Option<&[u8]>) -> String {
    hash.unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect()
}
