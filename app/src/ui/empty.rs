//! Nothing here: why, and what to do next. Also the not-found and error pages.

use super::Icon;
use leptos::prelude::*;

#[component]
pub fn EmptyState(
    icon: &'static str,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    /// It is the whole page: the title is its `h1`.
    #[prop(optional)]
    page: bool,
    /// What can be done: buttons and links.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let title =
        if page { view! { <h1>{title}</h1> }.into_any() } else { view! { <h2>{title}</h2> }.into_any() };
    view! {
        <div class=if page { "empty empty-page" } else { "empty" }>
            <div class="empty-icon">
                <Icon name=icon />
            </div>
            {title}
            <p>{text}</p>
            {children.map(|children| view! { <div class="empty-actions">{children()}</div> })}
        </div>
    }
}
