//! What the saved logo stands on: changed without choosing the file again.

use domain::{Code, branding::Plate};
use leptos::prelude::*;

use super::{api::SavePlate, logo::Brand};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    shell::FormFailure,
    state::language,
    ui::{Banner, Button, CardChoice, RadioCards, Tone, fill, use_toasts},
};

#[component]
pub fn PlatePanel(brand: Brand) -> impl IntoView {
    let (l, toasts) = (language(), use_toasts());
    let action = Act::<SavePlate>::new();
    let state = FormState::new(action);
    let theirs = RwSignal::new(state.conflict().get_untracked());
    // On a page that answers a conflict without JavaScript it is the version of now; on one that answers another mistake
    // it stays the one the person began with.
    let began = StoredValue::new((!theirs.get_untracked()).then(|| state.value("version", String::new())));
    let version = move || {
        let now = brand.now.with(|now| now.version.to_string());
        began.get_value().filter(|began| !began.is_empty()).unwrap_or(now)
    };
    // A new logo may bring another plate. What somebody chose before they were told of a conflict stays.
    Effect::new(move |before: Option<Plate>| {
        let plate = brand.plate();
        if before.is_some_and(|before| before != plate) && !theirs.get_untracked() {
            fill(&state.name("plate"), plate.as_str());
        }
        plate
    });
    Effect::new(move || match action.value().get() {
        Some(Ok(())) => {
            began.set_value(None);
            theirs.set(false);
            toasts.success(texts::branding::done_save_plate(l));
            brand.saved();
        }
        // Replaced or removed meanwhile: the page is old.
        Some(Err(Error(error))) if matches!(error.code, Code::Conflict | Code::NotFound) => {
            began.set_value(None);
            theirs.set(error.code == Code::Conflict);
            brand.refresh.run(());
        }
        _ => {}
    });
    let failure = state.failure();
    let failure = Signal::derive(move || failure.get().filter(|error| error.code != Code::Conflict));
    let card = |plate: Plate, label: &str, text: &str| CardChoice {
        value: plate.as_str().to_owned(),
        label: label.to_owned(),
        text: text.to_owned(),
    };
    let options = vec![
        card(Plate::None, texts::branding::plate_none(l), texts::branding::plate_none_text(l)),
        card(Plate::White, texts::branding::plate_white(l), texts::branding::plate_white_text(l)),
        card(Plate::Dark, texts::branding::plate_dark(l), texts::branding::plate_dark_text(l)),
    ];
    view! {
        <Form action id="plate" state>
            <FormFailure error=failure />
            {move || {
                theirs
                    .get()
                    .then(|| view! { <Banner tone=Tone::Warn>{texts::branding::plate_conflict(l)}</Banner> })
            }}
            <input type="hidden" name=state.name("version") value=version />
            <section class="panel" aria-label=texts::branding::plate(l)>
                <RadioCards
                    field="plate"
                    label=texts::branding::plate(l)
                    hint=texts::branding::plate_hint(l)
                    options
                    saved=untrack(|| brand.plate()).as_str()
                />
                <footer class="panel-foot">
                    <Button type_="submit" pending=state.pending()>
                        {texts::branding::plate_save(l)}
                    </Button>
                </footer>
            </section>
        </Form>
    }
}
