//! The panel of the logo: the picture, its buttons, and what is to be said about it.

use domain::{
    Language,
    branding::{KEPT, Plate, SHOWN, Shape},
};
use leptos::{context::Provider, prelude::*};

use super::{
    api::{BrandingPage, LogoLine, RemoveForm, RemoveLogo},
    picks::{Pick, Picks},
};
use crate::{
    act::Act,
    error::Error,
    parts,
    picture::{
        Purpose, Subject, Words,
        choose::{Choosing, PictureActions, PictureForms, RemoveDialog, cropper},
    },
    state::{language, page},
    ui::{Banner, Field, Icon, Tone, use_toasts},
};

pub static LOGO: Purpose = Purpose {
    subject: Subject::Logo,
    field: "logo",
    remove_form: "logo-remove",
    save: "branding/save-logo",
    remove: "branding/remove-logo",
    words: Words {
        choose: texts::branding::logo_choose,
        replace: texts::branding::logo_replace,
        file: texts::branding::logo_file,
        upload: texts::branding::logo_upload,
        reading: texts::branding::logo_reading,
        remove: texts::branding::logo_remove,
        remove_title: texts::branding::logo_remove_title,
        remove_text: texts::branding::logo_remove_text,
        remove_confirm: texts::branding::logo_remove_confirm,
        crop_title: texts::branding::crop_title,
        crop_stage: texts::branding::crop_stage,
        crop_help: texts::branding::crop_help,
        crop_save: texts::branding::crop_save,
        upload_failed: texts::branding::upload_failed,
        upload_progress: |l, percent| texts::branding::upload_progress(l, percent),
        shrunk: |l, width, height| texts::branding::crop_shrunk(l, height, width),
        too_small: |l, width, height| texts::branding::logo_too_small(l, height, SHOWN.1, SHOWN.0, width),
    },
};

/// The page's data and how it is brought up to date.
#[derive(Clone, Copy)]
pub struct Brand {
    pub now: RwSignal<BrandingPage>,
    pub refresh: Callback<()>,
    /// How often something was saved.
    pub saves: RwSignal<usize>,
}

impl Brand {
    pub fn logo(self) -> Option<LogoLine> {
        self.now.with(|now| now.logo.clone())
    }

    pub fn plate(self) -> Plate {
        self.now.with(|now| now.logo.as_ref().map(|logo| logo.plate).unwrap_or_default())
    }

    pub fn saved(self) {
        self.saves.update(|saves| *saves += 1);
        self.refresh.run(());
    }
}

pub fn shapes(l: Language) -> Vec<Pick> {
    let label = |shape| match shape {
        Shape::Free => texts::branding::shape_free(l),
        Shape::Wide => texts::branding::shape_wide(l),
    };
    Shape::ALL.iter().map(|shape| Pick { value: shape.as_str(), label: label(*shape) }).collect()
}

pub fn plates(l: Language) -> Vec<Pick> {
    let label = |plate| match plate {
        Plate::None => texts::branding::plate_none(l),
        Plate::White => texts::branding::plate_white(l),
        Plate::Dark => texts::branding::plate_dark(l),
    };
    Plate::ALL.iter().map(|plate| Pick { value: plate.as_str(), label: label(*plate) }).collect()
}

/// The name of the company, for whoever does not see its logo.
pub fn company() -> String {
    page()
        .viewer
        .with(|viewer| viewer.as_ref().map(|viewer| viewer.organisation.name.clone()))
        .unwrap_or_default()
}

#[component]
pub fn LogoPanel(brand: Brand) -> impl IntoView {
    let l = language();
    let choosing = Choosing::new(&LOGO);
    let present = Signal::derive(move || brand.now.with(|now| now.logo.is_some()));
    let removing = RwSignal::new(false);
    view! {
        <section class="panel" aria-labelledby="logo-title">
            <header class="panel-head">
                <div>
                    <h2 id="logo-title">{texts::branding::logo_title(l)}</h2>
                    <p>{texts::branding::logo_text(l)}</p>
                </div>
            </header>
            <Field
                field="logo"
                label=texts::branding::logo(l)
                hint=texts::branding::logo_hint(l)
                group=true
                error=choosing.error
            >
                <div class="logo">
                    {move || shown(brand)}
                    <PlainChoices brand />
                    <div class="photo">
                        <PictureActions purpose=&LOGO choosing present removing />
                    </div>
                </div>
            </Field>
            {move || fading(l, brand)}
        </section>
        <PictureForms purpose=&LOGO>
            <input
                type="hidden"
                name="version"
                value=move || brand.now.with(|now| now.version.to_string())
            />
        </PictureForms>
        <Remove brand open=removing />
        <Provider value=brand>{cropper(choosing, parts::CROP_LOGO)}</Provider>
    }
}

/// The logo as it is saved, with its size; or that there is none.
fn shown(brand: Brand) -> AnyView {
    let l = language();
    let Some(LogoLine { plain, dense, width, height, .. }) = brand.logo() else {
        return view! {
            <p class="logo-none">
                <Icon name="image" />
                {texts::branding::logo_none(l)}
            </p>
        }
        .into_any();
    };
    let small = width < KEPT.0 && height < KEPT.1;
    view! {
        <img
            class="logo-shown"
            src=plain.clone()
            srcset=format!("{plain} 1x, {dense} 2x")
            width=SHOWN.0.to_string()
            height=SHOWN.1.to_string()
            alt=company()
        />
        <p class="logo-facts">
            {texts::branding::logo_size(l, height, width)}
            {small.then(|| format!(" {}", texts::branding::logo_small(l)))}
        </p>
    }
    .into_any()
}

/// That the logo can't be seen where it will stand, if that is so.
fn fading(l: Language, brand: Brand) -> Option<impl IntoView> {
    let logo = brand.logo().filter(|logo| logo.plate == Plate::None)?;
    let text = match logo.fades_on? {
        Plate::White => texts::branding::fades_white(l),
        Plate::Dark => texts::branding::fades_dark(l),
        Plate::None => return None,
    };
    Some(view! {
        <div class="panel-body">
            <Banner tone=Tone::Warn>{text}</Banner>
        </div>
    })
}

/// What the cropper asks, for a file that is posted as it is.
#[component]
fn PlainChoices(brand: Brand) -> impl IntoView {
    let l = language();
    let plate = LOGO.chosen("plate").unwrap_or_else(|| untrack(|| brand.plate()).as_str().to_owned());
    let shape = LOGO.chosen("shape").unwrap_or_else(|| Shape::default().as_str().to_owned());
    view! {
        <div class="logo-plain plain-only">
            <Picks name="shape" label=texts::branding::shape(l) picks=shapes(l) chosen=shape form="logo" />
            <Picks name="plate" label=texts::branding::plate(l) picks=plates(l) chosen=plate form="logo" />
        </div>
    }
}

#[component]
fn Remove(brand: Brand, open: RwSignal<bool>) -> impl IntoView {
    let (l, toasts) = (language(), use_toasts());
    let action = Act::<RemoveLogo>::new();
    Effect::new(move || match action.value().get() {
        Some(Ok(())) => {
            open.set(false);
            toasts.success(texts::branding::done_remove_logo(l));
            brand.saved();
        }
        Some(Err(Error(error))) => {
            open.set(false);
            toasts.error(texts::error(l, &error));
        }
        None => {}
    });
    let remove = move |()| action.dispatch(RemoveLogo { form: RemoveForm { confirmed: true } });
    view! { <RemoveDialog purpose=&LOGO open pending=action.pending() on_remove=remove /> }
}
