//! Parts of one room. They are links: each part has an address and works without Wasm.

use leptos::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    pub href: String,
    pub label: String,
    pub current: bool,
}

#[component]
pub fn Tabs(#[prop(into)] label: String, items: Vec<Tab>) -> impl IntoView {
    let links = items
        .into_iter()
        .map(|Tab { href, label, current }| {
            view! {
                <a class="tab" href=href aria-current=current.then_some("page")>
                    {label}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            {links}
        </nav>
    }
}
