//! A button that copies a text. Where the browser keeps its clipboard shut (plain HTTP, a refusal) it says so.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    state::language,
    ui::{Button, use_toasts},
};

#[component]
pub fn Copy(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What the button says.
    #[prop(into)]
    label: String,
    /// What is said afterwards.
    #[prop(into)]
    done: String,
    #[prop(optional)] small: bool,
) -> impl IntoView {
    let (l, toasts) = (language(), use_toasts());
    let copy = move |_| {
        let (text, done) = (text.clone(), done.clone());
        spawn_local(async move {
            if write(&text).await {
                toasts.success(done);
            } else {
                toasts.error(texts::account::copy_failed(l));
            }
        });
    };
    view! { <Button icon="copy" small=small on:click=copy>{label}</Button> }
}

#[cfg(feature = "hydrate")]
async fn write(text: &str) -> bool {
    use js_sys::{Function, Promise, Reflect};
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;

    // By name: `navigator.clipboard` is missing on pages that did not come over HTTPS.
    let ask = || -> Result<Promise, JsValue> {
        let navigator = Reflect::get(&window(), &"navigator".into())?;
        let clipboard = Reflect::get(&navigator, &"clipboard".into())?;
        let write: Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
        write.call1(&clipboard, &text.into())?.dyn_into()
    };
    match ask() {
        Ok(promise) => JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    }
}

#[cfg(not(feature = "hydrate"))]
async fn write(_text: &str) -> bool {
    false
}
