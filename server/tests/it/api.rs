//! The REST API: who may do what, from the document's own list; what goes wrong and how it is said; requests that are
//! sent twice.

mod calls;
mod fuzz;
mod knowledge;
mod people;

use std::collections::BTreeMap;

use axum::http::{HeaderMap, Method, Request, StatusCode};
use chrono::TimeDelta;
use domain::{
    Actor, Recent, Role, Scopes,
    keys::{KeyForm, OneKeyForm},
};
use serde_json::{Value, json};
use server::v1;
use services::{keys, token::PlainToken};
use uuid::Uuid;

use crate::world::World;

/// Method, path, the scope that it needs.
pub const MATRIX: &[(&str, &str, &str)] = &[
    ("GET", "/calls", "calls:read"),
    ("POST", "/calls", "calls:write"),
    ("GET", "/calls/{id}", "calls:read"),
    ("POST", "/calls/{id}/heartbeat", "calls:write"),
    ("POST", "/calls/{id}/end", "calls:write"),
    ("PUT", "/calls/{id}/transcript", "calls:write"),
    ("GET", "/campaigns", "campaigns:read"),
    ("POST", "/campaigns", "campaigns:write"),
    ("GET", "/campaigns/{id}", "campaigns:read"),
    ("POST", "/campaigns/{id}/pause", "campaigns:write"),
    ("POST", "/campaigns/{id}/resume", "campaigns:write"),
    ("POST", "/campaigns/{id}/stop", "campaigns:write"),
    ("PUT", "/calls/{id}/recording", "calls:write"),
    ("GET", "/agents", "agents:read"),
    ("POST", "/agents", "agents:write"),
    ("GET", "/agents/{id}", "agents:read"),
    ("PUT", "/agents/{id}", "agents:write"),
    ("DELETE", "/agents/{id}", "agents:write"),
    ("GET", "/customers", "customers:read"),
    ("POST", "/customers", "customers:write"),
    ("GET", "/customers/{id}", "customers:read"),
    ("PUT", "/customers/{id}", "customers:write"),
    ("DELETE", "/customers/{id}", "customers:write"),
    ("GET", "/lists", "customers:read"),
    ("GET", "/categories", "knowledge:read"),
    ("POST", "/categories", "knowledge:write"),
    ("GET", "/categories/{id}", "knowledge:read"),
    ("PUT", "/categories/{id}", "knowledge:write"),
    ("DELETE", "/categories/{id}", "knowledge:write"),
    ("GET", "/files", "knowledge:read"),
    ("POST", "/files", "knowledge:write"),
    ("GET", "/files/{id}", "knowledge:read"),
    ("PUT", "/files/{id}", "knowledge:write"),
    ("DELETE", "/files/{id}", "knowledge:write"),
    ("GET", "/files/{id}/content", "knowledge:read"),
    ("GET", "/slots", "slots:read"),
    ("POST", "/slots/leases", "slots:write"),
    ("POST", "/slots/leases/{id}/heartbeat", "slots:write"),
    ("DELETE", "/slots/leases/{id}", "slots:write"),
    ("GET", "/hours", "hours:read"),
    ("GET", "/hours/at", "hours:read"),
    ("GET", "/settings", "settings:read"),
];

fn every_scope() -> Vec<&'static str> {
    Scopes::every_word().collect()
}

/// A body that can be read.
pub fn sample(path: &str) -> Value {
    match path {
        "/campaigns" => json!({ "name": "Kasım", "agent": Uuid::nil(), "list": Uuid::nil() }),
        "/calls" | "/slots/leases" => json!({ "direction": "inbound" }),
        path if path.starts_with("/agents") => {
            json!({ "name": "Elif", "language": "tr", "greeting": "Merhaba." })
        }
        path if path.starts_with("/customers") => json!({ "name": "Şükrü Iğdır", "phone": "0532 555 01 23" }),
        path if path.starts_with("/categories") => json!({ "name": "İade" }),
        path if path.starts_with("/files") => json!({ "name": "iade.txt" }),
        path if path.ends_with("/end") => json!({ "outcome": "completed" }),
        path if path.ends_with("/transcript") => json!({ "text": "Alo?" }),
        _ => json!({}),
    }
}

async fn make_key(world: &World, actor: Actor, kind: &str, scopes: &[&str]) -> keys::Made {
    let form = KeyForm {
        name: "Santral köprüsü".into(),
        kind: kind.into(),
        scopes: scopes.iter().map(|word| (*word).to_owned()).collect(),
        lifetime: "90".into(),
    };
    let member = Recent::check(actor.member(), world.context.now()).unwrap();
    keys::create_key(&world.context, member, form).await.unwrap()
}

/// A program with a key.
struct Program<'w> {
    world: &'w World,
    token: Option<PlainToken>,
    headers: Vec<(&'static str, String)>,
}

struct Said {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl<'w> Program<'w> {
    fn new(world: &'w World, token: PlainToken) -> Self {
        Self { world, token: Some(token), headers: Vec::new() }
    }

    async fn of(world: &'w World, actor: Actor) -> Self {
        Self::new(world, make_key(world, actor, "organisation", &every_scope()).await.token)
    }

    /// The same program, which says so.
    fn with(&self, header: &'static str, value: impl Into<String>) -> Self {
        let mut headers = self.headers.clone();
        headers.push((header, value.into()));
        Self { world: self.world, token: self.token.clone(), headers }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> Said {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, path, text).await
    }

    async fn send(&self, method: &str, path: &str, body: String) -> Said {
        let mut browser = self.world.browser();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let address = format!("{}{path}", v1::ROOT);
        let mut request = Request::builder().method(method).uri(address).header("host", "ayar.example");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {}", token.reveal()));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.header("content-type", "application/json").body(body.into()).unwrap();
        let answer = browser.send(request).await;
        let body = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
        Said { status: answer.status, headers: answer.headers.clone(), body }
    }

    async fn get(&self, path: &str) -> Said {
        self.ask("GET", path, Value::Null).await
    }

    async fn post(&self, path: &str, body: Value) -> Said {
        self.ask("POST", path, body).await
    }
}

impl Said {
    #[track_caller]
    fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// Refused with this code, as RFC 9457 says it.
    #[track_caller]
    fn refused(&self, status: u16, code: &str) -> &Self {
        self.is(status);
        assert_eq!(self.body["code"], code);
        assert_eq!(self.body["status"], status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert!(self.body["title"].as_str().is_some_and(|title| !title.is_empty()));
        assert_eq!(self.body["request_id"], self.header("x-request-id"));
        self
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn id(&self) -> String {
        let id = if self.body["id"].is_null() { &self.body["call"]["id"] } else { &self.body["id"] };
        id.as_str().unwrap().to_owned()
    }
}

#[test]
fn every_operation_of_the_document_has_a_row_and_every_row_an_operation() {
    let document = serde_json::to_value(v1::openapi()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut described = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let text = operation["description"].as_str().unwrap();
            let scope = text.rsplit_once("Scope: ").unwrap_or_else(|| panic!("{path} names no scope")).1;
            described.insert((method.to_uppercase(), path.clone()), scope.to_owned());
        }
    }
    let rows: BTreeMap<_, _> = MATRIX
        .iter()
        .map(|(method, path, scope)| (((*method).to_owned(), (*path).to_owned()), (*scope).to_owned()))
        .collect();
    assert_eq!(described, rows);
}

#[tokio::test]
async fn an_operation_is_open_to_its_scope_and_to_no_other() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    // For each scope a program that may do all but that, and one that may do that only.
    let mut keys = BTreeMap::new();
    for scope in Scopes::every_word() {
        let others: Vec<&str> = Scopes::every_word().filter(|other| *other != scope).collect();
        let poor = Program::new(&world, make_key(&world, owner, "organisation", &others).await.token);
        let rich = Program::new(&world, make_key(&world, owner, "organisation", &[scope]).await.token);
        keys.insert(scope, (poor, rich));
    }
    for (method, path, scope) in MATRIX {
        let path = path.replace("{id}", &world.context.id().to_string());
        // The name of an upload stands in its address.
        let path =
            if (*method, path.as_str()) == ("POST", "/files") { format!("{path}?name=a.txt") } else { path };
        let stranger = Program { world: &world, token: None, headers: Vec::new() };
        let refused = stranger.ask(method, &path, sample(&path)).await;
        refused.refused(401, "key_invalid");
        assert!(refused.header("www-authenticate").starts_with("Bearer"));
        let (poor, rich) = &keys[scope];
        poor.ask(method, &path, sample(&path)).await.refused(403, "scope_missing");
        // Whoever replaces something says which version they know.
        let rich = if *method == "PUT" { &rich.with("if-match", "*") } else { rich };
        let let_in = rich.ask(method, &path, sample(&path)).await;
        let expected = match path.as_str() {
            // There is no such agent.
            "/campaigns" => 422,
            path if path.contains(|c: char| c.is_ascii_digit()) => 404,
            _ => 200,
        };
        assert!(
            let_in.status.is_success() || let_in.status.as_u16() == expected,
            "{method} {path}: {}",
            let_in.body
        );
    }
}

#[tokio::test]
async fn a_key_that_is_no_longer_good_opens_nothing_from_the_next_request_on() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let made = make_key(&world, owner, "organisation", &every_scope()).await;
    let program = Program::new(&world, made.token.clone());
    program.get("/slots").await.is(200);
    let member = Recent::check(owner.member(), world.context.now()).unwrap();
    keys::revoke_key(&world.context, member, OneKeyForm { key: made.id.to_string() }).await.unwrap();
    program.get("/slots").await.refused(401, "key_invalid");
    let short = Program::of(&world, owner).await;
    world.context.clock.advance(TimeDelta::days(90));
    short.get("/slots").await.refused(401, "key_invalid");
    for token in ["", "ayar_", "x", "ayar_ğ"] {
        Program::new(&world, PlainToken::received(token)).get("/slots").await.refused(401, "key_invalid");
    }
}

#[tokio::test]
async fn whoever_owes_a_second_factor_has_no_personal_key_that_opens() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let personal = Program::new(&world, make_key(&world, owner, "personal", &every_scope()).await.token);
    let own = Program::of(&world, owner).await;
    world.require_two_factor(owner.organisation, true).await;
    personal.get("/slots").await.refused(403, "two_factor_required");
    own.get("/slots").await.is(200);
    world.set_role(owner, Role::Member).await;
    own.get("/slots").await.is(200);
}

#[tokio::test]
async fn errors_are_told_in_the_language_of_the_caller() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let program = Program::of(&world, owner).await;
    let wrong = json!({ "direction": "sideways", "to": "123" });
    let turkish = program.post("/calls", wrong.clone()).await;
    turkish.refused(422, "invalid");
    assert_eq!(turkish.header("content-language"), "tr", "the organisation's");
    assert_eq!(turkish.body["title"], "Bazı alanlar düzeltilmeli.");
    let english = program.with("accept-language", "en-GB,en;q=0.9").post("/calls", wrong).await;
    assert_eq!(english.header("content-language"), "en");
    let fields: Vec<(&str, &str)> = english.body["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| (field["field"].as_str().unwrap(), field["code"].as_str().unwrap()))
        .collect();
    assert_eq!(fields, [("direction", "choice_unknown"), ("to", "phone_invalid")]);
    assert_eq!(english.body["fields"][1]["title"], "This phone number is not valid.");
}

#[tokio::test]
async fn what_can_not_be_read_is_a_bad_request() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let program = Program::of(&world, owner).await;
    for body in
        ["", "{", "[]", "null", r#"{"direction":1}"#, r#"{"direction":"inbound","colour":"red"}"#, "\u{0}"]
    {
        program.send("POST", "/calls", body.into()).await.refused(400, "bad_request");
    }
    for query in ["?limit=0", "?limit=101", "?limit=x", "?colour=red"] {
        program.get(&format!("/calls{query}")).await.refused(400, "bad_request");
    }
    program.get("/hours/at?instant=yesterday").await.refused(400, "bad_request");
    for query in ["?outcome=eaten", "?direction=up", "?before=x"] {
        program.get(&format!("/calls{query}")).await.refused(422, "invalid");
    }
    let huge = json!({ "text": "a".repeat(2 * 1024 * 1024) });
    program.ask("PUT", "/calls/x/transcript", huge.clone()).await.refused(404, "not_found");
    let id = program.post("/calls", sample("/calls")).await.id();
    program.ask("PUT", &format!("/calls/{id}/transcript"), huge).await.refused(413, "too_large");
    program.get("/nowhere").await.refused(404, "not_found");
    let wrong = program.ask("DELETE", "/calls", Value::Null).await;
    wrong.refused(405, "method_not_allowed");
    assert!(wrong.header("allow").contains("GET"), "{:?}", wrong.headers);
}

#[tokio::test]
async fn another_host_and_another_origin() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let program = Program::of(&world, owner).await;
    // A key is no cookie: no browser sends it by itself.
    program.with("origin", "https://elsewhere.example").get("/slots").await.is(200);
    let answer = program.get("/slots").await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "",
        "and no page of another origin reads the answer"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    let mut browser = world.browser();
    let request = axum::http::Request::get("/api/v1/slots").header("host", "elsewhere.example");
    let answer = browser.send(request.body("".into()).unwrap()).await;
    assert_eq!(answer.status.as_u16(), 421);
    answer.assert_shows("wrong_host");
    program.post("/openapi.json", json!({})).await.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_done_once() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let program = Program::of(&world, owner).await;
    let named = program.with("idempotency-key", "call-1");
    let first = named.post("/calls", sample("/calls")).await;
    first.is(201);
    let again = named.post("/calls", sample("/calls")).await;
    again.is(201);
    assert_eq!((again.body.clone(), again.header("idempotency-replayed")), (first.body.clone(), "true"));
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(program.get("/slots").await.body["in_use"], 1);
    named
        .post("/calls", json!({ "direction": "outbound", "to": "+905325550123" }))
        .await
        .refused(422, "idempotency_key_reused");
    Program::of(&world, owner)
        .await
        .with("idempotency-key", "call-1")
        .post("/calls", sample("/calls"))
        .await
        .refused(422, "idempotency_key_reused");
    let (_, deniz) = world.owner("deniz@ornek.com", "Deniz").await;
    let other = Program::of(&world, deniz).await.with("idempotency-key", "call-1");
    other.post("/calls", sample("/calls")).await.is(201);
    // What was refused may be sent again when it is right.
    let wrong = program.with("idempotency-key", "call-2");
    wrong.post("/calls", json!({ "direction": "up" })).await.refused(422, "invalid");
    wrong.post("/calls", sample("/calls")).await.is(201);
    let unfit = program.with("idempotency-key", "k".repeat(256));
    unfit.post("/calls", sample("/calls")).await.refused(400, "bad_request");
    world.context.clock.advance(TimeDelta::hours(24));
    let next_day = named.post("/calls", sample("/calls")).await;
    assert_ne!(next_day.id(), first.id());
}

#[tokio::test]
async fn whoever_hangs_up_and_asks_again_finds_it_done() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let program = Program::of(&world, owner).await;
    let named = program.with("idempotency-key", "call-1");
    let hung_up =
        tokio::time::timeout(std::time::Duration::ZERO, named.post("/calls", sample("/calls"))).await;
    assert!(hung_up.is_err(), "it was still being answered");
    let mut again = named.post("/calls", sample("/calls")).await;
    while again.status.as_u16() == 409 {
        tokio::task::yield_now().await;
        again = named.post("/calls", sample("/calls")).await;
    }
    again.is(201);
    assert_eq!(program.get("/slots").await.body["in_use"], 1);
}

#[tokio::test]
async fn of_twins_sent_at_once_one_is_done() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let program = Program::of(&world, owner).await;
    let named = program.with("idempotency-key", "twins");
    let twins = futures::future::join_all((0..8).map(|_| named.post("/calls", sample("/calls")))).await;
    assert!(twins.iter().all(|twin| [201, 409].contains(&twin.status.as_u16())));
    assert_eq!(program.get("/slots").await.body["in_use"], 1);
}

#[tokio::test]
async fn a_key_that_asks_too_often_waits() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let program = Program::of(&world, owner).await;
    let first = program.get("/slots").await;
    assert_eq!((first.header("ratelimit-limit"), first.header("ratelimit-remaining")), ("200", "199"));
    let mut refused = None;
    for _ in 0..2_000 {
        let answer = program.get("/nowhere").await;
        if answer.status.as_u16() == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("a limit");
    refused.refused(429, "rate_limited");
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit-remaining")), ("1", "0"));
    Program::of(&world, owner).await.get("/slots").await.is(200);
}

#[tokio::test]
async fn the_document_and_its_page_are_for_everybody() {
    let world = World::new().await;
    let mut browser = world.browser();
    let document = browser.get("/api/v1/openapi.json").await;
    assert_eq!((document.status.as_u16(), document.header("content-type")), (200, "application/json"));
    let page = browser.get("/api/v1/docs").await;
    page.assert_shows("startCall").assert_shows("Authorization: Bearer").assert_hides("<script");
    for (_, path, _) in MATRIX {
        page.assert_shows(&format!("/api/v1{path}"));
    }
}

#[tokio::test]
async fn hours_and_settings_are_read_and_known_by_their_tag() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let program = Program::of(&world, owner).await;
    let settings = program.get("/settings").await;
    assert_eq!(
        (&settings.body["name"], &settings.body["time_zone"]),
        (&json!("Yıldız"), &json!("Europe/Istanbul"))
    );
    assert!(settings.body.as_object().unwrap().keys().all(|key| !key.starts_with("support")));
    let hours = program.get("/hours").await;
    assert_eq!(hours.body["week"][0], json!([{ "start": "09:00", "end": "18:00" }]));
    assert_eq!((hours.body["week"].as_array().unwrap().len(), &hours.body["week"][6]), (7, &json!([])));
    for (path, answer) in [("/settings", settings), ("/hours", hours)] {
        let tag = answer.header("etag").to_owned();
        assert!(tag.len() > 10);
        program.with("if-none-match", tag).get(path).await.is(304);
        program.with("if-none-match", "\"other\"").get(path).await.is(200);
    }
    // Monday, 12:00 in Istanbul.
    let now = program.get("/hours/at").await;
    assert_eq!(now.body["is_open"], true);
    assert_eq!(now.body["next_change"], json!({ "at": "2026-11-23T15:00:00Z", "opens": false }));
    let night = program.get("/hours/at?instant=2026-11-23T23:00:00%2B03:00").await;
    assert_eq!((&night.body["is_open"], &night.body["at"]), (&json!(false), &json!("2026-11-23T20:00:00Z")));
}
