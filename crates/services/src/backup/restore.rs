//! Reading a backup: into an empty place, or only to see that it is whole. Nothing counts before all of it was read and
//! found to be what the manifest says; what was written until then is taken back.

use std::{collections::BTreeMap, path::Path};

use async_compression::tokio::bufread::GzipDecoder;
use entity::session;
use futures::{StreamExt, TryStreamExt};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityName, EntityTrait, QueryFilter, sea_query::Expr,
};
use sha2::Digest;
use tokio::{
    fs::File,
    io::{AsyncReadExt, BufReader, DuplexStream},
};
use tokio_tar::{Archive, Entry};
use tokio_util::io::ReaderStream;

use super::{
    BackupFailure, FILES, FORMAT, MANIFEST, Manifest, Opening, ROWS, TABLES, named, pack, read_files,
    read_rows,
    table::{Adding, Table},
};
use crate::{Context, session::EndReason};

/// The most a manifest, or a piece of rows, may need in memory.
const LARGE: u64 = 64 * 1024 * 1024;

type Unpacked = Archive<GzipDecoder<BufReader<DuplexStream>>>;

/// What came back.
#[derive(Debug)]
pub struct Restored {
    pub manifest: Manifest,
    /// Sessions that were open then and are not any more: who was signed out since must not be in again.
    pub sessions: u64,
}

/// Reads a backup to its end and compares it with its manifest; writes nothing.
pub async fn check(context: &Context, from: &Path) -> Result<Manifest, BackupFailure> {
    unpack(context, from, &mut Reading::default()).await
}

/// Fills an empty database and an empty storage, compares what then is there with the manifest, and brings the schema
/// up to date. Fails without a trace but for empty tables.
pub async fn restore(context: &Context, from: &Path) -> Result<Restored, BackupFailure> {
    if !context.database.migrations().await?.is_empty() {
        return Err("the database is not empty: a backup is restored into a new one".into());
    }
    if context.storage.list().next().await.transpose()?.is_some() {
        return Err("the object storage is not empty: a backup is restored into a new one".into());
    }
    let mut reading =
        Reading { into: Some(Into { context, rows: None, files: Vec::new() }), ..Default::default() };
    let restored = fill(context, from, &mut reading).await;
    if restored.is_err()
        && let Some(into) = reading.into
    {
        into.take_back().await;
    }
    restored
}

async fn fill(context: &Context, from: &Path, reading: &mut Reading<'_>) -> Result<Restored, BackupFailure> {
    let manifest = unpack(context, from, reading).await?;
    let Some(rows) = reading.into.as_mut().and_then(|into| into.rows.take()) else {
        return Err("the backup is empty".into());
    };
    for table in &reading.tables {
        let there = read_rows(&rows, table, async |_| Ok(())).await?;
        if manifest.rows.get(&table.name) != Some(&there) {
            return Err(BackupFailure::new(format!("{} did not come back as it was", table.name)));
        }
    }
    if read_files(&context.storage).await? != manifest.files {
        return Err("the files did not come back as they were".into());
    }
    let ended = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(Some(context.now())))
        .col_expr(session::Column::EndedReason, Expr::value(Some(EndReason::Revoked.word())))
        .filter(session::Column::EndedAt.is_null())
        .exec(&rows)
        .await?;
    rows.commit().await?;
    context.database.migrate().await?;
    Ok(Restored { manifest, sessions: ended.rows_affected })
}

/// What was read so far, and where it goes.
#[derive(Default)]
struct Reading<'c> {
    tables: Vec<Table>,
    rows: BTreeMap<String, Adding>,
    files: Adding,
    into: Option<Into<'c>>,
}

struct Into<'c> {
    context: &'c Context,
    /// Open from the first row to the last comparison.
    rows: Option<DatabaseTransaction>,
    files: Vec<String>,
}

async fn unpack(
    context: &Context,
    from: &Path,
    reading: &mut Reading<'_>,
) -> Result<Manifest, BackupFailure> {
    let (stream, work) = pack::reader(File::open(from).await?, &context.keys).await?;
    let archive = Archive::new(GzipDecoder::new(BufReader::new(stream)));
    let read = reading.all(archive).await;
    // Of the two, the work knows better: the stream only ends too early.
    match (work.await, read) {
        (Ok(Err(failure)), _) => Err(failure),
        (Err(error), _) => Err(BackupFailure::new(error.to_string())),
        (Ok(Ok(())), read) => read,
    }
}

impl Reading<'_> {
    async fn all(&mut self, mut archive: Unpacked) -> Result<Manifest, BackupFailure> {
        let mut manifest = None;
        let mut entries = archive.entries()?;
        while let Some(mut entry) = entries.try_next().await? {
            let name = entry.path()?.to_str().ok_or("a name in the backup is not UTF-8")?.to_owned();
            if manifest.is_some() {
                return Err("there is something behind the manifest".into());
            } else if name == TABLES {
                self.open(json(&mut entry).await?).await?;
            } else if self.tables.is_empty() {
                return Err("this is no backup".into());
            } else if let Some(object) = name.strip_prefix(FILES) {
                self.file(object, entry).await?;
            } else if let Some(piece) = name.strip_prefix(ROWS) {
                let table = piece.split('/').next().unwrap_or_default().to_owned();
                self.rows(&table, &text(&mut entry).await?).await?;
            } else if name == MANIFEST {
                manifest = Some(json(&mut entry).await?);
            } else {
                return Err(BackupFailure::new(format!("{name:?} is nothing this program knows")));
            }
        }
        drop(entries);
        // To the checksum at the end.
        let mut rest = archive.into_inner().map_err(|_| "the backup can't be read to its end")?;
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
        self.compare(manifest.ok_or("the backup is cut off")?)
    }

    fn compare(&self, manifest: Manifest) -> Result<Manifest, BackupFailure> {
        for table in &self.tables {
            let read = self.rows.get(&table.name).map(Adding::sum).unwrap_or_else(|| Adding::default().sum());
            if manifest.rows.get(&table.name) != Some(&read) {
                return Err(BackupFailure::new(format!("rows of {} are missing or changed", table.name)));
            }
        }
        if manifest.files != self.files.sum() {
            return Err("files are missing or changed".into());
        }
        Ok(manifest)
    }

    async fn open(&mut self, opening: Opening) -> Result<(), BackupFailure> {
        if opening.format != FORMAT {
            return Err("this backup was made by a newer program".into());
        }
        if let Some(into) = &mut self.into {
            into.context.database.migrate_to(&opening.migrations).await?;
            let rows = into.context.database.filling().await?;
            // What migrations write into new tables is in the backup too.
            for table in opening.tables.iter().rev() {
                rows.execute(&table.empty()).await?;
            }
            into.rows = Some(rows);
        }
        self.tables = opening.tables;
        Ok(())
    }

    async fn rows(&mut self, name: &str, text: &str) -> Result<(), BackupFailure> {
        let unknown =
            || BackupFailure::new(format!("the backup has rows of a table it does not describe: {name:?}"));
        let table = self.tables.iter().find(|table| table.name == name).ok_or_else(unknown)?;
        let adding = self.rows.entry(name.to_owned()).or_default();
        let lines: Vec<&str> = text.lines().inspect(|line| adding.line(line)).collect();
        let Some(Into { context, rows: Some(rows), .. }) = &self.into else { return Ok(()) };
        for lines in lines.chunks(table.rows_at_once()) {
            rows.execute(&table.insert(lines.iter().copied())?).await?;
        }
        // The first table that comes with rows: a ring that can't open the rest is told at once.
        if name == entity::sealing_key::Entity.table_name() {
            context.keys.examine(rows).await.map_err(|failure| BackupFailure::new(failure.to_string()))?;
        }
        Ok(())
    }

    async fn file(&mut self, name: &str, entry: Entry<Unpacked>) -> Result<(), BackupFailure> {
        let (mut bytes, mut hash) = (0, named(name));
        let mut pieces = ReaderStream::new(entry).inspect_ok(|piece| {
            bytes += piece.len() as u64;
            hash.update(piece);
        });
        match &mut self.into {
            Some(into) => {
                into.files.push(name.to_owned());
                let stored =
                    into.context.storage.put_stream(name, &mut pieces, "application/octet-stream", u64::MAX);
                stored
                    .await
                    .map_err(|failure| BackupFailure::new(format!("the file {name}: {failure:?}")))?;
            }
            None => while pieces.try_next().await?.is_some() {},
        }
        drop(pieces);
        self.files.add(bytes, hash);
        Ok(())
    }
}

impl Into<'_> {
    /// Leaves the place as empty as it was, as far as that can be done.
    async fn take_back(self) {
        drop(self.rows);
        for name in self.files {
            if let Err(error) = self.context.storage.delete(&name).await {
                tracing::warn!(%error, name, "a file of the unfinished restoration is left");
            }
        }
    }
}

async fn text(entry: &mut (impl tokio::io::AsyncRead + Unpin)) -> Result<String, BackupFailure> {
    let mut text = String::new();
    entry.take(LARGE).read_to_string(&mut text).await?;
    Ok(text)
}

async fn json<T: serde::de::DeserializeOwned>(
    entry: &mut (impl tokio::io::AsyncRead + Unpin),
) -> Result<T, BackupFailure> {
    let text = text(entry).await?;
    serde_json::from_str(&text).map_err(|error| BackupFailure::new(format!("the backup's own list: {error}")))
}
