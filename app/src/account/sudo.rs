//! The password once more: a dialog that opens when an action was refused for it, and tries the action again.
//!
//! Without JavaScript the refusal itself leads to `/account/confirm` (`shell::FormFailure`).

use domain::Code;
use leptos::{
    context::Provider,
    prelude::*,
    server_fn::{ServerFn, client::Client},
};

use super::api::ProvePassword;
use crate::{
    entrance::CurrentPassword,
    error::Error,
    form::{Form, FormState},
    shell::FormFailure,
    state::language,
    ui::{Button, ButtonKind, Dialog, IdPrefix},
};

/// Watches `action`: put one beside each form whose use-case asks for a recent password.
#[component]
pub fn AskPassword<S>(action: ServerAction<S>) -> impl IntoView
where
    S: ServerFn<Error = Error> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
    S::Client: Client<Error>,
{
    let l = language();
    let (open, refused) = (RwSignal::new(false), StoredValue::new(None::<S>));
    let (sent, value) = (action.input(), action.value());
    // An action forgets what it was given once it has answered.
    Effect::new(move || {
        if let Some(input) = sent.get() {
            refused.set_value(Some(input));
        }
    });
    Effect::new(move || {
        if matches!(value.get(), Some(Err(Error(error))) if error.code == Code::PasswordNeeded) {
            open.set(true);
        }
    });
    let prove = ServerAction::<ProvePassword>::new();
    let state = FormState::new(prove);
    let proved = prove.value();
    Effect::new(move || {
        if matches!(proved.get(), Some(Ok(()))) {
            proved.set(None);
            open.set(false);
            if let Some(input) = refused.try_update_value(Option::take).flatten() {
                action.dispatch(input);
            }
        }
    });
    // Drawn only when it is needed: a second password field would confuse password managers.
    view! {
        <Show when=move || open.get()>
            <Dialog open=open title=texts::account::confirm_title(l) close=texts::shell::close(l)>
                <Form action=prove state class="stack">
                    <p class="muted">{texts::account::confirm_text(l)}</p>
                    <FormFailure error=state.failure() />
                    // The page may have a password field of its own.
                    <Provider value=IdPrefix("sudo")>
                        <CurrentPassword autofocus=true />
                    </Provider>
                    <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                        {texts::account::confirm_button(l)}
                    </Button>
                </Form>
            </Dialog>
        </Show>
    }
}
