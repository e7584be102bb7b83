//! The names of the built files: each carries the hash of its content, so that a browser may keep it for ever.
//!
//! The two scripts name each other, and the loader names all pieces: their names carry one hash, of both contents with the names of
//! everything else already in them. Wasm files name nothing: what they import stays under the name it was built with. Style sheets
//! carry one hash, of all of them, so that whoever knows the name of one knows those of the others.

use crate::files;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use eyre::{Context, Result};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, path::Path};

/// Of the script, the first Wasm file and the sheet of every page.
pub const NAME: &str = "ayar";
/// Of the script that loads the pieces, as cargo-leptos calls it.
pub const LOADER: &str = "__wasm_split";
/// Of the list which page needs which pieces.
pub const MANIFEST: &str = "__wasm_split_manifest";

/// Renames what lies in `package`; gives the list of names the server reads: a line `KIND: HASH` each.
pub fn hash(package: &Path) -> Result<String> {
    let mut names = BTreeMap::new();
    let mut hashes = Vec::new();
    for file in files(package)? {
        let (Some(stem), Some("wasm")) = (stem(&file), ending(&file)) else { continue };
        let hash = digest([&*std::fs::read(&file)?]);
        let named = format!("{stem}.{hash}");
        std::fs::rename(&file, package.join(format!("{named}.wasm")))?;
        names.insert(stem.to_owned(), named);
        if stem == NAME {
            hashes.push(("wasm".to_owned(), hash));
        }
    }
    let sheets = sheets(package)?;
    hashes.extend([("css".to_owned(), sheets.clone()), ("sheets".to_owned(), sheets)]);
    let manifest = manifest(package, &names)?;
    hashes.push(("manifest".to_owned(), manifest));
    let scripts = scripts(package, &names)?;
    hashes.extend([("js".to_owned(), scripts.clone()), ("split".to_owned(), scripts)]);
    Ok(hashes.iter().map(|(kind, hash)| format!("{kind}: {hash}\n")).collect())
}

fn sheets(package: &Path) -> Result<String> {
    let mut files = files(package)?;
    files.retain(|file| ending(file) == Some("css"));
    let mut all = Vec::new();
    for file in &files {
        all.extend(stem(file).map(|stem| stem.as_bytes().to_vec()));
        all.push(std::fs::read(file)?);
    }
    let hash = digest(all.iter().map(Vec::as_slice));
    for file in &files {
        std::fs::rename(file, file.with_extension(format!("{hash}.css")))?;
    }
    Ok(hash)
}

fn manifest(package: &Path, names: &BTreeMap<String, String>) -> Result<String> {
    let file = package.join(format!("{MANIFEST}.json"));
    let mut pages: BTreeMap<String, Vec<String>> = serde_json::from_slice(&std::fs::read(&file)?)?;
    for piece in pages.values_mut().flatten() {
        if let Some(named) = names.get(piece) {
            piece.clone_from(named);
        }
    }
    let json = serde_json::to_vec(&pages)?;
    let hash = digest([&*json]);
    std::fs::write(package.join(format!("{MANIFEST}.{hash}.json")), json)?;
    std::fs::remove_file(file)?;
    Ok(hash)
}

fn scripts(package: &Path, names: &BTreeMap<String, String>) -> Result<String> {
    let read = |name: &str| {
        let file = package.join(format!("{name}.js"));
        let text = std::fs::read_to_string(&file).wrap_err_with(|| file.display().to_string())?;
        std::fs::remove_file(file)?;
        // wasm-bindgen's own name of the first file, which it was renamed from.
        let text = text.replace(&format!("{NAME}_bg.wasm"), &format!("{NAME}.wasm"));
        Ok::<_, eyre::Report>(names.iter().fold(text, |text, (stem, named)| {
            rename(&text, &format!("{stem}.wasm"), &format!("{named}.wasm"))
        }))
    };
    let (main, loader) = (read(NAME)?, read(LOADER)?);
    let hash = digest([main.as_bytes(), loader.as_bytes()]);
    let write = |name: &str, text: &str, other: &str| {
        let text = imported(text, other, &hash);
        std::fs::write(package.join(format!("{name}.{hash}.js")), text)
    };
    write(NAME, &main, LOADER)?;
    write(LOADER, &loader, NAME)?;
    Ok(hash)
}

/// A file's name where the whole name stands, not the end of a longer one.
fn rename(text: &str, from: &str, to: &str) -> String {
    ["/", "\"", "'", "`"].iter().fold(text.to_owned(), |text, before| {
        text.replace(&format!("{before}{from}"), &format!("{before}{to}"))
    })
}

/// `import ... from "./other.js"` under its new name; the name as a key of what a Wasm file imports stays.
fn imported(text: &str, other: &str, hash: &str) -> String {
    ["from\"", "from \"", "from'", "from '"].iter().fold(text.to_owned(), |text, before| {
        text.replace(&format!("{before}./{other}.js"), &format!("{before}./{other}.{hash}.js"))
    })
}

/// 22 letters of SHA-256, 132 bits.
fn digest<'a>(contents: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    contents.into_iter().for_each(|content| hash.update(content));
    BASE64_URL_SAFE_NO_PAD.encode(hash.finalize())[..22].to_owned()
}

fn stem(file: &Path) -> Option<&str> {
    file.file_stem()?.to_str()
}

fn ending(file: &Path) -> Option<&str> {
    file.extension()?.to_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("ayar.wasm", "main");
        write("piece_1.wasm", "one");
        write("piece_10.wasm", "ten");
        write("ayar.css", "a{}");
        write("billing.css", "b{}");
        write(
            "ayar.js",
            r#"import*as a from"./__wasm_split.js";({"./__wasm_split.js":a});new URL("ayar_bg.wasm",import.meta.url)"#,
        );
        write(
            "__wasm_split.js",
            r#"import{initSync}from"./ayar.js";new URL("./piece_1.wasm");new URL("./piece_10.wasm")"#,
        );
        write("__wasm_split_manifest.json", r#"{"page":["piece_1","piece_10"]}"#);
        folder
    }

    fn of(hashes: &str, kind: &str) -> String {
        hashes.lines().find_map(|line| line.strip_prefix(&format!("{kind}: "))).unwrap().to_owned()
    }

    #[test]
    fn every_file_is_found_under_the_name_the_others_use() {
        let folder = package();
        let hashes = hash(folder.path()).unwrap();
        let read = |name: String| std::fs::read_to_string(folder.path().join(name)).unwrap();
        let (js, wasm) = (of(&hashes, "js"), of(&hashes, "wasm"));
        assert_eq!(js, of(&hashes, "split"));
        let main = read(format!("ayar.{js}.js"));
        assert!(main.contains(&format!(r#"from"./__wasm_split.{js}.js""#)), "{main}");
        assert!(
            main.contains(r#""./__wasm_split.js":a"#),
            "what the Wasm file imports keeps its name: {main}"
        );
        assert!(main.contains(&format!(r#"new URL("ayar.{wasm}.wasm""#)), "{main}");
        let loader = read(format!("__wasm_split.{js}.js"));
        assert!(loader.contains(&format!(r#"from"./ayar.{js}.js""#)), "{loader}");
        let manifest = read(format!("__wasm_split_manifest.{}.json", of(&hashes, "manifest")));
        for (piece, content) in [("piece_1", "one"), ("piece_10", "ten")] {
            let named = format!("{piece}.{}", digest([content.as_bytes()]));
            assert_eq!(read(format!("{named}.wasm")), content);
            assert!(
                loader.contains(&format!("./{named}.wasm")) && manifest.contains(&named),
                "{loader} {manifest}"
            );
        }
        assert_eq!(read(format!("ayar.{}.css", of(&hashes, "css"))), "a{}");
        assert_eq!(read(format!("billing.{}.css", of(&hashes, "sheets"))), "b{}");
    }

    #[test]
    fn sheets_have_one_hash_of_all_of_them() {
        let (before, after) = (package(), package());
        std::fs::write(after.path().join("billing.css"), "other{}").unwrap();
        let (before, after) = (hash(before.path()).unwrap(), hash(after.path()).unwrap());
        assert_eq!(of(&after, "css"), of(&after, "sheets"));
        assert_ne!(of(&before, "css"), of(&after, "css"));
        assert_eq!(of(&before, "js"), of(&after, "js"));
    }

    #[test]
    fn a_piece_that_changed_renames_itself_and_the_scripts_and_nothing_else() {
        let (before, after) = (package(), package());
        std::fs::write(after.path().join("piece_1.wasm"), "another").unwrap();
        let (before, after) = (hash(before.path()).unwrap(), hash(after.path()).unwrap());
        for same in ["wasm", "css"] {
            assert_eq!(of(&before, same), of(&after, same));
        }
        for other in ["js", "split", "manifest"] {
            assert_ne!(of(&before, other), of(&after, other));
        }
    }
}
