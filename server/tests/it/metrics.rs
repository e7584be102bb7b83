//! What the operator's monitoring reads: that the numbers move, that labels are few, and that the rules, the dashboard and the
//! page that explains them speak of numbers that exist.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
    net::TcpStream,
};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use serde_json::Value;
use server::metrics;
use tower::ServiceExt;

use crate::{program::Place, world::World};

const ALERTS: &str = include_str!("../../../docs/monitoring/alerts.yml");
const DASHBOARD: &str = include_str!("../../../docs/monitoring/dashboard.json");
const MANUAL: &str = include_str!("../../../docs/operations.md");

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
        ("/nowhere/0199", 404),
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
    for private in ["0199", "nowhere", "ayse", at.as_str(), "no-such"] {
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
    assert_eq!((rose("unauthenticated"), rose("key_invalid")), (1.0, 1.0), "{after}");
    let all: f64 = after.lines().filter(|line| line.starts_with("ayar_errors_total{")).count() as f64;
    assert!(
        all >= 3.0 && rose("invalid") + rose("credentials_wrong") + rose("unauthenticated") >= 3.0,
        "{after}"
    );
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
        world.give_recording(actor, b"RIFF").await;
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

/// Everything that is shown after some of everything has happened: of each name its labels, of each label its values.
type Shown = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

async fn everything() -> (Shown, String) {
    let world = World::new().await;
    let mut stranger = world.browser();
    stranger.get("/livez").await;
    stranger.get("/files/audit.csv").await;
    let text = world.metrics().await;
    let mut shown = Shown::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (left, _) = line.rsplit_once(' ').unwrap();
        let (name, labels) = left.split_once('{').unwrap_or((left, "}"));
        let of = shown.entry(name.to_owned()).or_default();
        for label in labels.trim_end_matches('}').split("\",").filter(|label| !label.is_empty()) {
            let (label, value) = label.split_once("=\"").unwrap();
            of.entry(label.to_owned()).or_default().insert(value.trim_end_matches('"').to_owned());
        }
    }
    (shown, text)
}

/// The names of ours in a PromQL expression, each with what stands in its braces.
fn asked(expression: &str) -> Vec<(String, Vec<(String, String, String)>)> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let starts = expression.char_indices().filter(|(at, _)| {
        let rest = &expression[*at..];
        let before = expression[..*at].chars().next_back();
        (rest.starts_with("ayar_") || rest.starts_with("process_"))
            && before.is_none_or(|letter| !is_name(letter))
    });
    let named = starts.map(|(at, _)| {
        let rest = &expression[at..];
        let end = rest.find(|letter| !is_name(letter)).unwrap_or(rest.len());
        let braces = rest[end..].strip_prefix('{').and_then(|inside| inside.split_once('}'));
        let matchers = braces.map_or("", |(inside, _)| inside).split(',').filter(|text| !text.is_empty());
        let matchers = matchers.map(|matcher| {
            let (label, value) = matcher.split_once('=').unwrap();
            let (label, sign) = label.strip_suffix('!').map_or((label, "="), |label| (label, "!="));
            let (sign, value) = value.strip_prefix('~').map_or((sign, value), |value| ("~", value));
            (label.to_owned(), sign.to_owned(), value.trim_matches('"').to_owned())
        });
        (rest[..end].to_owned(), matchers.collect())
    });
    named.collect()
}

/// What Prometheus adds itself.
const ADDED: [&str; 2] = ["job", "instance"];

fn check(expression: &str, shown: &Shown) -> usize {
    let asked = asked(expression);
    for (name, matchers) in &asked {
        let labels = shown.get(name).unwrap_or_else(|| panic!("there is no {name}: {expression}"));
        for (label, sign, value) in matchers.iter().filter(|(label, ..)| !ADDED.contains(&label.as_str())) {
            let values = labels.get(label).unwrap_or_else(|| panic!("{name} has no {label}: {expression}"));
            // Which ends there are is known beforehand; which pools, the backend decides.
            let known = values.contains(value) || (label == "status" && value == "5xx");
            assert!(known || sign != "=", "{name} never has {label}={value}: {expression}");
        }
    }
    asked.len()
}

fn expressions(of: &Value) -> Vec<&str> {
    match of {
        Value::Object(map) => {
            let own = ["expr", "definition"].iter().filter_map(|key| map.get(*key)?.as_str());
            own.chain(map.values().flat_map(expressions)).collect()
        }
        Value::Array(list) => list.iter().flat_map(expressions).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn rules_and_dashboard_ask_for_numbers_that_exist() {
    let (shown, _) = everything().await;
    // Of YAML only this: what belongs to `expr:`, on its line or indented deeper below it.
    let mut rules = Vec::new();
    let mut lines = ALERTS.lines().peekable();
    while let Some(line) = lines.next() {
        let indent = |line: &str| line.len() - line.trim_start().len();
        if let Some(first) = line.trim_start().strip_prefix("expr:") {
            let mut rule = first.trim().trim_start_matches('|').to_owned();
            while let Some(more) = lines.next_if(|more| indent(more) > indent(line)) {
                rule = format!("{rule} {}", more.trim());
            }
            rules.push(rule);
        }
    }
    assert_eq!(rules.len(), ALERTS.matches("- alert:").count());
    for rule in &rules {
        assert!(check(rule, &shown) > 0 || rule == "up{job=\"ayar\"} == 0", "{rule}");
    }
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let drawn: usize = expressions(&dashboard).into_iter().map(|expression| check(expression, &shown)).sum();
    assert!(drawn > 30, "{drawn}");
}

#[tokio::test]
#[should_panic(expected = "there is no ayar_nothing_total")]
async fn a_rule_about_nothing_would_be_noticed() {
    let (shown, _) = everything().await;
    check("rate(ayar_nothing_total{kind=\"mail\"}[5m]) > 0", &shown);
}

#[tokio::test]
#[should_panic(expected = "ayar_jobs never has state=deceased")]
async fn a_rule_about_a_word_that_does_not_exist_would_be_noticed() {
    let (shown, _) = everything().await;
    check("max by (kind) (ayar_jobs{state=\"deceased\",instance=~\"$instance\"}) > 0", &shown);
}

/// The table of the manual and the program: every number in both.
#[tokio::test]
async fn every_number_is_explained() {
    let (_, text) = everything().await;
    let shown: BTreeSet<(&str, &str)> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')).collect();
    let explained: BTreeSet<(&str, &str)> = MANUAL
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter(|row| row.starts_with("ayar_") || row.starts_with("process_"))
        .map(|row| {
            let (name, rest) = row.split_once('`').unwrap();
            (name, rest.split('|').nth(1).unwrap().trim())
        })
        .collect();
    assert_eq!(shown, explained);
}
