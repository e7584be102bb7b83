//! A ZIP archive that is written as it is made: nothing is sought back to, no entry stands in memory, and each says its
//! length and checksums behind itself. Read by every program that knows zip64.

use std::{
    io,
    io::Write,
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use zip::{
    CompressionMethod, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

/// As much is compressed between two turns of other tasks: about a millisecond.
const PIECE: usize = 64 * 1024;

/// How an entry is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Text.
    Deflated,
    /// What is compressed already: sound, pictures, documents.
    Stored,
}

/// One entry, as a manifest tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    pub name: String,
    pub bytes: u64,
    /// Of its content, in hexadecimal.
    pub sha256: String,
}

/// An archive that is being written to `W`.
pub struct Archive<W> {
    zip: ZipWriter<StreamWriter<Tray>>,
    tray: Tray,
    out: W,
    at: zip::DateTime,
    open: Option<Open>,
    written: Vec<Written>,
}

/// The entry that is being written.
struct Open {
    name: String,
    bytes: u64,
    hash: Sha256,
}

impl<W: AsyncWrite + Unpin> Archive<W> {
    /// `at`: the time of every entry.
    pub fn new(out: W, at: DateTime<Utc>) -> Self {
        let tray = Tray::default();
        let zip = ZipWriter::new_stream(tray.clone());
        Self { zip, tray, out, at: dos_time(at), open: None, written: Vec::new() }
    }

    /// Begins an entry, and ends the one before. `name` is a path with `/`, given once; what is no relative path within the
    /// archive fails, so that unpacking it touches nothing else.
    pub async fn begin(&mut self, name: &str, packing: Packing) -> io::Result<()> {
        let is_word = |word: &str| !word.is_empty() && word != "." && word != "..";
        if !name.split('/').all(is_word) || name.contains(['\\', ':', '\0']) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no name for an entry"));
        }
        self.end();
        let method = match packing {
            Packing::Deflated => CompressionMethod::Deflated,
            Packing::Stored => CompressionMethod::Stored,
        };
        // How long it will be is not known yet: always zip64.
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(self.at)
            .unix_permissions(0o600)
            .large_file(true);
        self.zip.start_file(name, options).map_err(io::Error::other)?;
        self.open = Some(Open { name: name.to_owned(), bytes: 0, hash: Sha256::new() });
        self.hand_on().await
    }

    /// Writes to the entry that was begun last.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(PIECE) {
            let open = self.open.as_mut().ok_or_else(|| io::Error::other("no entry was begun"))?;
            open.bytes += piece.len() as u64;
            open.hash.update(piece);
            self.zip.write_all(piece)?;
            self.hand_on().await?;
            tokio::task::consume_budget().await;
        }
        Ok(())
    }

    /// The entries that were ended so far: not the one that was begun last.
    pub fn written(&self) -> &[Written] {
        &self.written
    }

    /// Ends the archive: what it holds, and where it was written to, which is flushed and closed.
    pub async fn finish(mut self) -> io::Result<(Vec<Written>, W)> {
        self.end();
        let Self { zip, tray, mut out, written, .. } = self;
        zip.finish().map_err(io::Error::other)?;
        out.write_all(&tray.take()).await?;
        out.shutdown().await?;
        Ok((written, out))
    }

    /// Of an archive that can't be finished: where it was written to, which holds half of it.
    pub fn abandon(self) -> W {
        self.out
    }

    fn end(&mut self) {
        if let Some(Open { name, bytes, hash }) = self.open.take() {
            let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            self.written.push(Written { name, bytes, sha256 });
        }
    }

    async fn hand_on(&mut self) -> io::Result<()> {
        let bytes = self.tray.take();
        self.out.write_all(&bytes).await
    }
}

/// Where the archive is put down, and taken from to be written.
#[derive(Clone, Default)]
struct Tray(Arc<Mutex<Vec<u8>>>);

impl Tray {
    fn take(&self) -> Vec<u8> {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Tray {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a ZIP can say of a time: two seconds exactly, from 1980 on, of no zone; here UTC.
fn dos_time(at: DateTime<Utc>) -> zip::DateTime {
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    let year = u16::try_from(at.year()).unwrap_or_default();
    let (date, time) = (at.date_naive(), at.time());
    let [month, day] = [date.month(), date.day()].map(small);
    let [hour, minute, second] = [time.hour(), time.minute(), time.second()].map(small);
    zip::DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Read};

    async fn written(entries: &[(&str, Packing, &[u8])]) -> (Vec<Written>, Vec<u8>) {
        let mut archive = Archive::new(Cursor::new(Vec::new()), DateTime::UNIX_EPOCH);
        for (name, packing, bytes) in entries {
            archive.begin(name, *packing).await.unwrap();
            archive.write(bytes).await.unwrap();
        }
        let (written, out) = archive.finish().await.unwrap();
        (written, out.into_inner())
    }

    #[tokio::test]
    async fn what_went_in_comes_out() {
        let text = "Görüşme kaydı\n".repeat(40_000);
        let entries: [(&str, Packing, &[u8]); 3] = [
            ("data/calls.jsonl", Packing::Deflated, text.as_bytes()),
            ("files/Ürün.pdf", Packing::Stored, b"%PDF-"),
            ("empty", Packing::Deflated, b""),
        ];
        let (written, bytes) = written(&entries).await;
        assert!(bytes.len() < text.len() / 10);
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(archive.len(), entries.len());
        for ((name, _, content), told) in entries.iter().zip(&written) {
            let mut found = Vec::new();
            archive.by_name(name).unwrap().read_to_end(&mut found).unwrap();
            assert_eq!(found, *content);
            assert_eq!((told.name.as_str(), told.bytes), (*name, content.len() as u64));
        }
        // Of nothing: the best known of all checksums.
        assert_eq!(written[2].sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[tokio::test]
    async fn nothing_leaves_the_archive() {
        let mut archive = Archive::new(Cursor::new(Vec::new()), DateTime::UNIX_EPOCH);
        for name in ["", "/etc/passwd", "../up", "a//b", "a/./b", "c:\\x", "a\\..\\b"] {
            assert!(archive.begin(name, Packing::Stored).await.is_err(), "{name}");
        }
        archive.begin("once", Packing::Stored).await.unwrap();
        assert!(archive.begin("once", Packing::Stored).await.is_err());
    }

    #[tokio::test]
    async fn a_write_without_an_entry_fails() {
        let mut archive = Archive::new(Cursor::new(Vec::new()), DateTime::UNIX_EPOCH);
        assert!(archive.write(b"lost").await.is_err());
    }
}
