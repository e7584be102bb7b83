//! The browser's entry point: takes over the page the server rendered, nothing else.

use leptos::{mount::hydrate_from_async, prelude::document, tachys::dom::body};

/// Ends when every part of the page answers to the person, its lazy room too.
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    hydrate_from_async(body(), app::routes::App).await.forget();
    // For styles and tests.
    if let Some(root) = document().document_element() {
        _ = root.set_attribute("data-live", "");
    }
}
