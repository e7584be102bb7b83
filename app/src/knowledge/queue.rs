//! Files on their way: what the page shows of them. Sending them is the browser's (`send.rs`).

use domain::AppError;
use leptos::{
    prelude::*,
    web_sys::{DragEvent, Event},
};

/// How far a file is. On the server none is on its way.
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "the browser sends files"))]
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    Waiting,
    /// Percents.
    Sending(u32),
    /// Whose content is the same, if somebody's is.
    Sent(Option<String>),
    Stopped,
    Failed(AppError),
}

#[derive(Clone)]
pub struct Item {
    pub id: u32,
    pub name: String,
    pub size: String,
    pub state: RwSignal<State>,
}

/// Outlives what is drawn of the list of files.
#[derive(Clone, Copy)]
pub struct Queue {
    pub items: RwSignal<Vec<Item>>,
    /// Where files go that are chosen next.
    pub category: RwSignal<String>,
    /// Counts the files that arrived.
    pub stored: RwSignal<u32>,
    /// Said aloud.
    pub said: RwSignal<String>,
    #[cfg(feature = "hydrate")]
    pub(super) files: StoredValue<super::send::Files, LocalStorage>,
}

impl Queue {
    pub fn new() -> Self {
        Self {
            items: RwSignal::new(Vec::new()),
            category: RwSignal::new(String::new()),
            stored: RwSignal::new(0),
            said: RwSignal::new(String::new()),
            #[cfg(feature = "hydrate")]
            files: StoredValue::new_local(super::send::Files::default()),
        }
    }

    /// Off the list; what has arrived stays.
    pub fn dismiss(self, id: u32) {
        self.items.update(|items| items.retain(|item| item.id != id));
    }
}

/// Nobody chooses files on a server.
#[cfg(not(feature = "hydrate"))]
impl Queue {
    pub fn take_chosen(self, _event: &Event) {}

    pub fn carries_files(_event: &DragEvent) -> bool {
        false
    }

    pub fn take_dropped(self, _event: &DragEvent) {}

    pub fn stop(self, _id: u32) {}

    pub fn retry(self, _id: u32) {}
}

#[cfg(feature = "hydrate")]
impl Queue {
    /// The input is empty again, so that the same file can be chosen once more.
    pub fn take_chosen(self, event: &Event) {
        let input = event_target::<leptos::web_sys::HtmlInputElement>(event);
        if let Some(files) = input.files() {
            self.take(&files);
        }
        input.set_value("");
    }

    pub fn carries_files(event: &DragEvent) -> bool {
        event.data_transfer().is_some_and(|carried| carried.types().includes(&"Files".into(), 0))
    }

    pub fn take_dropped(self, event: &DragEvent) {
        if let Some(files) = event.data_transfer().and_then(|carried| carried.files()) {
            self.take(&files);
        }
    }
}
