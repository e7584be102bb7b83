//! The cropper: what the square stage shows is what is stored. Mouse, fingers, wheel, keys and slider all move the
//! same [`View`]; only its square is sent, the server cuts.

use domain::AppError;
use leptos::{
    ev::{KeyboardEvent, PointerEvent, WheelEvent},
    html,
    prelude::*,
    task::spawn_local,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, XmlHttpRequest};

use super::{
    crop::{Fingers, MIN_SIDE, View, ZOOM_STEP},
    photo::{Choosing, sentence},
    picture::{Picture, Refusal, draw, open},
    send::send,
};
use crate::{
    shell::refresh_viewer,
    state::{language, page},
    ui::{Banner, Button, ButtonKind, Dialog, IconButton, Tone, use_toasts},
};

/// One press of an arrow key moves by this part of the square; with Shift, by five times as much.
const STEP: f64 = 0.02;

/// The opened picture and everything that happens to it.
#[derive(Clone, Copy)]
struct Crop {
    open: RwSignal<bool>,
    picture: RwSignal<Option<Picture>, LocalStorage>,
    view: RwSignal<Option<View>>,
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
    let footer = view! {
        {move || {
            if crop.sent.get().is_some() {
                view! { <Button on:click=move |_| crop.stop()>{texts::general::upload_stop(l)}</Button> }.into_any()
            } else {
                view! { <Button on:click=move |_| crop.open.set(false)>{texts::shell::cancel(l)}</Button> }.into_any()
            }
        }}
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

#[component]
fn Stage(crop: Crop) -> impl IntoView {
    let fingers = StoredValue::new(Fingers::default());
    let canvas = NodeRef::<html::Canvas>::new();
    show(crop, canvas);
    let down = move |event: PointerEvent| {
        event.prevent_default();
        if let Some(stage) = event.current_target().and_then(|stage| stage.dyn_into::<Element>().ok()) {
            _ = stage.set_pointer_capture(event.pointer_id());
        }
        let (x, y) = place(&event, &event);
        fingers.update_value(|fingers| fingers.down(event.pointer_id(), x, y));
    };
    let moved = move |event: PointerEvent| {
        let (x, y) = place(&event, &event);
        crop.change(|view| fingers.try_update_value(|f| f.moved(event.pointer_id(), x, y, view)).unwrap_or(view));
    };
    let up = move |event: PointerEvent| {
        fingers.update_value(|fingers| fingers.up(event.pointer_id()));
        crop.say();
    };
    let wheel = move |event: WheelEvent| {
        event.prevent_default();
        let step = if event.delta_y() < 0.0 { ZOOM_STEP } else { -ZOOM_STEP };
        let at = place(&event, &event);
        crop.change(|view| view.zoomed(view.zoom() + step, at));
        crop.say();
    };
    let key = move |event: KeyboardEvent| {
        let step = if event.shift_key() { STEP * 5.0 } else { STEP };
        match event.key().as_str() {
            "ArrowLeft" => crop.change(|view| view.moved(-step, 0.0)),
            "ArrowRight" => crop.change(|view| view.moved(step, 0.0)),
            "ArrowUp" => crop.change(|view| view.moved(0.0, -step)),
            "ArrowDown" => crop.change(|view| view.moved(0.0, step)),
            "+" | "=" => crop.zoom_by(ZOOM_STEP),
            "-" | "_" => crop.zoom_by(-ZOOM_STEP),
            _ => return,
        }
        event.prevent_default();
        crop.say();
    };
    view! {
        <div
            class="crop-stage"
            tabindex="0"
            role="application"
            aria-label=texts::general::crop_stage(language())
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=up
            on:wheel=wheel
            on:keydown=key
        >
            <canvas class="crop-canvas" width="640" height="640" node_ref=canvas></canvas>
            <svg class="crop-frame" viewBox="0 0 3 3" aria-hidden="true">
                <path d="M1 0v3M2 0v3M0 1h3M0 2h3" vector-effect="non-scaling-stroke"></path>
            </svg>
        </div>
    }
}

#[component]
fn ZoomRow(crop: Crop) -> impl IntoView {
    let l = language();
    let percent = move || crop.view.with(|view| view.map_or(100, |view| (view.zoom() * 100.0).round() as u32));
    let max = move || crop.view.with(|view| view.map_or(300, |view| (view.max_zoom() * 100.0).floor() as u32));
    let slide = move |event| {
        if let Ok(percent) = event_target_value(&event).parse::<f64>() {
            crop.change(|view| view.zoomed(percent / 100.0, (0.5, 0.5)));
        }
    };
    view! {
        <div class="crop-zoom">
            <IconButton icon="zoom-out" label=texts::general::zoom_out(l) on:click=move |_| {
                crop.zoom_by(-ZOOM_STEP);
                crop.say();
            } />
            <input
                class="range"
                type="range"
                min="100"
                max=max
                step="5"
                prop:value=percent
                aria-label=texts::general::zoom(l)
                aria-valuetext=move || texts::general::zoom_percent(l, percent())
                on:input=slide
                on:change=move |_| crop.say()
            />
            <IconButton icon="zoom-in" label=texts::general::zoom_in(l) on:click=move |_| {
                crop.zoom_by(ZOOM_STEP);
                crop.say();
            } />
        </div>
    }
}

/// As the shell shows companies (square) and other products may (round), large and small.
#[component]
fn Previews(crop: Crop) -> impl IntoView {
    let l = language();
    let preview = |class: &'static str, pixels: &'static str| {
        let canvas = NodeRef::<html::Canvas>::new();
        show(crop, canvas);
        view! { <canvas class=class width=pixels height=pixels node_ref=canvas></canvas> }
    };
    let reduced = move || {
        crop.picture.with(|picture| {
            let picture = picture.as_ref().filter(|picture| picture.reduced)?;
            Some(texts::general::crop_shrunk(l, picture.bitmap.width(), picture.bitmap.height()))
        })
    };
    view! {
        <div class="crop-previews" role="img" aria-label=texts::general::crop_preview(l)>
            {preview("crop-preview", "144")}
            {preview("crop-preview is-small", "64")}
            {preview("crop-preview is-round", "144")}
            {preview("crop-preview is-round is-small", "64")}
        </div>
        {move || reduced().map(|text| view! { <p class="crop-help">{text}</p> })}
    }
}

/// Keeps a canvas showing the chosen square.
fn show(crop: Crop, canvas: NodeRef<html::Canvas>) {
    Effect::new(move || {
        let (Some(canvas), Some(view)) = (canvas.get(), crop.view.get()) else { return };
        crop.picture.with(|picture| {
            if let Some(picture) = picture {
                draw(picture, view.square(), &canvas);
            }
        });
    });
}

/// Where on the stage a pointer is: 0 to 1 from the left and from the top.
fn place(event: &web_sys::Event, mouse: &web_sys::MouseEvent) -> (f64, f64) {
    let stage = event.current_target().and_then(|stage| stage.dyn_into::<Element>().ok());
    let Some(stage) = stage.map(|stage| stage.get_bounding_client_rect()).filter(|stage| stage.width() > 0.0) else {
        return (0.5, 0.5);
    };
    let (x, y) = (f64::from(mouse.client_x()), f64::from(mouse.client_y()));
    ((x - stage.left()) / stage.width(), (y - stage.top()) / stage.height())
}

impl Crop {
    fn change(self, change: impl FnOnce(View) -> View) {
        // Not while it is being sent: the square is on its way.
        if let Some(view) = self.view.get_untracked().filter(|_| self.sent.get_untracked().is_none()) {
            let changed = change(view);
            if changed != view {
                self.view.set(Some(changed));
            }
        }
    }

    fn zoom_by(self, step: f64) {
        self.change(|view| view.zoomed(view.zoom() + step, (0.5, 0.5)));
    }

    fn say(self) {
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
            let (Some(picture), Some(view)) = (self.picture.get_untracked(), self.view.get_untracked()) else { return };
            let Some(request) = XmlHttpRequest::new().ok().filter(|_| self.sent.get_untracked().is_none()) else {
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
