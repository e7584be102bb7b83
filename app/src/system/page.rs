//! The page: how the work stands, what failed, mail on trial, and announcements.

use leptos::{prelude::*, task::spawn_local};

use super::{
    announce::AnnouncePanel,
    api::{SystemPage, TryMail, load_system},
    queues::{QueuesPanel, TroubledPanel},
};
use crate::{
    act::Act,
    deletion::DeletionsPanel,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    shell::{FormFailure, PageTitle, say_done, shown},
    state::language,
    ui::{Banner, Button, TextField, Tone},
};

pub struct SystemRoute {
    data: Loaded<Result<SystemPage, Error>>,
}

impl LazyPage for SystemRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_system()) }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::system::title(l) />
            {shown(self.data, 8, move |page| view! { <System page /> }.into_any())}
        }
        .into_any()
    }
}

/// What the page shows, asked for again after everything that is done here.
#[derive(Clone, Copy)]
pub struct Shown(pub RwSignal<SystemPage>);

impl Shown {
    pub fn refresh(self) {
        spawn_local(async move {
            if let Ok(fresh) = load_system().await {
                _ = self.0.try_set(fresh);
            }
        });
    }
}

#[component]
fn System(page: SystemPage) -> impl IntoView {
    let l = language();
    let jump = page.jump.clone().map(|(from, to)| {
        view! {
            <Banner tone=Tone::Warn title=texts::system::jump_title(l)>
                <p>{texts::system::jump_text(l, from, to)}</p>
            </Banner>
        }
    });
    let shown = Shown(RwSignal::new(page));
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::system::title(l)}</h1>
                <p>{texts::system::lead(l)}</p>
            </div>
        </div>
        {jump}
        <QueuesPanel shown />
        <TroubledPanel shown />
        {move || shown.0.with(|page| view! { <DeletionsPanel deletions=page.deletions.clone() /> })}
        <TryMailPanel shown />
        <AnnouncePanel shown />
    }
}

#[component]
fn TryMailPanel(shown: Shown) -> impl IntoView {
    let l = language();
    let action = Act::<TryMail>::new();
    let state = FormState::new(action);
    say_done(action, move |_, ()| texts::system::tried(l).to_owned(), move || shown.refresh());
    view! {
        <Form action state>
            <FormFailure error=state.failure() />
            <section class="panel" aria-labelledby="try-mail">
                <header class="panel-head">
                    <div>
                        <h2 id="try-mail">{texts::system::try_title(l)}</h2>
                        <p>{texts::system::try_text(l)}</p>
                    </div>
                </header>
                <TextField
                    field="email"
                    label=texts::system::try_email(l)
                    type_="email"
                    autocomplete="email"
                    maxlength=254
                    required=true
                />
                <footer class="panel-foot">
                    <Button type_="submit" icon="mail" pending=state.pending()>{texts::system::try_button(l)}</Button>
                </footer>
            </section>
        </Form>
    }
}
