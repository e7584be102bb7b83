//! Leaving the organisation: from one's own row, and for somebody to whom it is closed until they set up a second factor.

use leptos::prelude::*;

use super::api::LeaveOrganisation;
use crate::{
    account::AskPassword,
    act::Act,
    form::{Form, FormState},
    shell::{FormFailure, tell_other_tabs},
    state::language,
    ui::{Button, ButtonKind},
};

/// Opens what follows once the person has left.
pub fn go_when_left(action: Act<LeaveOrganisation>) {
    Effect::new(move || {
        if let Some(Ok(path)) = action.value().get() {
            tell_other_tabs();
            _ = window().location().assign(&path);
        }
    });
}

#[component]
pub fn Leave(#[prop(into)] organisation: String) -> impl IntoView {
    let (l, action) = (language(), Act::<LeaveOrganisation>::new());
    let state = FormState::new(action);
    go_when_left(action);
    view! {
        <details class="leave">
            <summary class="link">{texts::members::leave(l)}</summary>
            <p>{texts::members::leave_title(l, organisation)}</p>
            <p class="muted">{texts::members::leave_text(l)}</p>
            <Form action state>
                <FormFailure error=state.failure() />
                <input type="hidden" name=state.name("confirmed") value="true" />
                <Button kind=ButtonKind::Danger type_="submit" pending=state.pending()>
                    {texts::members::leave_button(l)}
                </Button>
            </Form>
        </details>
        <AskPassword action />
    }
}
