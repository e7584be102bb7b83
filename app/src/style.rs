//! The style sheet of a piece (`style/pieces`): a link in the head of a page that the server draws, put there and waited for
//! before the browser goes to a page. What has been loaded stays.

/// On the server: into the head of the page that is being drawn.
#[cfg(feature = "ssr")]
pub fn link(name: &str) {
    use std::sync::Arc;

    use leptos::{prelude::*, tachys::view::RenderHtml};

    use crate::shell::document::Assets;

    let sheet = use_context::<Arc<Assets>>().and_then(|assets| assets.sheet(name));
    if let Some(sheet) = sheet {
        // Meta elements go to the head when they are drawn, wherever that is.
        _ = view! { <leptos_meta::Link rel="stylesheet" href=sheet /> }.to_html();
    }
}

/// In the browser: asks for it at once, unless it is there; ends when it has come. One that is gone is seen by `shell/start.js`.
#[cfg(feature = "hydrate")]
pub fn ready(name: &str) -> impl Future<Output = ()> + use<> {
    let coming = ask(name);
    async move {
        if let Some(coming) = coming {
            _ = wasm_bindgen_futures::JsFuture::from(coming).await;
        }
    }
}

#[cfg(feature = "hydrate")]
fn ask(name: &str) -> Option<js_sys::Promise> {
    use leptos::prelude::document;
    use wasm_bindgen::JsCast;

    // All sheets have one hash in their names; there is none in the one sheet of `make watch`.
    let main = document().get_element_by_id("leptos")?;
    let sheet = main.get_attribute("data-pieces")?.replacen('*', name, 1);
    let there = document().query_selector(&format!("link[href='{sheet}']"));
    if !matches!(there, Ok(None)) {
        return None;
    }
    let link = document().create_element("link").ok()?;
    link.set_attribute("rel", "stylesheet").ok()?;
    link.set_attribute("href", &sheet).ok()?;
    let link: web_sys::HtmlElement = link.unchecked_into();
    let coming = js_sys::Promise::new(&mut |done, _| {
        link.set_onload(Some(&done));
        link.set_onerror(Some(&done));
    });
    document().head()?.append_child(&link).ok()?;
    Some(coming)
}
