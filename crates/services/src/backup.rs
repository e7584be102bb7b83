//! A copy of everything, made while the server runs, and back into an empty place.
//!
//! A backup is one file: `tables.json` (what the tables look like), `rows/<table>/<n>.jsonl` (the rows of one moment),
//! `files/<object>`, and last `manifest.json`, which says how much there must be. It holds no key of the ring: what is
//! sealed in the database stays sealed, and whoever restores needs the ring as well.

mod pack;
mod restore;
mod table;
mod take;

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use sea_orm::{DatabaseTransaction, DbErr, StreamTrait};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use restore::{Restored, check, restore};
pub use table::Sum;
pub use take::take;

use crate::storage::{Storage, StorageFailure};
use table::{Adding, Table};

/// Of the file's own layout; another number is another layout.
const FORMAT: u32 = 1;
const TABLES: &str = "tables.json";
const ROWS: &str = "rows/";
const FILES: &str = "files/";
const MANIFEST: &str = "manifest.json";

/// Why there is no backup, or nothing was restored, in words for the operator. Holds no secret.
#[derive(Debug)]
pub struct BackupFailure(String);

impl BackupFailure {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for BackupFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BackupFailure {}

impl From<&str> for BackupFailure {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<std::io::Error> for BackupFailure {
    fn from(error: std::io::Error) -> Self {
        Self(format!("file: {error}"))
    }
}

impl From<DbErr> for BackupFailure {
    fn from(error: DbErr) -> Self {
        Self(format!("database: {error}"))
    }
}

impl From<StorageFailure> for BackupFailure {
    fn from(failure: StorageFailure) -> Self {
        Self(failure.to_string())
    }
}

/// The first thing in a backup.
#[derive(Serialize, Deserialize)]
struct Opening {
    format: u32,
    /// Of the program that made it.
    version: String,
    /// The names of the migrations the database had seen, in their order.
    migrations: Vec<String>,
    tables: Vec<Table>,
}

/// The last thing in a backup: how much of what there must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub made_at: DateTime<Utc>,
    pub rows: BTreeMap<String, Sum>,
    pub files: Sum,
}

impl Manifest {
    /// In all tables.
    pub fn row_count(&self) -> u64 {
        self.rows.values().map(|sum| sum.count).sum()
    }
}

/// What stands in a table of an open transaction, each row as its line.
async fn read_rows<F>(on: &DatabaseTransaction, table: &Table, mut each: F) -> Result<Sum, BackupFailure>
where
    F: AsyncFnMut(String) -> Result<(), BackupFailure>,
{
    let mut adding = Adding::default();
    let mut rows = on.stream(&table.select()).await?;
    while let Some(row) = rows.try_next().await? {
        let line = table.line(&row)?;
        adding.line(&line);
        each(line).await?;
    }
    Ok(adding.sum())
}

/// Every object of the storage, read to its end.
async fn read_files(storage: &Storage) -> Result<Sum, BackupFailure> {
    let (mut adding, mut names) = (Adding::default(), storage.list());
    while let Some((name, bytes)) = names.try_next().await? {
        let mut hash = named(&name);
        let mut pieces = content(storage, &name, bytes).await?;
        while let Some(piece) = pieces.try_next().await? {
            hash.update(&piece);
        }
        adding.add(bytes, hash);
    }
    Ok(adding.sum())
}

/// The hash of a file covers its name.
fn named(name: &str) -> Sha256 {
    Sha256::new_with_prefix(name).chain_update([0])
}

async fn content(
    storage: &Storage,
    name: &str,
    bytes: u64,
) -> Result<futures::stream::BoxStream<'static, Result<bytes::Bytes, StorageFailure>>, BackupFailure> {
    match bytes {
        // A range of nothing is no range.
        0 => Ok(Box::pin(futures::stream::empty())),
        _ => storage
            .get_part(name, 0..bytes)
            .await
            .map_err(|_| BackupFailure::new(format!("the file {name} can't be read; the log says why"))),
    }
}
