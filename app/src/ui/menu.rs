//! A short list of actions behind a button. `<details>` opens it with or without Wasm; with it, a click elsewhere, Esc,
//! leaving it by Tab and choosing something close it.

use leptos::{
    ev::{FocusEvent, KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, EventTarget, HtmlElement, Node},
};

#[component]
pub fn Menu(
    /// What the button opens, spoken after the trigger's own words.
    #[prop(into)]
    label: String,
    trigger: AnyView,
    /// Opens towards the left: for menus at the right edge.
    #[prop(optional)]
    end: bool,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(menu) = node.get_untracked() {
            menu.set_open(false);
        }
    };
    let holds = move |target: Option<EventTarget>| {
        let target = target.and_then(|target| target.dyn_into::<Node>().ok());
        node.get_untracked().is_some_and(|menu| menu.contains(target.as_ref()))
    };
    Effect::new(move || {
        let listener = window_event_listener(leptos::ev::click, move |event| {
            if !holds(event.target()) {
                close();
            }
        });
        on_cleanup(move || listener.remove());
    });

    let keydown = move |event: KeyboardEvent| {
        let Some(menu) = node.get_untracked().filter(|menu| menu.open()) else { return };
        if event.key() == "Escape" {
            menu.set_open(false);
            let summary = menu.query_selector("summary").ok().flatten();
            if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<HtmlElement>().ok()) {
                _ = summary.focus();
            }
        }
    };
    let focusout = move |event: FocusEvent| {
        // Without a new place the focus went to nothing: a click on plain text inside, or another window.
        if event.related_target().is_some() && !holds(event.related_target()) {
            close();
        }
    };
    let chosen = move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let within = |selector| target.as_ref().is_some_and(|t| t.closest(selector).ok().flatten().is_some());
        // A switch inside shows its new state; everything else leads away.
        if within("a, button") && !within(".segmented") {
            close();
        }
    };
    view! {
        <details
            class=if end { "menu menu-end" } else { "menu" }
            node_ref=node
            on:keydown=keydown
            on:focusout=focusout
        >
            <summary class="menu-trigger">
                {trigger} <span class="visually-hidden">{label}</span>
            </summary>
            <div class="menu-list" on:click=chosen>
                {children()}
            </div>
        </details>
    }
}
