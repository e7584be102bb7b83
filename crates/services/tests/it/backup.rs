//! A backup, and back: into either database, in front of an attacker, beside writers.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use domain::{
    customers::CustomerForm,
    entrance::{LoginForm, Password},
};
use entity::{customer, job, sealing_key};
use futures::StreamExt;
use sea_orm::{EntityTrait, PaginatorTrait};
use services::{
    Context, audit,
    backup::{self, BackupFailure, Manifest},
    customers, demo,
    entrance::{self, Entered},
    session::Browser,
};

use crate::{on_both_databases, world::World};

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// An empty place with the keys of another one.
async fn with_keys_of(other: &World, mut empty: World) -> World {
    empty.context.keys = other.context.keys.clone();
    empty
}

async fn taken_again(context: &Context, place: &Place) -> Manifest {
    backup::take(context, &place.file("again"), false).await.unwrap()
}

fn refusal<T: std::fmt::Debug>(refused: Result<T, BackupFailure>) -> String {
    refused.unwrap_err().to_string()
}

/// Nothing to be seen of the attempt.
async fn nothing_came_into(place: &World) {
    let on = place.context.database.read();
    if place.context.database.pending_migrations().await.unwrap() == 0 {
        assert_eq!(sealing_key::Entity::find().count(on).await.unwrap(), 0);
        assert_eq!(job::Entity::find().count(on).await.unwrap(), 0);
    }
    assert_eq!(place.context.storage.list().count().await, 0);
}

/// The company of the demo, in another database: every row and file, the password too.
async fn comes_back(from: World, into: World) {
    let place = Place::new();
    let demo = demo::fill(&from.context).await.unwrap();
    let login =
        LoginForm { email: demo.email.into(), password: Password(demo.password), next: String::new() };
    let sign_in = async |world: &World| match entrance::sign_in(
        &world.context,
        login.clone(),
        None,
        Browser::default(),
    )
    .await
    .unwrap()
    {
        Entered::In(entered) => entered.session,
        Entered::CodeOwed(_) => panic!("the owner owes a code"),
    };
    let session = sign_in(&from).await;
    let manifest = backup::take(&from.context, &place.file("backup"), false).await.unwrap();
    assert!(manifest.row_count() > 500 && manifest.files.count > 3, "{manifest:?}");
    assert_eq!(backup::check(&from.context, &place.file("backup")).await.unwrap(), manifest);

    let into = with_keys_of(&from, into).await;
    let restored = backup::restore(&into.context, &place.file("backup")).await.unwrap();
    assert_eq!(restored.manifest, manifest);
    assert!(restored.sessions > 0);
    let mut again = taken_again(&into.context, &place).await;
    // Nobody who was signed out since the backup is in again.
    let sessions = again.rows.insert("session".into(), manifest.rows["session"].clone()).unwrap();
    assert_eq!(sessions.count, manifest.rows["session"].count);
    assert_eq!(again, manifest);

    assert!(audit::verify(&into.context.database).await.unwrap().faults.is_empty());
    assert!(from.visit(&session).await.is_some() && into.visit(&session).await.is_none());
    let anew = sign_in(&into).await;
    assert!(into.visit(&anew).await.is_some());
}

#[tokio::test]
async fn everything_comes_back_from_sqlite_to_sqlite() {
    comes_back(World::on_sqlite().await, World::empty_on_sqlite().await).await;
}

#[tokio::test]
async fn everything_comes_back_from_postgres_to_postgres() {
    comes_back(World::on_postgres().await, World::empty_on_postgres().await).await;
}

#[tokio::test]
async fn everything_moves_from_sqlite_to_postgres() {
    comes_back(World::on_sqlite().await, World::empty_on_postgres().await).await;
}

#[tokio::test]
async fn everything_moves_from_postgres_to_sqlite() {
    comes_back(World::on_postgres().await, World::empty_on_sqlite().await).await;
}

#[tokio::test]
async fn a_sealed_backup_opens_with_its_ring_only() {
    let (world, place) = (World::on_sqlite().await, Place::new());
    world.owner("sema@ornek.com").await;
    let file = place.file("sealed");
    let manifest = backup::take(&world.context, &file, true).await.unwrap();
    let bytes = std::fs::read(&file).unwrap();
    assert!(
        !bytes.windows(14).any(|window| window == b"sema@ornek.com" || window.starts_with(&[0x1f, 0x8b, 8]))
    );
    assert_eq!(backup::check(&world.context, &file).await.unwrap(), manifest);

    let stranger = World::empty_on_sqlite().await;
    let said = refusal(backup::restore(&stranger.context, &file).await);
    assert!(said.contains("not in the ring"), "{said}");
    nothing_came_into(&stranger).await;
    let with_ring = with_keys_of(&world, World::empty_on_postgres().await).await;
    assert_eq!(backup::restore(&with_ring.context, &file).await.unwrap().manifest, manifest);
}

#[tokio::test]
async fn a_ring_that_can_not_open_what_is_sealed_inside_is_told_before_anything_is_written() {
    let (world, place) = (World::on_sqlite().await, Place::new());
    world.context.keys.ready(&world.context.database, &world.context.clock).await.unwrap();
    world.owner("sema@ornek.com").await;
    world.context.storage.put("photos/one", "photo".into(), "image/png").await.unwrap();
    backup::take(&world.context, &place.file("open"), false).await.unwrap();
    for empty in [World::empty_on_sqlite().await, World::empty_on_postgres().await] {
        let said = refusal(backup::restore(&empty.context, &place.file("open")).await);
        assert!(said.contains("sealed with the key"), "{said}");
        nothing_came_into(&empty).await;
    }
}

#[tokio::test]
async fn a_backup_that_was_changed_or_cut_off_restores_nothing() {
    let (world, place) = (World::on_sqlite().await, Place::new());
    world.owner("sema@ornek.com").await;
    world.context.storage.put("photos/one", vec![7; 300_000].into(), "image/png").await.unwrap();
    for is_sealed in [false, true] {
        let file = place.file(if is_sealed { "sealed" } else { "open" });
        backup::take(&world.context, &file, is_sealed).await.unwrap();
        let whole = std::fs::read(&file).unwrap();
        let mut damaged =
            Vec::from(["".as_bytes(), &whole[..whole.len() / 2], &whole[..whole.len() - 40]].map(Vec::from));
        for at in [whole.len() / 3, whole.len() / 2, whole.len() - 60] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            damaged.push(changed);
        }
        for (number, bytes) in damaged.into_iter().enumerate() {
            std::fs::write(place.file("damaged"), bytes).unwrap();
            let empty = with_keys_of(&world, World::empty_on_sqlite().await).await;
            let said = refusal(backup::restore(&empty.context, &place.file("damaged")).await);
            assert!(!said.is_empty(), "{number}");
            nothing_came_into(&empty).await;
            assert!(backup::check(&world.context, &place.file("damaged")).await.is_err(), "{number}");
        }
    }
}

on_both_databases! {
    async fn only_an_empty_place_is_filled_and_only_a_new_file_written(world: World) {
        let place = Place::new();
        world.owner("sema@ornek.com").await;
        backup::take(&world.context, &place.file("backup"), false).await.unwrap();
        let said = refusal(backup::take(&world.context, &place.file("backup"), false).await);
        assert!(said.contains("there already"), "{said}");
        let said = refusal(backup::restore(&world.context, &place.file("backup")).await);
        assert!(said.contains("database is not empty"), "{said}");

        let filled = with_keys_of(&world, World::empty_on_sqlite().await).await;
        filled.context.storage.put("photos/one", "photo".into(), "image/png").await.unwrap();
        let said = refusal(backup::restore(&filled.context, &place.file("backup")).await);
        assert!(said.contains("storage is not empty"), "{said}");
        // A folder that is not there leaves nothing behind either.
        assert!(backup::take(&world.context, &place.file("no/folder"), false).await.is_err());
        assert!(!place.file("no").exists());
    }

    /// Whatever was acknowledged before the backup began is in it, and it is whole, whoever writes meanwhile.
    async fn writers_go_on_and_nothing_acknowledged_is_missing(world: World) {
        let place = Place::new();
        let member = world.owner("sema@ornek.com").await.member();
        let (acknowledged, over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let writing = tokio::spawn({
            let (context, acknowledged, over) = (world.context.clone(), acknowledged.clone(), over.clone());
            async move {
                while !over.load(Ordering::SeqCst) {
                    let number = acknowledged.load(Ordering::SeqCst);
                    let form = CustomerForm {
                        name: format!("Müşteri {number}"),
                        phone: format!("+90532{number:07}"),
                        ..Default::default()
                    };
                    customers::create(&context, member, form).await.unwrap();
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        while acknowledged.load(Ordering::SeqCst) < 20 {
            tokio::task::yield_now().await;
        }
        let before = acknowledged.load(Ordering::SeqCst);
        let manifest = backup::take(&world.context, &place.file("backup"), false).await.unwrap();
        over.store(true, Ordering::SeqCst);
        writing.await.unwrap();
        let kept = manifest.rows["customer"].count;
        let wrote = acknowledged.load(Ordering::SeqCst);
        assert!(before as u64 <= kept && kept <= wrote as u64, "{before} {kept} {wrote}");
        assert!(wrote > before, "nobody wrote meanwhile");

        let into = with_keys_of(&world, World::empty_on_sqlite().await).await;
        backup::restore(&into.context, &place.file("backup")).await.unwrap();
        assert_eq!(customer::Entity::find().count(into.context.database.read()).await.unwrap(), kept);
        assert!(audit::verify(&into.context.database).await.unwrap().faults.is_empty());
    }
}
