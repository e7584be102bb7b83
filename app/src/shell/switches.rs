//! The language and theme switches: forms, so that they work before Wasm arrives.

use domain::Language;
use leptos::prelude::*;

use super::api::{ChooseLanguage, ChooseTheme};
use crate::{
    act::Act,
    form::Form,
    state::{Theme, language, page},
};

/// Reloads in the new language once the choice is kept.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let (l, action) = (language(), Act::<ChooseLanguage>::new());
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            _ = window().location().reload();
        }
    });
    let choice = move |choice: Language| {
        view! {
            <button
                type="submit"
                name="form[language]"
                value=choice.tag()
                lang=choice.tag()
                aria-pressed=(choice == l).to_string()
            >
                {choice.name()}
            </button>
        }
    };
    view! {
        <Form action>
            <div class="segmented" role="group" aria-label=texts::shell::language(l)>
                {Language::ALL.map(choice).collect_view()}
            </div>
        </Form>
    }
}

/// Applies at once in the browser; the cookie makes it hold for the next page.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let (l, action) = (language(), Act::<ChooseTheme>::new());
    let chosen = RwSignal::new(page().theme);
    let choice = move |theme: Theme| {
        let label = match theme {
            Theme::System => texts::shell::theme_system(l),
            Theme::Light => texts::shell::theme_light(l),
            Theme::Dark => texts::shell::theme_dark(l),
        };
        view! {
            <button
                type="submit"
                name="form[theme]"
                value=theme.as_str()
                aria-pressed=move || (chosen.get() == theme).to_string()
                on:click=move |_| {
                    chosen.set(theme);
                    apply(theme);
                }
            >
                {label}
            </button>
        }
    };
    view! {
        <Form action>
            <div class="segmented" role="group" aria-label=texts::shell::theme(l)>
                {Theme::ALL.map(choice).collect_view()}
            </div>
        </Form>
    }
}

fn apply(theme: Theme) {
    if let Some(root) = document().document_element() {
        _ = root.set_attribute("data-theme", theme.as_str());
    }
}
