//! A database of its own for each test: a copy of one that this build of the tests has migrated once.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};

/// Names the PostgreSQL server that `make test` starts.
const SERVER: &str = "AYAR_TEST_POSTGRES";

/// The address of a migrated database of SQLite in `folder`.
pub async fn sqlite(folder: &Path) -> String {
    let migrated = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.db", build()));
    if !migrated.exists() {
        fs::create_dir_all(migrated.parent().unwrap()).unwrap();
        // Others may do the same now: each makes one of its own, and the last one stays.
        let own = migrated.with_extension(uuid::Uuid::now_v7().simple().to_string());
        migrate(&format!("sqlite://{}?mode=rwc", own.display())).await;
        fs::rename(own, &migrated).unwrap();
    }
    fs::copy(migrated, folder.join("ayar.db")).unwrap();
    empty_sqlite(folder)
}

/// The address of a database of SQLite in `folder` that isn't there yet.
pub fn empty_sqlite(folder: &Path) -> String {
    format!("sqlite://{}?mode=rwc", folder.join("ayar.db").display())
}

/// The address of a migrated database of PostgreSQL.
pub async fn postgres() -> String {
    let migrated = migrated(&admin().await).await;
    create(&format!("TEMPLATE {migrated}")).await
}

/// The address of a new database of PostgreSQL: an empty one, or `TEMPLATE` and another's name.
pub async fn create(like: &str) -> String {
    let name = format!("t{}", uuid::Uuid::now_v7().simple());
    admin().await.execute_unprepared(&format!("CREATE DATABASE {name} {like}")).await.unwrap();
    address(&name)
}

fn address(database: &str) -> String {
    let server = env::var(SERVER)
        .unwrap_or_else(|_| panic!("{SERVER} is not set: run `make test`, which starts a server"));
    if database.is_empty() { server } else { format!("{}/{database}", server.rsplit_once('/').unwrap().0) }
}

async fn admin() -> DatabaseConnection {
    sea_orm::Database::connect(address("")).await.unwrap()
}

/// The name of the migrated database, which the first to ask for it makes while the others wait.
async fn migrated(admin: &DatabaseConnection) -> String {
    let name = build();
    let is_there = async || {
        let question = format!("SELECT 1 AS one FROM pg_database WHERE datname = '{name}'");
        let found = admin.query_one_raw(Statement::from_string(DbBackend::Postgres, question)).await;
        found.unwrap().is_some()
    };
    if is_there().await {
        return name;
    }
    let lock = admin.begin().await.unwrap();
    lock.execute_unprepared("SELECT pg_advisory_xact_lock(1)").await.unwrap();
    if !is_there().await {
        for statement in
            [format!("DROP DATABASE IF EXISTS {name}_made"), format!("CREATE DATABASE {name}_made")]
        {
            admin.execute_unprepared(&statement).await.unwrap();
        }
        migrate(&address(&format!("{name}_made"))).await;
        admin.execute_unprepared(&format!("ALTER DATABASE {name}_made RENAME TO {name}")).await.unwrap();
    }
    lock.commit().await.unwrap();
    name
}

async fn migrate(url: &str) {
    let connection = sea_orm::Database::connect(url).await.unwrap();
    Migrator::up(&connection, None).await.unwrap();
    connection.close().await.unwrap();
}

/// What this build of the tests is called: another one may have other migrations.
fn build() -> String {
    let program = env::current_exe().unwrap();
    let made = program.metadata().unwrap().modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    format!("{}_{}", program.file_stem().unwrap().to_str().unwrap().replace('-', "_"), made.as_nanos())
}
