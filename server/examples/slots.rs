//! What taking and giving back a slot costs, next to a bare transaction that writes the same rows; what a call costs from
//! start to end; and the dashboard and the list of calls beside very many calls.
//!
//! `slots <database URL> [calls]`, on an empty database; `make bench` runs it on SQLite and on PostgreSQL.

#[path = "shared/context.rs"]
mod context;
#[path = "shared/calls.rs"]
mod many_calls;
#[path = "shared/people.rs"]
mod people;
#[path = "shared/rate.rs"]
mod rates;

use std::{sync::Arc, time::Instant};

use axum::{body::Body, http::Request};
use chrono::TimeDelta;
use domain::{
    Actor, KeyId, Language, Machine, OrganisationId, PersonId, Recent, Role, Scopes, SessionId,
    calls::{CallsForm, StartForm},
    keys::KeyForm,
    slots::Direction,
};
use entity::organisation;
use many_calls::fill_calls;
use rates::{Failure, WORKERS, rate};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait};
use server::{config::Config, router::router, serve};
use services::{
    Context,
    calls::{self, Started},
    dashboard, keys,
    mail::TransportSettings,
    reports, session,
    slots::{self, Acquired},
};
use tower::ServiceExt;

const EMAIL: &str = "ayse@yildiz.example";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("which database?")?;
    let calls: u32 = arguments.next().map_or(Ok(10_000_000), |text| text.parse())?;
    let context = context::open(&url, TransportSettings::Memory).await?;
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
        fill_calls(&context, machine.organisation, many).await?;
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
    let owner =
        session::authenticate(context, &people::sign_in(context, EMAIL).await?).await?.account.actor()?;
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

/// A company with more slots than workers, and a program of its own.
async fn company(context: &Context) -> Result<Machine, Failure> {
    people::sign_up(context, EMAIL).await?;
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
