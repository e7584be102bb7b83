//! Every server function with everything that is wrong with a body: none of it is a failure of the server's, every answer
//! is one of ours, and the server goes on. What a refused body may have saved all the same is shown as words.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{body::Body, http::Method};
use domain::{
    Actor, Role,
    entrance::{LoginForm, Password},
};
use entity::{guess, passkey};
use futures::future::BoxFuture;
use rand::{SeedableRng, rngs::StdRng};
use sea_orm::EntityTrait;
use server::router::page_routes;
use services::{
    entrance::{self, Entered},
    session,
    token::PlainToken,
    upstream::{Listed, Patience, Platform, Resolver},
};

use super::{
    SCRIPT, acts, assert_is_ours,
    shapes::{Shape, shapes},
    values::values,
};
use crate::{
    failures::listen,
    permissions::belongings,
    world::{Browser, PASSWORD, SESSION, World},
};

const ASKER: &str = "sema@ornek.com";
/// Longer than anything takes, by far: what grows with the square of its input is found by it.
const MOST: Duration = Duration::from_secs(10);

/// One in so many shapes is sent.
const EACH: usize = 32;

/// Knows no name: nothing that is typed here leaves the machine.
struct Nowhere;

impl Resolver for Nowhere {
    fn addresses(&self, _: String) -> BoxFuture<'static, std::io::Result<Vec<std::net::IpAddr>>> {
        Box::pin(async { Err(std::io::Error::other("no such name")) })
    }
}

pub fn platform() -> Platform {
    Platform::with(Listed::default(), Arc::new(Nowhere), Patience::default())
}

/// Who asks. Each of them is put back into their place before each function: some of what is asked for works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Stranger,
    Has(Role),
    Staff,
}

/// How many were asked and what was said to it.
#[derive(Default)]
struct Count {
    statuses: BTreeMap<u16, usize>,
    slowest: (Duration, String),
}

impl Count {
    fn of(&self, status: u16) -> usize {
        self.statuses.get(&status).copied().unwrap_or_default()
    }
}

/// Whether the session is live and stands where it stood.
async fn is_in_place(world: &World, session: &str, host: Actor, role: Role) -> bool {
    let visit = session::authenticate(&world.context, &PlainToken::received(session)).await;
    let actor = visit.and_then(|visit| visit.account.actor());
    actor.is_ok_and(|actor| actor.organisation == host.organisation && actor.role == role)
}

/// Somebody who belongs to the organisation, in the role.
async fn come_back(world: &World, host: Actor, asker: Actor, role: Role) -> String {
    world.context.clock.advance(chrono::TimeDelta::minutes(1));
    let write = world.context.database.write(move |on| {
        Box::pin(async move {
            guess::Entity::delete_many().exec(on).await.unwrap();
            entity::membership::Entity::delete_by_id((host.organisation.0, asker.person.0))
                .exec(on)
                .await
                .unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
    world.enrol(asker.person, host.organisation, role).await;
    let form = LoginForm { email: ASKER.into(), password: Password(PASSWORD.into()), next: String::new() };
    let entered = entrance::sign_in(&world.context, form, None, session::Browser::default()).await;
    let Ok(Entered::In(signed_in)) = entered else { panic!("they can't sign in any more") };
    let account = world.account(&signed_in.session).await;
    session::switch_organisation(&world.context, account, host.organisation).await.unwrap();
    signed_in.session.reveal().to_owned()
}

async fn send(browser: &mut Browser<'_>, path: &str, shape: &Shape, accept: &str) -> crate::world::Answer {
    let mut request =
        browser.request(Method::POST, path).header("sec-fetch-site", "same-origin").header("accept", accept);
    if !shape.kind.is_empty() {
        request = request.header("content-type", shape.kind);
    }
    browser.send(request.body(Body::from(shape.body.clone())).unwrap()).await
}

/// A sample of everything: each run tries the same, and `AYAR_FUZZ_EACH=1` tries it all (some minutes for each test).
async fn fuzz(world: World, who: Who, seed: u64) {
    let each = std::env::var("AYAR_FUZZ_EACH").ok().and_then(|each| each.parse().ok()).unwrap_or(EACH);
    let (_, host) = world.owner("anka@ornek.com", "Zümrüdüanka").await;
    let (_, asker) = world.owner(ASKER, "Sema").await;
    let of = belongings(&world, host).await;
    // It is no passkey, and whoever has one is asked for it.
    let write = world.context.database.write(|on| {
        Box::pin(async move {
            passkey::Entity::delete_many().exec(on).await.unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
    let staff = world.staff("zeynep@ayar.example").await.cookies;
    let (log, _guard) = listen();
    let (mut dice, mut count, mut number) = (StdRng::seed_from_u64(seed), Count::default(), 0_usize);
    let (values, mut session) = (values(), String::new());
    for (route, body) in acts(&of) {
        let mut cookies = BTreeMap::new();
        match who {
            Who::Stranger => {}
            Who::Staff => cookies.clone_from(&staff),
            Who::Has(role) => {
                if !is_in_place(&world, &session, host, role).await {
                    session = come_back(&world, host, asker, role).await;
                }
                cookies.insert(SESSION.into(), session.clone());
            }
        }
        for shape in shapes(&body, &values, &mut dice, each) {
            number += 1;
            let asked = format!("{who:?} {route}, {} ({number})", shape.what);
            let mut browser = world.browser();
            browser.cookies.clone_from(&cookies);
            let began = Instant::now();
            // Now and then without scripts, where the same comes back as a page.
            let answer = if number.is_multiple_of(40) {
                let path = format!("/login?do={}", route.trim_start_matches("/api/"));
                let answer = send(&mut browser, &path, &shape, "text/html").await;
                assert!(!answer.status.is_server_error(), "{asked} without scripts: {}", answer.body);
                answer.assert_hides(SCRIPT);
                answer
            } else {
                let answer = send(&mut browser, route, &shape, "application/json").await;
                assert_is_ours(&answer, &asked);
                answer
            };
            let took = began.elapsed();
            assert!(took < MOST, "{asked} took {took:?}");
            if took > count.slowest.0 {
                count.slowest = (took, asked.clone());
            }
            *count.statuses.entry(answer.status.as_u16()).or_default() += 1;
        }
        let said = log.read();
        assert!(!said.contains("ERROR") && !said.contains("panicked"), "{who:?} {route}:\n{said}");
    }
    assert_goes_on(&world, who, host, asker).await;
    assert!(!log.read().contains("ERROR"), "{}", log.read());
    println!("{who:?}: {:?}, the slowest {:?}", count.statuses, count.slowest);
    assert!(count.of(400) > 60, "hardly anything was refused: {:?}", count.statuses);
    match who {
        Who::Stranger => assert!(count.of(401) > 60, "{:?}", count.statuses),
        Who::Staff => assert!(count.of(200) > 0 && count.of(422) > 0, "{:?}", count.statuses),
        Who::Has(_) => assert!(count.of(200) > 20 && count.of(422) > 10, "{:?}", count.statuses),
    }
}

/// Mails can be written, pages are shown, and what was saved is words on them.
async fn assert_goes_on(world: &World, who: Who, host: Actor, asker: Actor) {
    world.context.deliver().await.unwrap();
    let mut browser = world.browser();
    assert_eq!(browser.get("/readyz").await.status, 200);
    if let Who::Has(role) = who {
        let session = come_back(world, host, asker, role).await;
        browser.cookies.insert(SESSION.into(), session);
        assert_eq!(browser.call("shell/load-viewer", &[]).await.status, 200);
    }
    for page in page_routes() {
        let answer = browser.get(page.path()).await;
        assert!(!answer.status.is_server_error(), "{}: {}", page.path(), answer.body);
        answer.assert_hides(SCRIPT);
    }
}

#[tokio::test]
async fn nothing_a_stranger_sends_breaks_a_function() {
    fuzz(World::with(platform()).await, Who::Stranger, 1).await;
}

#[tokio::test]
async fn nothing_a_member_sends_breaks_a_function() {
    fuzz(World::with(platform()).await, Who::Has(Role::Member), 2).await;
}

#[tokio::test]
async fn nothing_an_administrator_sends_breaks_a_function() {
    fuzz(World::with(platform()).await, Who::Has(Role::Admin), 3).await;
}

#[tokio::test]
async fn nothing_an_owner_sends_breaks_a_function() {
    fuzz(World::with(platform()).await, Who::Has(Role::Owner), 4).await;
}

/// It knows letters that it does not store.
#[tokio::test]
async fn nothing_an_owner_sends_breaks_a_function_on_postgres() {
    fuzz(World::on_postgres(platform()).await, Who::Has(Role::Owner), 5).await;
}

#[tokio::test]
async fn nothing_that_staff_send_breaks_a_function() {
    fuzz(World::with(platform()).await, Who::Staff, 6).await;
}
