//! The cropper of the photo: a square, and how it will look.

use leptos::{html, prelude::*};

use super::{
    api::SavedPhoto,
    photo::{PHOTO, seen},
};
use crate::{
    json,
    picture::{
        choose::Choosing,
        crop::{Rectangle, View},
        cropper::{Crop, CropDialog},
        open::draw,
        send::Fields,
    },
    shell::refresh_viewer,
    state::{language, page},
    ui::use_toasts,
};

#[component]
pub fn Cropper() -> impl IntoView {
    let choosing = expect_context::<Choosing>();
    let (l, toasts, viewer) = (language(), use_toasts(), page().viewer);
    let crop = Crop::new(&PHOTO, choosing, |l, view| {
        let Rectangle { x, y, width, .. } = view.rectangle();
        texts::general::crop_status(l, width, x, y, (view.zoom() * 100.0).round())
    });
    let fields = |view: View| -> Fields {
        let Rectangle { x, y, width, .. } = view.rectangle();
        vec![("x", x.to_string()), ("y", y.to_string()), ("size", width.to_string()), ("seen", untrack(seen))]
    };
    let saved = move |answer: String| {
        let instead_of = json::read::<SavedPhoto>(&answer).ok().and_then(|saved| saved.instead_of);
        toasts.success(match instead_of {
            Some(name) => texts::general::photo_saved_instead(l, name),
            None => texts::general::photo_saved(l).to_owned(),
        });
        refresh_viewer(viewer);
    };
    view! {
        <CropDialog crop fields on_saved=saved>
            <Previews crop />
        </CropDialog>
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
    view! {
        <div class="crop-previews" role="img" aria-label=texts::general::crop_preview(l)>
            {preview("crop-preview", "144")}
            {preview("crop-preview is-small", "64")}
            {preview("crop-preview is-round", "144")}
            {preview("crop-preview is-round is-small", "64")}
        </div>
    }
}

/// Keeps a canvas showing the chosen part.
fn show(crop: Crop, canvas: NodeRef<html::Canvas>) {
    Effect::new(move || {
        let (Some(canvas), Some(view)) = (canvas.get(), crop.view.get()) else { return };
        crop.picture.with(|picture| {
            if let Some(picture) = picture {
                draw(picture, view.rectangle(), &canvas);
            }
        });
    });
}
