//! Sentences that concern a whole page or panel ([`Banner`]) and what somebody else saved meanwhile ([`Conflict`]).

use super::Icon;
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Info,
    Ok,
    Warn,
    Danger,
}

impl Tone {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Danger => "danger",
        }
    }
}

#[component]
pub fn Banner(
    tone: Tone,
    #[prop(optional, into)] title: Option<String>,
    /// A button or link at the end.
    #[prop(optional)]
    action: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let icon = match tone {
        Tone::Info => "info",
        Tone::Ok => "circle-check",
        Tone::Warn => "triangle-alert",
        Tone::Danger => "circle-alert",
    };
    // What needs an answer interrupts, the rest waits its turn.
    let role = if tone == Tone::Danger { "alert" } else { "status" };
    view! {
        <div class=format!("banner banner-{}", tone.word()) role=role>
            <Icon name=icon />
            <div class="banner-text">
                {title.map(|title| view! { <strong class="banner-title">{title}</strong> })} {children()}
            </div>
            {action.map(|action| view! { <div class="banner-action">{action}</div> })}
        </div>
    }
}

/// Under a control: another value was saved in the meantime, with a way to take it.
#[component]
pub fn Conflict(
    #[prop(into)] text: String,
    #[prop(optional, into)] take: Option<String>,
    #[prop(optional, into)] on_take: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="conflict">
            <Icon name="history" />
            <span>{text}</span>
            {take
                .zip(on_take)
                .map(|(take, on_take)| {
                    view! {
                        <button class="link" type="button" on:click=move |_| on_take.run(())>
                            {take}
                        </button>
                    }
                })}
        </div>
    }
}
