//! `ayar staff`: who is of the vendor's support. There is no page for it: whoever has the shell has the installation.

use clap::Subcommand;
use domain::{AppError, Code, Language};
use services::support::{self, staff};

use crate::{
    config::Config,
    start::{self, Failure},
};

#[derive(Subcommand)]
pub enum Staff {
    /// Make somebody staff and print a link that chooses their password, once, within an hour; it is mailed as well. They set a
    /// second factor up before anything else opens. Run it again for a new link.
    Add {
        /// The address to sign in with; not one of a member.
        email: String,
        /// Their name, as customers read it.
        #[arg(long)]
        name: String,
    },
    /// Take the right away: sessions end, and so does a support session.
    Remove { email: String },
    /// Show who is staff, and who has no second factor yet.
    List,
    /// Let support into an organisation for an hour although it is not allowed there. Its administrators are told at once, and
    /// it stands in their audit log.
    BreakGlass {
        /// The organisation's id.
        organisation: String,
        /// Why; its administrators read it.
        #[arg(long)]
        reason: String,
    },
}

pub async fn run(config: &Config, command: Staff) -> Result<(), Failure> {
    let context = start::context(config, false).await?;
    start::prepare(&context).await?;
    match command {
        Staff::Add { email, name } => {
            let added = staff::add(&context, &email, &name).await.map_err(in_words)?;
            println!(
                "\n  {} is staff. The link works once, for 60 minutes:\n\n    {}\n\n  Then sign in at {}/login and set up a second factor.\n",
                added.email,
                added.link,
                config.origin()
            );
        }
        Staff::Remove { email } => {
            staff::remove(&context, &email).await.map_err(|error| match error.code {
                Code::NotFound => format!("{email} is not staff").into(),
                _ => in_words(error),
            })?;
            println!("{email} is no longer staff; every session of theirs has ended.");
        }
        Staff::List => {
            for line in staff::list(&context).await.map_err(in_words)? {
                let factor = if line.has_second_factor { "second factor" } else { "NO second factor" };
                println!("  {}  {}  since {}, {factor}", line.email, line.name, line.since.format("%F"));
            }
        }
        Staff::BreakGlass { organisation, reason } => {
            let name = support::break_glass(&context, &organisation, &reason).await.map_err(in_words)?;
            println!(
                "Support may enter {name} for 60 minutes. Its owners and administrators have been told."
            );
        }
    }
    context.deliver().await?;
    Ok(())
}

/// The sentences that the pages use: of the field, if it is one.
fn in_words(error: AppError) -> Failure {
    let field = error
        .fields
        .first()
        .map(|field| format!("{}: {}", field.field, texts::code(Language::En, field.code)));
    field.unwrap_or_else(|| texts::error(Language::En, &error)).into()
}
