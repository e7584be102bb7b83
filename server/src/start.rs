//! The composition root: from configuration to a running context.

use std::{io::IsTerminal, sync::Arc};

use secrecy::{ExposeSecret, SecretString};
use services::{
    Clock, Context, Database, Settings,
    account::RelyingParty,
    mail::{MailSettings, Mailer, SmtpTls, TransportSettings},
    outbox::Outbox,
    passwords::{Cost, Passwords},
    sealing::{KeyRing, KeySource},
    storage::{Storage, StorageSettings},
    upstream::Platform,
};
use tracing_subscriber::{
    EnvFilter, Layer as _, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::config::{Config, Encryption, LogFormat, MailTransport, StorageKind};

/// Anything that keeps a sub-command from doing its work, in words for the operator.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

pub fn logging(config: &Config) -> Result<(), Failure> {
    // Colours are for a terminal, not for a file that somebody searches.
    let lines = fmt::layer().with_ansi(std::io::stdout().is_terminal());
    let lines = match config.log.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    let log = tracing_subscriber::registry().with(EnvFilter::try_new(&config.log.filter)?).with(lines);
    #[cfg(feature = "otel")]
    let log = log.with(crate::telemetry::layer(config)?);
    log.init();
    Ok(())
}

/// Opens everything a use-case needs. Does not touch the schema.
pub async fn context(config: &Config, log_links: bool) -> Result<Context, Failure> {
    let clock = Clock::Machine;
    let mailer = Mailer::open(&mail(config))?;
    let parallel = match config.passwords.parallel {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        parallel => parallel,
    };
    Ok(Context {
        database: database(config).await?,
        clock: clock.clone(),
        outbox: Outbox::new(mailer, log_links || config.mail.log_links),
        storage: Storage::open(&storage(config))?,
        passwords: Passwords::new(parallel, Cost::OWASP)?,
        keys: KeyRing::open(keys(config))?,
        platform: Platform::new(config.upstream.listed()?),
        relying_party: RelyingParty::of(&config.origin()),
        settings: Arc::new(Settings {
            origin: config.origin(),
            seller: config.seller.clone(),
            deletion_days: config.deletion.days,
        }),
    })
}

/// Brings the schema up to date and makes sure that what is encrypted can be decrypted.
pub async fn prepare(context: &Context) -> Result<(), Failure> {
    context.database.migrate().await.map_err(|error| format!("migration: {error}"))?;
    Ok(context.keys.ready(&context.database, &context.clock).await?)
}

pub fn keys(config: &Config) -> KeySource {
    match config.keys.ring.expose_secret() {
        "" => KeySource::File(config.keys.ring_file.clone()),
        _ => KeySource::Text(config.keys.ring.clone()),
    }
}

pub async fn database(config: &Config) -> Result<Database, Failure> {
    let url = config.database_url();
    // SQLite makes the file but not its folder.
    if let Some(path) = url.strip_prefix("sqlite://") {
        let file = std::path::Path::new(path.split('?').next().unwrap_or_default());
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)?;
        }
    }
    Database::connect(url, config.database.connections)
        .await
        .map_err(|error| format!("database: {error}").into())
}

pub fn storage(config: &Config) -> StorageSettings {
    let storage = &config.storage;
    match storage.kind {
        StorageKind::Folder => StorageSettings::Folder { path: storage.folder.clone() },
        StorageKind::S3 => StorageSettings::S3 {
            bucket: storage.bucket.clone(),
            region: storage.region.clone(),
            endpoint: filled(&storage.endpoint),
            access_key_id: storage.access_key.expose_secret().to_owned(),
            secret_access_key: storage.secret_key.clone(),
        },
    }
}

pub fn mail(config: &Config) -> MailSettings {
    let mail = &config.mail;
    let transport = match mail.transport {
        MailTransport::Folder => TransportSettings::Folder { path: mail.folder.clone() },
        MailTransport::Smtp => TransportSettings::Smtp {
            host: mail.host.clone(),
            port: mail.port,
            tls: match mail.encryption {
                Encryption::Starttls => SmtpTls::Required,
                Encryption::Tls => SmtpTls::Wrapper,
                Encryption::None => SmtpTls::None,
            },
            user: filled(&mail.user),
            password: filled(mail.password.expose_secret()).map(SecretString::from),
        },
    };
    MailSettings { from: mail.from.clone(), transport }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
