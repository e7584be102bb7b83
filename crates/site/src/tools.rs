//! The tools from npm: sass, wasm-opt, esbuild.

use crate::{files, names::NAME};
use eyre::{Context, Result, ensure};
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

/// `style/main.scss` as `ayar.css`, and what pieces add, each under the name of its file.
pub fn style(package: &Path, release: bool) -> Result<()> {
    let look = if release { "--style=compressed" } else { "--style=expanded" };
    let main = format!("style/main.scss:{}", package.join(format!("{NAME}.css")).display());
    let pieces = format!("style/pieces:{}", package.display());
    run(Command::new("sass").args(["--no-source-map", look, &main, &pieces]))
}

/// Every Wasm file and script as small as its tool makes it; as many at once as there are processors.
pub fn shrink(package: &Path) -> Result<()> {
    let mut waiting = files(package)?;
    waiting.retain(|file| file.extension().is_some_and(|ending| ending == "wasm" || ending == "js"));
    // The largest last, because the last is taken first.
    waiting.sort_by_key(|file| std::fs::metadata(file).map(|data| data.len()).unwrap_or(0));
    at_once(waiting, |file| match file.extension().is_some_and(|ending| ending == "wasm") {
        true => run(Command::new("wasm-opt")
            .args(["-Oz", "--enable-bulk-memory", "--enable-nontrapping-float-to-int"])
            .arg(&file)
            .arg("-o")
            .arg(&file)),
        false => run(Command::new("esbuild")
            .arg(&file)
            .args(["--minify", "--format=esm", "--target=es2022", "--allow-overwrite", "--log-level=warning"])
            // wasm-bindgen imports the loader once for each piece, all under its one name.
            .arg("--log-override:duplicate-object-key=silent")
            .arg(format!("--outfile={}", file.display()))),
    })
}

/// Does `work` for each, with a thread per processor, and tells the first error.
pub fn at_once<T: Send>(waiting: Vec<T>, work: impl Fn(T) -> Result<()> + Sync) -> Result<()> {
    let waiting = Mutex::new(waiting);
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.pop());
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get());
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| std::iter::from_fn(next).try_for_each(&work))).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| eyre::bail!("a worker panicked")))
    })
}

/// Passes on what a tool says, but for wasm-opt's surprise at names that it removes.
fn run(command: &mut Command) -> Result<()> {
    let program = PathBuf::from(command.get_program());
    let done = command.output().wrap_err_with(|| format!("{}: run scripts/setup.sh", program.display()))?;
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{} failed: {}\n{said}", program.display(), done.status);
    said.lines()
        .filter(|line| !line.contains("unknown name subsection"))
        .for_each(|line| eprintln!("{line}"));
    Ok(())
}
