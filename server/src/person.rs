//! `ayar person`: help for somebody whom nobody in their organisation can help.

use clap::Subcommand;
use domain::Code;
use services::account;

use crate::{
    config::Config,
    start::{self, Failure},
};

#[derive(Subcommand)]
pub enum Person {
    /// Take away the second factors of somebody who lost them: app, passkeys and backup codes. Their sessions end, they are
    /// mailed, and it stands in the audit log of their organisations. Make sure first that it is them who asks.
    #[command(name = "reset-2fa")]
    Reset2fa {
        /// The address they sign in with.
        email: String,
    },
}

pub async fn run(config: &Config, command: Person) -> Result<(), Failure> {
    let context = start::context(config, false).await?;
    start::prepare(&context).await?;
    let Person::Reset2fa { email } = command;
    let email = account::reset_factors(&context, &email).await.map_err(|error| match error.code {
        Code::NotFound => format!("nobody signs in with {email}"),
        _ => format!("{error}; the log says why"),
    })?;
    println!(
        "{email} has no second factor any more; every session of theirs has ended, and they have been told."
    );
    context.deliver().await?;
    Ok(())
}
