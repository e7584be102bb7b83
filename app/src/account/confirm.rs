//! The password once more, as a page: for people without JavaScript, whom no dialog can ask.

use domain::entrance::safe_next;
use leptos::{context::Provider, prelude::*};

use super::{
    api::ProvePassword,
    wizard::{WizardHead, wanted_next},
};
use crate::{
    act::Act,
    entrance::CurrentPassword,
    form::{Form, FormState},
    lazy::LazyPage,
    paths,
    shell::FormFailure,
    state::language,
    ui::{Button, ButtonKind, IdPrefix},
};

pub struct ConfirmRoute;

impl LazyPage for ConfirmRoute {
    fn data() -> Self {
        Self
    }

    fn view(self) -> AnyView {
        let ConfirmRoute = self;
        view! { <Confirm /> }.into_any()
    }
}

#[component]
fn Confirm() -> impl IntoView {
    let (l, action) = (language(), Act::<ProvePassword>::new());
    let state = FormState::new(action);
    let next = state.value("next", wanted_next());
    let onward = safe_next(&next).unwrap_or(paths::ACCOUNT).to_owned();
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            _ = window().location().assign(&onward);
        }
    });
    view! {
        <WizardHead title=texts::account::confirm_title(l) text=texts::account::confirm_text(l) />
        <section class="panel wizard">
            <div class="panel-body">
                <Form action state class="stack">
                    <FormFailure error=state.failure() />
                    <input type="hidden" name=state.name("next") value=next />
                    <Provider value=IdPrefix("confirm")>
                        <CurrentPassword autofocus=true />
                    </Provider>
                    <div class="cluster">
                        <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                            {texts::account::confirm_button(l)}
                        </Button>
                    </div>
                </Form>
            </div>
        </section>
    }
}
