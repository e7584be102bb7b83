//! Headers: what is read by us, by libraries and by the log.

use axum::{body::Body, http::Method};

use super::pages::assert_is_fine;
use crate::{failures::listen, world::World};

#[tokio::test]
async fn no_header_breaks_a_page() {
    let world = World::new().await;
    let (ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let (log, _guard) = listen();
    let long = "x".repeat(60_000);
    let cookies = "a=b; ".repeat(5000);
    let session = format!("__Host-ayar-session={long}");
    let languages = "tr;q=0.5,".repeat(5000);
    let many = "9.9.9.9, ".repeat(5000);
    let values: Vec<&[u8]> = vec![
        b"",
        b"\xff\xfe\xfd",
        b"\x80",
        b"%00",
        b"*",
        b",,,,",
        b";;;=;",
        b"\"",
        b"\"unclosed",
        b"(((((",
        b"{\"a\":",
        b"-1",
        b"99999999999999999999999999",
        b"1e400",
        b"\tx\t",
        b"<script>alert(1)</script>",
        b"() { :;}; echo",
        b"${jndi:ldap://a}",
        long.as_bytes(),
    ];
    let names = [
        "accept",
        "accept-language",
        "accept-encoding",
        "accept-charset",
        "authorization",
        "cookie",
        "user-agent",
        "referer",
        "origin",
        "sec-fetch-site",
        "range",
        "if-range",
        "if-none-match",
        "if-match",
        "if-modified-since",
        "if-unmodified-since",
        "content-type",
        "content-length",
        "expect",
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
        "traceparent",
        "tracestate",
        "x-request-id",
        "upgrade",
        "te",
        "via",
        "date",
        "connection",
        "prefer",
        "idempotency-key",
    ];
    let mut special: Vec<(&str, &[u8])> = vec![
        ("cookie", cookies.as_bytes()),
        ("cookie", session.as_bytes()),
        ("cookie", b"__Host-ayar-session=%ff%00; __Host-ayar-session=x"),
        ("cookie", b"ayar-language=\"tr\"; ayar-theme=%3Cscript%3E; ayar-theme"),
        ("cookie", b"=; ==; =x; ;"),
        ("accept-language", languages.as_bytes()),
        ("accept-language", b"tr;q=NaN, en;q=1e400, x;q=-1, *;q=9999999999"),
        ("accept-encoding", b"br;q=NaN, gzip;q=-1, identity;q=0, *;q=0"),
        ("accept-encoding", b"zstd, br, deflate, x-gzip, compress"),
        ("x-forwarded-for", many.as_bytes()),
        ("range", b"bytes=0-0,-1,0-,5-1,-0"),
        ("range", b"bytes=18446744073709551615-"),
        ("range", b"bytes=-18446744073709551616"),
        ("range", b"lines=1-2"),
        ("range", b"bytes=5-1"),
        ("if-modified-since", b"Thu, 99 Foo 99999 99:99:99 GMT"),
        ("if-none-match", b"W/\"\", *, \"a"),
        ("content-type", b"multipart/form-data; boundary=\"\xff\""),
        ("expect", b"100-continue"),
        ("traceparent", b"00-00000000000000000000000000000000-0000000000000000-ff"),
    ];
    let ranges: String = (0..3000).map(|at| format!("{at}-{at},")).collect();
    let ranges = format!("bytes={ranges}1-1");
    special.push(("range", ranges.as_bytes()));
    special.extend(names.iter().flat_map(|name| values.iter().map(move |value| (*name, *value))));
    let mut tried = 0;
    for (number, (name, value)) in special.iter().enumerate() {
        for (other, path) in
            ["/settings/general", "/pkg/ayar.123.css", "/login", "/api/shell/load-viewer", "/files/audit.csv"]
                .iter()
                .enumerate()
        {
            // Each value meets one of the paths, and each name all of them.
            if (number + other) % 5 != 0 {
                continue;
            }
            let mut browser = world.browser();
            browser.cookies.clone_from(&ayse.cookies);
            let method = if path.starts_with("/api") { Method::POST } else { Method::GET };
            let mut request = browser.request(method, path);
            if path.starts_with("/api") && !["origin", "sec-fetch-site"].contains(name) {
                request = request.header("sec-fetch-site", "same-origin");
            }
            let Ok(request) = request.header(*name, *value).body(Body::empty()) else { continue };
            let answer = browser.send(request).await;
            let said: String = String::from_utf8_lossy(value).chars().take(40).collect();
            assert_is_fine(&answer, &format!("{path} {name}: {said}"));
            tried += 1;
        }
    }
    println!("{tried} requests");
    assert!(!log.read().contains("ERROR"), "{}", log.read());
}
