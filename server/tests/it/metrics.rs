//! What the operator's monitoring reads: that the numbers move, that labels are few, and that nobody else reads them.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use server::metrics;
use tower::ServiceExt;

use crate::{program::Place, world::World};

/// The value of one line, 0 if it is not there.
fn value(text: &str, name: &str) -> f64 {
    let lines = text.lines().filter_map(|line| line.rsplit_once(' '));
    lines.filter(|(left, _)| *left == name).map(|(_, value)| value.parse::<f64>().unwrap()).sum()
}

fn requests(method: &str, route: &str, status: &str) -> String {
    format!("ayar_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}")
}

#[tokio::test]
async fn requests_are_counted_by_their_route() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let mut stranger = world.browser();
    let at = actor.organisation.to_string();
    for (path, status) in [
        ("/livez", 200),
        ("/settings/general", 303),
        ("/nowhere/0199c0de", 404),
        ("/nobody/knows", 404),
        ("/pkg/ayar.123.css", 200),
        ("/pkg/ayar.456.css", 404),
        ("/files/recording/0199c0de", 401),
        ("/api/v1/openapi.json", 200),
        ("/api/v1/calls/0199c0de", 401),
        ("/api/v1/nothing/here", 401),
    ] {
        assert_eq!(stranger.get(path).await.status.as_u16(), status, "{path}");
    }
    assert_eq!(ayse.get("/settings/general").await.status, StatusCode::OK);
    assert_eq!(ayse.call("shell/load-viewer", &[]).await.status, StatusCode::OK);
    assert_eq!(ayse.call_at(&at, "shell/load-viewer", &[]).await.status, StatusCode::OK);
    assert_eq!(ayse.call("shell/no-such-function", &[]).await.status, StatusCode::NOT_FOUND);
    let text = world.metrics().await;
    for (method, route, status, count) in [
        ("GET", "/livez", "2xx", 1.0),
        ("GET", "/settings/general", "3xx", 1.0),
        ("GET", "/settings/general", "2xx", 1.0),
        ("GET", "/pkg/{*file}", "2xx", 1.0),
        ("GET", "/pkg/{*file}", "4xx", 1.0),
        ("GET", "/files/recording/{id}", "4xx", 1.0),
        ("GET", "/api/v1/openapi.json", "2xx", 1.0),
        ("GET", "/api/v1/calls/{id}", "4xx", 1.0),
        ("POST", "/api/shell/load-viewer", "2xx", 2.0),
        ("GET", "unmatched", "4xx", 3.0),
        ("POST", "unmatched", "4xx", 1.0),
    ] {
        let name = requests(method, route, status);
        assert!((value(&text, &name) - count).abs() < f64::EPSILON, "{name}\n{text}");
    }
    let timed = "ayar_http_request_duration_seconds_count{method=\"GET\",route=\"/settings/general\"} 2\n";
    assert!(text.contains(timed), "{text}");
    assert!(text.contains("ayar_http_requests_in_flight 0\n"), "{text}");
    for private in ["0199c0de", "nowhere", "ayse", at.as_str(), "no-such"] {
        assert!(!text.contains(private), "{private}\n{text}");
    }
}

#[tokio::test]
async fn what_did_not_work_is_counted_by_its_code() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let before = world.metrics().await;
    let mut stranger = world.browser();
    stranger.get("/files/audit.csv").await;
    stranger.get("/api/v1/slots").await;
    // The same with JavaScript and without.
    let wrong = [("form[email]", "kimse@ornek.com"), ("form[password]", "yanlış")];
    stranger.post("/login?do=entrance/sign-in", &wrong).await;
    stranger.call("entrance/sign-in", &wrong).await;
    ayse.get("/settings/general").await;
    let after = world.metrics().await;
    let rose = |code: &str| {
        let name = format!("ayar_errors_total{{code=\"{code}\"}}");
        value(&after, &name) - value(&before, &name)
    };
    let rose = ["unauthenticated", "key_invalid", "wrong_credentials"].map(rose);
    assert!(rose.map(|count| format!("{count}")) == ["1", "1", "2"], "{rose:?}\n{after}");
}

#[tokio::test]
async fn the_work_of_the_server_is_told() {
    let world = World::new().await;
    let before = world.metrics().await;
    world.sign_up("ayse@ornek.com", "Yıldız").await;
    let waiting = world.metrics().await;
    assert!(waiting.contains("ayar_jobs{kind=\"mail\",state=\"waiting\"} 1\n"), "{waiting}");
    world.context.deliver().await.unwrap();
    let after = world.metrics().await;
    assert!(after.contains("ayar_jobs{kind=\"mail\",state=\"waiting\"} 0\n"), "{after}");
    for name in [
        "ayar_mails_total{outcome=\"sent\"}",
        "ayar_job_runs_total{kind=\"mail\",outcome=\"done\"}",
        "ayar_database_write_wait_seconds_count",
    ] {
        assert!(value(&after, name) >= value(&before, name) + 1.0, "{name}\n{after}");
    }
    for (pool, most) in [("read", "4"), ("write", "1")] {
        let line = format!("ayar_database_connections_max{{pool=\"{pool}\"}} {most}\n");
        assert!(after.contains(&line), "{line}{after}");
    }
    assert!(value(&after, "process_resident_memory_bytes") > 1e6, "{after}");
    assert!(value(&after, "process_open_fds") > 1.0, "{after}");
}

#[tokio::test]
async fn slots_are_counted_of_everybody_together() {
    let world = World::new().await;
    let (_, ayse) = world.owner("ayse@ornek.com", "Yıldız").await;
    let (_, mehmet) = world.owner("mehmet@ornek.com", "Deniz").await;
    let before = world.metrics().await;
    for actor in [ayse, mehmet] {
        world.give_recording(actor, b"RIFF\x24\0\0\0WAVEfmt ").await;
    }
    let after = world.metrics().await;
    assert!(after.contains("ayar_slots_in_use 2\n"), "{after}");
    let taken = "ayar_slot_requests_total{outcome=\"taken\"}";
    assert!(value(&after, taken) >= value(&before, taken) + 2.0, "{after}");
}

#[tokio::test]
async fn without_a_database_the_rest_is_told_all_the_same() {
    let world = World::new().await;
    let text = world.metrics().await;
    assert!(text.contains("ayar_database_up 1\n") && text.contains("ayar_jobs{"), "{text}");
    world.context.database.clone().close().await.unwrap();
    let text = world.metrics().await;
    assert!(text.contains("ayar_database_up 0\n") && text.contains("ayar_build_info{version=\""), "{text}");
    for stale in ["ayar_jobs{", "ayar_jobs_oldest_seconds{", "ayar_slots_in_use "] {
        assert!(!text.contains(&format!("\n{stale}")), "{text}");
    }
}

#[tokio::test]
async fn the_private_listener_answers_nothing_else_and_the_public_one_not_this() {
    let world = World::new().await;
    let ask = async |method: Method, path: &str, token: &str, sent: &str| {
        let router =
            metrics::router(world.site.metrics.clone(), world.context.clone(), token.to_owned().into());
        let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, sent);
        router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status().as_u16()
    };
    assert_eq!(ask(Method::GET, "/metrics", "", "").await, 200);
    assert_eq!(ask(Method::GET, "/metrics", "secret", "Bearer secret").await, 200);
    assert_eq!(ask(Method::GET, "/metrics", "secret", "Bearer other").await, 401);
    assert_eq!(ask(Method::GET, "/metrics", "secret", "").await, 401);
    assert_eq!(ask(Method::POST, "/metrics", "", "").await, 405);
    for path in [
        "/",
        "/livez",
        "/readyz",
        "/login",
        "/metrics/",
        "/metrics/x",
        "/api/v1/openapi.json",
        "/pkg/ayar.123.css",
    ] {
        assert_eq!(ask(Method::GET, path, "", "").await, 404, "{path}");
    }
    let public = world.browser().get("/metrics").await;
    assert_eq!(public.status, StatusCode::NOT_FOUND);
    public.assert_hides("ayar_http");
}

/// The ports that a process listens on.
fn listening(process: u32) -> BTreeSet<u16> {
    let sockets: BTreeSet<String> = std::fs::read_dir(format!("/proc/{process}/fd"))
        .unwrap()
        .filter_map(|file| std::fs::read_link(file.ok()?.path()).ok()?.to_str().map(str::to_owned))
        .filter_map(|link| Some(link.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let tables = ["tcp", "tcp6"].map(|name| std::fs::read_to_string(format!("/proc/{process}/net/{name}")));
    let tables: String = tables.into_iter().flatten().collect();
    let rows = tables.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    // 0A: it listens.
    rows.filter(|row| row.len() > 9 && row[3] == "0A" && sockets.contains(row[9]))
        .map(|row| u16::from_str_radix(row[1].rsplit_once(':').unwrap().1, 16).unwrap())
        .collect()
}

#[test]
fn the_program_listens_for_monitoring_only_where_it_was_told_to() {
    let place = Place::new();
    let serving = place.serve_with(&[]);
    assert_eq!(listening(serving.process.id()), BTreeSet::from([serving.port]));
    drop(serving);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let serving = place.serve_with(&[("AYAR__METRICS__LISTEN", &address)]);
    assert_eq!(listening(serving.process.id()), BTreeSet::from([serving.port, port]));
    let ask = |port: u16, path: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    ask(serving.port, "/livez");
    let shown = ask(port, "/metrics");
    assert!(
        shown.starts_with("HTTP/1.1 200 ") && shown.contains(&requests("GET", "/livez", "2xx")),
        "{shown}"
    );
    assert!(shown.contains("content-type: text/plain; version=0.0.4"), "{shown}");
    assert!(ask(port, "/livez").starts_with("HTTP/1.1 404 "));
    assert!(ask(serving.port, "/metrics").starts_with("HTTP/1.1 404 "));
}
