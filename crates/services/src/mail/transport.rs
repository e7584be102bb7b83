//! The roads a mail can take: files in a folder (the default: a newcomer can open them), an SMTP
//! server over verified TLS, or memory for tests.

use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Brand, Mail, layout::compose};

/// How long one step of the conversation with a mail server may take.
const SMTP_TIMEOUT: Duration = Duration::from_secs(20);

/// Who sends, and how, as configured.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// `Ayar <ayar@sirket.com>`; its domain is also that of the Message-IDs.
    pub from: String,
    pub transport: TransportSettings,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TransportSettings {
    /// One `.eml` file per mail; the folder is made when it is missing.
    Folder { path: PathBuf },
    Smtp {
        host: String,
        port: u16,
        tls: SmtpTls,
        #[serde(default)]
        user: Option<String>,
        #[serde(default)]
        password: Option<SecretString>,
    },
    /// Kept in the process: for tests.
    Memory,
}

/// How the connection is protected. The certificate must be one that the system trusts; there is
/// no "use it if offered", which anybody on the way could decline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// STARTTLS, and nothing is sent without it (usually port 587).
    Required,
    /// TLS from the first byte (usually port 465).
    Wrapper,
    /// Plain text, to this machine only.
    None,
}

/// A mail could not be sent, or the settings can't work. Holds no secret.
#[derive(Debug)]
pub struct MailFailure {
    reason: String,
    is_for_good: bool,
}

impl MailFailure {
    pub(super) fn new(reason: impl std::fmt::Display) -> Self {
        Self { reason: reason.to_string(), is_for_good: false }
    }

    /// No other try will do better.
    pub(super) fn for_good(reason: impl std::fmt::Display) -> Self {
        Self { reason: reason.to_string(), is_for_good: true }
    }

    /// A refusal of the recipient or of what is in the mail (RFC 5321 section 4.2.3). A refused sign-in is the operator's to
    /// mend, and the mails wait for that.
    fn smtp(error: &lettre::transport::smtp::Error) -> Self {
        let code = error.status().map(|code| code.to_string());
        let refuses = matches!(code.as_deref(), Some("550" | "551" | "552" | "553" | "554" | "556"));
        if refuses { Self::for_good(error) } else { Self::new(error) }
    }

    pub const fn is_for_good(&self) -> bool {
        self.is_for_good
    }
}

impl std::fmt::Display for MailFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "mail: {}", self.reason)
    }
}

impl std::error::Error for MailFailure {}

impl From<askama::Error> for MailFailure {
    fn from(error: askama::Error) -> Self {
        Self::new(error)
    }
}

/// A mail that [`TransportSettings::Memory`] kept.
#[derive(Clone, Debug)]
pub struct SentMail {
    pub mail: Mail,
    /// The whole message as it would go over the wire.
    pub raw: String,
}

/// The configured sender. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    road: Road,
}

#[derive(Clone)]
enum Road {
    Folder(PathBuf),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Memory(Arc<Mutex<Vec<SentMail>>>),
}

impl Mailer {
    /// Checks the settings and makes the folder; a mail server is not asked anything yet
    /// ([`check`](Self::check) does). Must be called inside the Tokio runtime.
    pub fn open(settings: &MailSettings) -> Result<Self, MailFailure> {
        let from = settings
            .from
            .parse()
            .map_err(|_| MailFailure::new(format!("the sender {:?} is no address", settings.from)))?;
        let road = match &settings.transport {
            TransportSettings::Folder { path } => {
                std::fs::create_dir_all(path)
                    .map_err(|error| MailFailure::new(format!("{}: {error}", path.display())))?;
                Road::Folder(path.clone())
            }
            TransportSettings::Smtp { host, port, tls, user, password } => {
                let credentials = match (user, password) {
                    (Some(user), Some(password)) => {
                        Some(Credentials::new(user.clone(), password.expose_secret().to_owned()))
                    }
                    (None, None) => None,
                    _ => return Err(MailFailure::new("SMTP needs both user and password, or neither")),
                };
                let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
                    .port(*port)
                    .tls(protection(host, *tls)?)
                    .timeout(Some(SMTP_TIMEOUT));
                if let Some(credentials) = credentials {
                    builder = builder.credentials(credentials);
                }
                Road::Smtp(builder.build())
            }
            TransportSettings::Memory => Road::Memory(Arc::default()),
        };
        Ok(Self { from, road })
    }

    /// Sends one mail, dated `at`. At least once: after a crash or a lost answer the caller may
    /// send it again, and the Message-ID stays the same. An error means it was probably not delivered.
    pub async fn send(
        &self,
        mail: &Mail,
        brand: Option<&Brand>,
        at: DateTime<Utc>,
    ) -> Result<(), MailFailure> {
        let message = compose(mail, brand, &self.from, at)?;
        match &self.road {
            Road::Folder(folder) => {
                let path = folder.join(format!("{}-{}.eml", at.format("%Y%m%dT%H%M%SZ"), mail.id.simple()));
                let write = tokio::task::spawn_blocking(move || write_whole(&path, &message.formatted()));
                write.await.map_err(MailFailure::new)?.map_err(MailFailure::new)
            }
            Road::Smtp(server) => {
                server.send(message).await.map(drop).map_err(|error| MailFailure::smtp(&error))
            }
            Road::Memory(mails) => {
                let raw = String::from_utf8_lossy(&message.formatted()).into_owned();
                mails
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(SentMail { mail: mail.clone(), raw });
                Ok(())
            }
        }
    }

    /// Whether mails could be sent now: the folder can be written, or the server answers and accepts the login.
    pub async fn check(&self) -> Result<(), MailFailure> {
        match &self.road {
            Road::Folder(folder) => {
                let probe = folder.join(".check");
                let write = move || write_whole(&probe, b"ayar").and_then(|()| std::fs::remove_file(&probe));
                tokio::task::spawn_blocking(write).await.map_err(MailFailure::new)?.map_err(MailFailure::new)
            }
            Road::Smtp(server) => match server.test_connection().await {
                Ok(true) => Ok(()),
                Ok(false) => Err(MailFailure::new("the server closed the connection")),
                Err(error) => Err(MailFailure::new(error)),
            },
            Road::Memory(_) => Ok(()),
        }
    }

    /// Whether mails are files in a folder: there is no mail server yet, and people have to be told.
    pub const fn writes_files(&self) -> bool {
        matches!(self.road, Road::Folder(_))
    }

    /// What was sent so far through [`TransportSettings::Memory`], in the order in which it was written: mails on their way
    /// at one time arrive as they like. Empty on every other road.
    pub fn sent(&self) -> Vec<SentMail> {
        let mut sent = match &self.road {
            Road::Memory(mails) => mails.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Road::Folder(_) | Road::Smtp(_) => Vec::new(),
        };
        sent.sort_by_key(|sent| sent.mail.id);
        sent
    }
}

fn protection(host: &str, tls: SmtpTls) -> Result<Tls, MailFailure> {
    // Lettre verifies against the system's certificates (`rustls-platform-verifier`).
    let parameters = || TlsParameters::new(host.to_owned()).map_err(MailFailure::new);
    match tls {
        SmtpTls::Required => Ok(Tls::Required(parameters()?)),
        SmtpTls::Wrapper => Ok(Tls::Wrapper(parameters()?)),
        SmtpTls::None if is_loopback(host) => Ok(Tls::None),
        SmtpTls::None => {
            Err(MailFailure::new(format!("SMTP to {host:?} needs TLS: only this machine may go without")))
        }
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A reader of the folder sees the whole file or none; only its owner can read it, because of the links.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut hidden = path.file_name().unwrap_or_default().to_owned();
    hidden.push(".part");
    let hidden = path.with_file_name(hidden);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&hidden)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(hidden, path)
}
