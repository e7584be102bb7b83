//! The page: the logo, what it stands on, and how it looks.

use leptos::{prelude::*, task::spawn_local};

use super::{
    api::{BrandingPage, load_branding},
    logo::{Brand, LogoPanel},
    plate::PlatePanel,
    preview::PreviewPanel,
};
use crate::{
    audit::{Last, LastChanged, last_change},
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    shell::{PageTitle, shown},
    state::language,
};

pub struct BrandingRoute {
    data: Loaded<Result<BrandingPage, Error>>,
    last: Last,
}

impl LazyPage for BrandingRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_branding()), last: last_change("branding") }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::branding::title(l) />
            {shown(self.data, 8, move |page| view! { <Editor page last=self.last /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Editor(page: BrandingPage, last: Last) -> impl IntoView {
    let l = language();
    let (now, saves) = (RwSignal::new(page), RwSignal::new(0));
    let refresh = move |()| {
        spawn_local(async move {
            // What can't be read now stays as it is; the page may be gone as well.
            if let Ok(page) = load_branding().await {
                _ = now.try_set(page);
            }
        });
    };
    let brand = Brand { now, refresh: Callback::new(refresh), saves };
    let present = Memo::new(move |_| now.with(|now| now.logo.is_some()));
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::branding::title(l)}</h1>
                <p>{texts::branding::lead(l)}</p>
                <LastChanged last room="branding" saves />
            </div>
        </div>
        <LogoPanel brand />
        {move || present.get().then(|| view! { <PlatePanel brand /> })}
        <PreviewPanel brand />
    }
}
