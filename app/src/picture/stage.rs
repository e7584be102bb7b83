//! What the cropper shows and how it is moved: mouse, fingers, wheel, keys and slider all change the same
//! [`View`](super::crop::View). What the stage shows is what is stored.

use leptos::{
    ev::{KeyboardEvent, PointerEvent, WheelEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{
    Subject,
    crop::{Fingers, boxed},
    cropper::Crop,
    open::draw,
};
use crate::{state::language, ui::IconButton};

/// One press of a zoom key or button, one notch of the wheel.
const ZOOM_STEP: f64 = 0.1;

/// One press of an arrow key moves by this share of the part; with Shift, by five times as much.
const STEP: f64 = 0.02;

/// One press of a bracket makes a free part wider or narrower by this factor.
const RESHAPE: f64 = 1.05;

/// The largest canvas of a stage that has the shape of its part.
const ROOM: (u32, u32) = (640, 360);

#[component]
pub fn Stage(crop: Crop) -> impl IntoView {
    let fingers = StoredValue::new(Fingers::default());
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move || {
        let (Some(canvas), Some(view)) = (canvas.get(), crop.view.get()) else { return };
        if crop.purpose.subject == Subject::Logo {
            let (width, height) = boxed(view.ratio(), ROOM);
            canvas.set_width(width);
            canvas.set_height(height);
        }
        crop.picture.with(|picture| {
            if let Some(picture) = picture {
                draw(picture, view.rectangle(), &canvas);
            }
        });
    });
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
        crop.change(|view| {
            fingers.try_update_value(|f| f.moved(event.pointer_id(), x, y, view)).unwrap_or(view)
        });
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
            "[" => crop.reshape(1.0 / RESHAPE),
            "]" => crop.reshape(RESHAPE),
            _ => return,
        }
        event.prevent_default();
        crop.say();
    };
    let class = match crop.purpose.subject {
        Subject::Photo => "crop-stage",
        Subject::Logo => "crop-stage is-shaped",
    };
    view! {
        <div
            class=class
            tabindex="0"
            role="application"
            aria-label=(crop.purpose.words.crop_stage)(language())
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=up
            on:wheel=wheel
            on:keydown=key
        >
            <canvas class="crop-canvas" width="640" height="640" node_ref=canvas></canvas>
            <svg class="crop-frame" viewBox="0 0 3 3" preserveAspectRatio="none" aria-hidden="true">
                <path d="M1 0v3M2 0v3M0 1h3M0 2h3" vector-effect="non-scaling-stroke"></path>
            </svg>
        </div>
    }
}

#[component]
pub fn ZoomRow(crop: Crop) -> impl IntoView {
    let l = language();
    let percent =
        move || crop.view.with(|view| view.map_or(100, |view| (view.zoom() * 100.0).round() as u32));
    let max =
        move || crop.view.with(|view| view.map_or(300, |view| (view.max_zoom() * 100.0).floor() as u32));
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

/// Where on the stage a pointer is: 0 to 1 from the left and from the top.
fn place(event: &web_sys::Event, mouse: &web_sys::MouseEvent) -> (f64, f64) {
    let stage = event.current_target().and_then(|stage| stage.dyn_into::<Element>().ok());
    let Some(stage) = stage.map(|stage| stage.get_bounding_client_rect()).filter(|stage| stage.width() > 0.0)
    else {
        return (0.5, 0.5);
    };
    let (x, y) = (f64::from(mouse.client_x()), f64::from(mouse.client_y()));
    ((x - stage.left()) / stage.width(), (y - stage.top()) / stage.height())
}
