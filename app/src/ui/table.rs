//! A table that scrolls sideways inside its box; its caption is spoken, not drawn (the panel has the title).

use leptos::prelude::*;

#[component]
pub fn Table(
    #[prop(into)] caption: String,
    columns: Vec<String>,
    /// The rows: `<tr>` elements.
    children: Children,
) -> impl IntoView {
    let head = columns.into_iter().map(|column| view! { <th scope="col">{column}</th> }).collect_view();
    view! {
        <div class="table-box" role="region" aria-label=caption tabindex="0">
            <table class="table">
                <caption class="visually-hidden">{caption.clone()}</caption>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}
