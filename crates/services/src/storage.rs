//! Where uploaded files live: a folder by default, an S3 bucket by configuration, memory in tests.
//!
//! Objects never change once written: a new photo gets a new random key, so an address may be
//! cached for ever and a half-done replacement is never seen.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use domain::{AppError, Code};
use futures::stream::{BoxStream, Stream, StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, GetOptions, MultipartUpload, ObjectStore, ObjectStoreExt, PutMultipartOptions,
    PutOptions, PutPayload,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use uuid::Uuid;

use crate::failure::internal;

/// Where to store, as configured.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum StorageSettings {
    /// A folder of this machine; made when it is missing.
    Folder { path: PathBuf },
    /// An S3 bucket, at Amazon or at a compatible service.
    S3 {
        bucket: String,
        region: String,
        /// Of a service that is not Amazon: `https://…`. Plain `http` is accepted on loopback only.
        #[serde(default)]
        endpoint: Option<String>,
        access_key_id: String,
        secret_access_key: SecretString,
    },
    /// Gone with the process: for tests.
    Memory,
}

/// The name of an object: words of ASCII letters, digits, `-` and `_` between slashes, at most 200
/// bytes. It can't leave its folder and needs no escaping anywhere.
struct Key(Path);

impl Key {
    fn parse(text: &str) -> Option<Self> {
        let word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        let fine = text.len() <= 200 && text.split('/').all(word);
        fine.then(|| Self(Path::from(text)))
    }
}

/// The store could not be reached, or refused. Holds no secret.
#[derive(Debug)]
pub struct StorageFailure(String);

impl std::fmt::Display for StorageFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "object storage: {}", self.0)
    }
}

impl std::error::Error for StorageFailure {}

impl From<object_store::Error> for StorageFailure {
    fn from(error: object_store::Error) -> Self {
        Self(error.to_string())
    }
}

/// A use-case that needs a file can't go on without the store.
impl From<StorageFailure> for AppError {
    #[track_caller]
    fn from(failure: StorageFailure) -> Self {
        internal(failure)
    }
}

/// Why a stream was not stored; nothing of it is left.
#[derive(Debug)]
pub enum PutFailure {
    /// By whoever sent it.
    BrokenOff,
    TooLarge,
    Storage(StorageFailure),
}

impl From<object_store::Error> for PutFailure {
    fn from(error: object_store::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Parts of a stream that is stored: the least that S3 takes, and as much as is in memory.
const PART: usize = 5 * 1024 * 1024;

/// The open store. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    /// A folder keeps bytes only.
    keeps_types: bool,
}

impl Storage {
    /// Opens the configured store. A folder is made; a bucket is not asked anything yet ([`check`](Self::check) does).
    pub fn open(settings: &StorageSettings) -> Result<Self, StorageFailure> {
        match settings {
            StorageSettings::Folder { path } => {
                std::fs::create_dir_all(path)
                    .map_err(|error| StorageFailure(format!("{}: {error}", path.display())))?;
                // Synced to disk before an upload is acknowledged; empty folders go with their last file.
                let store =
                    LocalFileSystem::new_with_prefix(path)?.with_fsync(true).with_automatic_cleanup(true);
                Ok(Self { store: Arc::new(store), keeps_types: false })
            }
            StorageSettings::S3 { bucket, region, endpoint, access_key_id, secret_access_key } => {
                let mut builder = AmazonS3Builder::new()
                    .with_bucket_name(bucket)
                    .with_region(region)
                    .with_access_key_id(access_key_id)
                    .with_secret_access_key(secret_access_key.expose_secret());
                if let Some(endpoint) = endpoint {
                    builder = builder.with_endpoint(endpoint).with_allow_http(is_plain_loopback(endpoint)?);
                }
                Ok(Self { store: Arc::new(builder.build()?), keeps_types: true })
            }
            StorageSettings::Memory => Ok(Self::memory()),
        }
    }

    /// An empty store of its own, for tests.
    pub fn memory() -> Self {
        Self { store: Arc::new(InMemory::new()), keeps_types: true }
    }

    /// Writes an object whole or not at all; an object of that name is replaced. `key` is words of ASCII
    /// letters, digits, `-` and `_` between slashes; another one fails.
    pub async fn put(
        &self,
        key: &str,
        bytes: Bytes,
        content_type: &'static str,
    ) -> Result<(), StorageFailure> {
        let Key(path) = Key::parse(key).ok_or_else(|| StorageFailure(format!("{key:?} is no key")))?;
        let mut options = PutOptions::default();
        if self.keeps_types {
            // For those who look into the bucket; `get` does not ask it.
            options.attributes = Attributes::from_iter([(Attribute::ContentType, content_type)]);
        }
        self.store.put_opts(&path, PutPayload::from_bytes(bytes), options).await?;
        Ok(())
    }

    /// [`put`](Self::put) of what comes in pieces, of at most `most` bytes: how many they were. The object is there when
    /// its last byte is.
    pub async fn put_stream<E>(
        &self,
        key: &str,
        stream: impl Stream<Item = Result<Bytes, E>> + Unpin,
        content_type: &'static str,
        most: u64,
    ) -> Result<u64, PutFailure> {
        let wrong = || PutFailure::Storage(StorageFailure(format!("{key:?} is no key")));
        let Key(path) = Key::parse(key).ok_or_else(wrong)?;
        let mut options = PutMultipartOptions::default();
        if self.keeps_types {
            options.attributes = Attributes::from_iter([(Attribute::ContentType, content_type)]);
        }
        let mut upload = self.store.put_multipart_opts(&path, options).await?;
        match send(upload.as_mut(), stream, most).await {
            Ok(bytes) => Ok(bytes),
            Err(failure) => {
                if let Err(error) = upload.abort().await {
                    tracing::warn!(%error, key, "parts of a file could not be deleted");
                }
                Err(failure)
            }
        }
    }

    /// An object to be written piece by piece. It is there when the writer is shut down; one that is not has to be aborted.
    pub(crate) fn writer(&self, key: &str, content_type: &'static str) -> Result<BufWriter, StorageFailure> {
        let Key(path) = Key::parse(key).ok_or_else(|| StorageFailure(format!("{key:?} is no key")))?;
        let writer = BufWriter::with_capacity(self.store.clone(), path, PART).with_max_concurrency(2);
        Ok(match self.keeps_types {
            true => writer.with_attributes(Attributes::from_iter([(Attribute::ContentType, content_type)])),
            false => writer,
        })
    }

    /// How many bytes an object has.
    pub(crate) async fn size(&self, key: &str) -> Result<u64, StorageFailure> {
        let Key(path) = Key::parse(key).ok_or_else(|| StorageFailure(format!("{key:?} is no key")))?;
        Ok(self.store.head(&path).await?.size)
    }

    /// A part of an object, piece by piece. Fails with `NotFound` if there is none of that name, else with `Internal`.
    pub async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, StorageFailure>>, AppError> {
        let Key(path) = Key::parse(key).ok_or(Code::NotFound)?;
        match self.store.get_opts(&path, GetOptions::new().with_range(Some(part))).await {
            Ok(found) => Ok(found.into_stream().map_err(StorageFailure::from).boxed()),
            Err(object_store::Error::NotFound { .. }) => Err(Code::NotFound.into()),
            Err(error) => Err(StorageFailure::from(error).into()),
        }
    }

    /// The bytes of an object and their content type, told from the bytes as every store can.
    /// Fails with `NotFound` if there is none of that name, whatever the name; else with `Internal`.
    pub async fn get(&self, key: &str) -> Result<(Bytes, String), AppError> {
        let Key(path) = Key::parse(key).ok_or(Code::NotFound)?;
        let found = match self.store.get(&path).await {
            Ok(found) => found.bytes().await,
            Err(object_store::Error::NotFound { .. }) => return Err(Code::NotFound.into()),
            Err(error) => Err(error),
        };
        let bytes = found.map_err(StorageFailure::from)?;
        let content_type = content_type(&bytes).to_owned();
        Ok((bytes, content_type))
    }

    /// Removes an object; one that is gone already is no error.
    pub async fn delete(&self, key: &str) -> Result<(), StorageFailure> {
        let Some(Key(path)) = Key::parse(key) else { return Ok(()) };
        match self.store.delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The name and size in bytes of every object, in no order.
    pub fn list(&self) -> BoxStream<'static, Result<(String, u64), StorageFailure>> {
        self.store.list(None).map_ok(|found| (found.location.to_string(), found.size)).err_into().boxed()
    }

    /// Removes at most `most` of the objects below a folder: how many. None, once nothing is left there.
    pub async fn delete_below(&self, folder: &str, most: usize) -> Result<u64, StorageFailure> {
        let Key(path) = Key::parse(folder).ok_or_else(|| StorageFailure(format!("{folder:?} is no key")))?;
        let found: Vec<_> = self.store.list(Some(&path)).take(most).try_collect().await?;
        let mut removed = 0;
        for object in found {
            match self.store.delete(&object.location).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => removed += 1,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(removed)
    }

    /// Writes, reads and removes a small object named by `id`: proves that the store works.
    pub async fn check(&self, id: Uuid) -> Result<(), StorageFailure> {
        let key = format!("checks/{}", id.simple());
        let sent = Bytes::from_static(b"ayar");
        self.put(&key, sent.clone(), "text/plain").await?;
        let found = self.store.get(&Path::from(key.as_str())).await?.bytes().await?;
        self.delete(&key).await?;
        if found == sent { Ok(()) } else { Err(StorageFailure("what was written did not come back".into())) }
    }
}

/// How long a sender may be silent.
const SILENCE: Duration = Duration::from_secs(30);

/// Whoever says nothing for too long has broken off.
pub(crate) fn impatient<E>(
    body: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> impl Stream<Item = Result<Bytes, ()>> + Unpin {
    // Fused: a short file is over before its start was looked at.
    let pieces = futures::stream::unfold(Some(body), |body| async move {
        let mut body = body?;
        match tokio::time::timeout(SILENCE, body.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(chunk))) => Some((Ok(chunk), Some(body))),
            Ok(Some(Err(_))) | Err(_) => Some((Err(()), None)),
        }
    });
    Box::pin(pieces.fuse())
}

/// Sends a stream in parts of one size.
async fn send<E>(
    upload: &mut dyn MultipartUpload,
    mut stream: impl Stream<Item = Result<Bytes, E>> + Unpin,
    most: u64,
) -> Result<u64, PutFailure> {
    let (mut waiting, mut bytes) = (BytesMut::new(), 0);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| PutFailure::BrokenOff)?;
        bytes += chunk.len() as u64;
        if bytes > most {
            return Err(PutFailure::TooLarge);
        }
        waiting.extend_from_slice(&chunk);
        while waiting.len() >= PART {
            upload.put_part(PutPayload::from_bytes(waiting.split_to(PART).freeze())).await?;
        }
    }
    if !waiting.is_empty() {
        upload.put_part(PutPayload::from_bytes(waiting.freeze())).await?;
    }
    upload.complete().await?;
    Ok(bytes)
}

/// Only pictures that we encoded ourselves are stored; anything else is served as plain bytes.
fn content_type(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        "image/jpeg"
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        "image/png"
    } else {
        "application/octet-stream"
    }
}

/// Whether an endpoint is unencrypted, which only loopback may be.
fn is_plain_loopback(endpoint: &str) -> Result<bool, StorageFailure> {
    let refused = |reason: &str| StorageFailure(format!("endpoint {endpoint:?} {reason}"));
    let url = url::Url::parse(endpoint).map_err(|_| refused("is no URL"))?;
    let loopback = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() {
        "https" => Ok(false),
        "http" if loopback => Ok(true),
        _ => Err(refused("must start with https://")),
    }
}

#[cfg(test)]
mod tests;
