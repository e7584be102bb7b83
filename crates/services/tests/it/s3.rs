//! The object storage as an S3 bucket: a server of that API of its own (Moto), asked over the network.

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use bytes::Bytes;
use domain::{Code, knowledge::UploadForm};
use futures::{Stream, TryStreamExt, stream};
use reqwest::Client;
use services::{
    knowledge,
    storage::{PutFailure, Storage, StorageSettings},
};
use uuid::Uuid;

use crate::world::World;

const BUCKET: &str = "ayar-files";
const PART: usize = 5 * 1024 * 1024;

/// A server that ends with the test.
struct S3 {
    process: Child,
    address: String,
    client: Client,
}

impl Drop for S3 {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

impl S3 {
    /// Starts it and makes the bucket.
    async fn start() -> Self {
        let tools =
            std::env::var_os("AYAR_TOOLS").expect("AYAR_TOOLS: run this through make or scripts/env.sh");
        let program = PathBuf::from(tools).join("python/bin/moto_server");
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(&program);
        command
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = command.spawn().unwrap_or_else(|error| {
            panic!("{}: {error}; scripts/setup.sh test installs it", program.display())
        });
        let s3 = Self { process, address: format!("http://127.0.0.1:{port}"), client: Client::new() };
        for _ in 0..300 {
            let made = s3.client.put(format!("{}/{BUCKET}", s3.address)).send().await;
            if made.is_ok_and(|answer| answer.status().is_success()) {
                return s3;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the S3 server did not start");
    }

    fn settings(&self, bucket: &str) -> StorageSettings {
        StorageSettings::S3 {
            bucket: bucket.to_owned(),
            region: "eu-central-1".to_owned(),
            endpoint: Some(self.address.clone()),
            access_key_id: "test".to_owned(),
            secret_access_key: "test".to_owned().into(),
        }
    }

    fn storage(&self) -> Storage {
        Storage::open(&self.settings(BUCKET)).unwrap()
    }

    async fn ask(&self, query: &str) -> String {
        let answer = self.client.get(format!("{}/{BUCKET}?{query}", self.address)).send().await.unwrap();
        answer.text().await.unwrap()
    }

    /// The names of the objects, as the server lists them.
    async fn objects(&self) -> Vec<String> {
        between(&self.ask("list-type=2").await, "<Key>", "</Key>")
    }

    /// Uploads in parts that are neither done nor given up.
    async fn begun(&self) -> Vec<String> {
        between(&self.ask("uploads").await, "<UploadId>", "</UploadId>")
    }
}

fn between(text: &str, start: &str, end: &str) -> Vec<String> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).map(str::to_owned).collect()
}

/// So many bytes in pieces of a size that no part has.
fn pieces(bytes: usize) -> impl Stream<Item = Result<Bytes, ()>> + Unpin + Send {
    const SIZE: usize = 100_003;
    let piece = |from: usize| {
        let piece: Vec<u8> = (from..).take(SIZE.min(bytes - from)).map(|at| (at % 251) as u8).collect();
        Ok(Bytes::from(piece))
    };
    stream::iter((0..bytes).step_by(SIZE).map(piece).collect::<Vec<_>>())
}

async fn whole(storage: &Storage, key: &str, part: std::ops::Range<u64>) -> Vec<u8> {
    let content = storage.get_part(key, part).await.unwrap();
    content.try_collect::<Vec<_>>().await.unwrap().concat()
}

/// One server for all of it: it takes seconds to start.
#[tokio::test(flavor = "multi_thread")]
async fn files_are_stored_in_a_bucket_whole_or_not_at_all() {
    let s3 = S3::start().await;
    let storage = s3.storage();
    storage.check(Uuid::now_v7()).await.unwrap();
    assert_eq!(s3.objects().await, [""; 0], "the check leaves nothing");

    // Three parts, the last of them short.
    let size = 2 * PART + 12_345;
    let stored = storage.put_stream("a/large", pieces(size), "application/pdf", u64::MAX).await;
    assert_eq!(stored.unwrap(), size as u64);
    let expected: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
    assert!(whole(&storage, "a/large", 0..size as u64).await == expected);
    let across = PART as u64 - 3..PART as u64 + 4;
    assert_eq!(whole(&storage, "a/large", across).await, expected[PART - 3..PART + 4]);
    let head = s3.client.head(format!("{}/{BUCKET}/a/large", s3.address)).send().await.unwrap();
    assert_eq!(head.headers()["content-type"], "application/pdf");
    storage.put("a/small", Bytes::from_static(b"short"), "text/plain").await.unwrap();
    assert_eq!(storage.get("a/small").await.unwrap().0, "short");
    assert_eq!(s3.objects().await, ["a/large", "a/small"]);
    storage.delete("a/large").await.unwrap();
    storage.delete("a/large").await.unwrap();
    assert_eq!(storage.get("a/large").await.unwrap_err(), Code::NotFound.into());
    assert_eq!(storage.get_part("a/large", 0..1).await.map(drop), Err(Code::NotFound.into()));
    assert_eq!((s3.objects().await, s3.begun().await), (vec!["a/small".to_owned()], vec![]));

    of_a_failure_nothing_is_left(&s3, &storage).await;
    the_knowledge_base_keeps_its_files_there(&s3).await;

    let elsewhere = Storage::open(&s3.settings("no-such-bucket")).unwrap();
    let failed = elsewhere.put_stream("a/b", pieces(10), "text/plain", 10).await;
    assert!(matches!(failed, Err(PutFailure::Storage(_))), "{failed:?}");
}

async fn of_a_failure_nothing_is_left(s3: &S3, storage: &Storage) {
    let broken = futures::StreamExt::chain(pieces(2 * PART), stream::iter([Err(())]));
    let failed = storage.put_stream("a/broken", broken, "text/plain", u64::MAX).await;
    assert!(matches!(failed, Err(PutFailure::BrokenOff)), "{failed:?}");
    let most = 2 * PART as u64 - 1;
    let failed = storage.put_stream("a/too-large", pieces(2 * PART), "text/plain", most).await;
    assert!(matches!(failed, Err(PutFailure::TooLarge)), "{failed:?}");
    assert_eq!(s3.begun().await, [""; 0], "its parts are gone");
    assert_eq!(s3.objects().await, ["a/small"]);
}

async fn the_knowledge_base_keeps_its_files_there(s3: &S3) {
    let world = World::on_sqlite().await;
    let ayse = world.owner("ayse@yildiz.example").await;
    let context = services::Context { storage: s3.storage(), ..world.context.clone() };
    let admin = ayse.admin().unwrap();
    let send = async |name: &str, text: Vec<Result<Bytes, ()>>| {
        let form = UploadForm { name: name.into(), category: String::new() };
        knowledge::upload(&context, admin, form, stream::iter(text)).await
    };
    let text = "İade koşulları\n".repeat(500_000);
    let parts = text.as_bytes().chunks(70_001).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
    let file = send("koşullar.md", parts).await.unwrap().file;
    let (_, content) = knowledge::read(&context, ayse.member(), file.id()).await.unwrap();
    assert!(content.try_collect::<Vec<_>>().await.unwrap().concat() == text.as_bytes());
    let there = s3.objects().await;
    assert_eq!(there.len(), 2);
    let name = there.iter().find(|key| key.contains("/knowledge/")).unwrap();
    assert!(!name.contains("ko") || !name.contains(".md"), "a random name: {name}");

    // Two parts are there when it turns out to be no text.
    let refused = vec![Ok(Bytes::from(vec![b'a'; 2 * PART + 1])), Ok(Bytes::from_static(b"\0"))];
    let refused = send("b.txt", refused).await.unwrap_err();
    assert_eq!(refused.of("file"), Some(Code::DocumentMismatch));
    let broken = send("c.txt", vec![Ok(Bytes::from(vec![b'a'; PART + 1])), Err(())]).await;
    assert_eq!(broken.map(drop), Err(Code::BadRequest.into()));
    assert_eq!((s3.objects().await.len(), s3.begun().await), (2, vec![]));
    knowledge::delete_file(&context, admin, file.id(), None).await.unwrap();
    assert_eq!(s3.objects().await, ["a/small"]);
}
