//! `ayar`: the server and what its operator needs around it.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use server::{
    backup, certificates,
    config::Config,
    doctor, mail, person, sandbox, serve, staff,
    start::{self, Failure},
};
use services::{Context, audit, demo, sealing};

#[derive(Parser)]
#[command(version, about = "Ayar: settings and account security of a call centre's organisations")]
struct Arguments {
    /// Configuration file; `ayar.toml` in the working folder if there is one.
    #[arg(long, env = "AYAR_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (the default); brings the database up to date first.
    Serve,
    /// Bring the database up to date and stop.
    Migrate,
    /// Fill an empty database with a believable company and print how to sign in.
    Demo,
    /// Stand in for the platform that places calls, on this machine, for trying things out.
    Sandbox(sandbox::Arguments),
    /// The keys that secrets in the database are encrypted with.
    Keys {
        #[command(subcommand)]
        command: Keys,
    },
    /// Help for somebody whom nobody in their organisation can help.
    Person {
        #[command(subcommand)]
        command: person::Person,
    },
    /// The people of support, who enter organisations that let them in.
    Staff {
        #[command(subcommand)]
        command: staff::Staff,
    },
    /// How the work in the background stands: mails, digests, regular upkeep.
    Jobs,
    /// Mail on trial, and mails that could not be sent.
    Mail {
        #[command(subcommand)]
        command: mail::Mail,
    },
    /// The trail of what was changed by whom.
    Audit {
        #[command(subcommand)]
        command: Audit,
    },
    /// Copy everything into one file, while the server runs: the database, the stored files, checksums.
    Backup(backup::Backup),
    /// Bring a backup back into an empty database and an empty storage, and compare.
    Restore(backup::Restore),
    /// What proves that an organisation was deleted.
    Certificate {
        #[command(subcommand)]
        command: certificates::Certificate,
    },
    /// Check configuration, database, storage, mail and time-zone data.
    Doctor,
}

#[derive(Subcommand)]
enum Keys {
    /// Show the keys, the one that encrypts first, and how many secrets each still protects.
    List,
    /// Make a new key and encrypt everything with it. Can be stopped at any moment and run again.
    Rotate,
    /// Remove the keys that protect nothing any more.
    Retire,
}

#[derive(Subcommand)]
enum Audit {
    /// Check that no row was changed, removed or inserted by other hands; the exit status is 1 if one was.
    Verify,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("ayar: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    // lettre, sqlx and object_store must agree on one provider.
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .map_err(|_| "a TLS provider was set before")?;
    let command = arguments.command.unwrap_or(Command::Serve);
    let config = Config::load(arguments.config);
    if let Command::Doctor = command {
        return Ok(if doctor::examine(config).await { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let config = config?;
    start::logging(&config)?;
    match command {
        Command::Serve => serve::serve(config).await?,
        Command::Migrate => {
            let database = start::database(&config).await?;
            let ran = database.pending_migrations().await?;
            database.migrate().await?;
            println!("The database is up to date ({ran} migrations run).");
        }
        Command::Demo => {
            let context = start::context(&config, true).await?;
            start::prepare(&context).await?;
            let demo = demo::fill(&context).await?;
            println!(
                "\n  {}\n\n  Sign in at {}/login\n    e-mail    {}\n    password  {}\n",
                demo.organisation,
                config.origin(),
                demo.email,
                demo.password
            );
            match demo.sandbox {
                Some(keys) => {
                    let file = sandbox::Keys::place(&config);
                    sandbox::Keys { platform: keys.platform, access: keys.access }.write(&file)?;
                    println!(
                        "  It is connected to the sandbox, which places no real calls. Start it beside the server:\n    \
                         ayar sandbox    (or: make sandbox; its keys are in {})\n",
                        file.display()
                    );
                }
                None => println!(
                    "  Without {} in upstream.allow it is connected to no platform.\n",
                    demo::SANDBOX
                ),
            }
        }
        Command::Backup(arguments) => arguments.run(&start::context(&config, false).await?).await?,
        Command::Restore(arguments) => arguments.run(&start::context(&config, false).await?).await?,
        Command::Sandbox(arguments) => sandbox::run(&config, arguments).await?,
        Command::Keys { command } => {
            let context = start::context(&config, false).await?;
            start::prepare(&context).await?;
            match command {
                Keys::List => list_keys(&context).await?,
                Keys::Rotate => rotate_keys(&context).await?,
                Keys::Retire => {
                    let retired = sealing::retire(&context).await?;
                    println!("{} keys were removed: {}", retired.len(), retired.join(", "));
                }
            }
        }
        Command::Jobs => mail::list(&config).await?,
        Command::Mail { command } => mail::run(&config, command).await?,
        Command::Person { command } => person::run(&config, command).await?,
        Command::Staff { command } => staff::run(&config, command).await?,
        Command::Certificate { command } => return certificates::run(&config, command).await,
        Command::Audit { command: Audit::Verify } => return verify_audit(&config).await,
        // Answered above.
        Command::Doctor => {}
    }
    Ok(ExitCode::SUCCESS)
}

async fn list_keys(context: &Context) -> Result<(), Failure> {
    for (index, used) in sealing::list(context).await?.into_iter().enumerate() {
        let note = if index == 0 { "encrypts" } else { "only decrypts" };
        println!("  {}  {:>6} secrets, {note}", used.key, used.secrets);
    }
    Ok(())
}

async fn rotate_keys(context: &Context) -> Result<(), Failure> {
    let done = sealing::rotate(context).await?;
    let begun = if done.is_new { "A new key" } else { "A rotation that had not ended: the key" };
    println!("{begun} {} now encrypts; {} secrets were encrypted anew.", done.key, done.resealed);
    match context.keys.file() {
        Some(path) => println!("Back up {} and copy it to every other node.", path.display()),
        None => println!("Every other node needs the same keys.ring."),
    }
    Ok(())
}

/// Looks and touches nothing: the schema stays as it is, too.
async fn verify_audit(config: &Config) -> Result<ExitCode, Failure> {
    let database = start::database(config).await?;
    if database.pending_migrations().await? > 0 {
        return Err("the database is older than this program: run `ayar migrate` first".into());
    }
    let audit::Report { chains, rows, unchained, faults } = audit::verify(&database).await?;
    for fault in &faults {
        println!("  FAILED  {fault}");
    }
    println!("{chains} chains with {rows} rows were checked; {unchained} rows are older than the chains.");
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
