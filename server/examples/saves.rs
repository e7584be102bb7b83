//! What saving a settings form costs over HTTP, next to a bare transaction that writes the same rows.
//!
//! `saves <database URL>`, on an empty database; `make bench` runs it on SQLite and on PostgreSQL. The whole router in one process, without sockets;
//! each worker is the owner of a company of its own.

#[path = "shared/context.rs"]
mod context;
#[path = "shared/people.rs"]
mod people;
#[path = "shared/rate.rs"]
mod rates;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use domain::{Actor, Code};
use entity::organisation;
use rates::{Failure, WORKERS, rate};
use sea_orm::{ConnectionTrait, DbBackend};
use server::{config::Config, router::router, serve};
use services::{Context, mail::TransportSettings, session};
use tower::ServiceExt;

/// An owner and what their next save needs.
struct Owner {
    actor: Actor,
    cookie: String,
    version: AtomicI64,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let url = std::env::args().nth(1).ok_or("which database?")?;
    let context = context::open(&url, TransportSettings::Memory).await?;
    let config = Config::load(None)?;
    let (scheme, host) =
        config.origin().split_once("://").map(|(s, h)| (s.to_owned(), h.to_owned())).ok_or("no origin")?;
    let prefix = if scheme == "https" { "__Host-ayar-" } else { "ayar-" };
    let router = router(serve::site(&config, context.clone())?);

    let mut owners = Vec::new();
    for number in 0..WORKERS {
        let email = format!("kisi-{number}@yildiz.example");
        people::sign_up(&context, &email).await?;
        let token = people::sign_in(&context, &email).await?;
        let actor = session::authenticate(&context, &token).await?.account.actor()?;
        let row = organisation::Entity::by_id(actor.organisation).one(context.database.read()).await?;
        let version = AtomicI64::new(row.ok_or("no company")?.version);
        owners.push(Owner { actor, cookie: format!("{prefix}session={}", token.reveal()), version });
    }
    let owners = Arc::new(owners);

    let all = owners.clone();
    let bare = rate("bare transaction, the same rows", &context, move |context, worker| {
        let all = all.clone();
        async move { bare(&context, all[worker].actor).await }
    });
    let bare = bare.await?;
    // The bare ones have moved the versions on.
    for owner in owners.iter() {
        let row = organisation::Entity::by_id(owner.actor.organisation).one(context.database.read()).await?;
        owner.version.store(row.ok_or("no company")?.version, Ordering::Relaxed);
    }
    let saved = rate("general saved over HTTP", &context, move |_, worker| {
        let (router, host, owners) = (router.clone(), host.clone(), owners.clone());
        async move {
            let owner = &owners[worker];
            let version = owner.version.fetch_add(1, Ordering::Relaxed);
            let fields = [
                ("form[version]", version.to_string()),
                ("form[name]", format!("Yıldız {worker} {version}")),
                ("form[email]", "iletisim@yildiz.example".into()),
                ("form[phone]", String::new()),
                ("form[website]", String::new()),
                ("form[address]", String::new()),
                ("form[language]", "tr".into()),
                ("form[time_zone]", "Europe/Istanbul".into()),
                ("form[support_access]", "deny".into()),
            ];
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let request = Request::post("/api/general/save-profile")
                .header(header::HOST, &host)
                .header(header::COOKIE, &owner.cookie)
                .header(header::ACCEPT, "application/json")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .body(Body::from(body))?;
            let answer = router.oneshot(request).await?;
            let status = answer.status();
            let bytes = to_bytes(answer.into_body(), 1 << 20).await?;
            if status.is_success() {
                Ok(())
            } else {
                Err(format!("{status}: {}", String::from_utf8_lossy(&bytes)).into())
            }
        }
    });
    println!("    ratio                              {:8.2}", saved.await? / bare);
    Ok(())
}

/// What a save writes: the company, the row of the trail, the head of its chain.
async fn bare(context: &Context, owner: Actor) -> Result<(), Failure> {
    let is_sqlite = context.database.backend() == DbBackend::Sqlite;
    let hex = |id: uuid::Uuid| match is_sqlite {
        true => format!("x'{}'", id.simple()),
        false => format!("'{id}'"),
    };
    let (id, of, person, at) =
        (hex(context.id()), hex(owner.organisation.0), hex(owner.person.0), context.now().to_rfc3339());
    let statements = [
        format!(
            "UPDATE organisation SET name = 'A', version = version + 1, changed_at = '{at}' WHERE id = {of}"
        ),
        format!("UPDATE audit_head SET count = count + 1 WHERE chain = {of}"),
        format!(
            "INSERT INTO audit (id, organisation_id, person_id, room, action, before, after, at, address, request_id) \
             VALUES ({id}, {of}, {person}, 'general', 'general.save_profile', '{{\"name\":\"A\"}}', '{{\"name\":\"B\"}}', '{at}', '', '')"
        ),
    ];
    let written = context.database.write(move |on| {
        Box::pin(async move {
            for statement in statements {
                on.execute_unprepared(&statement)
                    .await
                    .map_err(|_| domain::AppError::from(Code::Internal))?;
            }
            Ok(())
        })
    });
    Ok(written.await?)
}
