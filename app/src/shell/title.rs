//! The page's title: "Genel · Yıldız · Ayar".

use leptos::{prelude::*, text_prop::TextProp};
use leptos_meta::Title;

use crate::state::page;

/// Leptos' `<Title>` writes its text into the page unescaped on the server (leptos_meta 0.8.7), and an
/// organisation's name is in it: this is the only place that may use `<Title>`.
#[component]
pub fn PageTitle(#[prop(into)] text: String) -> impl IntoView {
    let viewer = page().viewer;
    let title = move || {
        let organisation =
            viewer.with(|viewer| viewer.as_ref().map(|viewer| viewer.organisation.name.clone()));
        match organisation {
            Some(organisation) => format!("{text} · {organisation} · Ayar"),
            None => format!("{text} · Ayar"),
        }
    };
    // On the server the text is read after the page, when its signals are gone: it must be ready.
    let title = if cfg!(feature = "ssr") { TextProp::from(escape(&title())) } else { TextProp::from(title) };
    view! { <Title text=title /> }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
