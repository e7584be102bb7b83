//! What taking and giving back a slot costs, next to a bare transaction that writes the same rows; what a call costs from
//! start to end; and the dashboard and the list of calls beside very many calls.
//!
//! `slots <database URL> [calls]`, on an empty database; `make bench` runs it on SQLite and on PostgreSQL.

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{body::Body, http::Request};
use chrono::TimeDelta;
use domain::{
    Actor, KeyId, Language, Machine, OrganisationId, PersonId, Recent, Role, Scopes, SessionId,
    calls::{CallsForm, StartForm},
    entrance::{LoginForm, Password, SignupForm, VerifyForm},
    keys::KeyForm,
    slots::Direction,
};
use entity::organisation;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, TransactionTrait};
use services::{
    Clock, Context, Database, Settings,
    calls::{self, Started},
    dashboard,
    entrance::{self, Entered},
    keys,
    mail::{MailSettings, Mailer, TransportSettings},
    outbox::Outbox,
    passwords::{Cost, Passwords},
    reports,
    sealing::KeyRing,
    session,
    slots::{self, Acquired},
    storage::Storage,
    upstream::{Listed, Platform},
};

use server::{config::Config, router::router, serve};
use tower::ServiceExt;

const EMAIL: &str = "ayse@yildiz.example";
const PASSWORD: &str = "mavi kaplumbağa 47 deniz";
const WORKERS: usize = 16;
const SECONDS: Duration = Duration::from_secs(5);

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("which database?")?;
    let calls: u32 = arguments.next().map_or(Ok(10_000_000), |text| text.parse())?;
    let context = context(&url).await?;
    let machine = company(&context).await?;

    let bare = rate("bare transaction, the same rows", &context, move |context, worker| async move {
        bare(&context, machine.organisation, worker).await
    });
    let bare = bare.await?;
    let pairs = rate("slot taken and given back", &context, move |context, _| async move {
        let key = machine.write_slots()?;
        if let Acquired::Held(held) = slots::acquire(&context, key, Direction::Outbound).await? {
            slots::release(&context, key, held.id).await?;
        }
        Ok(())
    });
    let pairs = pairs.await?;
    // The floor is one transaction, a pair is two.
    println!("    ratio to two bare transactions     {:8.2}", pairs / (bare / 2.0));
    let whole = rate("call from start to end", &context, move |context, _| async move {
        let key = machine.write_calls()?;
        let form = StartForm { direction: "inbound".into(), ..StartForm::default() };
        if let Started::Running(call, _) = calls::start(&context, key, form).await? {
            calls::end(&context, key, call.id(), "completed").await?;
        }
        Ok(())
    });
    whole.await?;
    over_http(&context).await?;

    for many in [calls / 1_000, calls] {
        fill(&context, machine.organisation, many).await?;
        look(&context, machine, many).await?;
    }
    Ok(())
}

/// Calls that begin and end over the REST API, through the whole router without a socket. Each worker has a key of its own:
/// one may ask a hundred times a second.
async fn over_http(context: &Context) -> Result<(), Failure> {
    let config = Config::load(None)?;
    let host = config.origin().split_once("://").map(|(_, host)| host.to_owned()).unwrap_or_default();
    let router = router(serve::site(&config, context.clone())?);
    // A key is shown to the session that made it: somebody has to be signed in.
    context.deliver().await?;
    let sent = context.outbox.mailer().sent();
    let link = sent.last().and_then(|sent| sent.mail.kind.link()).ok_or("no link was mailed")?;
    let token = link.split_once("token=").ok_or("a link without its token")?.1.to_owned();
    entrance::verify_address(context, VerifyForm { token }).await?;
    let form = LoginForm { email: EMAIL.into(), password: Password(PASSWORD.into()), next: String::new() };
    let Entered::In(signed_in) = entrance::sign_in(context, form, None, session::Browser::default()).await?
    else {
        return Err("a code is owed".into());
    };
    let owner = session::authenticate(context, &signed_in.session).await?.account.actor()?;
    let mut tokens = Vec::new();
    for number in 0..WORKERS {
        let form = KeyForm {
            name: format!("Santral {number}"),
            kind: "organisation".into(),
            scopes: vec!["calls:write".into()],
            lifetime: "90".into(),
        };
        let member = Recent::check(owner.member(), context.now()).map_err(|error| error.to_string())?;
        tokens.push(format!("Bearer {}", keys::create_key(context, member, form).await?.token.reveal()));
    }
    let tokens = Arc::new(tokens);
    let begun = rate("call begun and ended over the API", context, move |_, worker| {
        let (router, host, token) = (router.clone(), host.clone(), tokens[worker].clone());
        async move {
            let ask = |path: String, body: &'static str| {
                let request = Request::post(path)
                    .header("host", &host)
                    .header("authorization", &token)
                    .header("content-type", "application/json")
                    .body(Body::from(body));
                let router = router.clone();
                async move {
                    let answer = router.oneshot(request?).await?;
                    let status = answer.status();
                    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await?;
                    let body: serde_json::Value = serde_json::from_slice(&bytes)?;
                    if status.is_success() { Ok(body) } else { Err(format!("{status}: {body}").into()) }
                }
            };
            let begun: Result<serde_json::Value, Failure> =
                ask("/api/v1/calls".into(), r#"{"direction":"inbound"}"#).await;
            let id = begun?["call"]["id"].as_str().unwrap_or_default().to_owned();
            let ended: Result<serde_json::Value, Failure> =
                ask(format!("/api/v1/calls/{id}/end"), r#"{"outcome":"completed"}"#).await;
            ended.map(drop)
        }
    });
    begun.await.map(drop)
}

async fn context(url: &str) -> Result<Context, Failure> {
    let mail = MailSettings { from: "Ayar <ayar@ayar.example>".into(), transport: TransportSettings::Memory };
    let context = Context {
        database: Database::connect(url, 16).await?,
        clock: Clock::Machine,
        outbox: Outbox::new(Mailer::open(&mail)?, false),
        storage: Storage::memory(),
        passwords: Passwords::new(2, Cost::LEAST),
        keys: KeyRing::memory(),
        platform: Platform::new(Listed::default()),
        relying_party: None,
        settings: Arc::new(Settings {
            origin: "http://127.0.0.1:3000".into(),
            seller: domain::invoices::Seller::default(),
            deletion_days: 7,
        }),
    };
    context.database.migrate().await?;
    Ok(context)
}

/// A company with more slots than workers, and a program of its own.
async fn company(context: &Context) -> Result<Machine, Failure> {
    let form = SignupForm {
        organisation: "Yıldız".into(),
        name: "Ayşe Erdem".into(),
        email: EMAIL.into(),
        password: Password(PASSWORD.into()),
        time_zone: "Europe/Istanbul".into(),
    };
    entrance::sign_up(context, form, Language::Tr).await?;
    let row = organisation::Entity::find().one(context.database.read()).await?.ok_or("nobody signed up")?;
    let more = "UPDATE organisation SET plan = 'enterprise', on_trial = false, slots_agreed = 10000";
    let more = context.database.write(move |on| {
        Box::pin(async move {
            on.execute_unprepared(more).await.map(|_| ()).map_err(|_| domain::Code::Internal.into())
        })
    });
    more.await?;
    let (key, organisation) = (KeyId(context.id()), row.id());
    Ok(Machine {
        key,
        organisation,
        person: None,
        role: domain::Role::Admin,
        language: Language::Tr,
        scopes: Scopes::all(),
    })
}

/// One transaction with an update of one row, an insert and an upsert.
async fn bare(context: &Context, of: OrganisationId, worker: usize) -> Result<(), Failure> {
    let (id, worker) = (context.id(), worker);
    let (is_sqlite, now) = (context.database.backend() == DbBackend::Sqlite, context.now());
    let hex = |id: uuid::Uuid| match is_sqlite {
        true => format!("x'{}'", id.simple()),
        false => format!("'{id}'"),
    };
    let (id, of, at) = (hex(id), hex(of.0), now.to_rfc3339());
    let far = now + TimeDelta::days(1000 + i64::try_from(worker).unwrap_or(0));
    let statements = [
        format!("UPDATE organisation SET version = version + 1 WHERE id = {of}"),
        format!("INSERT INTO lease VALUES ({id}, {of}, 'inbound', '{at}', '{at}', false)"),
        format!(
            "INSERT INTO slot_weather VALUES ({of}, '{}', 1, 0) ON CONFLICT (organisation_id, quarter) DO UPDATE SET peak = 2",
            far.to_rfc3339()
        ),
    ];
    let written = context.database.write(move |on| {
        Box::pin(async move {
            for statement in statements {
                on.execute_unprepared(&statement)
                    .await
                    .map_err(|_| domain::AppError::from(domain::Code::Internal))?;
            }
            Ok(())
        })
    });
    Ok(written.await?)
}

/// How often a second [`WORKERS`] do it together; says so.
async fn rate<W>(
    what: &str,
    context: &Context,
    work: impl Fn(Context, usize) -> W + Clone + Send + 'static,
) -> Result<f64, Failure>
where
    W: Future<Output = Result<(), Failure>> + Send,
{
    let began = Instant::now();
    let workers = (0..WORKERS).map(|worker| {
        let (context, work) = (context.clone(), work.clone());
        tokio::spawn(async move {
            let mut took = Vec::new();
            while began.elapsed() < SECONDS {
                let start = Instant::now();
                work(context.clone(), worker).await?;
                took.push(start.elapsed());
            }
            Ok::<_, Failure>(took)
        })
    });
    let mut took = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        took.extend(worker.await??);
    }
    took.sort();
    let rate = took.len() as f64 / began.elapsed().as_secs_f64();
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or_default();
    println!("    {what:<34} {rate:8.0} /s   p99 {:6.1} ms", p99.as_secs_f64() * 1000.0);
    Ok(rate)
}

/// As if there had been so many calls, evenly over a year. The database makes them itself: ten million rows through the
/// driver would take an hour.
async fn fill(context: &Context, of: OrganisationId, many: u32) -> Result<(), Failure> {
    let on = context.database.migration_connection();
    let begun = (context.now() - TimeDelta::days(365)).timestamp_millis();
    let step = 365.0 * 86_400_000.0 / f64::from(many);
    let columns = "id, organisation_id, direction, from_number, to_number, outcome, started_at, answered_at, ended_at, time_zone, \
                   day, version";
    let words = "'inbound', '+905325550123', '+902125550100', 'completed'";
    // Identifiers are UUID version 7 of the call's time.
    let rows = match context.database.backend() {
        DbBackend::Sqlite => format!(
            "WITH RECURSIVE n (i, ms) AS (SELECT 0, {begun} UNION ALL \
               SELECT i + 1, {begun} + CAST((i + 1) * {step} AS INTEGER) FROM n WHERE i + 1 < {many}), \
             c AS (SELECT unhex(printf('%012x7%03x8%015x', ms, i % 4096, i)) AS id, ms / 1000 AS s FROM n) \
             SELECT id, x'{of}', {words}, strftime('%FT%T+00:00', s, 'unixepoch'), strftime('%FT%T+00:00', s, 'unixepoch'), \
               strftime('%FT%T+00:00', s + 90, 'unixepoch'), 'Europe/Istanbul', strftime('%F', s, 'unixepoch'), 1 FROM c",
            of = of.0.simple()
        ),
        _ => format!(
            "SELECT (lpad(to_hex(ms), 12, '0') || '7' || lpad(to_hex(i % 4096), 3, '0') || '8' || \
               lpad(to_hex(i), 15, '0'))::uuid, '{of}', {words}, to_timestamp(ms / 1000), to_timestamp(ms / 1000), \
               to_timestamp(ms / 1000 + 90), 'Europe/Istanbul', to_timestamp(ms / 1000)::date, 1 \
             FROM (SELECT i, {begun} + (i * {step})::bigint AS ms FROM generate_series(0::bigint, {many} - 1) AS i) AS n",
            of = of.0
        ),
    };
    // One that reads the machine's clock may take longer than a request is given.
    let is_postgres = context.database.backend() == DbBackend::Postgres;
    let transaction = on.begin().await?;
    if is_postgres {
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
    }
    transaction.execute_unprepared(&format!("INSERT INTO call ({columns}) {rows}")).await?;
    transaction.commit().await?;
    sums(context, of).await?;
    // As autovacuum does within a minute.
    on.execute_unprepared("ANALYZE").await?;
    Ok(())
}

/// The sums that go with them: what a dashboard reads, a year of quarters of an hour.
async fn sums(context: &Context, of: OrganisationId) -> Result<(), Failure> {
    let on = context.database.migration_connection();
    let (quarter, of) = match context.database.backend() {
        DbBackend::Sqlite => (
            "strftime('%FT%T+00:00', CAST(strftime('%s', started_at) AS INTEGER) / 900 * 900, 'unixepoch')",
            format!("x'{}'", of.0.simple()),
        ),
        _ => ("to_timestamp(floor(extract(epoch FROM started_at) / 900) * 900)", format!("'{}'", of.0)),
    };
    let transaction = on.begin().await?;
    if context.database.backend() == DbBackend::Postgres {
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
    }
    let statements = [
        format!("DELETE FROM call_quarter WHERE organisation_id = {of}"),
        format!("DELETE FROM call_day WHERE organisation_id = {of}"),
        format!(
            "INSERT INTO call_quarter (organisation_id, quarter, direction, started, answered, seconds) \
             SELECT organisation_id, {quarter}, direction, count(*), count(answered_at), 90 * count(*) FROM call \
             WHERE organisation_id = {of} GROUP BY 1, 2, 3"
        ),
        format!(
            "INSERT INTO call_day (organisation_id, day, time_zone, direction, started, answered, seconds) \
             SELECT organisation_id, day, time_zone, direction, count(*), count(answered_at), 90 * count(*) FROM call \
             WHERE organisation_id = {of} GROUP BY 1, 2, 3, 4"
        ),
    ];
    for statement in statements {
        transaction.execute_unprepared(&statement).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The dashboard, the first page of the list and of a filtered one, and the reports.
async fn look(context: &Context, machine: Machine, many: u32) -> Result<(), Failure> {
    let member = Actor {
        person: PersonId(context.id()),
        session: SessionId(context.id()),
        organisation: machine.organisation,
        role: Role::Member,
        language: Language::Tr,
        proved_at: context.now(),
        support: None,
    }
    .member();
    let mut row = format!("    beside {many:>10} more calls:");
    for what in ["dashboard", "list", "list of one outcome", "reports"] {
        let mut took = Vec::new();
        for _ in 0..50 {
            let start = Instant::now();
            match what {
                "dashboard" => _ = dashboard::load_today(context, member).await?,
                "list" => _ = calls::list(context, member, CallsForm::default(), 50).await?,
                "reports" => _ = reports::load_days(context, member, 31).await?,
                _ => {
                    let form = CallsForm { outcome: "completed".into(), ..CallsForm::default() };
                    _ = calls::list(context, member, form, 50).await?;
                }
            }
            took.push(start.elapsed());
        }
        took.sort();
        row += &format!("   {what} {:.2} ms", took[25].as_secs_f64() * 1000.0);
    }
    println!("{row}");
    Ok(())
}
