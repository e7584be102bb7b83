//! The browser's entry point: takes over the page the server rendered, nothing else.

use leptos::mount::hydrate_lazy;

#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    hydrate_lazy(app::routes::App);
}
