//! What was deleted a moment ago, with the way back.

use leptos::prelude::*;

use super::{
    api::DeletedLine,
    forms::{RESTORE, category_button},
    page::Shown,
};
use crate::{
    state::{administers, language},
    ui::{Banner, Icon, Tone},
};

#[component]
pub fn DeletedBanners(shown: Shown) -> impl IntoView {
    let administers = administers();
    let lines = move || shown.page.with(|page| if administers { page.deleted.clone() } else { Vec::new() });
    view! {
        <For each=lines key=|line| (line.id.clone(), line.files) let:line>
            <DeletedBanner line />
        </For>
    }
}

#[component]
fn DeletedBanner(line: DeletedLine) -> impl IntoView {
    let l = language();
    let DeletedLine { id, name, files, until } = line;
    let left = match files {
        0 => texts::knowledge::deleted_none(l).to_owned(),
        count => texts::knowledge::deleted_files(l, count),
    };
    let words = view! {
        <Icon name="undo-2" />
        <span class="button-label">{texts::knowledge::undo(l)}</span>
    };
    let spoken = Some(texts::knowledge::undo_of(l, &name));
    let undo = category_button(RESTORE, &id, "button button-small", spoken, words.into_any());
    view! {
        <Banner tone=Tone::Info title=texts::knowledge::deleted(l, name) action=undo>
            <p>{format!("{left} {}", texts::knowledge::undo_until(l, until))}</p>
        </Banner>
    }
}
