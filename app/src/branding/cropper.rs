//! The cropper of the logo: a free rectangle or 3:1, what it stands on, and how that looks on light and on dark.

use domain::branding::{Plate, RATIO, Shape};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::{
    api::SavedLogo,
    logo::{Brand, LOGO, plates, shapes},
    picks::Picks,
};
use crate::{
    json,
    picture::{
        choose::Choosing,
        crop::{Rectangle, View, boxed},
        cropper::{Crop, CropDialog},
        open::{Picture, draw_into},
        send::Fields,
    },
    state::language,
    ui::use_toasts,
};

/// A preview in pixels; it is shown half as large.
const PREVIEW: (u32, u32) = (480, 160);

/// The slider of a free shape: hundredths of a power of two, from 1:8 to 16:1.
const NARROWEST: &str = "-300";
const WIDEST: &str = "400";

#[component]
pub fn Cropper() -> impl IntoView {
    let (choosing, brand) = (expect_context::<Choosing>(), expect_context::<Brand>());
    let (l, toasts) = (language(), use_toasts());
    let crop = Crop::new(&LOGO, choosing, |l, view| {
        let Rectangle { x, y, width, height } = view.rectangle();
        texts::branding::crop_status(l, height, width, x, y, (view.zoom() * 100.0).round())
    });
    let (shape, plate) = (RwSignal::new(Shape::Free), RwSignal::new(Plate::None));
    // Every file begins anew: all of it, on what the logo stands on now.
    Effect::new(move || {
        if crop.picture.with(Option::is_some) {
            shape.set(Shape::Free);
            plate.set(untrack(|| brand.plate()));
            crop.free.set(true);
        }
    });
    let fields = move |view: View| -> Fields {
        let Rectangle { x, y, width, height } = view.rectangle();
        let version = brand.now.with_untracked(|now| now.version);
        vec![
            ("x", x.to_string()),
            ("y", y.to_string()),
            ("width", width.to_string()),
            ("height", height.to_string()),
            ("shape", shape.get_untracked().as_str().to_owned()),
            ("plate", plate.get_untracked().as_str().to_owned()),
            ("version", version.to_string()),
        ]
    };
    let saved = move |answer: String| {
        let instead_of = json::read::<SavedLogo>(&answer).ok().and_then(|saved| saved.instead_of);
        match instead_of {
            Some(name) => toasts.success(texts::branding::logo_saved_instead(l, name)),
            None => toasts.success(texts::branding::logo_saved(l)),
        }
        brand.saved();
    };
    let pick_shape = move |word: &'static str| {
        let chosen = Shape::from_word(word).unwrap_or_default();
        if chosen == Shape::Wide {
            crop.change(|view| view.shaped(f64::from(RATIO)).unwrap_or(view));
        }
        crop.free.set(chosen == Shape::Free);
        shape.set(chosen);
        crop.say();
    };
    // A picture too small for a strip of its own can only be padded to one.
    let closed = Signal::derive(move || {
        let possible = crop.view.with(|view| view.is_none_or(|view| view.shaped(f64::from(RATIO)).is_some()));
        (!possible).then_some(Shape::Wide.as_str())
    });
    let controls = view! {
        <Picks
            name="crop-shape"
            label=texts::branding::shape(l)
            picks=shapes(l)
            chosen=Signal::derive(move || shape.get().as_str().to_owned())
            closed
            on_pick=pick_shape
        />
    };
    let size = move || {
        crop.view.with(|view| {
            let Rectangle { width, height, .. } = view.as_ref()?.rectangle();
            Some(texts::branding::crop_result(l, height, width))
        })
    };
    view! {
        <CropDialog crop controls=controls.into_any() fields on_saved=saved>
            <Show when=move || shape.get() == Shape::Free>
                <RatioRow crop />
            </Show>
            <p class="crop-help tnum">{size}</p>
            <Picks
                name="crop-plate"
                label=texts::branding::plate(l)
                picks=plates(l)
                chosen=Signal::derive(move || plate.get().as_str().to_owned())
                on_pick=move |word: &'static str| plate.set(Plate::from_word(word).unwrap_or_default())
            />
            <Previews crop plate />
        </CropDialog>
    }
}

/// The shape of a free part.
#[component]
fn RatioRow(crop: Crop) -> impl IntoView {
    let l = language();
    let value = move || {
        crop.view.with(|view| view.map_or(0, |view| (view.ratio().log2() * 100.0).round() as i32)).to_string()
    };
    let words = move || {
        crop.view.with(|view| {
            let Rectangle { width, height, .. } = view.as_ref()?.rectangle();
            Some(texts::branding::ratio_words(l, height, width))
        })
    };
    let slide = move |event| {
        if let Ok(power) = event_target_value(&event).parse::<f64>() {
            crop.change(|view| view.shaped((power / 100.0).exp2()).unwrap_or(view));
        }
    };
    view! {
        <div class="crop-zoom crop-ratio">
            <input
                class="range"
                type="range"
                min=NARROWEST
                max=WIDEST
                step="5"
                prop:value=value
                aria-label=texts::branding::ratio(l)
                aria-valuetext=words
                on:input=slide
                on:change=move |_| crop.say()
            />
        </div>
    }
}

#[component]
fn Previews(crop: Crop, plate: RwSignal<Plate>) -> impl IntoView {
    let l = language();
    let preview = |class: &'static str, words: &'static str| {
        let canvas = NodeRef::<html::Canvas>::new();
        Effect::new(move || {
            let (Some(canvas), Some(view), plate) = (canvas.get(), crop.view.get(), plate.get()) else {
                return;
            };
            crop.picture.with(|picture| {
                if let Some(picture) = picture {
                    draw_strip(picture, view, plate, &canvas);
                }
            });
        });
        view! {
            <figure class=class>
                <canvas
                    width=PREVIEW.0.to_string()
                    height=PREVIEW.1.to_string()
                    role="img"
                    aria-label=words
                    node_ref=canvas
                ></canvas>
                <figcaption aria-hidden="true">{words}</figcaption>
            </figure>
        }
    };
    view! {
        <div class="strips">
            {preview("strip scheme-light", texts::branding::crop_preview_light(l))}
            {preview("strip scheme-dark", texts::branding::crop_preview_dark(l))}
        </div>
    }
}

/// As the server draws it: on a plate in the middle with a margin, without one where the text begins.
fn draw_strip(picture: &Picture, view: View, plate: Plate, canvas: &HtmlCanvasElement) {
    let Some(context) = canvas.get_context("2d").ok().flatten() else { return };
    let Ok(context) = context.dyn_into::<CanvasRenderingContext2d>() else { return };
    let (width, height) = (f64::from(PREVIEW.0), f64::from(PREVIEW.1));
    context.clear_rect(0.0, 0.0, width, height);
    let margin = if let Some([red, green, blue]) = plate.colour() {
        context.set_fill_style_str(&format!("rgb({red} {green} {blue})"));
        context.fill_rect(0.0, 0.0, width, height);
        PREVIEW.1 / 10
    } else {
        0
    };
    let part = view.rectangle();
    let ratio = f64::from(part.width) / f64::from(part.height);
    let (across, down) = boxed(ratio, (PREVIEW.0 - 2 * margin, PREVIEW.1 - 2 * margin));
    let (across, down) = (f64::from(across), f64::from(down));
    let left = if plate == Plate::None { 0.0 } else { (width - across) / 2.0 };
    draw_into(picture, part, canvas, (left, (height - down) / 2.0, across, down));
}
