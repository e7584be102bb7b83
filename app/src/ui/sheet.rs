//! Navigation that stands beside the page on a desktop and slides over it on a phone. A `popover` does the opening,
//! Esc and the click outside, without a line of script; from 760 px on the stylesheet shows it as plain content.

use super::Icon;
use leptos::{ev::MouseEvent, html, prelude::*, wasm_bindgen::JsCast, web_sys::Element};

#[component]
pub fn Sheet(id: &'static str, children: Children) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    // A followed link changes the page underneath without loading it: the sheet must go.
    let followed = move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let link = target.and_then(|target| target.closest("a").ok().flatten());
        if let (Some(_), Some(sheet)) = (link, node.get_untracked()) {
            _ = sheet.hide_popover();
        }
    };
    view! {
        <div class="side" id=id popover="auto" node_ref=node on:click=followed>
            {children()}
        </div>
    }
}

/// Opens the sheet; only on phones.
#[component]
pub fn SheetButton(
    /// The sheet's id.
    sheet: &'static str,
    #[prop(into)] label: String,
) -> impl IntoView {
    view! {
        <button class="icon-button side-button" type="button" popovertarget=sheet aria-label=label>
            <Icon name="menu" />
        </button>
    }
}
