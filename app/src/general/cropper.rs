//! The cropper: opens a chosen file, shows it on a square [`Stage`], sends the square; the server cuts.

use domain::AppError;
use leptos::{prelude::*, task::spawn_local};
use web_sys::XmlHttpRequest;

use super::{
    crop::{MIN_SIDE, View},
    photo::{Choosing, sentence},
    picture::{Picture, Refusal, open},
    send::send,
    stage::{Previews, Stage, ZoomRow},
};
use crate::{
    shell::refresh_viewer,
    state::{language, page},
    ui::{Banner, Button, ButtonKind, Dialog, Tone, use_toasts},
};

/// The opened picture and everything that happens to it.
#[derive(Clone, Copy)]
pub struct Crop {
    open: RwSignal<bool>,
    pub picture: RwSignal<Option<Picture>, LocalStorage>,
    pub view: RwSignal<Option<View>>,
    /// The square in words, said when it has come to rest.
    said: RwSignal<String>,
    /// Percents sent, while sending.
    sent: RwSignal<Option<u32>>,
    failure: RwSignal<Option<AppError>>,
    request: StoredValue<Option<XmlHttpRequest>, LocalStorage>,
}

#[component]
pub fn Cropper(choosing: Choosing) -> impl IntoView {
    let l = language();
    let crop = Crop {
        open: RwSignal::new(false),
        picture: RwSignal::new_local(None),
        view: RwSignal::new(None),
        said: RwSignal::new(String::new()),
        sent: RwSignal::new(None),
        failure: RwSignal::new(None),
        request: StoredValue::new_local(None),
    };
    Effect::new(move || {
        choosing.chosen.get();
        untrack(|| crop.take_file(choosing));
    });
    // Closed by whatever means: the picture's memory goes back.
    Effect::new(move || {
        if !crop.open.get()
            && let Some(picture) = crop.picture.write().take()
        {
            picture.bitmap.close();
        }
    });
    on_cleanup(move || crop.stop());

    let save = crop.saver();
    // One button in one place: the first click stops, the second leaves.
    let leave = move |_| {
        if crop.sent.get_untracked().is_some() {
            crop.stop();
        } else {
            crop.open.set(false);
        }
    };
    let leave_text = move || {
        if crop.sent.get().is_some() { texts::general::upload_stop(l) } else { texts::shell::cancel(l) }
    };
    let footer = view! {
        <Button on:click=leave>{leave_text}</Button>
        <Button kind=ButtonKind::Primary pending=Signal::derive(move || crop.sent.get().is_some()) on:click=move |_| save()>
            {texts::general::crop_save(l)}
        </Button>
    };
    view! {
        <Dialog
            open=crop.open
            title=texts::general::crop_title(l)
            close=texts::shell::close(l)
            class="dialog-crop"
            locked=Signal::derive(move || crop.sent.get().is_some())
            footer=footer.into_any()
        >
            <Stage crop />
            <ZoomRow crop />
            <p class="crop-help">{texts::general::crop_help(l)}</p>
            <Previews crop />
            <p class="visually-hidden" role="status">
                {move || crop.said.get()}
            </p>
            {move || {
                crop.failure
                    .get()
                    .map(|error| {
                        let title = texts::general::upload_failed(l);
                        view! { <Banner tone=Tone::Danger title>{sentence(&error)}</Banner> }
                    })
            }}
            {move || {
                crop.sent
                    .get()
                    .map(|percent| {
                        let label = texts::general::upload_progress(l, percent);
                        view! {
                            <progress class="progress" max="100" value=percent.to_string() aria-label=label></progress>
                        }
                    })
            }}
        </Dialog>
    }
}

impl Crop {
    pub fn change(self, change: impl FnOnce(View) -> View) {
        // Not while it is being sent: the square is on its way.
        if let Some(view) = self.view.get_untracked().filter(|_| self.sent.get_untracked().is_none()) {
            let changed = change(view);
            if changed != view {
                self.view.set(Some(changed));
            }
        }
    }

    pub fn zoom_by(self, step: f64) {
        self.change(|view| view.zoomed(view.zoom() + step, (0.5, 0.5)));
    }

    pub fn say(self) {
        if let Some(view) = self.view.get_untracked() {
            let square = view.square();
            let zoom = (view.zoom() * 100.0).round();
            self.said.set(texts::general::crop_status(language(), square.size, square.x, square.y, zoom));
        }
    }

    /// Opens what was chosen, and empties the input so that the same file can be chosen again.
    fn take_file(self, choosing: Choosing) {
        let Some(input) = choosing.input.get_untracked() else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        input.set_value("");
        choosing.error.set(None);
        choosing.reading.set(true);
        let l = language();
        spawn_local(async move {
            let opened = open(file.into()).await;
            if self.open.is_disposed() {
                return;
            }
            choosing.reading.set(false);
            match opened {
                Ok((picture, view)) => {
                    self.failure.set(None);
                    self.picture.set(Some(picture));
                    self.view.set(Some(view));
                    self.open.set(true);
                    self.say();
                }
                Err(Refusal::Code(code)) => choosing.error.set(Some(texts::code(l, code).to_owned())),
                Err(Refusal::TooSmall { width, height }) => {
                    choosing.error.set(Some(texts::general::photo_too_small(l, height, MIN_SIDE, width)));
                }
            }
        });
    }

    /// Sends the square; closes when it is saved, says why when it is not.
    fn saver(self) -> impl Fn() + Copy {
        let (l, toasts, viewer) = (language(), use_toasts(), page().viewer);
        move || {
            let (Some(picture), Some(view)) = (self.picture.get_untracked(), self.view.get_untracked())
            else {
                return;
            };
            let Some(request) = XmlHttpRequest::new().ok().filter(|_| self.sent.get_untracked().is_none())
            else {
                return;
            };
            self.request.set_value(Some(request.clone()));
            self.failure.set(None);
            self.sent.set(Some(0));
            spawn_local(async move {
                let progress = move |percent| _ = self.sent.try_set(Some(percent));
                let result = send(&request, &picture.blob, view.square(), progress).await;
                if self.open.is_disposed() {
                    return;
                }
                // `stop` has taken the request out: the person knows.
                let stopped = self.request.try_update_value(Option::take).flatten().is_none();
                self.sent.set(None);
                match result {
                    Ok(()) => {
                        self.open.set(false);
                        toasts.success(texts::general::photo_saved(l));
                        refresh_viewer(viewer);
                    }
                    Err(_) if stopped => {}
                    Err(error) => self.failure.set(Some(error)),
                }
            });
        }
    }

    /// Ends an upload that is under way.
    fn stop(self) {
        if let Some(request) = self.request.try_update_value(Option::take).flatten() {
            _ = request.abort();
        }
    }
}
