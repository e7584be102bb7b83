//! Two server processes on one PostgreSQL, as in production: a code works once, a revoked session is refused, whichever
//! of the two is asked.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{TimeDelta, Utc};
use domain::{
    Account, Language, Recent,
    account::{ConfirmAppForm, StartAppForm, TypedCode},
    entrance::{LoginForm, Password, SignupForm, VerifyForm},
};
use sea_orm::{ConnectionTrait, EntityTrait};
use services::{
    Clock, Context, Database, Settings,
    account::{self, RelyingParty},
    entrance::{self, Entered},
    mail::{MailSettings, Mailer, TransportSettings},
    outbox::Outbox,
    passwords::{Cost, Passwords},
    sealing::{KeyRing, KeySource},
    session,
    storage::Storage,
    upstream::{Listed, Platform},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::world::{App, PASSWORD};

const AYSE: &str = "ayse@yildiz.example";
const SESSION: &str = "ayar-session";
const CHALLENGE: &str = "ayar-challenge";

/// One `ayar serve`; ends with the test.
struct Node {
    process: Child,
    port: u16,
}

impl Drop for Node {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

impl Node {
    async fn start(folder: &Path, database: &str) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(env!("CARGO_BIN_EXE_ayar"))
            .arg("serve")
            .current_dir(folder)
            .env("AYAR__SERVER__ADDRESS", format!("127.0.0.1:{port}"))
            .env("AYAR__SERVER__ORIGIN", format!("http://127.0.0.1:{port}"))
            .env("AYAR__SERVER__SITE", folder.join("site"))
            .env("AYAR__SERVER__HASHES", folder.join("hash.txt"))
            .env("AYAR__DATABASE__URL", database)
            .env("AYAR__KEYS__RING_FILE", folder.join("keys"))
            .env("AYAR__MAIL__FOLDER", folder.join("mail"))
            .env("AYAR__STORAGE__FOLDER", folder.join("files"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let node = Self { process, port };
        let deadline = Instant::now() + Duration::from_secs(30);
        while node.send("GET", "/readyz", "", "").await.is_none_or(|answer| answer.status != 200) {
            assert!(Instant::now() < deadline, "a node did not get ready");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        node
    }

    /// `None`: nobody listens.
    async fn send(&self, method: &str, path: &str, cookie: &str, body: &str) -> Option<Answer> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        let host = format!("127.0.0.1:{}", self.port);
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n\
             Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).await.ok()?;
        let status = text.split(' ').nth(1)?.parse().ok()?;
        Some(Answer { status, text })
    }

    async fn call(&self, function: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", &format!("/api/{function}"), cookie, &body).await.unwrap()
    }

    /// Gives the right password: the cookie of the challenge.
    async fn challenge(&self) -> String {
        let fields = [("form[email]", AYSE), ("form[password]", PASSWORD)];
        self.call("entrance/sign-in", "", &fields).await.cookie(CHALLENGE)
    }
}

struct Answer {
    status: u16,
    text: String,
}

impl Answer {
    /// `name=value`, as it is sent back.
    fn cookie(&self, name: &str) -> String {
        let start =
            self.text.find(&format!("{name}=")).unwrap_or_else(|| panic!("no {name} in {}", self.text));
        self.text[start..].split([';', '\r']).next().unwrap().to_owned()
    }
}

/// Two nodes, and the app of somebody who can sign in at both.
struct Pair {
    context: Context,
    app: App,
    nodes: [Node; 2],
    _folder: tempfile::TempDir,
}

async fn pair() -> Pair {
    let server = std::env::var("AYAR_TEST_POSTGRES")
        .unwrap_or_else(|_| panic!("AYAR_TEST_POSTGRES is not set: run `make test`, which starts a server"));
    let name = format!("n{}", uuid::Uuid::now_v7().simple());
    let admin = sea_orm::Database::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    admin.close().await.unwrap();
    let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("site/pkg")).unwrap();
    std::fs::write(folder.path().join("hash.txt"), "js: a\nwasm: b\ncss: c\n").unwrap();

    let context = context(&url, folder.path()).await;
    context.database.migrate().await.unwrap();
    context.keys.ready(&context.database, &context.clock).await.unwrap();
    let app = person_with_app(&context).await;
    let nodes = [Node::start(folder.path(), &url).await, Node::start(folder.path(), &url).await];
    Pair { context, app, nodes, _folder: folder }
}

async fn context(url: &str, folder: &Path) -> Context {
    let mail = MailSettings { from: "Ayar <ayar@ayar.example>".into(), transport: TransportSettings::Memory };
    Context {
        database: Database::connect(url, 4).await.unwrap(),
        clock: Clock::Machine,
        outbox: Outbox::new(Mailer::open(&mail).unwrap(), Clock::Machine, false),
        storage: Storage::memory(),
        passwords: Passwords::new(2, Cost::LEAST),
        keys: KeyRing::open(KeySource::File(folder.join("keys"))).unwrap(),
        platform: Platform::new(Listed::default()),
        relying_party: RelyingParty::of("http://127.0.0.1"),
        settings: Arc::new(Settings {
            origin: "http://127.0.0.1".into(),
            seller: domain::invoices::Seller::default(),
        }),
    }
}

async fn person_with_app(context: &Context) -> App {
    let form = SignupForm {
        organisation: "Yıldız".into(),
        name: "Ayşe Erdem".into(),
        email: AYSE.into(),
        password: Password(PASSWORD.into()),
        time_zone: String::new(),
    };
    entrance::sign_up(context, form, Language::Tr).await.unwrap();
    context.outbox.flush().await;
    let link = context.outbox.mailer().sent()[0].mail.kind.link().unwrap().to_owned();
    let token = link.split_once("token=").unwrap().1.to_owned();
    entrance::verify_address(context, VerifyForm { token }).await.unwrap();
    let form = LoginForm { email: AYSE.into(), password: Password(PASSWORD.into()), next: String::new() };
    let entered = entrance::sign_in(context, form, None, session::Browser::default()).await.unwrap();
    let Entered::In(signed_in) = entered else { panic!("no code is owed yet") };
    let account: Account = session::authenticate(context, &signed_in.session).await.unwrap().account;
    let recent = Recent::check(account, context.now()).unwrap();
    let form = StartAppForm { confirmed: true, ..Default::default() };
    account::start_app(context, recent, form, None).await.unwrap();
    let app = App::scan(&account::load_enrolment(context, recent).await.unwrap().unwrap().key);
    // Of the step before, so that the one of now is still to be used.
    let code = app.code(now() - TimeDelta::seconds(30));
    let form = ConfirmAppForm { code: TypedCode(code), next: String::new() };
    account::confirm_app(context, account, form, None).await.unwrap();
    app
}

#[expect(clippy::disallowed_methods, reason = "the nodes are other processes and read the machine's clock")]
fn now() -> chrono::DateTime<Utc> {
    Utc::now()
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_posts_of_one_code_to_two_processes_give_one_session() {
    let pair = pair().await;
    let [one, other] = &pair.nodes;
    let mut challenges = Vec::new();
    for node in [one, other, one, other] {
        challenges.push(node.challenge().await);
    }
    let sessions = async || {
        let rows = entity::session::Entity::find().all(pair.context.database.read()).await.unwrap();
        rows.len()
    };
    let before = sessions().await;
    let code = pair.app.code(now());
    let posts = (0..20).map(|number| {
        let (node, cookie) = (&pair.nodes[number % 2], &challenges[number / 2 % 4]);
        let code = &code;
        async move { node.call("entrance/sign-in-with-code", cookie, &[("form[code]", code)]).await }
    });
    let answers = futures::future::join_all(posts).await;
    let signed_in = answers.iter().filter(|answer| answer.status == 200).count();
    let told: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!((signed_in, sessions().await - before), (1, 1), "{told:?}");
    assert!(told.iter().all(|status| *status < 500), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_one_process_ends_is_refused_by_the_other() {
    let pair = pair().await;
    let [one, other] = &pair.nodes;
    let challenge = one.challenge().await;
    let code = pair.app.code(now());
    let signed_in = one.call("entrance/sign-in-with-code", &challenge, &[("form[code]", &code)]).await;
    let cookie = signed_in.cookie(SESSION);
    assert_eq!(other.call("account/load-sessions", &cookie, &[]).await.status, 200);
    assert_eq!(one.call("shell/sign-out", &cookie, &[("form[confirmed]", "true")]).await.status, 200);
    assert_eq!(other.call("account/load-sessions", &cookie, &[]).await.status, 401);
}
