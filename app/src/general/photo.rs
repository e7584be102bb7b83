//! The company's photo: the picture itself is the button.
//!
//! Its file input and buttons belong to forms of their own ([`PhotoForms`]) that stand after the profile's, because
//! forms don't nest. Until Wasm is there, and without it, they are what works; then the cropper takes their place.

use domain::{AppError, Code};
use leptos::{html, prelude::*};

use super::api::{RemoveForm, RemovePhoto};
use crate::{
    error::Error,
    shell::refresh_viewer,
    state::{language, page},
    ui::{Avatar, AvatarSize, Button, ButtonKind, Dialog, Field, Icon, hydrated, use_toasts},
};

const SAVE: &str = "general/save-photo";
const REMOVE: &str = "general/remove-photo";

/// What the photo's row and the cropper share.
#[derive(Clone, Copy)]
pub struct Choosing {
    pub input: NodeRef<html::Input>,
    /// Counts the times a file was chosen.
    pub chosen: RwSignal<u32>,
    /// While a chosen file is being opened.
    pub reading: RwSignal<bool>,
    /// Why the chosen file can't be cropped; failed uploads speak in the cropper.
    pub error: RwSignal<Option<String>>,
}

#[component]
pub fn PhotoField(may_change: bool) -> impl IntoView {
    let l = language();
    let choosing = Choosing {
        input: NodeRef::new(),
        chosen: RwSignal::new(0),
        reading: RwSignal::new(false),
        error: RwSignal::new(refused_post().map(|error| sentence(&error))),
    };
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
        <form id="photo" method="post" action=format!("?do={SAVE}") enctype="multipart/form-data"></form>
        <form id="photo-remove" method="post" action=format!("?do={REMOVE}")></form>
    }
}

#[component]
fn Photo(choosing: Choosing) -> impl IntoView {
    let l = language();
    let ready = hydrated();
    let removing = RwSignal::new(false);
    let choose = move |_| {
        choosing.error.set(None);
        if let Some(input) = choosing.input.get_untracked() {
            input.click();
        }
    };
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
                on:click=choose
            >
                {current}
                {cover()}
            </button>
            <div class="photo-actions" hidden=move || ready.get()>
                <input
                    class="file"
                    type="file"
                    id="photo-file"
                    name="file"
                    form="photo"
                    accept="image/png,image/jpeg"
                    node_ref=choosing.input
                    autofocus=choosing.error.with_untracked(Option::is_some)
                    aria-label=texts::general::photo_file(l)
                    aria-describedby="f-photo-hint"
                    on:change=move |_| choosing.chosen.update(|times| *times += 1)
                />
                <Button type_="submit" form="photo" icon="upload">
                    {texts::general::photo_upload(l)}
                </Button>
                {move || has_photo().then(|| view! { <RemoveWithoutScript /> })}
            </div>
            <div class="photo-actions" hidden=move || !ready.get()>
                <Button icon="upload" pending=choosing.reading on:click=choose>
                    {choose_text}
                </Button>
                {move || {
                    has_photo()
                        .then(|| {
                            view! {
                                <Button kind=ButtonKind::Ghost icon="trash-2" on:click=move |_| removing.set(true)>
                                    {texts::general::photo_remove(l)}
                                </Button>
                            }
                        })
                }}
                <p class="visually-hidden" role="status">
                    {move || choosing.reading.get().then(|| texts::general::photo_reading(l))}
                </p>
            </div>
        </div>
        <RemoveDialog open=removing />
        {cropper(choosing)}
    }
}

/// Asks first, as the dialog does.
#[component]
fn RemoveWithoutScript() -> impl IntoView {
    let l = language();
    view! {
        <details class="photo-remove">
            <summary class="button button-ghost">{texts::general::photo_remove(l)}</summary>
            <p>{texts::general::photo_remove_text(l)}</p>
            <button
                class="button button-danger"
                type="submit"
                form="photo-remove"
                name="form[confirmed]"
                value="true"
            >
                {texts::general::photo_remove_confirm(l)}
            </button>
        </details>
    }
}

#[component]
fn RemoveDialog(open: RwSignal<bool>) -> impl IntoView {
    let (l, toasts, viewer) = (language(), use_toasts(), page().viewer);
    let action = ServerAction::<RemovePhoto>::new();
    Effect::new(move || match action.value().get() {
        Some(Ok(())) => {
            open.set(false);
            toasts.success(texts::general::photo_removed(l));
            refresh_viewer(viewer);
        }
        Some(Err(Error(error))) => {
            open.set(false);
            toasts.error(texts::error(l, &error));
        }
        None => {}
    });
    let remove = move |_| {
        if !action.pending().get_untracked() {
            action.dispatch(RemovePhoto { form: RemoveForm { confirmed: true } });
        }
    };
    let footer = view! {
        <Button on:click=move |_| open.set(false)>{texts::shell::cancel(l)}</Button>
        <Button kind=ButtonKind::Danger pending=action.pending() on:click=remove>
            {texts::general::photo_remove_confirm(l)}
        </Button>
    };
    view! {
        <Dialog
            open
            title=texts::general::photo_remove_title(l)
            close=texts::shell::close(l)
            locked=action.pending()
            footer=footer.into_any()
        >
            <p>{texts::general::photo_remove_text(l)}</p>
        </Dialog>
    }
}

/// The photo or initials, as the shell has them.
fn current() -> Option<AnyView> {
    let organisation = page().viewer.get()?.organisation;
    Some(view! { <Avatar name=organisation.name src=organisation.photo size=AvatarSize::S72 /> }.into_any())
}

fn has_photo() -> bool {
    page().viewer.with(|viewer| viewer.as_ref().is_some_and(|viewer| viewer.organisation.photo.is_some()))
}

/// The error of a photo that was posted without JavaScript.
fn refused_post() -> Option<AppError> {
    page().submission.with_value(|submission| {
        let submission =
            submission.as_ref().filter(|submission| [SAVE, REMOVE].contains(&submission.action.as_str()))?;
        Some(submission.error.clone())
    })
}

/// What is wrong with the photo, else with the request.
pub fn sentence(error: &AppError) -> String {
    let l = language();
    // The only large thing in this request is the photo.
    let too_large = (error.code == Code::TooLarge).then_some(Code::FileTooLarge);
    let code = error.of("photo").or(too_large);
    code.map_or_else(|| texts::error(l, error), |code| texts::code(l, code).to_owned())
}

#[cfg(feature = "hydrate")]
fn cropper(choosing: Choosing) -> AnyView {
    let ready = hydrated();
    (move || ready.get().then(|| view! { <super::cropper::Cropper choosing /> })).into_any()
}

/// Drawn in the browser only, once the page is alive there.
#[cfg(not(feature = "hydrate"))]
fn cropper(_choosing: Choosing) -> AnyView {
    (|| None::<()>).into_any()
}
