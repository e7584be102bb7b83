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
    let of = |ending: &str| -> Result<Vec<(u64, PathBuf)>> {
        let mut found = files(package)?;
        found.retain(|file| file.extension().is_some_and(|found| found == ending));
        found.into_iter().map(|file| Ok((std::fs::metadata(&file)?.len(), file))).collect()
    };
    let tools = std::env::var("AYAR_TOOLS").wrap_err("AYAR_TOOLS: call scripts/build.sh")?;
    let wasm = Path::new(&tools).join("front/shrink.mjs");
    at_once(shares(of("wasm")?, processors()), |files| run(Command::new("node").arg(&wasm).args(files)))?;
    at_once(of("js")?, |(_, file)| {
        run(Command::new("esbuild")
            .arg(&file)
            .args(["--minify", "--format=esm", "--target=es2022", "--allow-overwrite", "--log-level=warning"])
            // wasm-bindgen imports the loader once for each piece, all under its one name.
            .arg("--log-override:duplicate-object-key=silent")
            .arg(format!("--outfile={}", file.display())))
    })
}

/// Files in so many shares of about the same size, the largest files first.
fn shares(mut files: Vec<(u64, PathBuf)>, many: usize) -> Vec<Vec<PathBuf>> {
    files.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    let mut shares = vec![(0, Vec::new()); many];
    for (size, file) in files {
        if let Some((had, share)) = shares.iter_mut().min_by_key(|(had, _)| *had) {
            *had += size;
            share.push(file);
        }
    }
    shares.into_iter().map(|(_, share)| share).collect()
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, |threads| threads.get())
}

/// Does `work` for each, with a thread per processor, and tells the first error.
pub fn at_once<T: Send>(waiting: Vec<T>, work: impl Fn(T) -> Result<()> + Sync) -> Result<()> {
    let waiting = Mutex::new(waiting);
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.pop());
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..processors()).map(|_| scope.spawn(|| std::iter::from_fn(next).try_for_each(&work))).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_in_one_share_and_the_shares_are_alike() {
        let files = [5, 40, 5, 30, 10, 10].into_iter().enumerate();
        let files = files.map(|(name, size)| (size, PathBuf::from(name.to_string()))).collect();
        let names = |share: &Vec<PathBuf>| {
            share.iter().map(|file| file.to_str().unwrap().parse().unwrap()).collect::<Vec<usize>>()
        };
        let shares: Vec<_> = shares(files, 2).iter().map(names).collect();
        assert_eq!(shares, [vec![1, 5], vec![3, 4, 0, 2]]);
        assert_eq!(super::shares(Vec::new(), 2), [Vec::<PathBuf>::new(), Vec::new()]);
    }
}
