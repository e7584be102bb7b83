//! Pages and notices for what did not work: they say what happened and what to do next.

use domain::{AppError, Code};
use leptos::{either::Either, prelude::*};
use leptos_router::{hooks::use_location, location::Url};

use super::{PageTitle, gate::Gate};
use crate::{
    paths,
    state::language,
    ui::{Banner, EmptyState, LinkButton, Tone},
};

/// Nothing stands at this address.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let l = language();
    #[cfg(feature = "ssr")]
    set_status(404);
    view! {
        <main class="alone" id="main">
            <PageTitle text=texts::shell::not_found_title(l) />
            <EmptyState
                icon="search-x"
                title=texts::shell::not_found_title(l)
                text=texts::shell::not_found_text(l)
                page=true
            >
                <LinkButton href=paths::HOME>{texts::shell::to_start(l)}</LinkButton>
            </EmptyState>
        </main>
    }
}

/// A page's data could not be loaded.
#[component]
pub fn FailureNotice(error: AppError) -> impl IntoView {
    let l = language();
    #[cfg(feature = "ssr")]
    set_status(error.status());
    let signed_out = error.code.is_signed_out();
    reload_when_signed_in();
    let reference = error.request_id.clone().map(|id| texts::errors::request_id(l, id));
    view! {
        <EmptyState icon="cloud-off" title=texts::shell::failure_title(l) text=texts::error(l, &error) page=true>
            {reference.map(|reference| view! { <p class="muted small">{reference}</p> })}
            {if signed_out {
                Either::Left(view! { <a class="button button-primary" href=paths::LOGIN rel="external">{texts::shell::to_login(l)}</a> })
            } else {
                Either::Right(view! { <a class="button" href="" rel="external">{texts::shell::try_again(l)}</a> })
            }}
        </EmptyState>
    }
}

/// Whoever signs in above the notice wants to see the page: it is asked for again.
fn reload_when_signed_in() {
    let Some(gate) = use_context::<Gate>() else { return };
    Effect::new(move |before: Option<bool>| {
        let ended = gate.ended.with(Option::is_some);
        if before == Some(true) && !ended {
            _ = window().location().reload();
        }
        ended
    });
}

/// The error of a form as a whole, above its fields.
#[component]
pub fn FormFailure(error: Signal<Option<AppError>>) -> impl IntoView {
    let (l, path) = (language(), use_location().pathname);
    move || {
        error.get().map(|error| {
            let text = texts::error(l, &error);
            let reference = error.request_id.map(|id| texts::errors::request_id(l, id));
            let confirm = (error.code == Code::PasswordNeeded).then(|| {
                let here = Url::escape(&path.get_untracked());
                let href = format!("{}?next={here}", paths::ACCOUNT_CONFIRM);
                // In a tab of its own: what was typed here stays.
                view! {
                    <LinkButton href=href small=true attr:target="_blank">{texts::account::confirm_button(l)}</LinkButton>
                }
            });
            view! {
                <Banner tone=Tone::Danger title=text>
                    {reference}
                    {confirm}
                </Banner>
            }
        })
    }
}

#[cfg(feature = "ssr")]
pub(crate) fn set_status(status: u16) {
    use axum::http::StatusCode;
    if let (Some(options), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), StatusCode::from_u16(status))
    {
        options.set_status(status);
    }
}
