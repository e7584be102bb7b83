//! What the log says of whoever is kept out: who, from where, why, and under which request; never what they typed.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, StatusCode},
};
use domain::Role;
use serde_json::Value;
use tracing::{Level, subscriber::DefaultGuard};

use crate::world::{Answer, PASSWORD, World};

const AYSE: &str = "ayse@yildiz.example";
const WRONG: &str = "yanlış-parola-47";

/// What is logged on this thread, as JSON lines.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn listen(&self) -> DefaultGuard {
        let log = self.clone();
        let lines = tracing_subscriber::fmt().json().with_max_level(Level::INFO);
        tracing::subscriber::set_default(lines.with_writer(move || log.clone()).finish())
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The one line that says why this request was refused, and what its span says of who asked.
    #[track_caller]
    fn refusal(&self, of: &Answer) -> (String, Value) {
        let lines = self.text();
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut lines: Vec<Value> = lines
            .filter(|line| line["fields"]["message"] == "refused")
            .filter(|line| line["span"]["id"] == of.header("x-request-id"))
            .collect();
        assert_eq!(lines.len(), 1, "{}", self.text());
        let mut line = lines.remove(0);
        (line["fields"]["code"].as_str().unwrap().to_owned(), line["span"].take())
    }
}

#[tokio::test]
async fn a_refused_sign_in_stands_in_the_log() {
    let log = Log::default();
    let _listening = log.listen();
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    world.set_up_app(&mut ayse).await;
    let mut stranger = world.browser();
    let form = [("form[email]", AYSE), ("form[password]", WRONG)];
    // Without JavaScript and with it.
    let page = stranger.post("/login?do=entrance/sign-in", &form).await;
    let called = stranger.call("entrance/sign-in", &form).await;
    for answer in [&page, &called] {
        let (code, span) = log.refusal(answer);
        assert_eq!(code, "wrong_credentials");
        assert!(span["path"] == "/login" || span["path"] == "/api/entrance/sign-in", "{span}");
        assert_eq!(span.get("person"), None, "nobody knows who it is");
    }
    stranger.post("/login?do=entrance/sign-in", &[("form[email]", AYSE), ("form[password]", PASSWORD)]).await;
    let code = stranger.post("/login/code?do=entrance/sign-in-with-code", &[("form[code]", "918273")]).await;
    assert_eq!(log.refusal(&code).0, "code_wrong");
    for _ in 0..10 {
        stranger.call("entrance/sign-in", &form).await;
    }
    assert_eq!(log.refusal(&stranger.call("entrance/sign-in", &form).await).0, "too_many_tries");
    for typed in [WRONG, PASSWORD, "918273", AYSE] {
        assert!(!log.text().contains(typed), "{typed} is in the log");
    }
}

#[tokio::test]
async fn whoever_lacks_a_right_stands_in_the_log() {
    let log = Log::default();
    let _listening = log.listen();
    let world = World::new().await;
    let (mut ayse, actor) = world.owner(AYSE, "Yıldız").await;
    let made = world.give_key(actor, "organisation").await;
    world.set_role(actor, Role::Member).await;

    let from: SocketAddr = "203.0.113.77:50000".parse().unwrap();
    let asked = ayse.request(Method::GET, "/files/audit.csv").extension(ConnectInfo(from));
    let file = ayse.send(asked.body(Body::empty()).unwrap()).await;
    let page = ayse.get("/settings/audit").await;
    let act = ayse.post("/settings/general?do=general/remove-photo", &[("form[confirmed]", "true")]).await;
    for answer in [&file, &page, &act] {
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let (code, span) = log.refusal(answer);
        assert_eq!(code, "forbidden");
        assert_eq!(span["person"], actor.person.to_string());
        assert_eq!(span["organisation"], actor.organisation.to_string());
    }
    assert_eq!(log.refusal(&file).1["address"], "203.0.113.0/24", "never the whole address");

    let elsewhere = ayse.get("/files/recording/0199c0de-0000-7000-8000-000000000000").await;
    assert_eq!(log.refusal(&elsewhere).0, "not_found");
    let stranger = world.browser().get("/files/audit.csv").await;
    assert_eq!(log.refusal(&stranger).0, "unauthenticated");

    let (narrow, made_up) = (ask(&world, made.token.reveal()).await, ask(&world, "ayar_x").await);
    let (code, span) = log.refusal(&narrow);
    assert_eq!((code.as_str(), &span["key"]), ("scope_missing", &Value::from(made.id.to_string())));
    let (code, span) = log.refusal(&made_up);
    assert_eq!((code.as_str(), span.get("key")), ("key_invalid", None));
    assert!(!log.text().contains(made.token.reveal()));
}

/// A program that asks for the agents.
async fn ask(world: &World, token: &str) -> Answer {
    let mut program = world.browser();
    let request =
        program.request(Method::GET, "/api/v1/agents").header("authorization", format!("Bearer {token}"));
    program.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_mistake_in_a_form_is_nobodys_business() {
    let log = Log::default();
    let _listening = log.listen();
    let world = World::new().await;
    let answer =
        world.browser().call("entrance/sign-in", &[("form[email]", ""), ("form[password]", "")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!log.text().contains("refused"), "{}", log.text());
}
