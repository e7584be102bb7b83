//! The HTML document around the app, and the script that brings it to life.
//!
//! Leptos' own `HydrationScripts` writes the nonce into `crossorigin` (leptos 0.8.23), so this
//! is ours; it also reloads once when a file is gone after an update of the server.

use std::{collections::HashMap, path::Path, sync::Arc};

use leptos::{WasmSplitManifest, config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::{
    routes::App,
    state::{PageState, Theme},
};

/// Names of the built files, each with a hash of its content, read once at start-up.
#[derive(Clone, Debug)]
pub struct Assets {
    style: String,
    /// Those of pieces, `*` for the name; `make watch` has one sheet for everything.
    sheets: Option<String>,
    script: String,
    wasm: String,
    split: WasmSplitManifest,
}

impl Assets {
    /// `hashes` is the file that crates/site writes beside the binary, `site` the folder it fills.
    pub fn read(hashes: &Path, site: &Path, options: &LeptosOptions) -> std::io::Result<Self> {
        let text = std::fs::read_to_string(hashes)?;
        let hash: HashMap<&str, &str> = text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(key, value)| (key.trim(), value.trim()))
            .collect();
        let (name, package) = (&options.output_name, &options.site_pkg_dir);
        let file = |key: &str, ending: &str| match hash.get(key) {
            Some(hash) => format!("/{package}/{name}.{hash}.{ending}"),
            None => format!("/{package}/{name}.{ending}"),
        };
        let manifest = site.join(package.as_ref()).join(match hash.get("manifest") {
            Some(hash) => format!("__wasm_split_manifest.{hash}.json"),
            None => "__wasm_split_manifest.json".to_owned(),
        });
        let chunks = match std::fs::read_to_string(manifest) {
            Ok(json) => serde_json::from_str(&json)?,
            Err(_) => HashMap::new(),
        };
        let loader = match hash.get("split") {
            Some(hash) => format!("__wasm_split.{hash}.js"),
            None => "__wasm_split.______________________.js".to_owned(),
        };
        Ok(Self {
            style: file("css", "css"),
            sheets: hash.get("sheets").map(|hash| format!("/{package}/*.{hash}.css")),
            script: file("js", "js"),
            wasm: file("wasm", "wasm"),
            split: WasmSplitManifest(ArcStoredValue::new((format!("/{package}"), chunks, loader))),
        })
    }

    /// The addresses of what every page needs.
    pub fn files(&self) -> [&str; 3] {
        [&self.style, &self.script, &self.wasm]
    }

    /// The address of the style sheet that every page needs.
    pub fn style(&self) -> &str {
        &self.style
    }

    /// The address of what a piece of that name adds to it.
    pub fn sheet(&self, name: &str) -> Option<String> {
        self.sheets.as_ref().map(|sheets| sheets.replacen('*', name, 1))
    }
}

/// The whole page. Expects `PageState` and `Arc<Assets>` in context.
pub fn document(options: LeptosOptions) -> impl IntoView {
    let state = use_context::<PageState>().unwrap_or_default();
    let assets = expect_context::<Arc<Assets>>();
    provide_context(assets.split.clone());
    let scheme = match state.theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let start = format!("{}({:?}, {:?})", include_str!("start.js"), assets.script, assets.wasm);
    view! {
        <!DOCTYPE html>
        <html lang=state.language.tag() dir="ltr" data-theme=state.theme.as_str()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content=scheme />
                <meta name="robots" content="noindex" />
                <link rel="stylesheet" id="leptos" href=assets.style.clone() data-pieces=assets.sheets.clone() />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <AutoReload options=options />
                <script type="module" nonce=use_nonce()>
                    {start}
                </script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
