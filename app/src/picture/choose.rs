//! The controls of a picture: choose, replace, remove. With JavaScript buttons; without it the file input itself and its
//! forms, which stand elsewhere on the page because forms don't nest.

use domain::Code;
use leptos::{context::Provider, html, prelude::*, task::spawn_local};

use super::Purpose;
use crate::{
    form::address,
    parts::Part,
    state::language,
    ui::{Button, ButtonKind, Dialog, hydrated},
};

/// What the controls and the cropper share.
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

impl Choosing {
    pub fn new(purpose: &'static Purpose) -> Self {
        Self {
            input: NodeRef::new(),
            chosen: RwSignal::new(0),
            reading: RwSignal::new(false),
            error: RwSignal::new(purpose.refused_post()),
        }
    }

    /// Lets the browser ask for a file.
    pub fn ask(self) {
        self.error.set(None);
        if let Some(input) = self.input.get_untracked() {
            input.click();
        }
    }
}

/// The cropper, whose code is loaded when the first file is chosen. It finds `choosing` in its context.
pub fn cropper(choosing: Choosing, part: Part) -> impl IntoView {
    let is_loaded = RwSignal::new(false);
    Effect::new(move || {
        if choosing.chosen.get() == 0 || is_loaded.get_untracked() {
            return;
        }
        choosing.reading.set(true);
        spawn_local(async move {
            if part.load().await {
                _ = is_loaded.try_set(true);
            } else {
                _ = choosing.reading.try_set(false);
                _ = choosing.error.try_set(Some(texts::code(language(), Code::Offline).to_owned()));
            }
        });
    });
    view! { <Provider value=choosing>{move || is_loaded.get().then(|| part.view())}</Provider> }
}

/// The forms of the controls, which name them in `form`.
#[component]
pub fn PictureForms(
    purpose: &'static Purpose,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <form
            id=purpose.field
            method="post"
            action=address(purpose.save)
            enctype="multipart/form-data"
        >
            {children.map(|children| children())}
        </form>
        <form id=purpose.remove_form method="post" action=address(purpose.remove)></form>
    }
}

/// The buttons beside a picture.
#[component]
pub fn PictureActions(
    purpose: &'static Purpose,
    choosing: Choosing,
    /// Whether there is a picture.
    #[prop(into)]
    present: Signal<bool>,
    /// Set to ask whether it is to go.
    removing: RwSignal<bool>,
) -> impl IntoView {
    let (l, ready, words) = (language(), hydrated(), &purpose.words);
    let choose_text = move || if present.get() { (words.replace)(l) } else { (words.choose)(l) };
    view! {
        <div class="photo-actions" hidden=move || ready.get()>
            <input
                class="file"
                type="file"
                id=format!("{}-file", purpose.field)
                name="file"
                form=purpose.field
                accept="image/png,image/jpeg"
                node_ref=choosing.input
                autofocus=choosing.error.with_untracked(Option::is_some)
                aria-label=(words.file)(l)
                aria-describedby=format!("f-{}-hint", purpose.field)
                on:change=move |_| choosing.chosen.update(|times| *times += 1)
            />
            <Button type_="submit" form=purpose.field icon="upload">
                {(words.upload)(l)}
            </Button>
            {move || present.get().then(|| view! { <RemoveWithoutScript purpose /> })}
        </div>
        <div class="photo-actions" hidden=move || !ready.get()>
            <Button icon="upload" pending=choosing.reading on:click=move |_| choosing.ask()>
                {choose_text}
            </Button>
            {move || {
                present
                    .get()
                    .then(|| {
                        view! {
                            <Button kind=ButtonKind::Ghost icon="trash-2" on:click=move |_| removing.set(true)>
                                {(words.remove)(l)}
                            </Button>
                        }
                    })
            }}
            <p class="visually-hidden" role="status">
                {move || choosing.reading.get().then(|| (words.reading)(l))}
            </p>
        </div>
    }
}

/// Asks first, as the dialog does.
#[component]
fn RemoveWithoutScript(purpose: &'static Purpose) -> impl IntoView {
    let (l, words) = (language(), &purpose.words);
    view! {
        <details class="photo-remove">
            <summary class="button button-ghost">{(words.remove)(l)}</summary>
            <p>{(words.remove_text)(l)}</p>
            <button
                class="button button-danger"
                type="submit"
                form=purpose.remove_form
                name="form[confirmed]"
                value="true"
            >
                {(words.remove_confirm)(l)}
            </button>
        </details>
    }
}

#[component]
pub fn RemoveDialog(
    purpose: &'static Purpose,
    open: RwSignal<bool>,
    #[prop(into)] pending: Signal<bool>,
    #[prop(into)] on_remove: Callback<()>,
) -> impl IntoView {
    let (l, words) = (language(), &purpose.words);
    let remove = move |_| {
        if !pending.get_untracked() {
            on_remove.run(());
        }
    };
    let footer = view! {
        <Button on:click=move |_| open.set(false)>{texts::shell::cancel(l)}</Button>
        <Button kind=ButtonKind::Danger pending on:click=remove>
            {(words.remove_confirm)(l)}
        </Button>
    };
    view! {
        <Dialog
            open
            title=(words.remove_title)(l)
            close=texts::shell::close(l)
            locked=pending
            footer=footer.into_any()
        >
            <p>{(words.remove_text)(l)}</p>
        </Dialog>
    }
}
