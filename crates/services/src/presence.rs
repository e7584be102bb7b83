//! Whether the database answers at all. Looked at every second over a connection of its own, because the pool's may all be in
//! use, or wait for an answer that does not come any more.

use std::{sync::Arc, time::Duration};

use sea_orm::{DatabaseConnection, DbBackend, DbErr};
use tokio::sync::watch;

/// How long it may take to say that it is there.
const WITHIN: Duration = Duration::from_secs(2);
const EVERY: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub struct Presence {
    probe: DatabaseConnection,
    is_away: Arc<watch::Sender<bool>>,
}

impl Presence {
    pub(crate) fn new(probe: DatabaseConnection) -> Self {
        Self { probe, is_away: Arc::new(watch::Sender::new(false)) }
    }

    /// Answers when the database does; fails after two seconds.
    pub async fn ping(&self) -> Result<(), DbErr> {
        let ping = tokio::time::timeout(WITHIN, self.probe.ping()).await;
        ping.unwrap_or_else(|_| Err(DbErr::Custom(format!("no answer within {} s", WITHIN.as_secs()))))
    }

    /// Looks for ever. A file of this machine is never away: on SQLite there is nothing to look at.
    pub async fn watch(&self) {
        if self.probe.get_database_backend() == DbBackend::Sqlite {
            return;
        }
        loop {
            self.look().await;
            tokio::time::sleep(EVERY).await;
        }
    }

    async fn look(&self) {
        let found = self.ping().await;
        let is_away = found.is_err();
        if self.is_away.send_replace(is_away) == is_away {
            return;
        }
        match found {
            Err(error) => {
                tracing::error!(%error, "the database is away: requests are refused until it is back")
            }
            Ok(()) => tracing::warn!("the database is back"),
        }
    }

    /// Waits until the database is away; returns at once if it is.
    pub async fn away(&self) {
        // The sender is ours: it is there as long as we are.
        _ = self.is_away.subscribe().wait_for(|is_away| *is_away).await;
    }

    pub(crate) async fn close(self) -> Result<(), DbErr> {
        self.probe.close().await
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnectOptions;

    use super::*;

    #[tokio::test]
    async fn a_database_that_says_nothing_is_away() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("postgres://ayar@{}/none", silent.local_addr().unwrap());
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).connect_lazy(true);
        let presence = Presence::new(sea_orm::Database::connect(options).await.unwrap());
        assert!(tokio::time::timeout(Duration::from_millis(10), presence.away()).await.is_err());
        presence.look().await;
        presence.away().await;
    }
}
