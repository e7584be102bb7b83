//! `ayar backup` and `ayar restore`.

use std::path::PathBuf;

use clap::Args;
use services::{
    Context,
    backup::{self, Manifest},
};

use crate::start::Failure;

#[derive(Args)]
pub struct Backup {
    /// The file to write; it must not be there yet.
    file: PathBuf,
    /// Encrypt it with the first key of the ring. Without it, personal data is in it for everybody who can read it.
    #[arg(long)]
    encrypt: bool,
}

#[derive(Args)]
pub struct Restore {
    /// A file that `ayar backup` wrote.
    file: PathBuf,
    /// Only read it to its end and compare it with its checksums.
    #[arg(long)]
    check: bool,
}

impl Backup {
    pub async fn run(self, context: &Context) -> Result<(), Failure> {
        println!("Copying files and tables to {} …", self.file.display());
        let manifest = backup::take(context, &self.file, self.encrypt).await?;
        println!("Done: {}.", said(&manifest));
        println!(
            "Keep the ring of keys as well, apart from it: without the ring, what is sealed stays sealed."
        );
        Ok(())
    }
}

impl Restore {
    pub async fn run(self, context: &Context) -> Result<(), Failure> {
        println!("Reading {} …", self.file.display());
        if self.check {
            let manifest = backup::check(context, &self.file).await?;
            println!("It is whole: {}, as of {}.", said(&manifest), manifest.made_at);
            return Ok(());
        }
        let restored = backup::restore(context, &self.file).await?;
        println!(
            "Done: {}, as of {}; every row and file was compared.",
            said(&restored.manifest),
            restored.manifest.made_at
        );
        println!("{} sessions that were open then are closed: everybody signs in again.", restored.sessions);
        println!("Check the trail with `ayar audit verify`, then start the server.");
        Ok(())
    }
}

fn said(manifest: &Manifest) -> String {
    let tables = manifest.rows.values().filter(|sum| sum.count > 0).count();
    let megabytes = manifest.files.bytes.div_ceil(1_000_000);
    format!(
        "{} rows of {tables} tables, {} files ({megabytes} MB)",
        manifest.row_count(),
        manifest.files.count
    )
}
