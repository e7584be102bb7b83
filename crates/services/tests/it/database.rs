//! What `Database::write` promises about a transaction.

use std::{sync::Arc, time::Duration};

use entity::{campaign, notification, organisation};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter, QueryTrait,
    Statement,
};
use services::{Database, failure::OrInternal};
use tokio::sync::Notify;

use domain::{AppError, Code, OrganisationId};

use crate::{on_both_databases, world::World};

const AYSE: &str = "ayse@yildiz.example";

async fn rename(on: &DatabaseTransaction, id: OrganisationId) {
    let row = organisation::ActiveModel { id: Set(id.0), name: Set("Yeni Ad".into()), ..Default::default() };
    organisation::Entity::update(row).exec(on).await.unwrap();
}

async fn is_renamed(world: &World, id: OrganisationId) -> bool {
    let row = organisation::Entity::by_id(id).one(world.context.database.read()).await.unwrap();
    row.unwrap().name == "Yeni Ad"
}

on_both_databases! {
    async fn a_write_is_finished_though_whoever_asked_for_it_is_gone(world: World) {
        let organisation = world.owner(AYSE).await.organisation;
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (inner_begun, inner_go_on) = (begun.clone(), go_on.clone());
        let write = world.context.database.write(move |on| {
            Box::pin(async move {
                inner_begun.notify_one();
                inner_go_on.notified().await;
                rename(on, organisation).await;
                Ok(())
            })
        });
        // The client hangs up in the middle of the transaction.
        tokio::select! {
            _ = write => panic!("it waits to be told to go on"),
            () = begun.notified() => {}
        }
        assert!(!is_renamed(&world, organisation).await);
        go_on.notify_one();
        for _ in 0..100 {
            if is_renamed(&world, organisation).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the transaction was left in between");
    }

    async fn a_write_that_fails_leaves_nothing(world: World) {
        let organisation = world.owner(AYSE).await.organisation;
        let refused: Result<(), AppError> = world
            .context
            .database
            .write(move |on| {
                Box::pin(async move {
                    rename(on, organisation).await;
                    Err(Code::Conflict.into())
                })
            })
            .await;
        assert_eq!(refused.map_err(|error| error.code), Err(Code::Conflict));
        assert!(!is_renamed(&world, organisation).await);
    }
}

/// SQLite takes the whole transaction back when the disk is full, and whoever counts transactions counts wrong from there
/// on: what is acknowledged next must not stay in one that nobody commits.
#[tokio::test]
async fn after_a_full_disk_what_is_acknowledged_is_committed() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("ayar.db").display());
    let database = Database::connect(&url, 2).await.unwrap();
    let writer = database.migration_connection();
    writer.execute_unprepared("CREATE TABLE word (word TEXT NOT NULL)").await.unwrap();
    writer.execute_unprepared("PRAGMA max_page_count = 2").await.unwrap();
    let write = async |word: String, answer: Result<(), AppError>| {
        let work = database.write(move |on| {
            Box::pin(async move {
                let insert = format!("INSERT INTO word VALUES ('{word}')");
                on.execute_unprepared(&insert).await.or_internal()?;
                answer
            })
        });
        work.await.map_err(|error| error.code)
    };
    assert_eq!(write("x".repeat(100_000), Ok(())).await, Err(Code::Internal));
    // There is room again.
    writer.execute_unprepared("PRAGMA max_page_count = 100000").await.unwrap();
    assert_eq!(write("one".into(), Ok(())).await, Ok(()));
    assert_eq!(write("two".into(), Err(Code::Conflict.into())).await, Err(Code::Conflict));
    assert_eq!(write("three".into(), Ok(())).await, Ok(()));

    let other = Database::connect(&url, 1).await.unwrap();
    let words = Statement::from_string(DbBackend::Sqlite, "SELECT word FROM word ORDER BY rowid");
    let rows = other.read().query_all_raw(words).await.unwrap();
    let words: Vec<String> = rows.iter().map(|row| row.try_get("", "word").unwrap()).collect();
    assert_eq!(words, ["one", "three"]);
}

/// What `.cargo/config.toml` asks for, in decision 43.
#[tokio::test]
async fn sqlite_is_compiled_to_plan_a_query_once() {
    let world = World::empty_on_sqlite().await;
    let options = Statement::from_string(DbBackend::Sqlite, "PRAGMA compile_options");
    let rows = world.context.database.read().query_all_raw(options).await.unwrap();
    let options: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    let has = |option: &str| options.iter().any(|one| one == option);
    assert!(has("ENABLE_QPSG") && has("DEFAULT_MEMSTATUS=0"), "{options:?}");
    assert!(!has("ENABLE_MEMORY_MANAGEMENT"), "{options:?}");
}

/// Which it does without looking at what is bound: an index over some of the rows is used for what stands in the statement.
#[tokio::test]
async fn sqlite_finds_the_few_rows_by_the_index_that_has_only_them() {
    let world = World::on_sqlite().await;
    let of = OrganisationId(uuid::Uuid::now_v7());
    let statements = [
        (notification::Entity::waiting(of).build(DbBackend::Sqlite), "notification_waiting"),
        (
            campaign::Entity::find().filter(campaign::Entity::is_active()).build(DbBackend::Sqlite),
            "campaign_active",
        ),
        (organisation::Entity::leaving().build(DbBackend::Sqlite), "organisation_leaving"),
    ];
    for (mut statement, index) in statements {
        statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
        let lines = world.context.database.read().query_all_raw(statement).await.unwrap();
        let plan: Vec<String> = lines.iter().map(|line| line.try_get("", "detail").unwrap()).collect();
        assert!(plan.iter().any(|line| line.contains(index)), "not by {index}: {plan:?}");
    }
}
