//! Configuration: built-in defaults, then a file, then the environment. The reference of every
//! key is `config.default.toml`; unknown keys are an error.

use std::{net::SocketAddr, path::PathBuf};

use config::{Environment, File, FileFormat};
use domain::{
    billing::Vkn,
    deletion::{LEAST_DAYS, MOST_DAYS},
    invoices::Seller,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::Error as _};
use services::upstream::Listed;
use url::Url;

const DEFAULTS: &str = include_str!("../config.default.toml");
const FILE: &str = "ayar.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub database: Database,
    pub storage: Storage,
    pub mail: Mail,
    pub passwords: Passwords,
    pub keys: Keys,
    pub upstream: Upstream,
    pub deletion: Deletion,
    pub metrics: Metrics,
    pub seller: Seller,
    pub telemetry: Telemetry,
    pub log: Log,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub address: SocketAddr,
    pub origin: Url,
    pub site: PathBuf,
    pub hashes: PathBuf,
    pub trusted_proxies: Vec<std::net::IpAddr>,
    pub stop_within: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: SecretString,
    pub url_file: PathBuf,
    pub connections: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    pub kind: StorageKind,
    pub folder: PathBuf,
    pub bucket: String,
    pub region: String,
    pub endpoint: String,
    pub access_key: SecretString,
    pub access_key_file: PathBuf,
    pub secret_key: SecretString,
    pub secret_key_file: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StorageKind {
    Folder,
    S3,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub transport: MailTransport,
    pub folder: PathBuf,
    pub from: String,
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    pub user: String,
    pub password: SecretString,
    pub password_file: PathBuf,
    pub log_links: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    Folder,
    Smtp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    Starttls,
    Tls,
    None,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passwords {
    pub parallel: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    pub ring: SecretString,
    pub ring_file: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    pub allow: Vec<String>,
}

impl Upstream {
    pub fn listed(&self) -> Result<Listed, ConfigError> {
        let wrong =
            |entry| ConfigError(format!("upstream.allow: {entry:?} does not look like 10.0.0.7:8080"));
        Listed::parse(&self.allow).map_err(wrong)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    pub days: u16,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    #[serde(deserialize_with = "metrics_listen")]
    pub listen: Option<SocketAddr>,
    pub token: SecretString,
    pub token_file: PathBuf,
}

/// Empty: nowhere.
fn metrics_listen<'de, D: Deserializer<'de>>(text: D) -> Result<Option<SocketAddr>, D::Error> {
    match String::deserialize(text)?.as_str() {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|_| D::Error::custom("metrics.listen must look like 127.0.0.1:9464")),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    pub otlp: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub filter: String,
    pub format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

impl Config {
    /// Reads the three layers; `file` must exist if it is named.
    pub fn load(file: Option<PathBuf>) -> Result<Self, ConfigError> {
        Self::layered(file, Environment::with_prefix("AYAR").prefix_separator("__").separator("__"))
    }

    fn layered(file: Option<PathBuf>, environment: Environment) -> Result<Self, ConfigError> {
        let named = file.is_some();
        let file = file.unwrap_or_else(|| FILE.into());
        let mut config: Self = config::Config::builder()
            .add_source(File::from_str(DEFAULTS, FileFormat::Toml))
            .add_source(File::from(file).format(FileFormat::Toml).required(named))
            .add_source(
                environment
                    .try_parsing(true)
                    .list_separator(",")
                    .with_list_parse_key("server.trusted_proxies")
                    .with_list_parse_key("upstream.allow"),
            )
            .build()?
            .try_deserialize()?;
        config.read_secret_files()?;
        // The environment takes it for a number, which has no zeros in front.
        let number = &mut config.seller.tax_number;
        if !number.is_empty() {
            *number = format!("{number:0>10}");
        }
        config.check()?;
        Ok(config)
    }

    fn read_secret_files(&mut self) -> Result<(), ConfigError> {
        let twins = [
            (&mut self.database.url, &self.database.url_file),
            (&mut self.storage.access_key, &self.storage.access_key_file),
            (&mut self.storage.secret_key, &self.storage.secret_key_file),
            (&mut self.mail.password, &self.mail.password_file),
            (&mut self.metrics.token, &self.metrics.token_file),
        ];
        for (secret, file) in twins {
            if !file.as_os_str().is_empty() {
                let text = std::fs::read_to_string(file)
                    .map_err(|error| ConfigError(format!("{}: {error}", file.display())))?;
                *secret = text.trim_end().to_owned().into();
            }
        }
        Ok(())
    }

    /// What can be told without touching anything outside.
    fn check(&self) -> Result<(), ConfigError> {
        let origin = &self.server.origin;
        let path =
            !matches!(origin.path(), "" | "/") || origin.query().is_some() || origin.fragment().is_some();
        if path || !matches!(origin.scheme(), "http" | "https") || origin.host_str().is_none() {
            return Err(ConfigError("server.origin must look like https://ayar.example.com".into()));
        }
        if origin.scheme() == "http" && !self.is_loopback() {
            return Err(ConfigError(
                "server.origin must be https unless it is this machine (loopback)".into(),
            ));
        }
        if self.mail.transport == MailTransport::Smtp && self.mail.host.is_empty() {
            return Err(ConfigError("mail.host is needed for mail.transport = \"smtp\"".into()));
        }
        self.upstream.listed()?;
        match (self.metrics.listen, self.metrics.token.expose_secret()) {
            (Some(address), "") if !address.ip().is_loopback() => {
                return Err(ConfigError(
                    "metrics.token is needed where metrics.listen is not this machine (loopback)".into(),
                ));
            }
            (None, token) if !token.is_empty() => {
                return Err(ConfigError(
                    "metrics.token is for metrics.listen, which is empty: the public address has no /metrics"
                        .into(),
                ));
            }
            _ => {}
        }
        self.check_telemetry()?;
        if !(LEAST_DAYS..=MOST_DAYS).contains(&self.deletion.days) {
            return Err(ConfigError(format!("deletion.days must be {LEAST_DAYS} to {MOST_DAYS}")));
        }
        if !self.seller.tax_number.is_empty() && Vkn::parse(&self.seller.tax_number).is_err() {
            return Err(ConfigError(
                "seller.tax_number must be a VKN: ten digits, the last of them right".into(),
            ));
        }
        if self.storage.kind == StorageKind::S3 && self.storage.bucket.is_empty() {
            return Err(ConfigError("storage.bucket is needed for storage.kind = \"s3\"".into()));
        }
        Ok(())
    }

    fn check_telemetry(&self) -> Result<(), ConfigError> {
        let otlp = &self.telemetry.otlp;
        if otlp.is_empty() {
            return Ok(());
        }
        if !cfg!(feature = "otel") {
            return Err(ConfigError(
                "telemetry.otlp needs a program that was built with it: cargo build -p server --features otel".into(),
            ));
        }
        match Url::parse(otlp) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(()),
            _ => Err(ConfigError("telemetry.otlp must look like http://127.0.0.1:4318".into())),
        }
    }

    /// Whether the public address is this very machine.
    pub fn is_loopback(&self) -> bool {
        match self.server.origin.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// `https://ayar.example.com`, without a trailing slash.
    pub fn origin(&self) -> String {
        self.server.origin.as_str().trim_end_matches('/').to_owned()
    }

    pub fn database_url(&self) -> &str {
        self.database.url.expose_secret()
    }
}

/// What is wrong with the configuration, in words for the operator.
#[derive(Debug)]
pub struct ConfigError(String);

impl From<config::ConfigError> for ConfigError {
    fn from(error: config::ConfigError) -> Self {
        Self(error.to_string())
    }
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "configuration: {}", self.0)
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
        std::fs::write(&path, file).unwrap();
        let source =
            environment.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let environment =
            Environment::with_prefix("AYAR").prefix_separator("__").separator("__").source(Some(source));
        Config::layered(Some(path.to_path_buf()), environment)
    }

    #[test]
    fn the_defaults_are_a_working_configuration() {
        let config = load("", &[]).unwrap();
        assert_eq!(config.origin(), "http://127.0.0.1:3000");
        assert!(config.is_loopback());
    }

    #[test]
    fn the_environment_beats_the_file_and_the_file_beats_the_defaults() {
        let file = "[server]\naddress = \"127.0.0.1:4000\"\nstop_within = 5";
        let config = load(file, &[("AYAR__SERVER__ADDRESS", "127.0.0.1:5000")]).unwrap();
        assert_eq!(config.server.address.port(), 5000);
        assert_eq!(config.server.stop_within, 5);
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let error = load("[server]\nadress = \"x\"", &[]).unwrap_err().to_string();
        assert!(error.contains("adress"), "{error}");
        let error = load("", &[("AYAR__MAIL__HOTS", "x")]).unwrap_err().to_string();
        assert!(error.contains("hots"), "{error}");
    }

    #[test]
    fn a_secret_comes_from_a_file_without_its_line_end() {
        let secret = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(secret.path(), "hunter2\n").unwrap();
        let config = load(&format!("[mail]\npassword_file = {:?}", secret.path()), &[]).unwrap();
        assert_eq!(config.mail.password.expose_secret(), "hunter2");
        assert!(!format!("{config:?}").contains("hunter2"));
        assert!(load("[mail]\npassword_file = \"/nowhere\"", &[]).is_err());
    }

    #[test]
    fn platforms_inside_are_called_only_where_they_are_listed() {
        assert!(load("", &[]).unwrap().upstream.allow.is_empty());
        let listed = "[upstream]\nallow = [\"127.0.0.1:3999\"]";
        assert_eq!(load(listed, &[]).unwrap().upstream.allow, ["127.0.0.1:3999"]);
        let both = load("", &[("AYAR__UPSTREAM__ALLOW", "127.0.0.1:3999,platform.internal:80")]).unwrap();
        assert_eq!(both.upstream.allow, ["127.0.0.1:3999", "platform.internal:80"]);
        for bad in ["allow = [\"127.0.0.1\"]", "allow = [\"http://10.0.0.1:80\"]", "deny = []"] {
            assert!(load(&format!("[upstream]\n{bad}"), &[]).is_err(), "{bad}");
        }
    }

    #[test]
    fn invoices_are_from_whoever_runs_the_server() {
        let seller = load("", &[]).unwrap().seller;
        assert_eq!((seller.title.as_str(), seller.tax_number.as_str()), ("Ayar", ""));
        let number = |number| load("", &[("AYAR__SELLER__TAX_NUMBER", number)]);
        for whole in ["1234567890", "0012345672"] {
            assert_eq!(number(whole).unwrap().seller.tax_number, whole);
        }
        assert!(number("1234567891").unwrap_err().to_string().contains("seller.tax_number"));
        assert!(load("[seller]\nvkn = \"\"", &[]).is_err());
    }

    #[test]
    fn metrics_are_off_and_leave_this_machine_only_with_a_token() {
        assert_eq!(load("", &[]).unwrap().metrics.listen, None);
        let metrics = |file: &str| load(&format!("[metrics]\n{file}"), &[]);
        for fine in [
            "listen = \"127.0.0.1:9464\"",
            "listen = \"[::1]:9464\"",
            "listen = \"127.0.0.1:9464\"\ntoken = \"x\"",
            "listen = \"10.0.0.7:9464\"\ntoken = \"x\"",
        ] {
            assert_eq!(metrics(fine).unwrap().metrics.listen.unwrap().port(), 9464, "{fine}");
        }
        for (bad, why) in [
            ("listen = \"0.0.0.0:9464\"", "metrics.token is needed"),
            ("token = \"x\"", "metrics.token is for metrics.listen"),
            ("listen = \"9464\"", "metrics.listen must look like"),
            ("listen = \"localhost:9464\"", "metrics.listen must look like"),
            ("address = \"127.0.0.1:9464\"", "address"),
        ] {
            let error = metrics(bad).unwrap_err().to_string();
            assert!(error.contains(why), "{bad}: {error}");
        }
        let listen = [("AYAR__METRICS__LISTEN", "127.0.0.1:9464")];
        assert_eq!(load("", &listen).unwrap().metrics.listen.unwrap().port(), 9464);
    }

    #[test]
    fn traces_are_off_and_never_silently_so() {
        assert_eq!(load("", &[]).unwrap().telemetry.otlp, "");
        let otlp = |address: &str| load("", &[("AYAR__TELEMETRY__OTLP", address)]).map(drop);
        let collector = otlp("http://127.0.0.1:4318");
        if cfg!(feature = "otel") {
            collector.unwrap();
            for bad in ["127.0.0.1:4318", "grpc://collector:4317", "http://"] {
                assert!(otlp(bad).unwrap_err().to_string().contains("must look like"), "{bad}");
            }
        } else {
            assert!(collector.unwrap_err().to_string().contains("--features otel"));
        }
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        assert!(load("[server]\norigin = \"http://ayar.example.com\"", &[]).is_err());
        assert!(load("[server]\norigin = \"https://ayar.example.com\"", &[]).is_ok());
        assert!(load("[server]\norigin = \"https://ayar.example.com/path\"", &[]).is_err());
        assert!(load("[server]\norigin = \"http://[::1]:8080\"", &[]).is_ok());
    }
}
