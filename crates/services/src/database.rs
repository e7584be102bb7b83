//! The database: SQLite in one file by default, PostgreSQL for more than one node.
//!
//! Reads go through a pool. Writes go through [`Database::write`]: one transaction in a task of
//! its own, so that a client that hangs up half-way cannot leave it in between (sqlx 0.9's
//! `begin` is not cancel-safe). SQLite has a single writer and begins IMMEDIATE; a pool
//! that fights for the write lock is ten times slower at the tail.

use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use domain::{AppError, Code};
use futures::future::BoxFuture;
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sqlx::{
    Connection,
    sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::watch;

use crate::{
    audit, counts,
    failure::{OrInternal, internal},
    origin,
    presence::Presence,
};

/// Two nodes that start on an empty database at once must not both migrate. Any number will do.
const MIGRATION_LOCK: i64 = 0x6179_6172;

/// What is done in a transaction, and what it answers, without their types: two hundred writes share one compiled task.
type Work = Box<dyn for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, Result<Done, AppError>> + Send>;
type Done = Box<dyn Any + Send>;

#[derive(Clone, Debug)]
pub struct Database {
    read: DatabaseConnection,
    write: DatabaseConnection,
    bell: Arc<Bell>,
    presence: Presence,
}

/// Tells this node's workers that a job was noted and is there to be taken. Other nodes find it by looking.
#[derive(Debug)]
pub(crate) struct Bell {
    is_pulled: AtomicBool,
    rings: watch::Sender<()>,
}

impl Bell {
    fn new() -> Arc<Self> {
        Arc::new(Self { is_pulled: AtomicBool::new(false), rings: watch::Sender::new(()) })
    }

    /// Rings when the transaction is committed.
    pub(crate) fn pull(&self) {
        self.is_pulled.store(true, Ordering::SeqCst);
    }

    pub(crate) fn listen(&self) -> watch::Receiver<()> {
        self.rings.subscribe()
    }

    /// Of two transactions that end together the first may ring for both; the other's job is found by looking.
    fn ring_if_pulled(&self) {
        if self.is_pulled.swap(false, Ordering::SeqCst) {
            self.rings.send_replace(());
        }
    }
}

impl Database {
    /// Opens `sqlite://path?mode=rwc` or `postgres://…`; `connections` is the size of the read pool
    /// (on PostgreSQL, of the one pool).
    pub async fn connect(url: &str, connections: u32) -> Result<Self, DbErr> {
        if url.starts_with("sqlite:") {
            let write = counted(writing(sqlite_options(url, 1))).await?;
            // One connection is enough to make an in-memory database visible to its readers.
            let read = if url.contains(":memory:") || url.contains("mode=memory") {
                write.clone()
            } else {
                counted(sqlite_options(url, connections)).await?
            };
            let presence = Presence::new(read.clone());
            Ok(Self { read, write, bell: Bell::new(), presence })
        } else {
            // One for the migration lock, one for the migration.
            let pool = counted(postgres_options(url, connections.max(2))).await?;
            let mut probe = postgres_options(url, 1);
            probe.connect_lazy(true);
            let presence = Presence::new(sea_orm::Database::connect(probe).await?);
            Ok(Self { read: pool.clone(), write: pool, bell: Bell::new(), presence })
        }
    }

    /// For queries that change nothing.
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    pub(crate) fn bell(&self) -> &Bell {
        &self.bell
    }

    pub fn backend(&self) -> DbBackend {
        self.write.get_database_backend()
    }

    /// Runs `work` in one write transaction and commits if it answers `Ok`.
    ///
    /// No hashing, mail or network inside: on SQLite everybody else waits. Errors: `SupportReadOnly` for support that was
    /// let in to read or asks for what only reads, whichever use-case this is.
    pub async fn write<T, F>(&self, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, Result<T, AppError>> + Send + 'static,
    {
        let work: Work = Box::new(|on| Box::pin(async move { Ok(Box::new(work(on).await?) as Done) }));
        let done = self.write_untyped(work).await?;
        done.downcast().map(|done| *done).map_err(|_| internal("a write answered what it does not answer"))
    }

    async fn write_untyped(&self, work: Work) -> Result<Done, AppError> {
        if origin::current().reads_only {
            return Err(Code::SupportReadOnly.into());
        }
        let (connection, bell) = (self.write.clone(), self.bell.clone());
        let span = tracing::Span::current();
        let task = audit::keeping(async move {
            let options = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            };
            let asked = Instant::now();
            let transaction = connection.begin_with_options(options).await.or_internal()?;
            counts::write_began(asked.elapsed());
            // What was noted for the audit trail comes last: see there.
            let done = match work(&transaction).await {
                Ok(value) => audit::append(&transaction).await.map(|()| value),
                Err(error) => Err(error),
            };
            match done {
                Ok(value) => {
                    transaction.commit().await.or_internal()?;
                    bell.ring_if_pulled();
                    Ok(value)
                }
                Err(error) => {
                    transaction.rollback().await.or_internal()?;
                    Err(error)
                }
            }
        });
        let task = origin::within(origin::current(), task);
        tokio::spawn(tracing::Instrument::instrument(task, span))
            .await
            .unwrap_or_else(|error| Err(internal(error)))
    }

    /// Brings the schema up to date. Safe when several nodes do it at once.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        if self.backend() == DbBackend::Postgres {
            // An advisory transaction lock: held on one connection while another one migrates.
            let lock = self.write.begin().await?;
            lock.execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_advisory_xact_lock($1)",
                [MIGRATION_LOCK.into()],
            ))
            .await?;
            let result = Migrator::up(&self.write, None).await;
            lock.commit().await?;
            result
        } else {
            Migrator::up(&self.write, None).await
        }
    }

    /// The names of the migrations the database has seen, in their order.
    pub(crate) async fn migrations(&self) -> Result<Vec<String>, DbErr> {
        let seen = Migrator::get_applied_migrations(&self.write).await?;
        Ok(seen.iter().map(|migration| migration.name().to_owned()).collect())
    }

    /// Brings an empty database to where these migrations lead. Fails if this program has others.
    pub(crate) async fn migrate_to(&self, names: &[String]) -> Result<(), DbErr> {
        let ours = Migrator::migrations();
        if !ours.iter().map(|migration| migration.name()).take(names.len()).eq(names) {
            return Err(DbErr::Migration(
                "made by a newer program: it has migrations this one does not".into(),
            ));
        }
        let steps = u32::try_from(names.len()).map_err(|error| DbErr::Migration(error.to_string()))?;
        Migrator::up(&self.write, Some(steps)).await
    }

    /// A transaction that sees everything as it is at its first query, however long it takes. Writers do not wait for it.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = match self.backend() {
            DbBackend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
            _ => TransactionOptions::default(),
        };
        patient(self.read.begin_with_options(options).await?).await
    }

    /// A transaction that fills an empty database, however long it takes.
    pub(crate) async fn filling(&self) -> Result<DatabaseTransaction, DbErr> {
        patient(self.write.begin().await?).await
    }

    /// How many migrations this program knows and the database has not seen.
    pub async fn pending_migrations(&self) -> Result<usize, DbErr> {
        Ok(Migrator::get_pending_migrations(&self.write).await?.len())
    }

    /// The connection that migrations run on, for tests that go down as well.
    pub fn migration_connection(&self) -> &DatabaseConnection {
        &self.write
    }

    /// How the pools stand: one on PostgreSQL; on SQLite one that reads and the only connection that writes.
    pub fn pools(&self) -> Vec<Pool> {
        match self.backend() {
            DbBackend::Postgres => vec![Pool::of("all", self.write.get_postgres_connection_pool())],
            _ => vec![
                Pool::of("read", self.read.get_sqlite_connection_pool()),
                Pool::of("write", self.write.get_sqlite_connection_pool()),
            ],
        }
    }

    /// Whether it answers.
    pub fn presence(&self) -> &Presence {
        &self.presence
    }

    pub async fn close(self) -> Result<(), DbErr> {
        self.presence.close().await?;
        self.read.close().await?;
        self.write.close().await
    }
}

/// How many connections of a pool there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// `all` on PostgreSQL, `read` or `write` on SQLite.
    pub name: &'static str,
    pub in_use: u32,
    /// Open, and free.
    pub idle: u32,
    pub most: u32,
}

impl Pool {
    fn of<D: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<D>) -> Self {
        let (open, idle) = (pool.size(), u32::try_from(pool.num_idle()).unwrap_or(u32::MAX));
        Self { name, in_use: open.saturating_sub(idle), idle, most: pool.options().get_max_connections() }
    }
}

/// Without the limits that keep a request from holding a transaction open.
async fn patient(transaction: DatabaseTransaction) -> Result<DatabaseTransaction, DbErr> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        for limit in ["statement_timeout", "idle_in_transaction_session_timeout"] {
            transaction.execute_unprepared(&format!("SET LOCAL {limit} = 0")).await?;
        }
    }
    Ok(transaction)
}

/// Every query of a pool is timed, for the operator's monitoring.
async fn counted(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let mut pool = sea_orm::Database::connect(options).await?;
    pool.set_metric_callback(|query| counts::query(query.elapsed));
    Ok(pool)
}

fn sqlite_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(1).sqlx_logging(false);
    // An open file does not go away: asking each time costs as much as a query.
    options.test_before_acquire(false);
    // Not `after_connect`: that runs once per pool, not once per connection.
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(true)
            .optimize_on_close(true, None)
    });
    options
}

/// The pool that writes.
fn writing(mut options: ConnectOptions) -> ConnectOptions {
    // After a full disk or a failing one SQLite has taken the transaction back by itself, and sqlx, whose own rollback then
    // fails, goes on counting it: what is committed next would be a savepoint in a transaction that nobody ends.
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_release(|connection, _| {
            Box::pin(async move {
                // Behind the rollback that a dropped transaction has left to be done.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
    });
    options
}

fn postgres_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).sqlx_logging(false).acquire_timeout(Duration::from_secs(10));
    // Asked each time, every query would be two round trips.
    options.test_before_acquire_if_idle_for(Duration::from_secs(1));
    options.map_sqlx_postgres_opts(|postgres| {
        postgres.options([("idle_in_transaction_session_timeout", "30s"), ("statement_timeout", "30s")])
    });
    options
}
