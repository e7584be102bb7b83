//! Invitations that were not accepted yet: to whom, by whom, until when; sending them again and taking them back.

use leptos::prelude::*;

use super::{
    actions::{RESEND, REVOKE},
    api::InvitationLine,
    page::Shown,
};
use crate::{
    shell::role_name,
    state::language,
    ui::{Pill, Tone},
};

#[component]
pub fn WaitingPanel(shown: Shown) -> impl IntoView {
    let l = language();
    let lines = move || {
        shown.0.with(|page| page.admin.as_ref().map(|admin| admin.invitations.clone()).unwrap_or_default())
    };
    let any = Memo::new(move |_| !lines().is_empty());
    // What a row shows, so that it is drawn anew when that changed.
    let key = |line: &InvitationLine| {
        let InvitationLine { id, role, sent_at, expires_at, is_expired, .. } = line.clone();
        (id, role.as_str(), sent_at, expires_at, is_expired)
    };
    view! {
        <Show when=move || any.get()>
            <section class="panel" aria-labelledby="waiting">
                <header class="panel-head">
                    <div>
                        <h2 id="waiting">{texts::members::waiting_title(l)}</h2>
                        <p>{texts::members::waiting_text(l)}</p>
                    </div>
                </header>
                <ul class="invitations">
                    <For each=lines key=key let:line>
                        <Row line />
                    </For>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn Row(line: InvitationLine) -> impl IntoView {
    let l = language();
    let InvitationLine { id, email, role, invited_by, sent_at, expires_at, is_expired, may_be_touched } =
        line;
    let sent = match invited_by {
        Some(name) => texts::members::sent_by(l, sent_at, name),
        None => texts::members::sent(l, sent_at),
    };
    let until = if is_expired {
        texts::members::expired_at(l, expires_at)
    } else {
        texts::members::open_until(l, expires_at)
    };
    let button = move |form: &'static str, text: &'static str, spoken: String| {
        view! {
            <button
                class="button button-small"
                type="submit"
                form=form
                name="form[invitation]"
                value=id.clone()
                aria-label=spoken
            >
                <span class="button-label">{text}</span>
            </button>
        }
    };
    view! {
        <li class="invitation">
            <div class="invitation-what">
                <p class="invitation-email">
                    <strong>{email.clone()}</strong>
                    <Pill>{role_name(role)}</Pill>
                    {is_expired.then(|| view! { <Pill tone=Tone::Warn>{texts::members::expired(l)}</Pill> })}
                </p>
                <p class="muted small tnum">{sent} " · " {until}</p>
            </div>
            {may_be_touched
                .then(|| {
                    view! {
                        <div class="invitation-acts">
                            {button(RESEND, texts::members::resend(l), texts::members::resend_to(l, &email))}
                            {button(REVOKE, texts::members::revoke(l), texts::members::revoke_of(l, &email))}
                        </div>
                    }
                })}
        </li>
    }
}
