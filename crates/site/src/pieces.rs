//! From one Wasm file to the pieces of the pages and the scripts that load them.

use crate::{
    join::join,
    names::{LOADER, MANIFEST, NAME},
};
use eyre::{Context, Result, eyre};
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// Writes `ayar.js`, `ayar.wasm`, the pieces, their loader and which page needs which of them.
pub fn make(wasm: &Path, package: &Path) -> Result<()> {
    let whole = std::fs::read(wasm).wrap_err_with(|| wasm.display().to_string())?;
    let main = wasm.with_file_name(format!("{NAME}_main.wasm"));
    let (script, loader) = (format!("./{NAME}.js"), format!("./{LOADER}.js"));
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = package;
    options.main_out_path = &main;
    options.main_module = &script;
    options.link_name = &loader;
    let mut split = wasm_split_cli_support::transform(options)?;
    join(package, &mut split.prefetch_map)?;
    std::fs::write(package.join(format!("{MANIFEST}.json")), serde_json::to_vec(&split.prefetch_map)?)?;

    let mut bindgen = Bindgen::new();
    bindgen.input_path(&main).out_name(NAME).typescript(false).keep_lld_exports(true).demangle(false);
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(package))
        .map_err(|error| eyre!("wasm-bindgen: {error:#}"))?;
    std::fs::rename(package.join(format!("{NAME}_bg.wasm")), package.join(format!("{NAME}.wasm")))?;
    Ok(())
}
