//! `ayar doctor`: tries everything the server needs, says what works and what to do about the rest.

use secrecy::ExposeSecret;
use services::{Clock, mail::Mailer, sealing::KeyRing, storage::Storage, zones};

use crate::{
    config::{Config, ConfigError},
    serve, start,
};

/// Prints a line per check; `true` if all passed. Without a configuration nothing else can be tried.
pub async fn examine(loaded: Result<Config, ConfigError>) -> bool {
    let mut report = Report { fine: true };
    let checked = loaded.map_err(|error| error.to_string()).and_then(|config| {
        start::logging(&config).map_err(|error| error.to_string())?;
        Ok(config)
    });
    let config = match checked {
        Ok(config) => config,
        Err(error) => {
            report.line("configuration", Err(error));
            return false;
        }
    };
    report.line("configuration", Ok(format!("{} on {}", config.origin(), config.server.address)));
    report.line("database", database(&config).await);
    report.line("time zones", time_zones(&config).await);
    report.line("keys", keys(&config).await);
    report.line("storage", storage(&config).await);
    report.line("mail", mail(&config).await);
    report.line("invoices", Ok(invoices(&config)));
    report.line("metrics", Ok(metrics(&config)));
    report.line("pages", pages(&config));
    report.fine
}

struct Report {
    fine: bool,
}

impl Report {
    fn line(&mut self, what: &str, result: Result<String, String>) {
        match result {
            Ok(text) => println!("  ok      {what:14} {text}"),
            Err(text) => {
                self.fine = false;
                println!("  FAILED  {what:14} {text}");
            }
        }
    }
}

fn invoices(config: &Config) -> String {
    let seller = &config.seller;
    match seller.tax_number.is_empty() {
        true => format!(
            "from {}, without a tax number: they say that they are none (`seller.tax_number`)",
            seller.title
        ),
        false => format!("from {}, VKN {}", seller.title, seller.tax_number),
    }
}

fn metrics(config: &Config) -> String {
    let token = if config.metrics.token.expose_secret().is_empty() { "" } else { ", with a token" };
    match config.metrics.listen {
        Some(address) => format!("http://{address}/metrics{token}"),
        None => "off (`metrics.listen`)".to_owned(),
    }
}

async fn database(config: &Config) -> Result<String, String> {
    let database = start::database(config).await.map_err(|error| error.to_string())?;
    database.presence().ping().await.map_err(|error| error.to_string())?;
    let pending = database.pending_migrations().await.map_err(|error| error.to_string())?;
    let kind = format!("{:?}", database.backend());
    match pending {
        0 => Ok(format!("{kind}, schema up to date")),
        count => Ok(format!("{kind}, {count} migrations to run (`ayar migrate`, or start the server)")),
    }
}

/// Every zone that an organisation has must be one this program knows.
async fn time_zones(config: &Config) -> Result<String, String> {
    let version = format!("tzdata {}", zones::TZDATA_VERSION);
    let database = start::database(config).await.map_err(|error| error.to_string())?;
    if database.pending_migrations().await.map_err(|error| error.to_string())? > 0 {
        return Ok(format!("{version}, compared with the database once that is up to date"));
    }
    match zones::unknown(&database).await.map_err(|error| error.to_string())?.as_slice() {
        [] => Ok(format!("{version}, knows the zone of every organisation")),
        names => Err(format!("{version} does not know {}: this program is too old", names.join(", "))),
    }
}

async fn keys(config: &Config) -> Result<String, String> {
    let source = start::keys(config);
    let place = source.to_string();
    let ring = KeyRing::open(source).map_err(|error| error.to_string())?;
    let database = start::database(config).await.map_err(|error| error.to_string())?;
    if database.pending_migrations().await.map_err(|error| error.to_string())? > 0 {
        return Ok(format!("{place}, compared with the database once that is up to date"));
    }
    match ring.examine(database.read()).await.map_err(|error| error.to_string())? {
        0 => Ok(format!("{place}, made on the first start")),
        count => Ok(format!("{place}, {count} keys, all of them right")),
    }
}

async fn storage(config: &Config) -> Result<String, String> {
    let storage = Storage::open(&start::storage(config)).map_err(|error| error.to_string())?;
    storage.check(services::context::new_id(&Clock::Machine)).await.map_err(|error| error.to_string())?;
    Ok("wrote, read and deleted a file".to_owned())
}

async fn mail(config: &Config) -> Result<String, String> {
    let mailer = Mailer::open(&start::mail(config)).map_err(|error| error.to_string())?;
    mailer.check().await.map_err(|error| error.to_string())?;
    Ok(format!("{:?}, from {}", config.mail.transport, config.mail.from))
}

fn pages(config: &Config) -> Result<String, String> {
    let options = serve::options(config).map_err(|error| error.to_string())?;
    let assets = serve::assets(config, &options).map_err(|error| error.to_string())?;
    let site = &config.server.site;
    for file in assets.files() {
        let path = site.join(file.trim_start_matches('/'));
        if !path.is_file() {
            return Err(format!("{} is missing; build the pages again", path.display()));
        }
    }
    Ok(format!("style, script and Wasm are in {}", site.display()))
}
