//! The insides of a server: everything a use-case needs, on a database that was empty.

use std::{error::Error, sync::Arc};

use services::{
    Clock, Context, Database, Settings,
    mail::{MailSettings, Mailer, TransportSettings},
    outbox::Outbox,
    passwords::{Cost, Passwords},
    sealing::KeyRing,
    storage::Storage,
    upstream::{Listed, Platform},
};

pub async fn open(url: &str, transport: TransportSettings) -> Result<Context, Box<dyn Error + Send + Sync>> {
    let mail = MailSettings { from: "Ayar <ayar@ayar.example>".into(), transport };
    let context = Context {
        database: Database::connect(url, 16).await?,
        clock: Clock::Machine,
        outbox: Outbox::new(Mailer::open(&mail)?, false),
        storage: Storage::memory(),
        passwords: Passwords::new(2, Cost::LEAST).unwrap(),
        keys: KeyRing::memory(),
        platform: Platform::new(Listed::default()),
        relying_party: None,
        settings: Arc::new(Settings {
            origin: "http://127.0.0.1:3000".into(),
            seller: domain::invoices::Seller::default(),
            deletion_days: 7,
        }),
    };
    context.database.migrate().await?;
    Ok(context)
}
