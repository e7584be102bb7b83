//! The password somebody has: at sign-in, and once more before something sensitive.

use leptos::prelude::*;

use crate::{state::language, ui::PasswordField};

#[component]
pub fn CurrentPassword(
    #[prop(optional)] autofocus: bool,
    /// Under the control: the way to a forgotten one.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let l = language();
    let children = children.map_or_else(|| ().into_any(), |children| children());
    view! {
        <PasswordField
            field="password"
            label=texts::entrance::password(l)
            show=texts::entrance::show_password(l)
            hide=texts::entrance::hide_password(l)
            autocomplete="current-password"
            autofocus=autofocus
        >
            {children}
        </PasswordField>
    }
}
