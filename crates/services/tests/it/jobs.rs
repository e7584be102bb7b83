//! Work in rows: noted with what it is about, done by one node, again when it failed, given up at last.

mod smtp;

use chrono::TimeDelta;
use domain::{AppError, Code, Language};
use entity::job;
use sea_orm::{ConnectionTrait, EntityTrait};
use services::{
    Context, jobs,
    jobs::Kind,
    mail::{Mail, MailKind, MailSettings, Mailer, SmtpTls, TransportSettings},
    outbox::Outbox,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{on_both_databases, world::World};

const LINK: &str = "https://ayar.example/reset?token=geheim";

fn mail(context: &Context, to: &str) -> Mail {
    let kind = MailKind::ResetPassword { link: LINK.into() };
    Mail { id: context.id(), to: to.into(), language: Language::Tr, organisation: None, kind }
}

async fn note(context: &Context, to: &str) -> Uuid {
    let (inner, mail) = (context.clone(), mail(context, to));
    let id = mail.id;
    let noted = context.database.write(move |on| Box::pin(async move { inner.post(on, &mail).await })).await;
    noted.unwrap();
    id
}

/// The same node, with a mail server at this port.
fn through(world: &World, port: u16) -> Context {
    let transport = TransportSettings::Smtp {
        host: "127.0.0.1".into(),
        port,
        tls: SmtpTls::None,
        user: None,
        password: None,
    };
    let settings = MailSettings { from: "Ayar <ayar@ayar.example>".into(), transport };
    Context { outbox: Outbox::new(Mailer::open(&settings).unwrap(), false), ..world.context.clone() }
}

/// Nothing listens there.
async fn unreachable(world: &World) -> Context {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    through(world, listener.local_addr().unwrap().port())
}

async fn rows(world: &World) -> Vec<job::Model> {
    job::Entity::find().all(world.context.database.read()).await.unwrap()
}

fn sent(context: &Context) -> Vec<Uuid> {
    context.outbox.mailer().sent().into_iter().map(|sent| sent.mail.id).collect()
}

on_both_databases! {
    async fn there_is_no_mail_about_what_did_not_happen(world: World) {
        let (inner, mail) = (world.context.clone(), mail(&world.context, "ayse@ornek.com"));
        let failed: Result<(), AppError> = world
            .context
            .database
            .write(move |on| Box::pin(async move {
                inner.post(on, &mail).await?;
                Err(Code::Conflict.into())
            }))
            .await;
        assert_eq!(failed, Err(Code::Conflict.into()));
        assert!(rows(&world).await.is_empty());
    }

    async fn what_waits_is_sealed_and_what_was_done_holds_nothing(world: World) {
        note(&world.context, "ayse@ornek.com").await;
        let waiting = rows(&world).await.remove(0);
        let payload = waiting.payload.unwrap();
        assert!(payload.starts_with("v1.") && !payload.contains("geheim") && !payload.contains("ornek"));
        world.context.deliver().await.unwrap();
        let done = rows(&world).await.remove(0);
        assert_eq!((done.payload, done.dead, done.ended_at), (None, false, Some(world.context.now())));
        // That it was sent is a log: it does not go with other work that is done.
        world.context.clock.advance(TimeDelta::days(1));
        assert_eq!(jobs::purge(&world.context).await, Ok(0));
        assert_eq!(rows(&world).await.len(), 1);
    }

    async fn of_two_nodes_one_sends_each(world: World) {
        let mut noted = Vec::new();
        for number in 0..40 {
            noted.push(note(&world.context, &format!("n{number}@ornek.com")).await);
        }
        let other = world.another_node().await;
        let (one, two) = tokio::join!(world.context.deliver(), other.deliver());
        one.unwrap();
        two.unwrap();
        let mut all = [sent(&world.context), sent(&other)].concat();
        all.sort_unstable();
        assert_eq!(all, noted);
    }

    async fn what_fails_is_tried_again_later_each_time_and_given_up_at_last(world: World) {
        let away = unreachable(&world).await;
        let id = note(&away, "ayse@ornek.com").await;
        let mut tries = 0;
        for _ in 0..50 {
            assert_eq!(jobs::run_due(&away, Kind::Mail).await, Ok(1));
            tries += 1;
            let row = rows(&world).await.remove(0);
            assert!(row.error.is_some());
            if row.dead {
                break;
            }
            // Not a moment earlier.
            world.context.clock.advance(row.free_at - world.context.now() - TimeDelta::seconds(1));
            assert_eq!(jobs::run_due(&away, Kind::Mail).await, Ok(0));
            world.context.clock.advance(TimeDelta::seconds(1));
        }
        assert_eq!(tries, 13);
        let queue = jobs::load_queues(&world.context).await.unwrap().remove(0);
        assert_eq!((queue.kind, queue.waiting, queue.later, queue.dead), (Kind::Mail, 0, 0, 1));
        // It stays, whatever time passes; and once more is the operator's word.
        world.context.clock.advance(TimeDelta::days(400));
        assert_eq!(jobs::purge(&world.context).await, Ok(0));
        assert_eq!(jobs::retry_dead(&world.context, Some(Uuid::nil())).await, Err(Code::NotFound.into()));
        assert_eq!(jobs::retry_dead(&world.context, Some(id)).await, Ok(1));
        world.context.deliver().await.unwrap();
        assert_eq!(sent(&world.context), [id]);
        assert!(jobs::load_troubled(&world.context).await.unwrap().is_empty());
    }

    async fn what_a_node_leaves_behind_another_one_takes_over(world: World) {
        // Takes the connection, and never says a word.
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let dying = through(&world, silent.local_addr().unwrap().port());
        let id = note(&dying, "ayse@ornek.com").await;
        let working = tokio::spawn(async move { dying.deliver().await });
        let _held = silent.accept().await.unwrap();
        working.abort();
        let queue = jobs::load_queues(&world.context).await.unwrap().remove(0);
        assert_eq!((queue.waiting, queue.running), (0, 1));
        world.context.deliver().await.unwrap();
        assert!(sent(&world.context).is_empty());
        world.context.clock.advance(jobs::LEASE);
        world.context.deliver().await.unwrap();
        assert_eq!(sent(&world.context), [id]);
        assert_eq!(rows(&world).await[0].attempts, 2);
    }

    async fn one_that_was_given_up_can_be_dropped(world: World) {
        let away = unreachable(&world).await;
        let id = note(&away, "ayse@ornek.com").await;
        assert_eq!(jobs::drop_dead(&world.context, id).await, Err(Code::NotFound.into()));
        while !rows(&world).await[0].dead {
            jobs::run_due(&away, Kind::Mail).await.unwrap();
            world.context.clock.advance(TimeDelta::hours(6));
        }
        assert_eq!(jobs::drop_dead(&world.context, id).await, Ok(()));
        assert!(rows(&world).await.is_empty());
    }

    async fn what_is_done_each_minute_is_done_once_and_noted_for_the_next(world: World) {
        let stopped = CancellationToken::new();
        stopped.cancel();
        let other = world.another_node().await;
        for node in [&world.context, &other] {
            jobs::work(node, stopped.clone()).await;
        }
        let each_minute = async || {
            let mut rows = rows(&world).await;
            rows.retain(|row| row.name == Kind::Minute.word());
            rows
        };
        // It, and the purge of the next night.
        assert_eq!((each_minute().await.len(), rows(&world).await.len()), (1, 2));
        assert_eq!(jobs::run_due(&world.context, Kind::Minute).await, Ok(0));
        world.context.clock.advance(TimeDelta::minutes(1));
        let (one, two) =
            tokio::join!(jobs::run_due(&world.context, Kind::Minute), jobs::run_due(&other, Kind::Minute));
        assert_eq!(one.unwrap() + two.unwrap(), 1);
        let mut due: Vec<_> = each_minute().await.into_iter().map(|row| (row.due_at, row.ended_at.is_some())).collect();
        due.sort_unstable();
        let now = world.context.now();
        assert_eq!(due, [(now, true), (now + TimeDelta::minutes(1), false)]);
    }

    async fn a_clock_that_goes_back_does_not_end_what_is_done_each_minute(world: World) {
        let stopped = CancellationToken::new();
        stopped.cancel();
        jobs::work(&world.context, stopped).await;
        // Taken a moment before it was due by this clock, as by one that is ahead.
        let early = world.context.database.migration_connection();
        let now = world.context.now().to_rfc3339();
        early.execute_unprepared(&format!("UPDATE job SET free_at = '{now}'")).await.unwrap();
        assert_eq!(jobs::run_due(&world.context, Kind::Minute).await, Ok(1));
        assert!(rows(&world).await.iter().any(|row| row.ended_at.is_none()), "there is no next run");
    }

    async fn a_worker_sends_what_is_noted_while_it_works_and_finishes_when_it_is_stopped(world: World) {
        let (stop, context) = (CancellationToken::new(), world.context.clone());
        let working = tokio::spawn({
            let stop = stop.clone();
            async move { jobs::work(&context, stop).await }
        });
        let id = note(&world.context, "ayse@ornek.com").await;
        while sent(&world.context).is_empty() {
            tokio::task::yield_now().await;
        }
        stop.cancel();
        working.await.unwrap();
        assert_eq!(sent(&world.context), [id]);
        assert!(rows(&world).await.iter().any(|row| row.id == id && row.ended_at.is_some()));
    }
}
