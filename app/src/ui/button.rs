//! Buttons, and links that look like them. A pending button keeps its words and its focus; the form ignores a second
//! click.

use super::Icon;
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    #[default]
    Plain,
    /// The one main action of a page or dialog.
    Primary,
    Ghost,
    Danger,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button button-primary",
            Self::Ghost => "button button-ghost",
            Self::Danger => "button button-danger",
        }
    }
}

#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(default = "button")] type_: &'static str,
    /// Shows a spinner while the answer is on its way.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// The id of a form elsewhere on the page that this button submits.
    #[prop(optional, into)]
    form: Option<String>,
    #[prop(optional)] icon: Option<&'static str>,
    #[prop(optional)] small: bool,
    #[prop(optional)] wide: bool,
    children: Children,
) -> impl IntoView {
    let sign = move || {
        if pending.get() {
            view! { <span class="spinner"></span> }.into_any()
        } else {
            icon.map(|name| view! { <Icon name=name /> }).into_any()
        }
    };
    view! {
        <button
            class=class(kind, small, wide)
            type=type_
            form=form
            aria-busy=move || pending.get().then_some("true")
        >
            {sign}
            <span class="button-label">{children()}</span>
        </button>
    }
}

#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<&'static str>,
    #[prop(optional)] small: bool,
    #[prop(optional)] wide: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=class(kind, small, wide) href=href>
            {icon.map(|name| view! { <Icon name=name /> })}
            <span class="button-label">{children()}</span>
        </a>
    }
}

/// A button that shows an icon and speaks its label.
#[component]
pub fn IconButton(
    icon: &'static str,
    #[prop(into)] label: String,
    #[prop(default = "button")] type_: &'static str,
) -> impl IntoView {
    view! {
        <button class="icon-button" type=type_ aria-label=label.clone() title=label>
            <Icon name=icon />
        </button>
    }
}

fn class(kind: ButtonKind, small: bool, wide: bool) -> String {
    let mut class = kind.class().to_owned();
    if small {
        class.push_str(" button-small");
    }
    if wide {
        class.push_str(" button-wide");
    }
    class
}
