//! A member's own choice whether support that is inside learns who they are.

use leptos::prelude::*;

use super::api::HideMe;
use crate::{
    act::Act,
    form::Form,
    shell::{FormFailure, refusal},
    state::{language, page},
    ui::{Button, Pill, Tone},
};

#[component]
pub fn HidingPanel(hidden: bool, action: Act<HideMe>) -> impl IntoView {
    let l = language();
    let organisation = page()
        .viewer
        .with_untracked(|viewer| viewer.as_ref().map(|viewer| viewer.organisation.name.clone()))
        .unwrap_or_default();
    let (tone, state, label) = match hidden {
        true => (Tone::Ok, texts::support::hiding_on(l), texts::support::show(l)),
        false => (Tone::Info, texts::support::hiding_off(l), texts::support::hide(l)),
    };
    view! {
        <section class="panel" aria-labelledby="hiding">
            <header class="panel-head">
                <div>
                    <h2 id="hiding">{texts::support::hiding(l)}</h2>
                    <p>{texts::support::hiding_text(l, organisation)}</p>
                </div>
                <div class="panel-actions"><Pill tone>{state}</Pill></div>
            </header>
            <div class="panel-body">
                <Form action>
                    <FormFailure error=refusal(action) />
                    <input type="hidden" name="form[hidden]" value=(!hidden).to_string() />
                    <Button type_="submit" pending=action.pending()>{label}</Button>
                </Form>
            </div>
        </section>
    }
}
