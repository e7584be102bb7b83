//! The three panels of the form.

use domain::{
    billing::{OTHER_OFFICE, OpenNumber, Province, TaxIdentityForm, Taxpayer},
    general::Address,
};
use leptos::prelude::*;

use super::{
    conflict::Known,
    number::SavedNumber,
    places::{Provinces, follow_province, line, name_of, province_lines},
};
use crate::{
    form::use_form,
    state::language,
    ui::{CardChoice, Combobox, RadioCards, TextArea, TextField, fill, hydrated},
    unsaved::Unsaved,
};

#[component]
pub fn TaxpayerPanel(known: Known, revealed: RwSignal<Option<OpenNumber>>) -> impl IntoView {
    let l = language();
    let words = move |word: &str| {
        let key = format!("taxpayer_{word}");
        texts::billing::by_key(l, &key).unwrap_or_default().to_owned()
    };
    let cards = Taxpayer::ALL.map(|taxpayer| CardChoice {
        value: taxpayer.word().to_owned(),
        label: words(taxpayer.word()),
        text: words(&format!("{}_text", taxpayer.word())),
    });
    // Both numbers are there without JavaScript, and before it has come to life.
    let ready = hydrated();
    let hides = move |taxpayer: Taxpayer| ready.get() && known.shown("taxpayer") == taxpayer.word();
    view! {
        <section class="panel" aria-labelledby="taxpayer">
            <header class="panel-head">
                <div>
                    <h2 id="taxpayer">{texts::billing::taxpayer_title(l)}</h2>
                    <p>{texts::billing::taxpayer_text(l)}</p>
                </div>
            </header>
            <RadioCards
                field="taxpayer"
                label=texts::billing::taxpayer(l)
                hint=texts::billing::taxpayer_hint(l)
                options=cards.to_vec()
                saved=known.saved("taxpayer")
            >
                {known.below("taxpayer", words)}
            </RadioCards>
            <TextField
                field="legal_title"
                label=texts::billing::legal_title(l)
                hint=texts::billing::legal_title_hint(l)
                saved=known.saved("legal_title")
                autocomplete="organization"
                maxlength=length(TaxIdentityForm::MAX_TITLE)
                required=true
            >
                {known.below("legal_title", str::to_owned)}
            </TextField>
            <TextField
                field="tax_number"
                label=texts::billing::tax_number(l)
                hint=texts::billing::tax_number_hint(l)
                saved=known.saved("tax_number")
                inputmode="numeric"
                autocomplete="off"
                attr:hidden=move || hides(Taxpayer::SoleTrader)
            >
                {known.below("tax_number", str::to_owned)}
            </TextField>
            <TextField
                field="national_number"
                label=texts::billing::national_number(l)
                hint=texts::billing::national_number_hint(l)
                inputmode="numeric"
                autocomplete="off"
                attr:hidden=move || hides(Taxpayer::Company)
            >
                <SavedNumber known revealed />
            </TextField>
        </section>
    }
}

#[component]
pub fn OfficePanel(
    known: Known,
    unsaved: Unsaved,
    provinces: Provinces,
    office_at: Province,
) -> impl IntoView {
    let (l, form) = (language(), use_form());
    let office_at = RwSignal::new(office_at);
    // Most companies belong to an office of the province they are in.
    let first = move |code: &str| {
        let name = form.name("province");
        if unsaved.typed(&name).is_some_and(|typed| typed.is_empty()) {
            fill(&name, code);
        }
    };
    follow_province(unsaved, form.name("office_province"), office_at, first);
    let words = move |word: &str| match word {
        OTHER_OFFICE => texts::billing::tax_office_other(l).to_owned(),
        name => name.to_owned(),
    };
    // A new province is a new list.
    let offices = move || {
        let mut lines = vec![line("", texts::billing::choose_office(l))];
        office_at.with(|at| lines.extend(at.tax_offices.iter().map(|name| line(name, name))));
        lines.push(line(OTHER_OFFICE, texts::billing::tax_office_other(l)));
        view! {
            <Combobox
                field="tax_office"
                label=texts::billing::tax_office(l)
                options=lines
                saved=known.saved("tax_office")
                placeholder=texts::billing::search(l)
                nothing=texts::billing::no_office(l)
            >
                {known.below("tax_office", words)}
            </Combobox>
        }
    };
    let ready = hydrated();
    let writes =
        move || known.shown("tax_office") == OTHER_OFFICE || !known.shown("tax_office_name").is_empty();
    view! {
        <section class="panel" aria-labelledby="office">
            <header class="panel-head">
                <div>
                    <h2 id="office">{texts::billing::office_title(l)}</h2>
                    <p>{texts::billing::office_text(l)}</p>
                    <p class="plain-only">{texts::billing::plain_lists(l)}</p>
                </div>
            </header>
            <ProvinceField field="office_province" label=texts::billing::office_province(l) known provinces />
            {offices}
            <TextField
                field="tax_office_name"
                label=texts::billing::tax_office_name(l)
                hint=texts::billing::tax_office_name_hint(l)
                saved=known.saved("tax_office_name")
                autocomplete="off"
                maxlength=length(TaxIdentityForm::MAX_OFFICE)
                attr:hidden=move || ready.get() && !writes()
            >
                {known.below("tax_office_name", str::to_owned)}
            </TextField>
        </section>
    }
}

#[component]
pub fn AddressPanel(known: Known, unsaved: Unsaved, provinces: Provinces, at: Province) -> impl IntoView {
    let (l, form) = (language(), use_form());
    let at = RwSignal::new(at);
    follow_province(unsaved, form.name("province"), at, |_| ());
    // A new province is a new list.
    let districts = move || {
        let mut lines = vec![line("", texts::billing::choose_district(l))];
        at.with(|at| lines.extend(at.districts.iter().map(|name| line(name, name))));
        view! {
            <Combobox
                field="district"
                label=texts::billing::district(l)
                options=lines
                saved=known.saved("district")
                placeholder=texts::billing::search(l)
                nothing=texts::billing::no_district(l)
            >
                {known.below("district", str::to_owned)}
            </Combobox>
        }
    };
    view! {
        <section class="panel" aria-labelledby="billing-address">
            <header class="panel-head">
                <div>
                    <h2 id="billing-address">{texts::billing::address_title(l)}</h2>
                </div>
            </header>
            <TextArea
                field="address"
                label=texts::billing::address(l)
                hint=texts::billing::address_hint(l)
                saved=known.saved("address")
                autocomplete="street-address"
                maxlength=length(Address::MAX)
                required=true
            >
                {known.below("address", |value| value.replace('\n', ", "))}
            </TextArea>
            <ProvinceField field="province" label=texts::billing::province(l) known provinces />
            {districts}
            <TextField
                field="postcode"
                label=texts::billing::postcode(l)
                saved=known.saved("postcode")
                inputmode="numeric"
                autocomplete="postal-code"
                optional=texts::shell::optional(l)
            >
                {known.below("postcode", str::to_owned)}
            </TextField>
        </section>
    }
}

/// The browser counts UTF-16 units, the rules count characters: twice as many never cut a value short.
fn length(characters: usize) -> u32 {
    u32::try_from(characters * 2).unwrap_or(u32::MAX)
}

#[component]
fn ProvinceField(
    field: &'static str,
    label: &'static str,
    known: Known,
    provinces: Provinces,
) -> impl IntoView {
    let l = language();
    view! {
        <Combobox
            field=field
            label=label
            options=province_lines(provinces, l)
            saved=known.saved(field)
            placeholder=texts::billing::search(l)
            nothing=texts::billing::no_province(l)
        >
            {known.below(field, move |code| name_of(provinces, code))}
        </Combobox>
    }
}
