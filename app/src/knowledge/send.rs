//! Sending files one by one, some at the same time; each can be stopped and tried again.

use std::collections::HashMap;

use domain::{
    AppError, Code,
    knowledge::{MOST_BYTES, UploadForm},
};
use leptos::{prelude::*, task::spawn_local};
use web_sys::{File, FileList, FormData, XmlHttpRequest};

use super::{
    api::Sent,
    queue::{Item, Queue, State},
    size::size,
};
use crate::{json, post::post, state::language};

/// Requests at the same time.
const AT_ONCE: usize = 3;

/// What a view can't hold.
#[derive(Default)]
pub struct Files {
    next: u32,
    files: HashMap<u32, (File, String)>,
    requests: HashMap<u32, XmlHttpRequest>,
}

impl Queue {
    /// Files go to the category that is chosen now.
    pub(super) fn take(self, files: &FileList) {
        let (l, category) = (language(), self.category.get_untracked());
        for file in (0..files.length()).filter_map(|at| files.get(at)) {
            let bytes = file.size() as u64;
            let name = file.name();
            let state = match refusal(&name, bytes) {
                Some(code) => State::Failed(code.into()),
                None => State::Waiting,
            };
            self.files.update_value(|all| {
                let id = all.next;
                all.next += 1;
                all.files.insert(id, (file, category.clone()));
                let item = Item { id, name, size: size(l, bytes), state: RwSignal::new(state) };
                self.items.update(|items| items.push(item));
            });
        }
        self.work();
    }

    /// Begins with those that wait, as many as may go at once.
    fn work(self) {
        let items = self.items.get_untracked();
        let running =
            items.iter().filter(|item| matches!(item.state.get_untracked(), State::Sending(_))).count();
        let waiting = items.into_iter().filter(|item| item.state.get_untracked() == State::Waiting);
        for item in waiting.take(AT_ONCE.saturating_sub(running)) {
            self.send(item);
        }
    }

    fn send(self, item: Item) {
        let found = self.files.with_value(|all| all.files.get(&item.id).cloned());
        let (Some((file, category)), Ok(request)) = (found, XmlHttpRequest::new()) else { return };
        item.state.set(State::Sending(0));
        self.files.update_value(|all| _ = all.requests.insert(item.id, request.clone()));
        let l = language();
        spawn_local(async move {
            let state = item.state;
            let progress = move |percent| {
                if matches!(state.try_get_untracked(), Some(State::Sending(_))) {
                    state.set(State::Sending(percent));
                }
            };
            let done = transfer(&request, &file, &category, progress).await;
            // Whoever stopped it has said so; the page may be gone.
            if !matches!(state.try_get_untracked(), Some(State::Sending(_))) {
                self.go_on();
                return;
            }
            match done {
                Ok(same) => {
                    self.files.update_value(|all| _ = all.files.remove(&item.id));
                    self.said.set(texts::knowledge::sent_of(l, &item.name));
                    state.set(State::Sent(same));
                    self.stored.update(|stored| *stored += 1);
                }
                Err(error) => {
                    self.said.set(texts::knowledge::failed_of(
                        l,
                        &item.name,
                        super::uploading::reason(l, &error),
                    ));
                    state.set(State::Failed(error));
                }
            }
            self.go_on();
        });
    }

    fn go_on(self) {
        if !self.items.is_disposed() {
            self.work();
        }
    }

    /// The server keeps nothing of what was sent so far.
    pub fn stop(self, id: u32) {
        if let Some(item) = self.item(id) {
            item.state.set(State::Stopped);
        }
        let request = self.files.try_update_value(|all| all.requests.remove(&id)).flatten();
        if let Some(request) = request {
            _ = request.abort();
        }
    }

    pub fn retry(self, id: u32) {
        if let Some(item) = self.item(id) {
            item.state.set(State::Waiting);
            self.work();
        }
    }

    fn item(self, id: u32) -> Option<Item> {
        self.items.with_untracked(|items| items.iter().find(|item| item.id == id).cloned())
    }
}

/// What can be told before anything is sent.
fn refusal(name: &str, bytes: u64) -> Option<Code> {
    let form = UploadForm { name: name.to_owned(), category: String::new() };
    match form.parse() {
        Err(error) => error.of("name"),
        Ok(_) if bytes > MOST_BYTES => Some(Code::DocumentTooLarge),
        Ok(_) if bytes == 0 => Some(Code::DocumentEmpty),
        Ok(_) => None,
    }
}

/// The name of an older file with the same content, if there is one.
async fn transfer(
    request: &XmlHttpRequest,
    file: &File,
    category: &str,
    progress: impl Fn(u32) + 'static,
) -> Result<Option<String>, AppError> {
    let form = FormData::new().and_then(|form| {
        // Before the file: the server reads in this order.
        form.append_with_str("category", category)?;
        form.append_with_blob_and_filename("file", file, &file.name())?;
        Ok(form)
    });
    let form = form.map_err(|_| Code::Offline)?;
    let answer = post(request, "knowledge/upload-files", &form, progress).await?;
    let sent: Vec<Sent> = json::read(&answer).map_err(|_| Code::Offline)?;
    Ok(sent.into_iter().next().and_then(|sent| sent.same))
}
