//! Rows and files on their way into an archive: some rows at a time, files piece by piece.

use std::io;

use bytes::Bytes;
use domain::{AppError, Code, OrganisationId, data::ExportState, recordings::AudioKind};
use entity::{call, data_export, knowledge_file};
use futures::{Stream, StreamExt};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, IdenStatic, Iterable, ModelTrait, PaginatorTrait,
    PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use serde_json::{Map, Value as Json, json};
use tokio::io::AsyncWrite;
use uuid::Uuid;

use super::{
    Stop,
    tables::Format,
    values::{cell, plain, told},
};
use crate::{
    Context,
    archive::{Archive, Packing},
    cells::row_of,
    failure::OrInternal,
    knowledge, recordings,
    storage::StorageFailure,
};

const ROWS_AT_ONCE: u64 = 500;
/// Files are counted as so many rows when it is told how far an export is.
pub(super) const FILE: u64 = 20;
/// How often it is told, in rows.
const TOLD_EVERY: u64 = 2_500;

/// A call of which there is a recording.
#[derive(FromQueryResult)]
struct Recorded {
    id: Uuid,
    organisation_id: Uuid,
    recording: String,
    recording_bytes: Option<i64>,
    recording_type: Option<String>,
}

pub(super) struct Writing<W> {
    pub context: Context,
    pub archive: Archive<W>,
    /// The rows of each file of rows.
    pub counts: Vec<(&'static str, u64)>,
    /// Files of which there is a row and no content.
    pub missing: Vec<String>,
    /// The export that this is, if it tells how far it is.
    pub export: Option<Uuid>,
    done: u64,
    told: u64,
}

impl<W: AsyncWrite + Unpin + Send> Writing<W> {
    pub fn new(context: &Context, out: W, export: Option<Uuid>) -> Self {
        Self {
            context: context.clone(),
            archive: Archive::new(out, context.now()),
            counts: Vec::new(),
            missing: Vec::new(),
            export,
            done: 0,
            told: 0,
        }
    }

    /// A table without its `hidden` columns: one JSON object a line, and perhaps a CSV file.
    pub async fn table<E: EntityTrait>(
        &mut self,
        name: &'static str,
        format: Format,
        hidden: &[E::Column],
        whose: Condition,
    ) -> Result<(), Stop> {
        let hidden: Vec<&str> = hidden.iter().map(|column| column.as_str()).collect();
        let columns: Vec<E::Column> =
            E::Column::iter().filter(|column| !hidden.contains(&column.as_str())).collect();
        let line = |row: &E::Model| {
            let fields = columns.iter().map(|column| (column.as_str().to_owned(), told(row.get(*column))));
            format!("{}\n", Json::Object(fields.collect::<Map<_, _>>()))
        };
        self.archive.begin(&format!("data/{name}.jsonl"), Packing::Deflated).await?;
        let rows = self.rows::<E>(&whose, &line).await?;
        self.counts.push((name, rows));
        if format == Format::Csv {
            self.archive.begin(&format!("data/{name}.csv"), Packing::Deflated).await?;
            // The mark at the start tells spreadsheets that it is UTF-8.
            let head = format!("\u{feff}{}", row_of(columns.iter().map(|column| column.as_str())));
            self.archive.write(head.as_bytes()).await?;
            let line = |row: &E::Model| row_of(columns.iter().map(|column| cell(told(row.get(*column)))));
            self.rows::<E>(&whose, &line).await?;
        }
        self.tell().await
    }

    async fn rows<E: EntityTrait>(
        &mut self,
        whose: &Condition,
        line: &(dyn Fn(&E::Model) -> String + Sync),
    ) -> Result<u64, Stop> {
        let key: Vec<E::Column> = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
        let (mut written, mut last) = (0, None::<E::Model>);
        loop {
            let mut some = E::find().filter(whose.clone()).limit(ROWS_AT_ONCE);
            if let Some(last) = &last {
                some = some.filter(behind(&key, last));
            }
            for column in &key {
                some = some.order_by_asc(*column);
            }
            let rows = some.all(self.context.database.read()).await.or_internal()?;
            let text: String = rows.iter().map(line).collect();
            self.archive.write(text.as_bytes()).await?;
            let count = rows.len() as u64;
            written += count;
            self.done += count;
            if self.done - self.told >= TOLD_EVERY {
                self.tell().await?;
            }
            if count < ROWS_AT_ONCE {
                return Ok(written);
            }
            last = rows.into_iter().last();
        }
    }

    /// The recordings of some calls, each named by its call.
    pub async fn recordings(&mut self, calls: Condition) -> Result<(), Stop> {
        use call::Column;
        let mut after = Uuid::nil();
        loop {
            let rows = call::Entity::find()
                .filter(calls.clone())
                .filter(Column::Recording.is_not_null())
                .filter(Column::Id.gt(after))
                .order_by_asc(Column::Id)
                .limit(ROWS_AT_ONCE)
                .select_only()
                .columns([
                    Column::Id,
                    Column::OrganisationId,
                    Column::Recording,
                    Column::RecordingBytes,
                    Column::RecordingType,
                ])
                .into_model::<Recorded>()
                .all(self.context.database.read())
                .await
                .or_internal()?;
            let Some(last) = rows.last().map(|row| row.id) else { return Ok(()) };
            after = last;
            for row in rows {
                let kind = row.recording_type.as_deref().and_then(AudioKind::from_content_type);
                let ending = kind.map_or("bin", AudioKind::ending);
                let of = OrganisationId(row.organisation_id);
                let key = recordings::object_key(of, &row.recording);
                let size = row.recording_bytes.unwrap_or_default().unsigned_abs();
                self.object(&format!("recordings/{}.{ending}", row.id), &key, size).await?;
            }
        }
    }

    /// The files of the knowledge base, each in a folder of its own: two may have one name.
    pub async fn knowledge(&mut self, of: OrganisationId) -> Result<(), Stop> {
        use knowledge_file::Column;
        let mut after = Uuid::nil();
        loop {
            let rows = knowledge_file::Entity::in_organisation(of)
                .filter(Column::Id.gt(after))
                .order_by_asc(Column::Id)
                .limit(ROWS_AT_ONCE)
                .all(self.context.database.read())
                .await
                .or_internal()?;
            let Some(last) = rows.last().map(|row| row.id) else { return Ok(()) };
            after = last;
            for row in rows {
                let name = format!("knowledge/{}/{}", row.id, plain(&row.name));
                self.object(&name, &knowledge::object_key(&row), row.size()).await?;
            }
        }
    }

    /// A stored object of so many bytes, as it is.
    async fn object(&mut self, name: &str, key: &str, bytes: u64) -> Result<(), Stop> {
        match self.context.storage.get_part(key, 0..bytes).await {
            Ok(content) => self.file(name, content).await?,
            Err(error) if error.code == Code::NotFound => self.missing.push(name.to_owned()),
            Err(error) => return Err(error.into()),
        }
        self.done += FILE;
        if self.done - self.told >= TOLD_EVERY { self.tell().await } else { Ok(()) }
    }

    async fn file(
        &mut self,
        name: &str,
        mut content: impl Stream<Item = Result<Bytes, StorageFailure>> + Unpin,
    ) -> Result<(), Stop> {
        self.archive.begin(name, Packing::Stored).await?;
        while let Some(piece) = content.next().await {
            self.archive.write(&piece.map_err(AppError::from)?).await?;
        }
        Ok(())
    }

    /// A small file that is at hand.
    pub async fn whole(&mut self, name: &str, packing: Packing, content: &[u8]) -> Result<(), Stop> {
        self.archive.begin(name, packing).await?;
        self.archive.write(content).await?;
        Ok(())
    }

    /// What is in the archive, with the checksum of each entry, as its last entry. Then the archive is over.
    pub async fn finish(mut self, about: Json) -> Result<W, Stop> {
        let tables: Map<String, Json> =
            self.counts.iter().map(|(name, rows)| ((*name).to_owned(), json!(rows))).collect();
        self.archive.begin("manifest.json", Packing::Deflated).await?;
        let manifest = json!({
            "format": 1,
            "about": about,
            "rows": tables,
            "missing": self.missing,
            "entries": self.archive.written(),
        });
        let text = serde_json::to_string_pretty(&manifest).or_internal()?;
        self.archive.write(text.as_bytes()).await?;
        Ok(self.archive.finish().await?.1)
    }

    /// Says how far it is, and learns whether it is still wanted.
    async fn tell(&mut self) -> Result<(), Stop> {
        self.told = self.done;
        let Some(id) = self.export else { return Ok(()) };
        let done = i64::try_from(self.done).unwrap_or(i64::MAX);
        let told = self.context.database.write(move |on| {
            Box::pin(async move {
                let still = data_export::Entity::update_many()
                    .col_expr(data_export::Column::Done, Expr::value(done))
                    .filter(data_export::Column::Id.eq(id))
                    .filter(data_export::Column::State.eq(ExportState::Running.word()));
                Ok(still.exec(on).await.or_internal()?.rows_affected)
            })
        });
        if told.await? == 0 { Err(Stop::Cancelled) } else { Ok(()) }
    }
}

impl From<io::Error> for Stop {
    #[track_caller]
    fn from(error: io::Error) -> Self {
        Self::Failed(crate::failure::internal(error))
    }
}

pub(super) async fn count<E>(context: &Context, whose: Condition) -> Result<u64, AppError>
where
    E: EntityTrait,
    E::Model: Sync,
{
    E::find().filter(whose).count(context.database.read()).await.or_internal()
}

/// The rows that come after `last` in the order of the key.
fn behind<C: ColumnTrait, M: ModelTrait>(key: &[C], last: &M) -> Condition
where
    M::Entity: EntityTrait<Column = C>,
{
    let mut any = Condition::any();
    for (place, column) in key.iter().enumerate() {
        let mut all = Condition::all();
        for before in &key[..place] {
            all = all.add(before.eq(last.get(*before)));
        }
        any = any.add(all.add(column.gt(last.get(*column))));
    }
    any
}
