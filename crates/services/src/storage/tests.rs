use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n...";

async fn keeps_and_forgets(storage: &Storage) {
    let key = "organisations/0190-ab/photo/Xy_-9/512";
    assert_eq!(storage.get(key).await, Err(Code::NotFound.into()));
    storage.put(key, Bytes::from_static(b"\xff\xd8\xff..."), "image/jpeg").await.unwrap();
    assert_eq!(storage.get(key).await.unwrap().1, "image/jpeg");
    storage.put(key, Bytes::from_static(PNG), "image/png").await.unwrap();
    assert_eq!(storage.get(key).await, Ok((Bytes::from_static(PNG), "image/png".to_owned())));
    storage.delete(key).await.unwrap();
    storage.delete(key).await.unwrap();
    assert_eq!(storage.get(key).await, Err(Code::NotFound.into()));
    storage.check(Uuid::nil()).await.unwrap();
}

#[tokio::test]
async fn a_folder_keeps_and_forgets() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er");
    let settings = StorageSettings::Folder { path: path.clone() };
    keeps_and_forgets(&Storage::open(&settings).unwrap()).await;
    let again = Storage::open(&settings).unwrap();
    again.put("photos/a/32", Bytes::from_static(b"x"), "image/png").await.unwrap();
    assert_eq!(std::fs::read(path.join("photos/a/32")).unwrap(), b"x");
}

#[tokio::test]
async fn memory_keeps_and_forgets() {
    keeps_and_forgets(&Storage::open(&StorageSettings::Memory).unwrap()).await;
}

async fn streams(storage: &Storage) {
    use futures::stream::{iter, pending};
    let pieces = || (0..7_u8).map(|piece| Ok::<_, ()>(Bytes::from(vec![piece; 1_000_000])));
    let key = "organisations/a/recordings/one";
    assert_eq!(storage.put_stream(key, iter(pieces()), "audio/wav", 7_000_000).await.unwrap(), 7_000_000);
    let part = storage.get_part(key, 999_999..5_000_001).await.unwrap();
    let part = part.try_collect::<Vec<_>>().await.unwrap().concat();
    assert_eq!((part.len(), part[0], part[1], part[4_000_001]), (4_000_002, 0, 1, 5));
    let broken = pieces().chain([Err(())]);
    let refused = storage.put_stream("organisations/a/recordings/two", iter(broken), "audio/wav", 1 << 30);
    assert!(matches!(refused.await, Err(PutFailure::BrokenOff)));
    let large = storage.put_stream("organisations/a/recordings/two", iter(pieces()), "audio/wav", 6_999_999);
    assert!(matches!(large.await, Err(PutFailure::TooLarge)));
    let endless = iter([Ok::<_, ()>(Bytes::from_static(b"x"))]).chain(pending());
    let hung = storage.put_stream("organisations/a/recordings/two", Box::pin(endless), "audio/wav", 10);
    assert!(tokio::time::timeout(std::time::Duration::from_millis(20), hung).await.is_err());
    let none = storage.get_part("organisations/a/recordings/two", 0..1).await;
    assert_eq!(none.map(drop), Err(Code::NotFound.into()));
}

#[tokio::test]
async fn what_comes_in_pieces_is_stored_whole_or_not_at_all() {
    streams(&Storage::memory()).await;
    let folder = tempfile::tempdir().unwrap();
    let settings = StorageSettings::Folder { path: folder.path().to_owned() };
    streams(&Storage::open(&settings).unwrap()).await;
}

#[tokio::test]
async fn a_store_that_cannot_be_written_fails_its_check() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(Storage::open(&StorageSettings::Folder { path: file }).is_err());
    let gone = folder.path().join("gone");
    let storage = Storage::open(&StorageSettings::Folder { path: gone.clone() }).unwrap();
    std::fs::remove_dir(&gone).unwrap();
    std::fs::write(&gone, "in the way").unwrap();
    assert!(storage.check(Uuid::nil()).await.is_err());
}

#[tokio::test]
async fn a_key_stays_where_it_belongs() {
    for fine in ["a", "photos/0190ab/512", "a_b-c/D"] {
        assert!(Key::parse(fine).is_some_and(|Key(path)| path.as_ref() == fine), "{fine}");
    }
    let storage = Storage::memory();
    let long = "a".repeat(201);
    for bad in [
        "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a.b", "ş", "a b", "a\\b", "a%2fb", "a\0",
        &long,
    ] {
        assert!(storage.put(bad, Bytes::new(), "image/png").await.is_err(), "{bad:?}");
        assert_eq!(storage.get(bad).await, Err(Code::NotFound.into()), "{bad:?}");
        assert!(storage.delete(bad).await.is_ok(), "{bad:?}");
    }
}

#[test]
fn a_bucket_is_reached_by_https_only_and_its_secret_is_not_shown() {
    let s3 = |endpoint: Option<&str>| StorageSettings::S3 {
        bucket: "ayar".into(),
        region: "eu-central-1".into(),
        endpoint: endpoint.map(str::to_owned),
        access_key_id: "key".into(),
        secret_access_key: "gizli".into(),
    };
    for fine in
        [None, Some("https://s3.sirket.com"), Some("http://127.0.0.1:9000"), Some("http://localhost:9000")]
    {
        assert!(Storage::open(&s3(fine)).is_ok(), "{fine:?}");
    }
    for bad in ["http://s3.sirket.com", "http://10.0.0.1:9000", "ftp://localhost", "s3.sirket.com", ""] {
        assert!(Storage::open(&s3(Some(bad))).is_err(), "{bad:?}");
    }
    assert!(!format!("{:?}", s3(None)).contains("gizli"));
}

#[test]
fn unknown_settings_are_refused() {
    let read = |json: &str| serde_json::from_str::<StorageSettings>(json).is_ok();
    assert!(read(r#"{"kind":"folder","path":"data/files"}"#));
    assert!(!read(r#"{"kind":"folder","path":"data/files","bucket":"x"}"#));
    assert!(!read(r#"{"kind":"ftp"}"#));
}

/// Of a test in a process of its own, as nextest runs them.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_takes_as_much_memory_as_one_of_its_parts() {
    fn most() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
    }
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::open(&StorageSettings::Folder { path: folder.path().into() }).unwrap();
    let before = most();
    let pieces = (0..256 * 16).map(|_| Ok::<_, ()>(Bytes::from(vec![7; 64 * 1024])));
    let stored = storage.put_stream("large", futures::stream::iter(pieces), "text/plain", u64::MAX).await;
    assert_eq!(stored.unwrap(), 256 << 20);
    let more = most() - before;
    assert!(more < 8 * PART as u64, "{} MB", more >> 20);
}
