//! Addresses: everything that can stand in a query or in a segment of a path, on every page and every file.

use axum::{body::Body, http::Method};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use server::router::{other_routes, page_routes};
use url::form_urlencoded::byte_serialize;

use super::{SCRIPT, fuzz::platform, values::values};
use crate::{
    failures::listen,
    permissions::belongings,
    world::{Answer, Browser, ORIGIN, World},
};

/// What pages and files are asked for by.
const NAMES: [&str; 38] = [
    "next",
    "q",
    "token",
    "id",
    "before",
    "after",
    "list",
    "version",
    "organisation",
    "person",
    "room",
    "action",
    "first",
    "last",
    "direction",
    "outcome",
    "campaign",
    "at",
    "do",
    "saved",
    "email",
    "province",
    "office_province",
    "zone",
    "category",
    "edit",
    "add",
    "split",
    "only",
    "left",
    "closed",
    "ended",
    "sent",
    "import",
    "language",
    "scheme",
    "kind",
    "with",
];

/// Segments of a path as they are sent.
const SEGMENTS: [&str; 22] = [
    "..",
    ".",
    "%2e%2e",
    "..%2f..%2f..%2fetc%2fpasswd",
    "..%5c..%5cx",
    "%2e%2e%2f%2e%2e%2fhash.txt",
    "%00",
    "a%00.png",
    "%0d%0aSet-Cookie:%20a=b",
    "%ff%fe",
    "%c0%ae%c0%ae",
    "%e2%80%ae",
    "%",
    "%zz",
    "%25%32%65",
    "%u002e",
    ";a=b",
    "00000000-0000-0000-0000-000000000000",
    "%7b019ab000-0000-7000-8000-000000000000%7d",
    "-1",
    "99999999999999999999999999",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
];

/// A page, a file, a way to another page of ours, or a refusal; never a failure, and nothing that was sent runs in it.
#[track_caller]
pub fn assert_is_fine(answer: &Answer, asked: &str) {
    assert!(!answer.status.is_server_error(), "{asked}: {} {}", answer.status, answer.body);
    answer.assert_hides(SCRIPT);
    if !answer.location().is_empty() {
        let base = url::Url::parse(ORIGIN).unwrap();
        assert_eq!(base.join(answer.location()).unwrap().origin(), base.origin(), "{asked}");
    }
}

/// `None`: no client could send this address.
async fn get(browser: &mut Browser<'_>, path: &str) -> Option<Answer> {
    path.parse::<axum::http::Uri>().ok()?;
    let request =
        browser.request(Method::GET, path).header("accept", "text/html").body(Body::empty()).unwrap();
    Some(browser.send(request).await)
}

/// PostgreSQL stores no NUL, and says so.
async fn both() -> [(&'static str, World); 2] {
    [("SQLite", World::new().await), ("PostgreSQL", World::on_postgres(platform()).await)]
}

#[tokio::test]
async fn no_query_breaks_a_page_or_a_file() {
    let mut dice = StdRng::seed_from_u64(0x6179_6172);
    for (name, world) in both().await {
        let (ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
        let of = belongings(&world, actor).await;
        let staff = world.staff("zeynep@ayar.example").await.cookies;
        let (log, _guard) = listen();
        // An address is not as long as a body.
        let values: Vec<_> = values().into_iter().filter(|value| value.len() < 1000).collect();
        let mut raw: Vec<String> = ["%ff%fe", "%", "%zz", "%e2%82", "%00"].map(str::to_owned).into();
        raw.extend(values.iter().map(|value| byte_serialize(value.as_bytes()).collect()));
        raw.extend(of.ids.iter().map(|(_, id)| id.clone()));
        raw.push("x".repeat(8000));
        let files = other_routes()
            .into_iter()
            .filter(|(method, ..)| *method == Method::GET)
            .map(|(_, path, _)| path.to_owned());
        let paths: Vec<_> = page_routes().iter().map(|page| page.path().to_owned()).chain(files).collect();
        let mut tried = 0;
        for path in &paths {
            let id = |name: &str| of.ids.iter().find(|(of, _)| *of == name).map_or("none", |(_, id)| id);
            let segment = path.split('/').nth(1).unwrap_or_default().trim_end_matches('s');
            let path = path
                .replace("{id}", id(&format!("{{{segment}}}")))
                .replace(":id", id(&format!("{{{segment}}}")));
            for _ in 0..2 {
                let mut query = Vec::new();
                for name in NAMES {
                    // Most of what is asked for at once is right, or only the first mistake would be looked at.
                    if dice.random_range(0..5) == 0 {
                        query.push(format!("{name}={}", raw[dice.random_range(0..raw.len())]));
                    }
                }
                let asked = format!("{path}?{}", query.join("&"));
                let mut browser = world.browser();
                browser.cookies.clone_from(if path.starts_with("/support") { &staff } else { &ayse.cookies });
                let Some(answer) = get(&mut browser, &asked).await else { continue };
                assert_is_fine(&answer, &format!("{name}: {asked}"));
                tried += 1;
            }
        }
        let said = log.read();
        assert!(!said.contains("ERROR"), "{name}:\n{said}");
        println!("{name}: {tried} addresses");
        assert!(tried > paths.len());
    }
}

/// Paths to elsewhere, and routes with segments that are no names.
fn odd_paths() -> Vec<String> {
    let mut paths: Vec<String> = [
        "/../hash.txt",
        "/pkg/../hash.txt",
        "/pkg/../../hash.txt",
        "/pkg/..%2f..%2fhash.txt",
        "/%2e%2e/hash.txt",
        "/pkg/%2e%2e%2f%2e%2e%2fhash.txt",
        "/..%5chash.txt",
        "/pkg/..%5c..%5chash.txt",
        "//hash.txt",
        "/.%2e/hash.txt",
        "/pkg//etc/passwd",
        "/pkg/%2fetc%2fpasswd",
        "/pkg/%00",
        "/pkg/ayar.123.css%00.png",
        "/pkg/ayar.123.css/",
        "/pkg/.",
        "/pkg/..",
        "/pkg/",
        "/.git/config",
        "/.env",
        "/ayar.db",
        "/../ayar.db",
        "/..%2fayar.db",
        "/pkg/..%2f..%2fayar.db",
        "/static/../../../../etc/passwd",
        "/favicon.svg/..",
        "/favicon.svg%2f..%2f..%2fhash.txt",
        "/%ff",
        "/%c0%ae%c0%ae/hash.txt",
        "/at/x/api/../../hash.txt",
        "/at//api/shell/load-viewer",
        "/at/%2f/api/x",
        "/at/x/api/",
        "/api/",
        "/api/%2e%2e/livez",
        "/api/v1/%2e%2e/%2e%2e/hash.txt",
        "/settings/%2e%2e/%2e%2e/hash.txt",
        "/;/hash.txt",
        "/settings/general;x=y",
        "/settings/general%2f",
        "/settings%2fgeneral",
        "/SETTINGS/GENERAL",
        "/settings//general",
        "/settings/general/",
        "/settings/general%00",
        "/unsubscribe/%0d%0aSet-Cookie:%20a=b",
        "/unsubscribe/x%26done=1",
        "/unsubscribe/%ff",
        "/unsubscribe/%2f%2fevil.example",
        "/logos/%2e%2e/480",
        "/logos/..%2f..%2fx/480",
    ]
    .map(str::to_owned)
    .into();
    let routes =
        other_routes().into_iter().filter(|(method, path, _)| *method == Method::GET && path.contains('{'));
    let routes: Vec<_> = routes.map(|(_, path, _)| path.to_owned()).collect();
    for route in
        routes.into_iter().chain(["/calls/{id}".into(), "/customers/{id}".into(), "/agents/{id}".into()])
    {
        for segment in SEGMENTS {
            let filled =
                |names: &[&str]| names.iter().fold(route.clone(), |path, name| path.replace(name, segment));
            paths.push(filled(&["{name}", "{id}", "{token}", "{size}", "{width}"]));
            paths.push(
                filled(&["{name}", "{id}", "{token}"]).replace("{size}", "128").replace("{width}", "480"),
            );
            paths.push(
                filled(&["{size}", "{width}"])
                    .replace("{name}", "none")
                    .replace("{id}", "x")
                    .replace("{token}", "x"),
            );
        }
    }
    paths
}

/// Nothing outside of the site's folder is served, and no segment is more than a name.
#[tokio::test]
async fn no_path_leads_out_of_its_place() {
    for (name, world) in both().await {
        let (ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
        world.give_photo(actor).await;
        let ((log, _guard), mut tried) = (listen(), 0);
        for (number, path) in odd_paths().into_iter().enumerate() {
            let mut browser = world.browser();
            // A stranger gets no further than the sign-in page with most of them.
            if number % 5 != 0 {
                browser.cookies.clone_from(&ayse.cookies);
            }
            let Some(answer) = get(&mut browser, &path).await else { continue };
            assert_is_fine(&answer, &format!("{name}: {path}"));
            answer.assert_hides("js: abc").assert_hides("SQLite format").assert_hides("root:");
            assert_eq!(answer.header("set-cookie"), "", "{path}");
            tried += 1;
        }
        println!("{name}: {tried} paths");
        assert!(!log.read().contains("ERROR"), "{name}:\n{}", log.read());
    }
}
