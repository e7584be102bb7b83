//! What a person reads and a script gets when something nobody expected goes wrong, and that the log has the cause.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
    middleware,
    routing::get,
};
use sea_orm::ConnectionTrait;
use server::failures::tell;
use tower::ServiceExt;
use tracing_subscriber::fmt::MakeWriter;

use crate::world::{Answer, World};

/// The log of one test.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub fn read(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// From now on, on this thread, until the guard is dropped.
pub fn listen() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
    (log, tracing::subscriber::set_default(subscriber))
}

/// The page says the request's id, and the log has the cause under it.
fn assert_tells(answer: &Answer, log: &Log) {
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    let id = answer.header("x-request-id");
    answer.assert_shows(&format!("Destekle paylaşmanız için kayıt numarası: {id}"));
    let log = log.read();
    let line = log.lines().find(|line| line.contains("unexpected failure") && line.contains(id));
    assert!(line.is_some(), "{id} in:\n{log}");
}

async fn break_table(world: &World, table: &str) {
    let table = format!("DROP TABLE {table}");
    world.context.database.read().execute_unprepared(&table).await.unwrap();
}

#[tokio::test]
async fn a_page_whose_data_cannot_be_read_says_under_which_number_the_log_has_it() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    break_table(&world, "logo").await;
    let (log, _guard) = listen();
    let page = ayse.get("/settings/branding").await;
    page.assert_shows("Sayfa açılamadı").assert_shows("Logo ve marka");
    assert_tells(&page, &log);
    let called = ayse.call("branding/load-branding", &[]).await;
    let id = called.header("x-request-id");
    called.assert_shows(&format!("\"request_id\":\"{id}\""));
    let posted =
        ayse.post("/settings/branding?do=branding/remove-logo", &[("form[confirmed]", "true")]).await;
    assert_tells(&posted, &log);
}

#[tokio::test]
async fn without_a_database_a_browser_reads_a_page_and_a_script_gets_json() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    break_table(&world, "session").await;
    let (log, _guard) = listen();
    let page = ayse.get("/settings/general").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    page.assert_shows("<html lang=\"tr\"").assert_shows("Yeniden dene").assert_shows("/pkg/ayar.123.css");
    assert!(page.header("content-security-policy").contains("script-src"));
    assert_tells(&page, &log);
    ayse.language = "en";
    ayse.get("/settings/general").await.assert_shows("Something unexpected went wrong.");
    let called = ayse.call("shell/load-viewer", &[]).await;
    assert_eq!(called.header("content-type"), "application/json");
    called.assert_shows("\"code\":\"internal\"").assert_shows(called.header("x-request-id"));
    // What the page needs to be read is there all the same.
    assert_eq!(ayse.get("/pkg/ayar.123.css").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_file_that_is_refused_to_a_browser_is_a_page_too() {
    let world = World::new().await;
    let refused = world.browser().get("/files/audit.csv").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    refused.assert_shows("<h1>Sayfa açılamadı</h1>");
}

#[tokio::test]
async fn a_panic_is_told_like_any_other_failure() {
    let world = World::new().await;
    let router: Router = Router::new()
        .route(
            "/",
            get(|| async {
                if true {
                    panic!("boom")
                }
            }),
        )
        .layer(middleware::from_fn_with_state(world.site.clone(), tell));
    let (log, _guard) = listen();
    let ask = |accept: &str| {
        let request = Request::get("/").header(header::ACCEPT, accept).body(Body::empty()).unwrap();
        router.clone().oneshot(request)
    };
    let answer = ask("text/html").await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    assert!(String::from_utf8_lossy(&body).contains("Sayfa açılamadı"));
    assert!(log.read().contains("boom"));
    let answer = ask("application/json").await.unwrap();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    assert!(String::from_utf8_lossy(&body).contains("\"code\":\"internal\""));
}

#[tokio::test]
async fn ready_means_that_the_database_answers() {
    let world = World::new().await;
    assert_eq!(world.browser().get("/readyz").await.status, StatusCode::OK);
    world.context.database.clone().close().await.unwrap();
    assert_eq!(world.browser().get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(world.browser().get("/livez").await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_comes_by_another_name_reads_the_right_one() {
    let world = World::new().await;
    let mut browser = world.browser();
    let mut request = browser.request(Method::GET, "/login").body(Body::empty()).unwrap();
    request.headers_mut().insert(header::HOST, "localhost:3000".parse().unwrap());
    let answer = browser.send(request).await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    answer.assert_shows("Şu adresi açın: https://ayar.example").assert_shows("Open this one:");
}

#[tokio::test]
async fn built_files_go_out_as_they_were_compressed() {
    let world = World::new().await;
    let mut browser = world.browser();
    for (accepted, encoding, body) in
        [("gzip, br", "br", "brotli"), ("gzip", "gzip", "gzip"), ("", "", "body{}")]
    {
        let request = browser.request(Method::GET, "/pkg/ayar.123.css");
        let request = request.header(header::ACCEPT_ENCODING, accepted).body(Body::empty()).unwrap();
        let file = browser.send(request).await;
        assert_eq!((file.header("content-encoding"), file.body.as_str()), (encoding, body));
    }
}
