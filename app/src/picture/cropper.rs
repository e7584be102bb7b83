//! The cropper: opens a chosen file, shows the chosen part on a [`Stage`], sends where it is; the server cuts.

use domain::{AppError, Language};
use leptos::{prelude::*, task::spawn_local};
use web_sys::XmlHttpRequest;

use super::{
    Purpose,
    choose::Choosing,
    crop::View,
    open::{Picture, Refusal, open},
    send::{Fields, send},
    stage::{Stage, ZoomRow},
};
use crate::{
    state::language,
    ui::{Banner, Button, ButtonKind, Dialog, Tone},
};

/// The opened picture and everything that happens to it.
#[derive(Clone, Copy)]
pub struct Crop {
    pub purpose: &'static Purpose,
    open: RwSignal<bool>,
    pub picture: RwSignal<Option<Picture>, LocalStorage>,
    pub view: RwSignal<Option<View>>,
    /// Whether the shape of the part is free.
    pub free: RwSignal<bool>,
    /// The part in words, said when it has come to rest.
    said: RwSignal<String>,
    status: fn(Language, View) -> String,
    /// Percents sent, while sending.
    sent: RwSignal<Option<u32>>,
    failure: RwSignal<Option<AppError>>,
    request: StoredValue<Option<XmlHttpRequest>, LocalStorage>,
}

/// The dialog; what belongs to one room only are its children.
#[component]
pub fn CropDialog(
    crop: Crop,
    /// Words above the stage.
    #[prop(optional)]
    controls: Option<AnyView>,
    /// What is posted beside the file.
    #[prop(into)]
    fields: Callback<View, Fields>,
    /// Given the answer, once it is saved and the dialog is closed.
    #[prop(into)]
    on_saved: Callback<String>,
    children: Children,
) -> impl IntoView {
    let (l, words) = (language(), &crop.purpose.words);
    // Closed by whatever means: the picture's memory goes back.
    Effect::new(move || {
        if !crop.open.get()
            && let Some(picture) = crop.picture.write().take()
        {
            picture.bitmap.close();
        }
    });
    on_cleanup(move || crop.stop());

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
        <Button
            kind=ButtonKind::Primary
            pending=Signal::derive(move || crop.sent.get().is_some())
            on:click=move |_| crop.save(fields, on_saved)
        >
            {(words.crop_save)(l)}
        </Button>
    };
    view! {
        <Dialog
            open=crop.open
            title=(words.crop_title)(l)
            close=texts::shell::close(l)
            class="dialog-crop"
            locked=Signal::derive(move || crop.sent.get().is_some())
            footer=footer.into_any()
        >
            {controls}
            <Stage crop />
            <ZoomRow crop />
            <p class="crop-help">{(words.crop_help)(l)}</p>
            {children()}
            {move || crop.shrunk().map(|text| view! { <p class="crop-help">{text}</p> })}
            <p class="visually-hidden" role="status">
                {move || crop.said.get()}
            </p>
            {move || {
                crop.failure
                    .get()
                    .map(|error| {
                        let title = (words.upload_failed)(l);
                        view! { <Banner tone=Tone::Danger title>{crop.purpose.sentence(&error)}</Banner> }
                    })
            }}
            {move || {
                crop.sent
                    .get()
                    .map(|percent| {
                        let label = (words.upload_progress)(l, percent);
                        view! {
                            <progress class="progress" max="100" value=percent.to_string() aria-label=label></progress>
                        }
                    })
            }}
        </Dialog>
    }
}

impl Crop {
    /// Opens whatever is chosen. `status` says a part in words.
    pub fn new(purpose: &'static Purpose, choosing: Choosing, status: fn(Language, View) -> String) -> Self {
        let crop = Self {
            purpose,
            open: RwSignal::new(false),
            picture: RwSignal::new_local(None),
            view: RwSignal::new(None),
            free: RwSignal::new(false),
            said: RwSignal::new(String::new()),
            status,
            sent: RwSignal::new(None),
            failure: RwSignal::new(None),
            request: StoredValue::new_local(None),
        };
        Effect::new(move || {
            choosing.chosen.get();
            untrack(|| crop.take_file(choosing));
        });
        crop
    }

    pub fn change(self, change: impl FnOnce(View) -> View) {
        // Not while it is being sent: the part is on its way.
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

    /// Makes a free part wider or narrower by a factor.
    pub fn reshape(self, factor: f64) {
        if self.free.get_untracked() {
            self.change(|view| view.shaped(view.ratio() * factor).unwrap_or(view));
        }
    }

    pub fn say(self) {
        if let Some(view) = self.view.get_untracked() {
            self.said.set((self.status)(language(), view));
        }
    }

    /// That the picture was reduced, if it was.
    fn shrunk(self) -> Option<String> {
        self.picture.with(|picture| {
            let picture = picture.as_ref().filter(|picture| picture.reduced)?;
            let (width, height) = (picture.bitmap.width(), picture.bitmap.height());
            Some((self.purpose.words.shrunk)(language(), width, height))
        })
    }

    /// Opens what was chosen, and empties the input so that the same file can be chosen again.
    fn take_file(self, choosing: Choosing) {
        let Some(input) = choosing.input.get_untracked() else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        input.set_value("");
        choosing.error.set(None);
        choosing.reading.set(true);
        let (l, purpose) = (language(), self.purpose);
        spawn_local(async move {
            let opened = open(purpose.subject, file.into()).await;
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
                    choosing.error.set(Some((purpose.words.too_small)(l, width, height)));
                }
            }
        });
    }

    /// Sends the part; closes when it is saved, says why when it is not.
    fn save(self, fields: Callback<View, Fields>, on_saved: Callback<String>) {
        let (Some(picture), Some(view)) = (self.picture.get_untracked(), self.view.get_untracked()) else {
            return;
        };
        let request = XmlHttpRequest::new().ok();
        let Some(request) = request.filter(|_| self.sent.get_untracked().is_none()) else { return };
        let fields = fields.run(view);
        self.request.set_value(Some(request.clone()));
        self.failure.set(None);
        self.sent.set(Some(0));
        spawn_local(async move {
            let progress = move |percent| _ = self.sent.try_set(Some(percent));
            let result = send(&request, self.purpose, &picture.blob, &fields, progress).await;
            if self.open.is_disposed() {
                return;
            }
            // `stop` has taken the request out: the person knows.
            let stopped = self.request.try_update_value(Option::take).flatten().is_none();
            self.sent.set(None);
            match result {
                Ok(answer) => {
                    self.open.set(false);
                    on_saved.run(answer);
                }
                Err(_) if stopped => {}
                Err(error) => self.failure.set(Some(error)),
            }
        });
    }

    /// Ends an upload that is under way.
    fn stop(self) {
        if let Some(request) = self.request.try_update_value(Option::take).flatten() {
            _ = request.abort();
        }
    }
}
