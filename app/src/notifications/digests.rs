//! What the next digests would say if they were sent now.

use domain::notifications::Period;
use leptos::{either::Either, prelude::*};

use super::{
    api::{DigestLine, Told},
    page::Shown,
};
use crate::state::language;

#[component]
pub fn DigestsPanel(shown: Shown) -> impl IntoView {
    let l = language();
    view! {
        <section class="panel" aria-labelledby="digests">
            <header class="panel-head">
                <div>
                    <h2 id="digests">{texts::notifications::digests_title(l)}</h2>
                    <p>{texts::notifications::digests_text(l)}</p>
                </div>
            </header>
            {move || {
                let digests = shown.0.with(|page| page.digests.clone());
                if digests.is_empty() {
                    Either::Left(view! {
                        <p class="panel-body muted">{texts::notifications::digests_none(l)}</p>
                    })
                } else {
                    Either::Right(digests.into_iter().map(|digest| view! { <Digest digest /> }).collect_view())
                }
            }}
        </section>
    }
}

#[component]
fn Digest(digest: DigestLine) -> impl IntoView {
    let l = language();
    let DigestLine { period, send_at, from, until, items, more } = digest;
    let name = match period {
        Period::Daily => texts::notifications::frequency_daily(l),
        Period::Weekly => texts::notifications::frequency_weekly(l),
    };
    view! {
        <div class="panel-body digest">
            <h3>{name}</h3>
            <p class="muted small">{texts::notifications::digest_when(l, from, send_at, until)}</p>
            {if items.is_empty() {
                Either::Left(view! { <p>{texts::notifications::digest_empty(l)}</p> })
            } else {
                Either::Right(view! {
                    <ul class="told">{items.into_iter().map(|told| view! { <ToldItem told /> }).collect_view()}</ul>
                })
            }}
            {(more > 0).then(|| view! { <p class="muted">{texts::notifications::digest_more(l, more)}</p> })}
        </div>
    }
}

#[component]
fn ToldItem(told: Told) -> impl IntoView {
    view! {
        <li>
            <span class="told-title">{told.title}</span>
            {told.text.map(|text| view! { <p class="told-text">{text}</p> })}
            <span class="told-at">{told.at}</span>
        </li>
    }
}
