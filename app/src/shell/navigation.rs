//! The rooms, grouped, with the current one marked.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{paths, state::language, ui::Icon};

#[component]
pub fn Navigation() -> impl IntoView {
    let l = language();
    let path = use_location().pathname;
    let room = move |href: &'static str, icon: &'static str, name: &'static str| {
        view! {
            <li>
                <a class="nav-link" href=href aria-current=move || (path.get() == href).then_some("page")>
                    <Icon name=icon />
                    {name}
                </a>
            </li>
        }
    };
    view! {
        <nav class="nav" aria-label=texts::shell::settings(l)>
            <h2 class="nav-title">{texts::shell::group_company(l)}</h2>
            <ul class="nav-list">
                {room(paths::GENERAL, "sliders-horizontal", texts::general::title(l))}
                {room(paths::HOURS, "clock", texts::hours::title(l))}
            </ul>
        </nav>
    }
}
