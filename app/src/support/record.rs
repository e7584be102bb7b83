//! The organisation's own record: whether support may come in, who is inside now, who was and what they changed.

use leptos::prelude::*;

use super::{
    api::{RecordPage, load_record},
    stays::StayRow,
};
use crate::{
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{PageTitle, shown},
    state::{language, page},
    ui::{EmptyState, LinkButton, Pill, Tone},
};

pub struct RecordRoute {
    data: Loaded<Result<RecordPage, Error>>,
}

impl LazyPage for RecordRoute {
    fn data() -> Self {
        let viewer = page().viewer;
        // Asked for again when somebody comes or goes.
        let inside = Memo::new(move |_| {
            viewer.with(|viewer| {
                let support = viewer.iter().flat_map(|viewer| &viewer.support);
                support.map(|now| (now.id.clone(), now.mode)).collect::<Vec<_>>()
            })
        });
        Self { data: load(move || inside.get(), |_| load_record()) }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::support::title(l) />
            {shown(self.data, 6, move |page| view! { <Record page /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Record(page: RecordPage) -> impl IntoView {
    let l = language();
    let RecordPage { consent, is_given, stays, zone } = page;
    let (tone, word) = match is_given {
        true => (Tone::Ok, texts::support::lets_in(l)),
        false => (Tone::Info, texts::support::lets_nobody_in(l)),
    };
    let (live, past): (Vec<_>, Vec<_>) = stays.into_iter().partition(|stay| stay.ended.is_none());
    let nobody = live.is_empty() && past.is_empty();
    let list = |id: &'static str, title: &'static str, text: String, stays: Vec<_>| {
        let rows = stays.into_iter().map(|stay| view! { <StayRow stay /> }).collect_view();
        view! {
            <section class="panel" aria-labelledby=id>
                <header class="panel-head">
                    <div>
                        <h2 id=id>{title}</h2>
                        <p>{text}</p>
                    </div>
                </header>
                <ul class="stays">{rows}</ul>
            </section>
        }
    };
    let times = texts::support::times_in(l, zone);
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::support::title(l)}</h1>
                <p>{texts::support::lead(l)}</p>
            </div>
        </div>
        <section class="panel" aria-labelledby="consent">
            <header class="panel-head">
                <div>
                    <h2 id="consent">{texts::support::consent_title(l)} " " <Pill tone>{word}</Pill></h2>
                    {consent.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                </div>
                <div class="panel-actions">
                    <LinkButton href=format!("{}#support", paths::GENERAL) small=true>
                        {texts::support::consent_change(l)}
                    </LinkButton>
                </div>
            </header>
        </section>
        {(!live.is_empty()).then(|| list("live", texts::support::live_title(l), times.clone(), live))}
        {(!past.is_empty())
            .then(|| {
                let text = format!("{} {times}", texts::support::past_text(l));
                list("past", texts::support::past_title(l), text, past)
            })}
        {nobody
            .then(|| {
                view! {
                    <section class="panel">
                        <EmptyState
                            icon="life-buoy"
                            title=texts::support::empty_title(l)
                            text=texts::support::empty_text(l)
                        />
                    </section>
                }
            })}
    }
}
