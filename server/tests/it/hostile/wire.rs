//! Bytes on a connection that are no request, or two to two readers: the server that listens answers what it can with a
//! refusal, does none of it, hangs up, and goes on.

use std::time::Duration;

use server::listen;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use crate::{
    failures::listen as read_log,
    world::{ORIGIN, World},
};

/// How long a silent server is listened to.
const SILENCE: Duration = Duration::from_millis(400);

/// What comes back for these bytes, until it is closed or silent.
async fn say(at: std::net::SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    // Who refuses may have hung up before all was said.
    _ = stream.write_all(bytes).await;
    let (mut said, mut piece) = (Vec::new(), vec![0; 65536]);
    while let Ok(Ok(read)) = tokio::time::timeout(SILENCE, stream.read(&mut piece)).await {
        if read == 0 {
            break;
        }
        said.extend_from_slice(&piece[..read]);
    }
    String::from_utf8_lossy(&said).into_owned()
}

fn statuses(said: &str) -> Vec<u16> {
    // A status line begins the answer or follows a body without a line's end.
    let lines = said.split("HTTP/1.1 ").skip(1);
    lines.filter_map(|rest| rest.get(..3)?.parse().ok()).collect()
}

/// A change of somebody's browser, in which the answer tells that it was done.
fn theme(more: &str, body: &str) -> String {
    format!(
        "POST /api/shell/choose-theme HTTP/1.1\r\nHost: ayar.example\r\nOrigin: {ORIGIN}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n{more}\r\n{body}"
    )
}

const DONE: &str = "ayar-theme=dark";
const BODY: &str = "form[theme]=dark";
const NEXT: &str = "GET /livez HTTP/1.1\r\nHost: ayar.example\r\nConnection: close\r\n\r\n";

/// Requests of which two readers would make different ones.
fn ambiguous() -> Vec<(&'static str, String)> {
    let chunked = format!("{:x}\r\n{BODY}\r\n0\r\n\r\n", BODY.len());
    let length = BODY.len();
    vec![
        ("two lengths", theme(&format!("Content-Length: {length}\r\nContent-Length: 3\r\n"), BODY)),
        ("two lengths in one line", theme(&format!("Content-Length: {length}, 3\r\n"), BODY)),
        ("a length with a sign", theme(&format!("Content-Length: +{length}\r\n"), BODY)),
        ("a length that is negative", theme("Content-Length: -1\r\n", BODY)),
        ("a length in hexadecimal", theme("Content-Length: 0x10\r\n", BODY)),
        ("a length that is too long", theme("Content-Length: 99999999999999999999999\r\n", BODY)),
        ("a length of words", theme("Content-Length: sixteen\r\n", BODY)),
        ("an empty length", theme("Content-Length: \r\n", BODY)),
        ("another coding", theme("Transfer-Encoding: gzip\r\n", &chunked)),
        ("a coding that does not end in chunks", theme("Transfer-Encoding: chunked, identity\r\n", &chunked)),
        ("a coding of nobody's", theme("Transfer-Encoding: xchunked\r\n", &chunked)),
        ("a coding in a folded line", theme("Transfer-Encoding:\r\n chunked\r\n", &chunked)),
        ("a space before the colon", theme("Transfer-Encoding : chunked\r\n", &chunked)),
        ("a chunk without a size", theme("Transfer-Encoding: chunked\r\n", "\r\nabc\r\n0\r\n\r\n")),
        ("a chunk that is negative", theme("Transfer-Encoding: chunked\r\n", "-1\r\nabc\r\n0\r\n\r\n")),
        (
            "a chunk beyond all numbers",
            theme("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
        ),
        (
            "a chunk with a sign",
            theme("Transfer-Encoding: chunked\r\n", "0x10\r\nform[theme]=dark\r\n0\r\n\r\n"),
        ),
        (
            "a chunk longer than it says",
            theme("Transfer-Encoding: chunked\r\n", "3\r\nform[theme]=dark\r\n0\r\n\r\n"),
        ),
        (
            "chunks in HTTP/1.0",
            theme("Transfer-Encoding: chunked\r\n", &chunked).replacen("HTTP/1.1", "HTTP/1.0", 1),
        ),
        (
            "no host",
            theme(&format!("Content-Length: {length}\r\n"), BODY).replacen("Host: ayar.example\r\n", "", 1),
        ),
        (
            "another host",
            theme(&format!("Content-Length: {length}\r\n"), BODY).replacen("ayar.example", "evil.example", 1),
        ),
        (
            "an address of another host",
            theme(&format!("Content-Length: {length}\r\n"), BODY).replacen(
                "POST /",
                "POST http://evil.example/",
                1,
            ),
        ),
        (
            "a host with a user",
            theme(&format!("Content-Length: {length}\r\n"), BODY).replacen(
                "Host: ayar.example",
                "Host: ayar.example@evil.example",
                1,
            ),
        ),
        ("a line without its end", theme(&format!("Content-Length: {length}\r\nX: a\rb\r\n"), BODY)),
        ("a NUL in a header", theme(&format!("Content-Length: {length}\r\nX: a\0b\r\n"), BODY)),
        ("a NUL in a name", theme(&format!("Content-Length: {length}\r\nX\0: a\r\n"), BODY)),
        ("a header without a name", theme(&format!("Content-Length: {length}\r\n: a\r\n"), BODY)),
        ("a folded header", theme(&format!("Content-Length: {length}\r\nX: a\r\n b\r\n"), BODY)),
        (
            "a space before the first header",
            theme(&format!("Content-Length: {length}\r\n"), BODY).replacen("\r\nHost", "\r\n Host", 1),
        ),
        (
            "a word more in the first line",
            theme(&format!("Content-Length: {length}\r\n"), BODY).replacen(" HTTP", " x HTTP", 1),
        ),
        (
            "a version there is not",
            theme(&format!("Content-Length: {length}\r\n"), BODY).replacen("HTTP/1.1", "HTTP/9.9", 1),
        ),
    ]
}

/// What is no request at all.
fn nonsense() -> Vec<(&'static str, Vec<u8>)> {
    let headers: String = (0..20_000).map(|number| format!("X-{number}: a\r\n")).collect();
    let one = |start: &str, more: &str| format!("{start}\r\nHost: ayar.example\r\n{more}\r\n").into_bytes();
    vec![
        ("letters", b"hello\r\n\r\n".to_vec()),
        ("empty lines", b"\r\n".repeat(10_000)),
        ("zeros", vec![0; 100_000]),
        ("a greeting of TLS", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03".to_vec()),
        ("HTTP/0.9", b"GET /\r\n".to_vec()),
        ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec()),
        ("a mail program", b"EHLO x\r\nMAIL FROM:<a@b.co>\r\n".to_vec()),
        ("a database", b"*1\r\n$8\r\nFLUSHALL\r\n".to_vec()),
        ("an address that is not one", one("GET livez HTTP/1.1", "")),
        ("an address of letters", one("GET /ş%zz\u{202e} HTTP/1.1", "")),
        ("an address with a tab", one("GET /\tlivez HTTP/1.1", "")),
        ("an address that does not end", one(&format!("GET /{} HTTP/1.1", "a".repeat(200_000)), "")),
        ("a star", one("OPTIONS * HTTP/1.1", "")),
        ("a tunnel", b"CONNECT ayar.example:443 HTTP/1.1\r\nHost: ayar.example\r\n\r\n".to_vec()),
        ("a method that does not end", one(&format!("{} / HTTP/1.1", "A".repeat(100_000)), "")),
        ("a method with signs", one("G\"T / HTTP/1.1", "")),
        (
            "a header that does not end",
            one("GET /livez HTTP/1.1", &format!("X: {}\r\n", "a".repeat(2_000_000))),
        ),
        ("headers that do not end", one("GET /livez HTTP/1.1", &headers)),
        (
            "a cookie that does not end",
            one("GET /login HTTP/1.1", &format!("Cookie: {}\r\n", "a=b; ".repeat(60_000))),
        ),
        (
            "an upgrade",
            one(
                "GET /login HTTP/1.1",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n",
            ),
        ),
        (
            "an upgrade to HTTP/2",
            one(
                "GET /login HTTP/1.1",
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
            ),
        ),
    ]
}

#[tokio::test]
async fn what_two_would_read_differently_is_done_by_neither() {
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (at, app) = (listener.local_addr().unwrap(), server::router::router(world.site.clone()));
    let (stop, stopped) = oneshot::channel::<()>();
    let until = async { _ = stopped.await };
    let served =
        tokio::spawn(listen::serve(listener, app, Duration::from_secs(2), until, Duration::from_secs(5)));
    let (log, _guard) = read_log();

    // What is well-formed is done, with a length and in chunks, and another request follows on the connection.
    let length = format!("Content-Length: {}\r\n", BODY.len());
    let chunked = format!("{:x}\r\n{BODY}\r\n0\r\n\r\n", BODY.len());
    for fine in [theme(&length, BODY), theme("Transfer-Encoding: chunked\r\n", &chunked)] {
        let said = say(at, format!("{fine}{NEXT}").as_bytes()).await;
        assert_eq!(statuses(&said), [200, 200], "{said}");
        assert!(said.contains(DONE), "{said}");
    }
    for (what, request) in ambiguous() {
        let said = say(at, request.as_bytes()).await;
        assert!(statuses(&said).iter().all(|status| (400..500).contains(status)), "{what}: {said}");
        assert!(!said.contains(DONE), "{what} was done: {said}");
    }
    // A request hidden in the body of one is no request.
    let hidden = theme(&length, BODY);
    for (what, more, body) in [
        ("of a length", format!("Content-Length: {}\r\n", hidden.len()), hidden.clone()),
        (
            "in a chunk",
            "Transfer-Encoding: chunked\r\n".to_owned(),
            format!("{:x}\r\n{hidden}\r\n0\r\n\r\n", hidden.len()),
        ),
    ] {
        let outer = format!(
            "POST /livez HTTP/1.1\r\nHost: ayar.example\r\nOrigin: {ORIGIN}\r\n{more}\r\n{body}{NEXT}"
        );
        let said = say(at, outer.as_bytes()).await;
        assert!(!said.contains(DONE), "hidden in a body {what}: {said}");
        assert!(statuses(&said).len() <= 2, "{said}");
    }
    for (what, bytes) in nonsense() {
        let said = say(at, &bytes).await;
        let statuses = statuses(&said);
        assert!(
            statuses.len() <= 1 && statuses.iter().all(|status| *status < 500 && *status != 101),
            "{what}: {said}"
        );
    }
    let said = say(at, NEXT.as_bytes()).await;
    assert_eq!(statuses(&said), [200], "it goes on");
    assert!(!log.read().contains("ERROR"), "{}", log.read());
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), served).await.unwrap().unwrap();
}
