//! Backup codes that were just made: to be copied, downloaded or printed, then ticked off.

use leptos::prelude::*;

use super::{
    api::{SaveCodes, load_codes},
    clipboard::Copy,
    wizard::{WizardHead, wanted_next},
};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState, use_form},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, shown},
    state::{language, page},
    ui::{Banner, Button, ButtonKind, EmptyState, Icon, LinkButton, Tone, Wiring, error_line},
};

pub struct CodesRoute {
    data: Loaded<Result<Option<Vec<String>>, Error>>,
}

impl LazyPage for CodesRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_codes()) }
    }

    fn view(self) -> AnyView {
        let l = language();
        let next = StoredValue::new(wanted_next());
        view! {
            <WizardHead title=texts::account::codes_title(l) text=texts::account::codes_lead(l) />
            {shown(self.data, 6, move |codes| match codes {
                Some(codes) => view! { <Codes codes next=next.get_value() /> }.into_any(),
                None => view! { <Nothing /> }.into_any(),
            })}
        }
        .into_any()
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let l = language();
    view! {
        <EmptyState icon="key-round" title=texts::account::codes_gone_title(l) text=texts::account::codes_gone_text(l)>
            <LinkButton href=paths::ACCOUNT>{texts::account::codes_gone_back(l)}</LinkButton>
        </EmptyState>
    }
}

#[component]
fn Codes(codes: Vec<String>, next: String) -> impl IntoView {
    let (l, action) = (language(), Act::<SaveCodes>::new());
    let state = FormState::new(action);
    Effect::new(move || {
        if let Some(Ok(path)) = action.value().get() {
            _ = window().location().assign(&path);
        }
    });
    // A refused post answers at an address without it.
    let next = state.value("next", next);
    let all = codes.join("\n");
    let email = page().viewer.with_untracked(|viewer| viewer.as_ref().map(|viewer| viewer.email.clone()));
    view! {
        <section class="panel wizard" aria-labelledby="codes">
            <header class="panel-head">
                <div>
                    <h2 id="codes">{texts::account::codes_yours(l)}</h2>
                    <p>{texts::account::codes_once(l)}</p>
                </div>
            </header>
            <div class="panel-body codes-paper">
                <p class="codes-owner">"Ayar · " {texts::account::codes(l)} " · " {email}</p>
                <ol class="codes mono">
                    {codes.into_iter().map(|code| view! { <li>{code}</li> }).collect_view()}
                </ol>
                <div class="cluster codes-tools">
                    <span class="live-only">
                        <Copy text=all label=texts::account::codes_copy(l) done=texts::account::codes_copied(l) />
                    </span>
                    <a class="button" href=paths::CODES_FILE download="" rel="external">
                        <Icon name="download" />
                        <span class="button-label">{texts::account::codes_download(l)}</span>
                    </a>
                    <span class="live-only">
                        <Button icon="printer" on:click=move |_| _ = window().print()>
                            {texts::account::codes_print(l)}
                        </Button>
                    </span>
                </div>
                <Banner tone=Tone::Info>
                    <p>{texts::account::codes_keep(l)}</p>
                </Banner>
            </div>
            <div class="panel-body codes-done">
                <Form action state class="stack">
                    <FormFailure error=state.failure() />
                    <input type="hidden" name=state.name("next") value=next />
                    <Saved />
                    <div class="cluster">
                        <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                            {texts::account::codes_finish(l)}
                        </Button>
                    </div>
                </Form>
            </div>
        </section>
    }
}

#[component]
fn Saved() -> impl IntoView {
    let wiring = Wiring::of("saved", false);
    view! {
        <div>
            <label class="codes-saved">
                <input
                    class="check"
                    type="checkbox"
                    id=wiring.id.clone()
                    name=wiring.name.clone()
                    value="true"
                    checked=use_form().checked("saved", "true", false)
                    aria-invalid=wiring.invalid()
                    aria-describedby=wiring.described()
                />
                <span>{texts::account::codes_saved(language())}</span>
            </label>
            {error_line(wiring.id.clone(), wiring.error)}
        </div>
    }
}
