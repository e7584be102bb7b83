//! Two server processes on one PostgreSQL, as in production: a code works once, a revoked session is refused, whichever
//! of the two is asked.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{TimeDelta, Utc};
use domain::{
    Account, Actor, Language, Recent,
    account::{ConfirmAppForm, StartAppForm, TypedCode},
    entrance::{LoginForm, Password, SignupForm, VerifyForm},
    keys::KeyForm,
    members::InviteForm,
    notifications::FrequenciesForm,
    plan::PlanForm,
    slots::LEASE,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use services::{
    Clock, Context, Database, Settings,
    account::{self, RelyingParty},
    entrance::{self, Entered},
    keys,
    mail::{MailSettings, Mailer, TransportSettings},
    members, notifications,
    outbox::Outbox,
    passwords::{Cost, Passwords},
    plan,
    sealing::{KeyRing, KeySource},
    session,
    storage::Storage,
    upstream::{Listed, Platform},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    databases,
    world::{App, PASSWORD},
};

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

    /// A slot for a call that goes out: the id of its lease, or the status of the refusal.
    async fn acquire(&self, key: &str) -> Result<String, u16> {
        let body = r#"{"direction":"outbound"}"#;
        let answer = self.send("POST", "/api/v1/slots/leases", key, body).await.ok_or(0_u16)?;
        match answer.status {
            201 => Ok(answer.json()["id"].as_str().unwrap().to_owned()),
            status => Err(status),
        }
    }

    /// `None`: nobody listens.
    async fn send(&self, method: &str, path: &str, cookie: &str, body: &str) -> Option<Answer> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        let host = format!("127.0.0.1:{}", self.port);
        // A program comes with its key, a browser with its cookie.
        let who = match cookie.strip_prefix("Bearer ") {
            Some(_) => format!("Authorization: {cookie}\r\nContent-Type: application/json"),
            None => format!(
                "Origin: http://{host}\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded"
            ),
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{who}\r\nAccept: application/json\r\n\
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
    fn json(&self) -> serde_json::Value {
        let body = self.text.split_once("\r\n\r\n").unwrap().1;
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"))
    }

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
    /// A key of the organisation, as it is sent.
    key: String,
    nodes: [Node; 2],
    owner: Actor,
    folder: tempfile::TempDir,
}

async fn pair() -> Pair {
    let url = databases::postgres().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("site/pkg")).unwrap();
    std::fs::write(folder.path().join("hash.txt"), "js: a\nwasm: b\ncss: c\n").unwrap();

    let context = context(&url, folder.path()).await;
    context.keys.ready(&context.database, &context.clock).await.unwrap();
    let (app, owner) = person_with_app(&context).await;
    let key = make_key(&context, owner).await;
    let nodes = [Node::start(folder.path(), &url).await, Node::start(folder.path(), &url).await];
    Pair { context, app, key, nodes, owner, folder }
}

async fn context(url: &str, folder: &Path) -> Context {
    let mail = MailSettings { from: "Ayar <ayar@ayar.example>".into(), transport: TransportSettings::Memory };
    Context {
        database: Database::connect(url, 4).await.unwrap(),
        clock: Clock::Machine,
        outbox: Outbox::new(Mailer::open(&mail).unwrap(), false),
        storage: Storage::memory(),
        passwords: Passwords::new(2, Cost::LEAST).unwrap(),
        keys: KeyRing::open(KeySource::File(folder.join("keys"))).unwrap(),
        platform: Platform::new(Listed::default()),
        relying_party: RelyingParty::of("http://127.0.0.1"),
        settings: Arc::new(Settings {
            origin: "http://127.0.0.1".into(),
            seller: domain::invoices::Seller::default(),
            deletion_days: 7,
        }),
    }
}

async fn person_with_app(context: &Context) -> (App, Actor) {
    let form = SignupForm {
        organisation: "Yıldız".into(),
        name: "Ayşe Erdem".into(),
        email: AYSE.into(),
        password: Password(PASSWORD.into()),
        time_zone: String::new(),
    };
    entrance::sign_up(context, form, Language::Tr).await.unwrap();
    context.deliver().await.unwrap();
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
    (app, account.actor().unwrap())
}

/// On Discovery, which has two slots.
async fn make_key(context: &Context, actor: Actor) -> String {
    let owner = Recent::check(actor.owner().unwrap(), context.now()).unwrap();
    plan::change_plan(context, owner, PlanForm { plan: "discovery".into() }).await.unwrap();
    let form = KeyForm {
        name: "Santral".into(),
        kind: "organisation".into(),
        scopes: vec!["slots:read".into(), "slots:write".into()],
        lifetime: "90".into(),
    };
    let member = Recent::check(actor.member(), context.now()).unwrap();
    format!("Bearer {}", keys::create_key(context, member, form).await.unwrap().token.reveal())
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

/// On the machine's clock: it lasts a lease, a minute.
#[tokio::test(flavor = "multi_thread")]
async fn fifty_racers_at_two_processes_win_two_slots_and_that_of_a_killed_holder_comes_back() {
    let mut pair = pair().await;
    let racers = (0..50).map(|number| pair.nodes[number % 2].acquire(&pair.key));
    let answers = futures::future::join_all(racers).await;
    let mut won: Vec<&String> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
    assert_eq!(won.len(), 2, "{answers:?}");
    assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(429))), "{answers:?}");
    // One holder dies without a word, and so does the process it spoke to.
    let begun = Instant::now();
    let living = won.pop().unwrap().clone();
    pair.nodes[0].process.kill().unwrap();
    let [_, node] = &pair.nodes;
    let heartbeat = format!("/api/v1/slots/leases/{living}/heartbeat");
    let back = loop {
        assert_eq!(node.send("POST", &heartbeat, &pair.key, "").await.unwrap().status, 200);
        match node.acquire(&pair.key).await {
            Ok(lease) => break lease,
            Err(status) => assert_eq!(status, 429),
        }
        assert!(begun.elapsed() < LEASE.to_std().unwrap() + Duration::from_secs(5), "the slot is lost");
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    // Not before its time, to the second in which it was won; and no third one.
    assert!(begun.elapsed() > LEASE.to_std().unwrap() - Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_ne!(back, living);
    assert_eq!(node.acquire(&pair.key).await, Err(429));
}

/// A hundred administrators beside the owner, who get a daily digest.
async fn crowd(pair: &Pair) {
    let admin = pair.owner.admin().unwrap();
    let daily = FrequenciesForm {
        invitation: "daily".into(),
        low_credit: "instant".into(),
        invoice: "daily".into(),
        system_update: "daily".into(),
    };
    notifications::save_defaults(&pair.context, admin, daily).await.unwrap();
    let of = pair.owner.organisation;
    let statements = [
        "UPDATE organisation SET plan = 'enterprise', slots_agreed = 10".to_owned(),
        "INSERT INTO person SELECT (jsonb_populate_record(person, jsonb_build_object('id', gen_random_uuid(), \
         'email', 'n' || n || '@yildiz.example', 'email_key', 'n' || n || '@yildiz.example'))).* \
         FROM person, generate_series(1, 100) AS n"
            .to_owned(),
        format!(
            "INSERT INTO membership (organisation_id, person_id, role, created_at, hidden_from_support) \
             SELECT '{}', id, 'admin', now(), false FROM person WHERE email LIKE 'n%'",
            of.0
        ),
    ];
    for statement in statements {
        pair.context.database.migration_connection().execute_unprepared(&statement).await.unwrap();
    }
}

/// Something happens, and then it is the morning after, for both processes.
async fn let_a_day_pass(pair: &Pair, day: usize) {
    let form = InviteForm { emails: format!("yeni{day}@yildiz.example"), role: "member".into() };
    members::invite(&pair.context, pair.owner.admin().unwrap(), form).await.unwrap();
    for statement in [
        "UPDATE digest_window SET starts_at = now() - interval '1 day', ends_at = now(), send_at = now() - interval '1 minute'",
        "UPDATE job SET free_at = now() WHERE name = 'minute' AND ended_at IS NULL",
    ] {
        pair.context.database.migration_connection().execute_unprepared(statement).await.unwrap();
    }
}

async fn digests_noted(pair: &Pair) -> u64 {
    entity::digest::Entity::find().count(pair.context.database.read()).await.unwrap()
}

/// Recipient and Message-ID of each digest in the folder that both processes send to.
fn digests_sent(pair: &Pair) -> BTreeSet<(String, String)> {
    let files = std::fs::read_dir(pair.folder.path().join("mail")).unwrap();
    let texts = files.filter_map(|file| std::fs::read_to_string(file.unwrap().path()).ok());
    let of = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(": ")).map(|(_, value)| value.to_owned()).unwrap_or_default()
    };
    texts
        .filter(|text| text.contains("List-Unsubscribe"))
        .map(|text| (of(&text, "To"), of(&text, "Message-ID")))
        .collect()
}

fn signal(node: &Node, name: &str) {
    let pid = node.process.id().to_string();
    assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + LEASE.to_std().unwrap() + Duration::from_secs(30);
    while !is_so().await {
        assert!(Instant::now() < deadline, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// On the machine's clock: one process dies in the middle, and the other takes over when its lease has run out.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_people_get_one_digest_a_day_although_that_of_a_killed_holder_comes_back() {
    let mut pair = pair().await;
    crowd(&pair).await;
    for day in 1..=3_u64 {
        if day == 2 {
            // It is the first one that takes the work, and dies over it.
            signal(&pair.nodes[1], "-STOP");
        }
        let_a_day_pass(&pair, usize::try_from(day).unwrap()).await;
        if day == 2 {
            until("nobody took the digests", async || {
                let taken = entity::job::Entity::find()
                    .filter(entity::job::Column::Name.is_in(["digest", "mail"]))
                    .filter(entity::job::Column::EndedAt.is_null())
                    .filter(entity::job::Column::Runner.is_not_null());
                taken.count(pair.context.database.read()).await.unwrap() > 0
            })
            .await;
            pair.nodes[0].process.kill().unwrap();
            signal(&pair.nodes[1], "-CONT");
        }
        until(&format!("not everybody has a digest of day {day}"), async || {
            digests_noted(&pair).await == 100 * day
        })
        .await;
    }
    until("not every digest was sent", async || digests_sent(&pair).len() >= 300).await;
    let mut each = BTreeMap::<String, usize>::new();
    for (to, _) in digests_sent(&pair) {
        *each.entry(to).or_default() += 1;
    }
    assert_eq!(each.len(), 100);
    assert!(each.values().all(|count| *count == 3), "{each:?}");
}
