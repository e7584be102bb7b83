//! How the identity prints on an invoice, in both languages: from what is typed, without JavaScript from what is saved.

use domain::{
    Language,
    billing::{OTHER_OFFICE, Taxpayer, mask_typed, place_line},
    branding::SHOWN,
};
use leptos::{either::Either, prelude::*};

use super::{
    conflict::Known,
    places::{Provinces, name_of},
};
use crate::{
    state::{language, page},
    ui::{Avatar, AvatarSize},
};

#[component]
pub fn Preview(known: Known, provinces: Provinces, logo: Option<(String, String)>) -> impl IntoView {
    let l = language();
    let choices = Language::ALL.map(|one| {
        let id = format!("preview-{}", one.tag());
        view! {
            <label class="preview-language" for=id.clone()>
                <input
                    class="visually-hidden"
                    type="radio"
                    name="preview-language"
                    id=id.clone()
                    value=one.tag()
                    checked=one == l
                />
                <span lang=one.tag()>{one.name()}</span>
            </label>
        }
    });
    let logo = StoredValue::new(logo);
    let sheets = Language::ALL.map(|one| view! { <Sheet known provinces logo l=one /> });
    view! {
        <section class="panel preview" aria-labelledby="preview">
            <header class="panel-head">
                <div>
                    <h2 id="preview">{texts::billing::preview(l)}</h2>
                    <p class="live-only">{texts::billing::preview_text(l)}</p>
                    <p class="plain-only">{texts::billing::preview_plain(l)}</p>
                </div>
            </header>
            <div class="panel-body">
                <div class="preview-languages" role="radiogroup" aria-label=texts::billing::preview_language(l)>
                    {choices}
                </div>
                {sheets}
            </div>
        </section>
    }
}

/// One invoice; the style sheet shows that of the chosen language.
#[component]
fn Sheet(
    known: Known,
    provinces: Provinces,
    logo: StoredValue<Option<(String, String)>>,
    l: Language,
) -> impl IntoView {
    let viewer = page().viewer;
    let head = move || {
        let organisation = viewer.get()?.organisation;
        Some(match logo.get_value() {
            Some((plain, dense)) => Either::Left(view! {
                <img
                    class="print-logo"
                    src=plain.clone()
                    srcset=format!("{plain} 1x, {dense} 2x")
                    width=SHOWN.0.to_string()
                    height=SHOWN.1.to_string()
                    alt=organisation.name
                />
            }),
            None => Either::Right(view! {
                <Avatar name=organisation.name.clone() src=organisation.photo size=AvatarSize::S32 />
                <strong class="print-name">{organisation.name}</strong>
            }),
        })
    };
    let or = |text: String, otherwise: &'static str| {
        if text.trim().is_empty() { otherwise.to_owned() } else { text }
    };
    let title = move || or(known.shown("legal_title"), texts::billing::print_no_title(l));
    let address = move || or(known.shown("address"), texts::billing::print_no_address(l));
    let place = move || {
        let province = name_of(provinces, &known.shown("province"));
        place_line(&known.shown("postcode"), &known.shown("district"), &province)
    };
    let office = move || match known.shown("tax_office") {
        chosen if chosen.is_empty() || chosen == OTHER_OFFICE => known.shown("tax_office_name"),
        chosen => chosen,
    };
    let is_person = move || known.shown("taxpayer") == Taxpayer::SoleTrader.word();
    let number = move || match (is_person(), known.typed_number()) {
        (true, typed) if typed.trim().is_empty() => known.masked().unwrap_or_default(),
        (true, typed) => mask_typed(&typed),
        (false, _) => known.shown("tax_number").split_whitespace().collect(),
    };
    let number_name = move || {
        if is_person() {
            texts::billing::print_national_number(l)
        } else {
            texts::billing::print_tax_number(l)
        }
    };
    view! {
        <div class="print" lang=l.tag()>
            <div class="print-head">{head} <span class="print-kind">{texts::billing::print_invoice(l)}</span></div>
            <div class="print-to">
                <p class="print-label">{texts::billing::print_to(l)}</p>
                <p class="print-title">{title}</p>
                <p class="print-address">{address}</p>
                <p>{place}</p>
                <p>{texts::billing::print_country(l)}</p>
            </div>
            <dl class="print-facts">
                <div>
                    <dt>{texts::billing::print_office(l)}</dt>
                    <dd>{move || or(office(), texts::billing::print_none(l))}</dd>
                </div>
                <div>
                    <dt>{number_name}</dt>
                    <dd class="tnum">{move || or(number(), texts::billing::print_none(l))}</dd>
                </div>
            </dl>
            <p class="print-rest">
                <span>{texts::billing::print_item(l)}</span>
                <span>{texts::billing::print_total(l)}</span>
            </p>
        </div>
    }
}
