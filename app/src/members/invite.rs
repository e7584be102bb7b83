//! Inviting: one address or many, pasted as they come.

use domain::{Code, Role, members::unreadable};
use leptos::prelude::*;

use super::{
    api::{Invite, Invited},
    page::Shown,
};
use crate::{
    account::AskPassword,
    act::Act,
    error::Error,
    form::{Form, FormState},
    shell::{FormFailure, role_name},
    state::language,
    ui::{Button, ButtonKind, Choice, Select, TextArea, fill, use_toasts},
};

#[component]
pub fn InvitePanel(shown: Shown) -> impl IntoView {
    let (l, action) = (language(), Act::<Invite>::new());
    let state = FormState::new(action);
    after_inviting(action, state, shown);
    let seats = move || {
        shown.0.with(|page| {
            page.admin
                .as_ref()
                .map(|admin| texts::members::seats(l, &admin.plan, admin.seats, admin.seats_taken))
        })
    };
    let choice = |role: Role| Choice { value: role.as_str().to_owned(), label: role_name(role).to_owned() };
    // Fewer, once the reader has handed their ownership over.
    let roles = Memo::new(move |_| {
        shown.0.with(|page| page.admin.as_ref().map(|admin| admin.roles.clone()).unwrap_or_default())
    });
    let select = move || {
        let options: Vec<Choice> = roles.get().into_iter().rev().map(choice).collect();
        view! {
            <Select
                field="role"
                label=texts::members::role(l)
                hint=texts::members::role_hint(l)
                options=options
                saved=Role::Member.as_str()
            />
        }
    };
    let not_read = unreadable_ones(action, state);
    view! {
        <Form action state>
            <FormFailure error=state.whole_failure() />
            <section class="panel" aria-labelledby="invite">
                <header class="panel-head">
                    <div>
                        <h2 id="invite">{texts::members::invite_title(l)}</h2>
                        <p>{texts::members::invite_text(l)}</p>
                    </div>
                    <p class="tnum members-seats">{seats}</p>
                </header>
                <TextArea
                    field="emails"
                    label=texts::members::emails(l)
                    hint=texts::members::emails_hint(l)
                    rows=3
                    required=true
                >
                    {not_read}
                </TextArea>
                {select}
                <footer class="panel-foot">
                    <Button kind=ButtonKind::Primary type_="submit" icon="mail" pending=state.pending()>
                        {texts::members::invite_button(l)}
                    </Button>
                </footer>
            </section>
        </Form>
        <AskPassword action />
    }
}

/// Under the field: what in it is no address.
fn unreadable_ones(
    action: Act<Invite>,
    state: FormState,
) -> impl Fn() -> Option<AnyView> + Send + Sync + 'static {
    let (l, failure) = (language(), state.failure());
    let typed = RwSignal::new(state.value("emails", String::new()));
    Effect::new(move || {
        if let Some(sent) = action.course().sent().get() {
            typed.set(sent.field("emails"));
        }
    });
    move || {
        failure.with(|error| error.as_ref().is_some_and(|e| e.of("emails") == Some(Code::EmailInvalid))).then(
            || {
                let wrong = typed.with(|typed| unreadable(typed).join(", "));
                view! { <p class="members-unreadable">{texts::members::unreadable(l, wrong)}</p> }.into_any()
            },
        )
    }
}

fn after_inviting(action: Act<Invite>, state: FormState, shown: Shown) {
    let (l, toasts, value) = (language(), use_toasts(), action.value());
    Effect::new(move || {
        let Some(Ok(Invited { invited, members })) = value.get() else { return };
        let text = match (invited, members) {
            (1, 0) => texts::members::done_invite_one(l).to_owned(),
            (invited, 0) => texts::members::done_invite_many(l, invited),
            (invited, members) => texts::members::done_invite_some(l, invited, members),
        };
        toasts.success(text);
        fill(&state.name("emails"), "");
        shown.refresh();
    });
    // Somebody invited or joined meanwhile: the seats on the page are old.
    Effect::new(move || {
        let full = |error: &Error| error.0.of("emails") == Some(Code::SeatsFull);
        if value.with(|value| matches!(value, Some(Err(error)) if full(error))) {
            shown.refresh();
        }
    });
}
