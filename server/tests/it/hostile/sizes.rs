//! Bodies without an end: nobody makes the server hold more of one than the function could need, whatever the body says of
//! itself and wherever it is sent.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    body::{Body, Bytes},
    http::Method,
};
use futures::{StreamExt, stream};
use server::typed::MAX_FORM;

use crate::{
    permissions::{MATRIX, content_type},
    world::{Browser, World},
};

const PIECE: usize = 64 * 1024;
/// The size that would have been: nobody says it.
const WHOLE: usize = 64 * PIECE;

/// How much of an endless body was read.
async fn read_of(browser: &mut Browser<'_>, path: &str, kind: &str, begin: &'static str) -> (u16, usize) {
    let read = Arc::new(AtomicUsize::new(0));
    let counted = read.clone();
    let pieces = stream::repeat_with(move || {
        counted.fetch_add(PIECE, Ordering::SeqCst);
        Ok::<_, std::io::Error>(Bytes::from(vec![b'a'; PIECE]))
    });
    let begin = stream::iter([Ok(Bytes::from_static(begin.as_bytes()))]);
    let body = Body::from_stream(begin.chain(pieces.take(WHOLE / PIECE)));
    let request = browser.request(Method::POST, path).header("sec-fetch-site", "same-origin");
    let request =
        request.header("accept", "application/json").header("content-type", kind).body(body).unwrap();
    let answer = browser.send(request).await;
    (answer.status.as_u16(), read.load(Ordering::SeqCst))
}

#[tokio::test]
async fn nobody_makes_us_hold_more_than_a_form() {
    let world = World::new().await;
    let (ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let functions =
        MATRIX.iter().filter(|(method, route, _)| *method == "POST" && route.starts_with("/api/"));
    let others = [
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=b",
        "x",
        "application/x-www-form-urlencoded",
    ];
    let forms = functions.filter(|(_, route, _)| !content_type(route).starts_with("multipart"));
    for (number, (_, route, _)) in forms.enumerate() {
        // This page takes the largest files there are.
        let page = format!("/settings/knowledge?do={}", route.trim_start_matches("/api/"));
        for (other, path) in [*route, &page].into_iter().enumerate() {
            let kind = others[(number + 2 * other) % others.len()];
            let mut browser = world.browser();
            browser.cookies.clone_from(&ayse.cookies);
            let (status, read) = read_of(&mut browser, path, kind, "form[a]=").await;
            assert!((400..500).contains(&status), "{path} {kind}: {status}");
            assert!(read <= MAX_FORM + 2 * PIECE, "{path} {kind}: {read} bytes were read");
        }
    }
}

/// Whoever may not upload is refused before their file is read; whoever may, when it is too large or never ends.
#[tokio::test]
async fn of_a_strangers_upload_nothing_is_read() {
    const FILE: &str = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n";
    let world = World::new().await;
    let (ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let mut uploads = 0;
    for (_, route, _) in MATRIX.iter().filter(|(_, route, _)| content_type(route).starts_with("multipart")) {
        uploads += 1;
        let (status, read) = read_of(&mut world.browser(), route, content_type(route), FILE).await;
        assert_eq!(status, 401, "{route}");
        assert!(read <= 2 * PIECE, "{route}: {read} bytes of a stranger's were read");
        let mut browser = world.browser();
        browser.cookies.clone_from(&ayse.cookies);
        let (status, _) = read_of(&mut browser, route, content_type(route), FILE).await;
        assert!((400..500).contains(&status), "{route}: {status}");
    }
    assert_eq!(uploads, 4);
}
