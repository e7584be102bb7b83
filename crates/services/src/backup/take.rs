//! Making a backup: the files first, then all tables as they stand at one moment, then the files that came meanwhile. So
//! every file that a row of that moment names is in it, and nobody had to wait.

use std::{collections::HashSet, path::Path};

use async_compression::tokio::write::GzipEncoder;
use futures::TryStreamExt;
use sha2::Digest;
use tokio::{
    fs::{self, OpenOptions},
    io::{AsyncRead, AsyncWriteExt, DuplexStream},
};
use tokio_tar::{Builder, Header};
use tokio_util::io::StreamReader;

use super::{
    BackupFailure, FILES, FORMAT, MANIFEST, Manifest, Opening, ROWS, TABLES, content, named, pack, read_rows,
    table::{Adding, Table},
};
use crate::Context;

/// Rows are put into the file in pieces of about this size.
const PIECE: usize = 1024 * 1024;

/// Writes a backup to a file that is not there yet; `is_sealed`: with the ring. The file has its name when it is whole.
pub async fn take(context: &Context, to: &Path, is_sealed: bool) -> Result<Manifest, BackupFailure> {
    if fs::try_exists(to).await? {
        return Err(BackupFailure::new(format!("{} is there already", to.display())));
    }
    if context.database.pending_migrations().await? > 0 {
        return Err("the database is older than this program: run `ayar migrate` first".into());
    }
    let mut unfinished = to.as_os_str().to_owned();
    unfinished.push(".part");
    let taken = take_into(context, Path::new(&unfinished), is_sealed).await;
    match taken {
        Ok(_) => fs::rename(&unfinished, to).await?,
        Err(_) => fs::remove_file(&unfinished).await.unwrap_or_default(),
    }
    taken
}

async fn take_into(context: &Context, to: &Path, is_sealed: bool) -> Result<Manifest, BackupFailure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    // Everything that is known of everybody: for the one who made it.
    #[cfg(unix)]
    options.mode(0o600);
    let file = options.open(to).await?;
    let (stream, work) = pack::writer(file, is_sealed.then_some(&context.keys))?;
    let mut taking = Taking { archive: Builder::new(GzipEncoder::new(stream)), made_at: context.now() };
    let written = async {
        let manifest = taking.everything(context).await?;
        taking.archive.into_inner().await?.shutdown().await?;
        Ok::<_, BackupFailure>(manifest)
    }
    .await;
    // A full disk is told by the work; the stream only knows that nobody reads any more.
    work.await.map_err(|error| BackupFailure::new(error.to_string()))??;
    written
}

struct Taking {
    archive: Builder<GzipEncoder<DuplexStream>>,
    made_at: chrono::DateTime<chrono::Utc>,
}

impl Taking {
    async fn everything(&mut self, context: &Context) -> Result<Manifest, BackupFailure> {
        let tables = Table::every()?;
        let opening = Opening {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            migrations: context.database.migrations().await?,
            tables: tables.clone(),
        };
        self.json(TABLES, &opening).await?;
        let (mut files, mut seen) = (Adding::default(), HashSet::new());
        self.files(context, &mut files, &mut seen).await?;
        let snapshot = context.database.snapshot().await?;
        let mut manifest =
            Manifest { made_at: self.made_at, rows: Default::default(), files: Default::default() };
        for table in tables {
            let (mut piece, mut pieces) = (String::new(), 0);
            let sum = read_rows(&snapshot, &table, async |line| {
                piece.push_str(&line);
                piece.push('\n');
                if piece.len() >= PIECE {
                    self.rows(&table, &mut pieces, &mut piece).await?;
                }
                Ok(())
            })
            .await?;
            self.rows(&table, &mut pieces, &mut piece).await?;
            manifest.rows.insert(table.name, sum);
        }
        snapshot.rollback().await?;
        self.files(context, &mut files, &mut seen).await?;
        manifest.files = files.sum();
        self.json(MANIFEST, &manifest).await?;
        Ok(manifest)
    }

    async fn rows(
        &mut self,
        table: &Table,
        pieces: &mut u32,
        piece: &mut String,
    ) -> Result<(), BackupFailure> {
        if piece.is_empty() {
            return Ok(());
        }
        *pieces += 1;
        let name = format!("{ROWS}{}/{pieces:06}.jsonl", table.name);
        self.entry(&name, piece.len() as u64, piece.as_bytes()).await?;
        piece.clear();
        Ok(())
    }

    /// The files that were not seen yet. One that goes away meanwhile was deleted, and is left out.
    async fn files(
        &mut self,
        context: &Context,
        sum: &mut Adding,
        seen: &mut HashSet<String>,
    ) -> Result<(), BackupFailure> {
        let mut names = context.storage.list();
        while let Some((name, bytes)) = names.try_next().await? {
            if !seen.insert(name.clone()) {
                continue;
            }
            let Ok(pieces) = content(&context.storage, &name, bytes).await else { continue };
            let mut hash = named(&name);
            let pieces = pieces.inspect_ok(|piece| hash.update(piece)).map_err(std::io::Error::other);
            self.entry(&format!("{FILES}{name}"), bytes, StreamReader::new(pieces)).await?;
            sum.add(bytes, hash);
        }
        Ok(())
    }

    async fn json(&mut self, name: &str, value: &impl serde::Serialize) -> Result<(), BackupFailure> {
        let text = serde_json::to_vec_pretty(value).map_err(|error| BackupFailure::new(error.to_string()))?;
        self.entry(name, text.len() as u64, text.as_slice()).await
    }

    async fn entry(
        &mut self,
        name: &str,
        bytes: u64,
        content: impl AsyncRead + Unpin,
    ) -> Result<(), BackupFailure> {
        let mut header = Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(self.made_at.timestamp()).unwrap_or_default());
        Ok(self.archive.append_data(&mut header, name, content).await?)
    }
}
