//! What it takes to store a large file: 1 GB streams through the very code that stores uploads, with the limit of size
//! lifted, and the memory of the process is read meanwhile.
//!
//! `streaming <folder> [megabytes]`; with the address of an S3 server and a bucket in place of the folder,
//! `streaming http://127.0.0.1:5000/bucket`. `make bench` runs it on a folder.

use std::{convert::Infallible, error::Error, time::Instant};

use bytes::Bytes;
use futures::stream;
use services::storage::{Storage, StorageSettings};

type Failure = Box<dyn Error + Send + Sync>;

/// As a connection brings it.
const PIECE: usize = 64 * 1024;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().ok_or("usage: streaming <folder> [megabytes]")?;
    let megabytes: usize = arguments.next().map_or(Ok(1024), |text| text.parse())?;
    let storage = Storage::open(&settings(&place)?).map_err(|error| error.to_string())?;
    let pieces = megabytes * 1024 * 1024 / PIECE;
    let before = memory("VmRSS")?;
    let began = Instant::now();
    let body = stream::iter((0..pieces).map(|number| {
        let byte = u8::try_from(number % 251).unwrap_or_default();
        Ok::<_, Infallible>(Bytes::from(vec![byte; PIECE]))
    }));
    let stored = storage.put_stream("bench/large", body, "application/octet-stream", u64::MAX).await;
    let stored = stored.map_err(|failure| format!("{failure:?}"))?;
    let seconds = began.elapsed().as_secs_f64();
    let most = memory("VmHWM")?;
    storage.delete("bench/large").await.map_err(|error| error.to_string())?;
    println!("    stored            {} MB in {seconds:.1} s", stored / 1024 / 1024);
    println!("    memory before     {:.1} MB", before / 1024.0);
    println!("    most memory       {:.1} MB, {:.1} MB more", most / 1024.0, (most - before) / 1024.0);
    Ok(())
}

fn settings(place: &str) -> Result<StorageSettings, Failure> {
    let Some((endpoint, bucket)) = place.strip_prefix("http").and_then(|_| place.rsplit_once('/')) else {
        return Ok(StorageSettings::Folder { path: place.into() });
    };
    Ok(StorageSettings::S3 {
        bucket: bucket.to_owned(),
        region: "eu-central-1".to_owned(),
        endpoint: Some(endpoint.to_owned()),
        access_key_id: "test".to_owned(),
        secret_access_key: "test".to_owned().into(),
    })
}

/// Kilobytes, as the kernel counts them.
fn memory(field: &str) -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next()).ok_or("no such field")?;
    Ok(number.parse()?)
}
