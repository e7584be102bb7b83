//! Taking a change back: the button in an entry, and the form beside the list that it names.

use domain::audit::TrailForm;
use leptos::{prelude::*, task::spawn_local};

use super::api::{AuditPage, Revert, load_audit};
use crate::{
    account::AskPassword,
    act::Act,
    form::Form,
    shell::{FormFailure, follow, refresh_viewer, refusal},
    state::{language, page},
    ui::Icon,
};

/// The id of the form.
const FORM: &str = "revert";

#[component]
pub fn RevertForms(shown: RwSignal<AuditPage>, asked: TrailForm) -> impl IntoView {
    let (l, viewer, revert) = (language(), page().viewer, Act::<Revert>::new());
    let refresh = move || {
        let asked = asked.clone();
        spawn_local(async move {
            if let Ok(fresh) = load_audit(asked).await {
                _ = shown.try_set(fresh);
            }
        });
        // The name of the organisation, its zone and hours stand in the shell.
        refresh_viewer(viewer);
    };
    follow(revert, move |_, ()| texts::audit::reverted(l).to_owned(), refresh);
    view! {
        <Form action=revert id=FORM>
            <FormFailure error=refusal(revert) />
        </Form>
        <AskPassword action=revert />
    }
}

#[component]
pub fn RevertButton(entry: String) -> impl IntoView {
    let l = language();
    view! {
        <p class="entry-revert">
            <button class="button button-small" type="submit" form=FORM name="form[entry]" value=entry>
                <Icon name="undo-2" />
                <span class="button-label">{texts::audit::revert(l)}</span>
            </button>
            <span class="muted">{texts::audit::revert_text(l)}</span>
        </p>
    }
}
