//! A native modal dialog: the browser keeps the focus inside, closes it on Esc and returns the focus afterwards.

use super::IconButton;
use leptos::{
    ev::{Event, KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlDialogElement},
};

#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: String,
    /// What the cross says.
    #[prop(into)]
    close: String,
    #[prop(optional, into)] class: Option<String>,
    /// While true, neither Esc nor the backdrop nor the cross closes it: work is under way.
    #[prop(optional, into)]
    locked: Signal<bool>,
    #[prop(optional)] footer: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let (open, Some(dialog)) = (open.get(), node.get()) else { return };
        if open && !dialog.open() {
            _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });

    // Only a click that begins and ends on the backdrop closes: a drag out of the cropper does not.
    let pressed_outside = StoredValue::new(false);
    let outside = |event: &MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        target.is_some_and(|target| target.is_instance_of::<HtmlDialogElement>())
    };
    let leave = move || {
        if !locked.get_untracked() {
            open.set(false);
        }
    };
    let class = class.map_or_else(|| "dialog".to_owned(), |class| format!("dialog {class}"));
    view! {
        <dialog
            class=class
            node_ref=node
            aria-label=title
            on:close=move |_| open.set(false)
            on:keydown=move |event: KeyboardEvent| {
                // Chromium lets a second Esc close whatever `cancel` says (HTML, close watchers).
                if event.key() == "Escape" && locked.get_untracked() {
                    event.prevent_default();
                }
            }
            on:cancel=move |event: Event| {
                if locked.get_untracked() {
                    event.prevent_default();
                }
            }
            on:mousedown=move |event| pressed_outside.set_value(outside(&event))
            on:click=move |event| {
                if pressed_outside.get_value() && outside(&event) {
                    leave();
                }
            }
        >
            <div class="dialog-head">
                <h2>{title.clone()}</h2>
            </div>
            <div class="dialog-body">{children()}</div>
            {footer.map(|footer| view! { <footer class="dialog-foot">{footer}</footer> })}
            <div class="dialog-close">
                <IconButton icon="x" label=close on:click=move |_| leave() />
            </div>
        </dialog>
    }
}
