//! The three panels of the form.

use domain::{
    Language,
    general::{Address, GeneralForm, Name, Website, ZoneOption},
    support::Mode,
};
use leptos::{ev::Event, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlSelectElement};

use super::{
    api::Profile,
    conflict::Meanwhile,
    photo::PhotoField,
    zone::{ZoneBanner, ZoneChanged, preview},
};
use crate::{
    form::use_form,
    paths,
    state::{is_support, language},
    support::mode_name,
    ui::{CardChoice, Choice, ComboOption, Combobox, RadioCards, Select, TextArea, TextField},
};

#[component]
pub fn ProfilePanel(saved: GeneralForm, meanwhile: Meanwhile, may_change: bool) -> impl IntoView {
    let l = language();
    let optional = texts::shell::optional(l);
    let theirs = move |field| meanwhile.below(field, |value| value.replace('\n', ", "));
    view! {
        <section class="panel" aria-labelledby="profile">
            <header class="panel-head">
                <div>
                    <h2 id="profile">{texts::general::profile_title(l)}</h2>
                    <p>{texts::general::profile_text(l)}</p>
                </div>
            </header>
            <PhotoField may_change />
            <TextField
                field="name"
                label=texts::general::name(l)
                saved=saved.name
                autocomplete="organization"
                maxlength=length(Name::MAX)
                required=true
            >
                {theirs("name")}
            </TextField>
            <TextField
                field="email"
                label=texts::general::email(l)
                saved=saved.email
                type_="email"
                autocomplete="email"
                required=true
            >
                {theirs("email")}
            </TextField>
            <TextField
                field="phone"
                label=texts::general::phone(l)
                hint=texts::general::phone_hint(l)
                saved=saved.phone
                type_="tel"
                autocomplete="tel"
                optional
            >
                {theirs("phone")}
            </TextField>
            <TextField
                field="website"
                label=texts::general::website(l)
                saved=saved.website
                // `type=url` would refuse `sirket.com` with a sentence of the browser's.
                inputmode="url"
                autocomplete="url"
                maxlength=length(Website::MAX)
                optional
            >
                {theirs("website")}
            </TextField>
            <TextArea
                field="address"
                label=texts::general::address(l)
                saved=saved.address
                autocomplete="street-address"
                maxlength=length(Address::MAX)
                optional
            >
                {theirs("address")}
            </TextArea>
        </section>
    }
}

#[component]
pub fn PlacePanel(
    profile: Profile,
    zones: Vec<ZoneOption>,
    tzdata: String,
    zone_changed: RwSignal<Option<ZoneChanged>>,
    meanwhile: Meanwhile,
) -> impl IntoView {
    let l = language();
    let languages =
        Language::ALL.map(|one| Choice { value: one.tag().to_owned(), label: one.name().to_owned() });
    let own = profile.own_language.then(|| texts::general::language_own(l, l.name()));
    let hint = [Some(texts::general::language_hint(l).to_owned()), own]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let lines: Vec<ComboOption> = zones.into_iter().map(line).collect();
    let field = use_form().name("time_zone");
    let choose = move |event: Event| {
        let select = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
        if let Some(select) = select.filter(|select| select.name() == field) {
            preview(select.value(), zone_changed);
        }
    };
    view! {
        <section class="panel" aria-labelledby="place" on:change=choose>
            <header class="panel-head">
                <div>
                    <h2 id="place">{texts::general::place_title(l)}</h2>
                </div>
            </header>
            <Select
                field="language"
                label=texts::general::language(l)
                hint
                options=languages.to_vec()
                saved=profile.form.language
            >
                {meanwhile.below("language", language_name)}
            </Select>
            <Combobox
                field="time_zone"
                label=texts::general::time_zone(l)
                hint=texts::general::time_zone_hint(l, tzdata)
                options=lines
                saved=profile.form.time_zone
                placeholder=texts::general::time_zone_search(l)
                nothing=texts::general::time_zone_nothing(l)
            >
                {meanwhile.below("time_zone", move |_| meanwhile.zone())}
                <ZoneBanner changed=zone_changed />
            </Combobox>
        </section>
    }
}

#[component]
pub fn SupportPanel(saved: GeneralForm, meanwhile: Meanwhile, may_change: bool) -> impl IntoView {
    let l = language();
    let card = |value: &str, label: &str, text: &str| CardChoice {
        value: value.to_owned(),
        label: label.to_owned(),
        text: text.to_owned(),
    };
    let choices = vec![
        card("allow", texts::general::support_allow(l), texts::general::support_allow_text(l)),
        card("deny", texts::general::support_deny(l), texts::general::support_deny_text(l)),
    ];
    let words = move |value: &str| match value {
        "allow" => texts::general::support_allow(l).to_owned(),
        _ => texts::general::support_deny(l).to_owned(),
    };
    let modes =
        Mode::ALL.map(|mode| Choice { value: mode.word().to_owned(), label: mode_name(l, mode).to_owned() });
    let mode_words = move |word: &str| mode_name(l, Mode::from_column(word)).to_owned();
    // Support sees who lets it in and leaves it as it is.
    let closed = is_support();
    let kept = [
        ("support_access", &saved.support_access),
        ("support_mode", &saved.support_mode),
        ("support_until", &saved.support_until),
    ];
    let kept = kept.map(|(field, value)| {
        closed.then(|| view! { <input type="hidden" name=format!("form[{field}]") value=value.clone() /> })
    });
    view! {
        <fieldset disabled=closed>
            <section class="panel" aria-labelledby="support">
                <header class="panel-head">
                    <div>
                        <h2 id="support">{texts::general::support_title(l)}</h2>
                        <p>{texts::general::support_text(l)}</p>
                    </div>
                    // The record is for administrators.
                    {may_change
                        .then(|| {
                            view! {
                                <div class="panel-actions">
                                    <a class="link" href=paths::SUPPORT_RECORD>{texts::general::support_record(l)}</a>
                                </div>
                            }
                        })}
                </header>
                <RadioCards
                    field="support_access"
                    label=texts::general::support(l)
                    hint=texts::general::support_hint(l)
                    options=choices
                    saved=saved.support_access
                >
                    {meanwhile.below("support_access", words)}
                </RadioCards>
                <Select
                    field="support_mode"
                    label=texts::general::support_mode(l)
                    hint=texts::general::support_mode_hint(l)
                    options=modes.to_vec()
                    saved=saved.support_mode
                >
                    {meanwhile.below("support_mode", mode_words)}
                </Select>
                <TextField
                    field="support_until"
                    label=texts::general::support_until(l)
                    hint=texts::general::support_until_hint(l)
                    saved=saved.support_until
                    type_="date"
                    optional=texts::shell::optional(l)
                >
                    {meanwhile.below("support_until", str::to_owned)}
                </TextField>
            </section>
        </fieldset>
        {kept}
    }
}

fn language_name(tag: &str) -> String {
    Language::from_tag(tag).map_or_else(|| tag.to_owned(), |language| language.name().to_owned())
}

fn line(zone: ZoneOption) -> ComboOption {
    ComboOption {
        value: zone.id.into_owned(),
        label: zone.city.into_owned(),
        detail: format!("{} · {}", zone.local_time, zone.offset),
        group: zone.region.into_owned(),
        search: zone.also.into_owned(),
    }
}

/// The browser counts UTF-16 units, the rules count characters: twice as many never cut a value short.
fn length(characters: usize) -> u32 {
    u32::try_from(characters * 2).unwrap_or(u32::MAX)
}
