//! Makes the site folder: the browser half's one Wasm file becomes pieces that load when a page needs them, styles become one
//! sheet, every built file gets the hash of its content in its name, and in a release a smaller copy for each encoding.
//!
//! The folder and the list of names have the form of those of `cargo leptos --split`, which `make watch` uses; only here are small pieces joined.

mod join;
mod names;
mod pack;
mod pieces;
mod tools;

use clap::Parser;
use eyre::{Context, Result};
use std::path::{Path, PathBuf};

/// What is made of what.
#[derive(Parser)]
struct Arguments {
    /// The Wasm file cargo built from `frontend`.
    wasm: PathBuf,
    /// The site folder; its `pkg` is made anew.
    site: PathBuf,
    /// Where the names of the built files are written.
    hashes: PathBuf,
    /// Optimise and compress, which takes about a minute.
    #[arg(long)]
    release: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let package = arguments.site.join("pkg");
    if package.exists() {
        std::fs::remove_dir_all(&package).wrap_err_with(|| package.display().to_string())?;
    }
    std::fs::create_dir_all(&package)?;

    pieces::make(&arguments.wasm, &package)?;
    tools::style(&package, arguments.release)?;
    if arguments.release {
        tools::shrink(&package)?;
    }
    let hashes = names::hash(&package)?;
    copy(Path::new("app/public"), &arguments.site)?;
    if arguments.release {
        pack::compress(&arguments.site)?;
    }
    std::fs::write(&arguments.hashes, hashes).wrap_err_with(|| arguments.hashes.display().to_string())
}

/// Files of `from`, without its folders.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        std::fs::copy(&file, to.join(file.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// The files of a folder, in order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).wrap_err_with(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|file| file.is_file());
    files.sort();
    Ok(files)
}
