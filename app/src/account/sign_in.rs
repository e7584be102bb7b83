//! What one signs in with: address and password.

use domain::general::Email;
use leptos::{context::Provider, prelude::*};

use super::{
    api::{ChangeEmail, ChangePassword},
    done::{Done, Progress},
    sudo::AskPassword,
};
use crate::{
    act::Act,
    entrance::NewPassword,
    form::{Form, FormState},
    shell::FormFailure,
    state::language,
    ui::{Button, Field, Icon, IdPrefix, PasswordField, TextField},
};

#[component]
pub fn SignInPanel(email: String, pending_email: Option<String>, progress: Progress) -> impl IntoView {
    let l = language();
    view! {
        <section class="panel" aria-labelledby="sign-in">
            <header class="panel-head">
                <div>
                    <h2 id="sign-in">{texts::account::sign_in(l)}</h2>
                </div>
            </header>
            <EmailRow email pending_email progress />
            <PasswordRow progress />
        </section>
    }
}

#[component]
fn EmailRow(email: String, pending_email: Option<String>, progress: Progress) -> impl IntoView {
    let (l, action) = (language(), Act::<ChangeEmail>::new());
    let state = FormState::new(action);
    progress.after(action.value(), Done::EmailSent);
    view! {
        <Field field="sign-in-email" label=texts::entrance::email(l) hint=texts::account::email_hint(l) group=true>
            <div class="factor">
                <p class="factor-state">{email}</p>
                {pending_email.map(|pending| {
                    view! {
                        <p class="factor-note">
                            <Icon name="mail" />
                            <span>{texts::account::email_pending(l, pending)}</span>
                        </p>
                    }
                })}
                <More words=texts::account::email_change(l) state>
                    <Form action state class="stack">
                        <FormFailure error=state.failure() />
                        <p class="muted">{texts::account::email_change_text(l)}</p>
                        <Provider value=IdPrefix("new")>
                            <TextField
                                field="email"
                                label=texts::account::email_new(l)
                                type_="email"
                                autocomplete="email"
                                inputmode="email"
                                maxlength=u32::try_from(Email::MAX).unwrap_or(u32::MAX)
                                required=true
                            />
                        </Provider>
                        <div class="cluster">
                            <Button type_="submit" pending=state.pending()>{texts::account::email_send(l)}</Button>
                        </div>
                    </Form>
                </More>
                <AskPassword action />
            </div>
        </Field>
    }
}

#[component]
fn PasswordRow(progress: Progress) -> impl IntoView {
    let (l, action) = (language(), Act::<ChangePassword>::new());
    let state = FormState::new(action);
    progress.after(action.value(), Done::PasswordChanged);
    let (show, hide) = (texts::entrance::show_password(l), texts::entrance::hide_password(l));
    view! {
        <Field field="sign-in-password" label=texts::entrance::password(l) hint=texts::account::password_row_hint(l) group=true>
            <div class="factor">
                <More words=texts::account::password_change(l) state>
                    <Form action state class="stack">
                        <FormFailure error=state.failure() />
                        <p class="muted">{texts::account::password_text(l)}</p>
                        <Provider value=IdPrefix("change")>
                            <PasswordField
                                field="current"
                                label=texts::account::password_current(l)
                                show=show
                                hide=hide
                                autocomplete="current-password"
                            />
                            <NewPassword label=texts::entrance::new_password(l) />
                            <PasswordField
                                field="password_again"
                                label=texts::entrance::new_password_again(l)
                                show=show
                                hide=hide
                                autocomplete="new-password"
                            />
                        </Provider>
                        <div class="cluster">
                            <Button type_="submit" pending=state.pending()>{texts::account::password_save(l)}</Button>
                        </div>
                    </Form>
                </More>
            </div>
        </Field>
    }
}

/// A button that opens the form under it; open from the start while the form has something to say.
#[component]
pub fn More(
    #[prop(into)] words: String,
    state: FormState,
    #[prop(optional)] danger: bool,
    children: Children,
) -> impl IntoView {
    let failure = state.failure();
    // Read once: whoever opens and closes it afterwards is the person.
    let open = failure.with_untracked(Option::is_some);
    view! {
        <details class="more" open=open>
            <summary class=if danger { "button button-danger" } else { "button" }>
                <span class="button-label">{words}</span>
                <Icon name="chevron-down" />
            </summary>
            <div class="more-body">{children()}</div>
        </details>
    }
}
