//! The line in the head of another room: who changed it last, and, opened, who changed which of its fields last, with the
//! way to the entries. Members do not see it.

use leptos::prelude::*;

use super::api::{FieldChange, LastChange, RoomForm, load_last_change};
use crate::{
    error::Error,
    loaded::{Loaded, load},
    paths,
    shell::shown_as,
    state::language,
    ui::{Icon, Menu},
};

pub type Last = Loaded<Result<Option<LastChange>, Error>>;

/// For the data of a room's route.
pub fn last_change(room: &'static str) -> Last {
    load(|| (), move |()| load_last_change(RoomForm { room: room.to_owned() }))
}

#[component]
pub fn LastChanged(
    last: Last,
    room: &'static str,
    /// How often the room was saved: asks again after each.
    #[prop(into)]
    saves: Signal<usize>,
) -> impl IntoView {
    Effect::new(move |before: Option<usize>| {
        let saves = saves.get();
        if before.is_some_and(|before| before != saves) {
            last.refetch();
        }
        saves
    });
    shown_as(0, move || async move {
        let change = last.await.ok().flatten();
        move || change.map(|change| view! { <Fields change room /> }).into_any()
    })
}

#[component]
fn Fields(change: LastChange, room: &'static str) -> impl IntoView {
    let l = language();
    let LastChange { who, when, fields } = change;
    let text = texts::audit::last_change(l, who, when);
    let trigger = view! {
        <span>{text}</span>
        <Icon name="chevron-down" />
    };
    let line = move |FieldChange { field, who, when, href }| {
        view! {
            <a class="menu-item page-last-field" href=href>
                <strong>{field}</strong>
                <small>{texts::audit::field_change(l, who, when)}</small>
            </a>
        }
    };
    view! {
        <div class="page-last">
            <Menu label=texts::audit::last_change_fields(l) trigger=trigger.into_any()>
                {fields.into_iter().map(line).collect_view()}
                <hr class="menu-rule" />
                <a class="menu-item" href=format!("{}?room={room}", paths::AUDIT)>
                    <Icon name="scroll-text" />
                    {texts::audit::last_change_link(l)}
                </a>
            </Menu>
        </div>
    }
}
