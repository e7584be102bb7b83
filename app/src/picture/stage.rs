//! What the cropper shows and how it is moved: mouse, fingers, wheel, keys, slider and handles all change the same
//! [`View`](super::crop::View). The picture lies behind a frame that always fits; what is in the frame is stored.

use leptos::{
    ev::{KeyboardEvent, PointerEvent, WheelEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::{
    Subject,
    crop::{Fingers, Grip, Pane, Pull, Seen, reduced},
    cropper::Crop,
    open::draw_whole,
};
use crate::{state::language, ui::IconButton};

/// One press of a zoom key or button, one notch of the wheel.
const ZOOM_STEP: f64 = 0.1;

/// One press of an arrow key moves by this share of the part; with Shift, by five times as much.
const STEP: f64 = 0.02;

/// One press of a bracket makes a free part wider or narrower by this factor.
const RESHAPE: f64 = 1.05;

/// The longer side of the canvas: phones refuse much larger ones.
const LONGEST: u32 = 2400;

/// A square is all of its stage.
const SQUARE: Pane = Pane { ratio: 1.0, margin: 0.0 };
/// Room for the handles. The ratio is the stylesheet's too.
const SHAPED: Pane = Pane { ratio: 16.0 / 9.0, margin: 0.07 };

#[component]
pub fn Stage(crop: Crop) -> impl IntoView {
    let (class, pane, corners) = match crop.purpose.subject {
        Subject::Photo => ("crop-stage", SQUARE, false),
        Subject::Logo => ("crop-stage is-shaped", SHAPED, true),
    };
    let (fingers, pull) = (RwSignal::new(Fingers::default()), RwSignal::new(None::<Pull>));
    let (stage, frame) = (NodeRef::<html::Div>::new(), NodeRef::<html::Div>::new());
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move || {
        let Some(canvas) = canvas.get() else { return };
        // Whoever closes the dialog with a finger down lets go unheard.
        pull.set(None);
        fingers.set(Fingers::default());
        crop.picture.with(|picture| {
            if let Some(picture) = picture {
                let (width, height) = reduced(picture.bitmap.width(), picture.bitmap.height(), LONGEST);
                canvas.set_width(width);
                canvas.set_height(height);
                draw_whole(picture, &canvas);
            }
        });
    });
    let seen = Memo::new(move |_| {
        let view = crop.view.get()?;
        let seen = Seen::new(pane, view, pull.get().map(|pull| pull.from));
        Some((seen.picture(view), seen.part(view)))
    });
    let picture_at = move |side: usize| move || percent(seen.get()?.0[side]);
    let part_at = move |side: usize| move || percent(seen.get()?.1[side]);

    let down = move |event: PointerEvent| {
        event.prevent_default();
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
            return;
        };
        // To the handle itself, so that its cursor stays.
        _ = target.set_pointer_capture(event.pointer_id());
        if pull.get_untracked().is_some() {
            return;
        }
        match (target.get_attribute("data-grip"), crop.view.get_untracked()) {
            (Some(word), Some(from)) if !fingers.get_untracked().any() => pull.set(Some(Pull {
                id: event.pointer_id(),
                grip: Grip::from_word(&word),
                from,
                at: place(stage, &event),
            })),
            _ => {
                let (x, y) = place(frame, &event);
                fingers.update(|fingers| fingers.down(event.pointer_id(), x, y));
            }
        }
    };
    let moved = move |event: PointerEvent| {
        if let Some(pull) = pull.get_untracked() {
            if pull.id == event.pointer_id() {
                crop.change(|_| pull.moved(place(stage, &event), pane, crop.free.get_untracked()));
            }
            return;
        }
        if fingers.get_untracked().any() {
            let (x, y) = place(frame, &event);
            crop.change(|view| {
                fingers.try_update(|f| f.moved(event.pointer_id(), x, y, view)).unwrap_or(view)
            });
        }
    };
    let up = move |event: PointerEvent| {
        if pull.get_untracked().is_some_and(|pull| pull.id == event.pointer_id()) {
            pull.set(None);
        }
        fingers.update(|fingers| fingers.up(event.pointer_id()));
        crop.say();
    };
    let wheel = move |event: WheelEvent| {
        event.prevent_default();
        if pull.get_untracked().is_some() {
            return;
        }
        let step = if event.delta_y() < 0.0 { ZOOM_STEP } else { -ZOOM_STEP };
        let at = place(frame, &event);
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
    let handles = |words: [&'static str; 4]| {
        words.map(|word| view! { <span class=format!("crop-handle is-{word}") data-grip=word></span> })
    };
    view! {
        <div
            class=class
            class:is-held=move || pull.with(Option::is_some) || fingers.with(Fingers::any)
            tabindex="0"
            role="application"
            aria-label=(crop.purpose.words.crop_stage)(language())
            node_ref=stage
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=up
            on:wheel=wheel
            on:keydown=key
        >
            <canvas
                class="crop-canvas"
                style:left=picture_at(0)
                style:top=picture_at(1)
                style:width=picture_at(2)
                style:height=picture_at(3)
                node_ref=canvas
            ></canvas>
            // The keys do what the handles do.
            <div
                class="crop-frame"
                aria-hidden="true"
                style:left=part_at(0)
                style:top=part_at(1)
                style:width=part_at(2)
                style:height=part_at(3)
                node_ref=frame
            >
                <svg viewBox="0 0 3 3" preserveAspectRatio="none">
                    <path d="M1 0v3M2 0v3M0 1h3M0 2h3" vector-effect="non-scaling-stroke"></path>
                </svg>
                {move || crop.free.get().then(|| handles(Grip::EDGES))}
                {corners.then(|| handles(Grip::CORNERS))}
            </div>
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

fn percent(share: f64) -> Option<String> {
    Some(format!("{share:.4}%"))
}

/// Where over an element a pointer is: 0 to 1 from its left and from its top, less or more beside it.
fn place(over: NodeRef<html::Div>, pointer: &MouseEvent) -> (f64, f64) {
    let over = over.get_untracked().map(|element| element.get_bounding_client_rect());
    let Some(over) = over.filter(|over| over.width() > 0.0 && over.height() > 0.0) else {
        return (0.5, 0.5);
    };
    let (x, y) = (f64::from(pointer.client_x()), f64::from(pointer.client_y()));
    ((x - over.left()) / over.width(), (y - over.top()) / over.height())
}
