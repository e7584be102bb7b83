//! The frame of the pages before sign-in: product mark, one card, language and theme.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use super::switches::{LanguageSwitch, ThemeSwitch};
use crate::{
    state::language,
    ui::{BrandMark, ToastRegion},
};

#[component]
pub fn EntranceFrame() -> impl IntoView {
    let l = language();
    view! {
        <a class="skip-link" href="#main">{texts::shell::skip_to_content(l)}</a>
        <div class="entrance">
            <header class="entrance-head">
                <a class="brand" href="/"><BrandMark />"Ayar"</a>
                <div class="entrance-tools"><LanguageSwitch /><ThemeSwitch /></div>
            </header>
            <main class="entrance-main" id="main" tabindex="-1">
                <div class="entrance-card"><Outlet /></div>
            </main>
            <footer class="entrance-legal">{texts::shell::tagline(l)}</footer>
        </div>
        <ToastRegion label=texts::shell::messages(l) close=texts::shell::close(l) />
    }
}
