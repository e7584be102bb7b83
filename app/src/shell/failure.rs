//! Pages and notices for what did not work: they say what happened and what to do next.

use domain::{AppError, Code};
use leptos::{either::Either, prelude::*};

use super::PageTitle;
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
    let signed_out = error.code == Code::Unauthenticated;
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

/// The error of a form as a whole, above its fields.
#[component]
pub fn FormFailure(error: Signal<Option<AppError>>) -> impl IntoView {
    let l = language();
    move || {
        error.get().map(|error| {
            let text = texts::error(l, &error);
            let reference = error.request_id.map(|id| texts::errors::request_id(l, id));
            view! { <Banner tone=Tone::Danger title=text>{reference}</Banner> }
        })
    }
}

#[cfg(feature = "ssr")]
fn set_status(status: u16) {
    use axum::http::StatusCode;
    if let (Some(options), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), StatusCode::from_u16(status))
    {
        options.set_status(status);
    }
}
