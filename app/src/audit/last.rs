//! The line in the head of another room: who changed it last, with the way to the entries. Members do not see it.

use leptos::prelude::*;

use super::api::{LastChange, RoomForm, load_last_change};
use crate::{error::Error, paths, state::language};

pub type Last = Resource<Result<Option<LastChange>, Error>>;

/// For the data of a room's route.
pub fn last_change(room: &'static str) -> Last {
    Resource::new(|| (), move |()| load_last_change(RoomForm { room: room.to_owned() }))
}

#[component]
pub fn LastChanged(
    last: Last,
    room: &'static str,
    /// How often the room was saved: asks again after each.
    #[prop(into)]
    saves: Signal<usize>,
) -> impl IntoView {
    let l = language();
    Effect::new(move |before: Option<usize>| {
        let saves = saves.get();
        if before.is_some_and(|before| before != saves) {
            last.refetch();
        }
        saves
    });
    let line = move |LastChange { who, when }| {
        let text = texts::audit::last_change(l, who, when);
        let href = format!("{}?room={room}", paths::AUDIT);
        view! {
            <p class="page-last">
                <a class="link" href=href title=texts::audit::last_change_link(l)>
                    {text}
                </a>
            </p>
        }
    };
    view! {
        <Transition fallback=|| ()>
            {move || Suspend::new(async move { last.await.ok().flatten().map(line) })}
        </Transition>
    }
}
