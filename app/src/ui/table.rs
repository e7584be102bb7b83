//! A table that scrolls sideways inside its box, or stacks on phones; its caption is spoken, not drawn (the panel has the title).

use leptos::prelude::*;

#[component]
pub fn Table(
    #[prop(into)] caption: String,
    columns: Vec<String>,
    /// On phones every row is a block of its own, each cell under its `data-label` (or as the room draws it: calls). That is no table to a browser any more,
    /// so the rows say what they are: `role` is `row`, `rowheader` or `cell`.
    #[prop(optional)]
    stacks: bool,
    /// The rows: `<tr>` elements.
    children: Children,
) -> impl IntoView {
    let role = |role: &'static str| stacks.then_some(role);
    let head = columns
        .into_iter()
        .map(|column| view! { <th scope="col" role=role("columnheader")>{column}</th> })
        .collect_view();
    view! {
        <div class="table-box" role="region" aria-label=caption tabindex="0">
            <table class=if stacks { "table table-stacks" } else { "table" } role=role("table")>
                <caption class="visually-hidden">{caption.clone()}</caption>
                <thead role=role("rowgroup")>
                    <tr role=role("row")>{head}</tr>
                </thead>
                <tbody role=role("rowgroup")>{children()}</tbody>
            </table>
        </div>
    }
}
