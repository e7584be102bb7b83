//! What every use-case is given: database, clock, outbox, storage, passwords, keys, the way out, settings.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::invoices::Seller;
use uuid::{ContextV7, Timestamp, Uuid};

use crate::{
    Database, account::RelyingParty, outbox::Outbox, passwords::Passwords, sealing::KeyRing,
    storage::Storage, upstream::Platform,
};

/// Cheap to clone; one per process (per test).
#[derive(Clone)]
pub struct Context {
    pub database: Database,
    pub clock: Clock,
    pub outbox: Outbox,
    pub storage: Storage,
    pub passwords: Passwords,
    pub keys: KeyRing,
    /// The way to the platforms that place calls.
    pub platform: Platform,
    /// `None` where the public address has no host name: there are no passkeys then.
    pub relying_party: Option<RelyingParty>,
    pub settings: Arc<Settings>,
}

/// What the operator decided and use-cases need to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The public address, without a trailing slash; links in mails start with it.
    pub origin: String,
    /// Whom invoices are from.
    pub seller: Seller,
    /// Days in which an organisation can be given back.
    pub deletion_days: u16,
}

impl Context {
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new identifier; sorts by the context's time.
    pub fn id(&self) -> Uuid {
        new_id(&self.clock)
    }

    /// The public address of a path on this server.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.settings.origin)
    }
}

/// A UUID version 7 of the clock's time; those of one process sort in the order in which they were made.
pub fn new_id(clock: &Clock) -> Uuid {
    static LAST: Mutex<ContextV7> = Mutex::new(ContextV7::new());
    let now = clock.now();
    Uuid::new_v7(Timestamp::from_unix(&LAST, now.timestamp().unsigned_abs(), now.timestamp_subsec_nanos()))
}

/// The time, for everybody: the machine's, or a test's that moves only when told to.
#[derive(Clone, Debug)]
pub enum Clock {
    Machine,
    /// Microseconds since 1970.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.timestamp_micros())))
    }

    /// Whole microseconds: what both databases keep.
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
            Self::Machine => Utc::now().timestamp_micros(),
            Self::Fixed(micros) => micros.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_micros(micros).unwrap_or_default()
    }

    /// Moves a fixed clock; the machine's cannot be moved.
    pub fn advance(&self, by: TimeDelta) {
        if let (Self::Fixed(micros), Some(by)) = (self, by.num_microseconds()) {
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }
}
