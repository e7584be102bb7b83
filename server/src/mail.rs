//! `ayar jobs` and `ayar mail`: how the work stands, what failed, and another try for it.

use clap::Subcommand;
use domain::{Code, Language, general::Email};
use services::{
    Context, jobs,
    mail::{Mail as Message, MailKind},
};
use uuid::Uuid;

use crate::{
    config::Config,
    start::{self, Failure},
};

#[derive(Subcommand)]
pub enum Mail {
    /// Send a mail that says nothing but that it arrived, at once, and tell what the mail server answered.
    Test {
        /// Whom to send it to.
        to: String,
    },
    /// Show what failed at its last try, mails and other work, and why.
    Failed,
    /// Give what was given up all its tries again: one by the id that `failed` shows, or everything.
    Retry { id: Option<Uuid> },
}

pub async fn run(config: &Config, command: Mail) -> Result<(), Failure> {
    let context = start::context(config, false).await?;
    start::prepare(&context).await?;
    match command {
        Mail::Test { to } => {
            let to = Email::parse(&to).map_err(|code| texts::code(Language::En, code))?.into_string();
            let kind = MailKind::Trial { link: context.link("/") };
            let language = Language::default();
            let mail = Message { id: context.id(), to, language, organisation: None, kind };
            context.outbox.mailer().send(&mail, None, context.now()).await?;
            println!("The mail server took the mail for {}.", mail.to);
        }
        Mail::Failed => failed(&context).await?,
        Mail::Retry { id } => {
            let count = jobs::retry_dead(&context, id).await.map_err(|error| match error.code {
                Code::NotFound => "nothing of this id was given up".to_owned(),
                _ => format!("{error}; the log says why"),
            })?;
            println!("{count} will be tried again by the server.");
        }
    }
    Ok(())
}

/// `ayar jobs`.
pub async fn list(config: &Config) -> Result<(), Failure> {
    let context = start::context(config, false).await?;
    start::prepare(&context).await?;
    println!(
        "  {:<10} {:>8} {:>8} {:>8} {:>8}  waiting since",
        "work", "waiting", "running", "later", "dead"
    );
    for queue in jobs::load_queues(&context).await? {
        let since = queue.oldest.map(|at| at.format("%F %T UTC").to_string()).unwrap_or_default();
        let jobs::Queue { kind, waiting, running, later, dead, .. } = queue;
        println!("  {:<10} {waiting:>8} {running:>8} {later:>8} {dead:>8}  {since}", kind.word());
    }
    Ok(())
}

async fn failed(context: &Context) -> Result<(), Failure> {
    let troubled = jobs::load_troubled(context).await?;
    for job in &troubled {
        let next = job
            .next
            .map_or_else(|| "given up".to_owned(), |at| format!("again at {}", at.format("%F %T UTC")));
        println!("  {}  {} ({} tries, {next})\n      {}", job.id, job.what, job.attempts, job.error);
    }
    if troubled.is_empty() {
        println!("Nothing failed.");
    }
    Ok(())
}
