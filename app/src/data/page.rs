//! The page: the table of what is kept, then what owners may do with all of it.

use leptos::{either::Either, prelude::*};

use super::{
    api::{RetentionPage, load_retention},
    export::ExportPanel,
    retention::RetentionPanel,
};
use crate::{
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{PageTitle, shown},
    state::language,
    ui::{Banner, LinkButton, Tone},
};

pub struct DataRoute {
    data: Loaded<Result<RetentionPage, Error>>,
}

impl LazyPage for DataRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_retention()) }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::data::title(l) />
            {shown(self.data, 10, move |page| view! { <Data page /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Data(page: RetentionPage) -> impl IntoView {
    let l = language();
    let of_owners = if page.owns {
        Either::Left(view! {
            <ExportPanel />
            <DangerPanel />
        })
    } else {
        Either::Right(view! {
            <Banner tone=Tone::Info>
                <p>{texts::data::owners_only(l)}</p>
            </Banner>
        })
    };
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::data::title(l)}</h1>
                <p>{texts::data::lead(l)}</p>
            </div>
        </div>
        <RetentionPanel page />
        {of_owners}
    }
}

#[component]
fn DangerPanel() -> impl IntoView {
    let l = language();
    view! {
        <section class="panel panel-danger" aria-labelledby="danger">
            <header class="panel-head">
                <div>
                    <h2 id="danger">{texts::data::danger_title(l)}</h2>
                    <p>{texts::data::danger_text(l)}</p>
                </div>
                <div class="panel-actions">
                    <LinkButton href=paths::DELETE icon="trash-2">{texts::data::danger_button(l)}</LinkButton>
                </div>
            </header>
        </section>
    }
}
