//! The browser's entry point: takes over the page the server rendered, nothing else.

use leptos::{
    mount::hydrate_from_async,
    prelude::{AnyView, document},
    tachys::dom::body,
};
use wasm_bindgen::JsError;

/// Ends when every part of the page answers to the person, its lazy room too. Fails where what the server has drawn can't be loaded; the
/// page then goes on without the Wasm, or is loaded anew (shell/start.js).
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() -> Result<(), JsError> {
    console_error_panic_hook::set_once();
    std::hint::black_box(app::parts::common as fn() -> AnyView);
    if !app::parts::load_standing().await {
        return Err(JsError::new("a part of this page is gone"));
    }
    hydrate_from_async(body(), app::routes::App).await.forget();
    // For styles and tests.
    if let Some(root) = document().document_element() {
        _ = root.set_attribute("data-live", "");
    }
    Ok(())
}
