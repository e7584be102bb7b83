//! The company's photo: the picture itself is the button.
//!
//! Its file input and buttons belong to forms of their own ([`PhotoForms`]) that stand after the profile's, because
//! forms don't nest. Until Wasm is there, and without it, they are what works; then the cropper takes their place.

use leptos::prelude::*;

use super::api::{RemoveForm, RemovePhoto, SavedPhoto};
use crate::{
    act::Act,
    error::Error,
    parts, paths,
    picture::{
        Purpose, Subject, Words,
        choose::{Choosing, PictureActions, PictureForms, RemoveDialog, cropper},
    },
    shell::refresh_viewer,
    state::{language, page},
    ui::{Avatar, AvatarSize, Field, Icon, hydrated, use_toasts},
};

pub static PHOTO: Purpose = Purpose {
    subject: Subject::Photo,
    field: "photo",
    remove_form: "photo-remove",
    save: "general/save-photo",
    remove: "general/remove-photo",
    words: Words {
        choose: texts::general::photo_choose,
        replace: texts::general::photo_replace,
        file: texts::general::photo_file,
        upload: texts::general::photo_upload,
        reading: texts::general::photo_reading,
        remove: texts::general::photo_remove,
        remove_title: texts::general::photo_remove_title,
        remove_text: texts::general::photo_remove_text,
        remove_confirm: texts::general::photo_remove_confirm,
        crop_title: texts::general::crop_title,
        crop_stage: texts::general::crop_stage,
        crop_help: texts::general::crop_help,
        crop_save: texts::general::crop_save,
        upload_failed: texts::general::upload_failed,
        upload_progress: |l, percent| texts::general::upload_progress(l, percent),
        shrunk: |l, width, height| texts::general::crop_shrunk(l, height, width),
        // The least side of the server.
        too_small: |l, width, height| texts::general::photo_too_small(l, height, 128, width),
    },
};

#[component]
pub fn PhotoField(may_change: bool) -> impl IntoView {
    let l = language();
    let choosing = Choosing::new(&PHOTO);
    let label = texts::general::photo(l);
    if !may_change {
        return view! {
            <Field field="photo" label group=true>
                <div class="photo">{current}</div>
            </Field>
        }
        .into_any();
    }
    view! {
        <Field field="photo" label hint=texts::general::photo_hint(l) group=true error=choosing.error>
            <Photo choosing />
        </Field>
    }
    .into_any()
}

/// The forms of the photo's controls, which name them in `form`.
#[component]
pub fn PhotoForms() -> impl IntoView {
    view! {
        <PictureForms purpose=&PHOTO>
            <input type="hidden" name="seen" value=seen />
        </PictureForms>
        <input type="hidden" form=PHOTO.remove_form name="form[seen]" value=seen />
    }
}

/// The photo that the page shows: whoever replaces another one is told.
pub fn seen() -> String {
    page().viewer.with(|viewer| {
        let photo = viewer.as_ref().and_then(|viewer| viewer.organisation.photo.as_deref());
        paths::photo_name(photo.unwrap_or_default()).to_owned()
    })
}

#[component]
fn Photo(choosing: Choosing) -> impl IntoView {
    let l = language();
    let ready = hydrated();
    let removing = RwSignal::new(false);
    let cover = || view! { <span class="photo-cover"><Icon name="camera" /></span> };
    let choose_text =
        move || if has_photo() { texts::general::photo_replace(l) } else { texts::general::photo_choose(l) };
    view! {
        <div class="photo">
            <label class="photo-button" for="photo-file" hidden=move || ready.get()>
                {current}
                {cover()}
            </label>
            <button
                class="photo-button"
                type="button"
                aria-label=choose_text
                title=choose_text
                aria-busy=move || choosing.reading.get().then_some("true")
                hidden=move || !ready.get()
                on:click=move |_| choosing.ask()
            >
                {current}
                {cover()}
            </button>
            <PictureActions purpose=&PHOTO choosing present=Signal::derive(has_photo) removing />
        </div>
        <Remove open=removing />
        {cropper(choosing, parts::CROP_PHOTO)}
    }
}

#[component]
fn Remove(open: RwSignal<bool>) -> impl IntoView {
    let (l, toasts, viewer) = (language(), use_toasts(), page().viewer);
    let action = Act::<RemovePhoto>::new();
    Effect::new(move || match action.value().get() {
        Some(Ok(SavedPhoto { instead_of })) => {
            open.set(false);
            toasts.success(match instead_of {
                Some(name) => texts::general::photo_removed_instead(l, name),
                None => texts::general::photo_removed(l).to_owned(),
            });
            refresh_viewer(viewer);
        }
        Some(Err(Error(error))) => {
            open.set(false);
            toasts.error(texts::error(l, &error));
        }
        None => {}
    });
    let remove =
        move |()| action.dispatch(RemovePhoto { form: RemoveForm { confirmed: true, seen: untrack(seen) } });
    view! { <RemoveDialog purpose=&PHOTO open pending=action.pending() on_remove=remove /> }
}

/// The photo or initials, as the shell has them.
fn current() -> Option<AnyView> {
    let organisation = page().viewer.get()?.organisation;
    Some(view! { <Avatar name=organisation.name src=organisation.photo size=AvatarSize::S72 /> }.into_any())
}

fn has_photo() -> bool {
    page().viewer.with(|viewer| viewer.as_ref().is_some_and(|viewer| viewer.organisation.photo.is_some()))
}
