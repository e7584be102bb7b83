//! Keys that ended within the last thirty days, for whoever asks why a program stopped.

use leptos::prelude::*;

use super::{api::EndedLine, page::Shown};
use crate::{
    state::language,
    ui::{Icon, Pill},
};

#[component]
pub fn EndedPanel(shown: Shown) -> impl IntoView {
    let l = language();
    let count = Memo::new(move |_| shown.0.with(|page| page.ended.len()));
    let any = Memo::new(move |_| count.get() > 0);
    view! {
        <Show when=move || any.get()>
            <details class="panel keys-ended">
                <summary>
                    <span>{move || texts::keys::ended_title(l, count.get())}</span>
                    <Icon name="chevron-down" />
                </summary>
                <ul>
                    <For each=move || shown.0.get().ended key=|line| line.id.clone() let:line>
                        <Row line />
                    </For>
                </ul>
            </details>
        </Show>
    }
}

#[component]
fn Row(line: EndedLine) -> impl IntoView {
    let l = language();
    let EndedLine { name, start, owner, ended_at, was_revoked, .. } = line;
    let word = if was_revoked { texts::keys::ended_revoked(l) } else { texts::keys::ended_expired(l) };
    view! {
        <li class="key-ended">
            <span>
                <span class="key-name">{name}</span>
                <code class="key-start mono">{start}</code>
                <span class="muted small">{owner}</span>
            </span>
            <span class="key-ended-when">
                <Pill>{word}</Pill>
                <span class="muted small tnum">{ended_at}</span>
            </span>
        </li>
    }
}
