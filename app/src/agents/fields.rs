//! The fields of an agent, for adding and for changing one.

use domain::{
    Language,
    agents::{AgentForm, MOST_IN_GREETING, MOST_IN_NAME},
};
use leptos::prelude::*;

use crate::{
    state::language,
    theirs::Theirs,
    ui::{Choice, Select, TextArea, TextField},
};

/// `theirs` says below each field what somebody else saved meanwhile.
#[component]
pub fn AgentFields(saved: AgentForm, theirs: Theirs<AgentForm>) -> impl IntoView {
    let l = language();
    let languages = Language::ALL
        .into_iter()
        .map(|spoken| Choice { value: spoken.tag().to_owned(), label: spoken.name().to_owned() });
    let AgentForm { agent, name, language, greeting, number, .. } = saved;
    let language = if language.is_empty() { Language::default().tag().to_owned() } else { language };
    let spoken = |tag: &str| Language::from_tag(tag).map_or("", Language::name).to_owned();
    let below_language = theirs.below_in_words("language", |form| form.language.clone(), spoken);
    view! {
        <input type="hidden" name="form[agent]" value=agent />
        <input type="hidden" name="form[version]" value=move || theirs.version() />
        <TextField
            field="name"
            label=texts::agents::name(l)
            hint=texts::agents::name_hint(l)
            saved=name
            maxlength=u32::try_from(MOST_IN_NAME).unwrap_or(u32::MAX)
            autocomplete="off"
            required=true
        >
            {theirs.below("name", |form| form.name.clone())}
        </TextField>
        <Select field="language" label=texts::agents::language(l) options=languages.collect() saved=language>
            {below_language}
        </Select>
        <TextArea
            field="greeting"
            label=texts::agents::greeting(l)
            hint=texts::agents::greeting_hint(l)
            saved=greeting
            rows=4
            maxlength=u32::try_from(MOST_IN_GREETING).unwrap_or(u32::MAX)
            required=true
        >
            {theirs.below("greeting", |form| form.greeting.clone())}
        </TextArea>
        <TextField
            field="number"
            label=texts::agents::number(l)
            hint=texts::agents::number_hint(l)
            saved=number
            type_="tel"
            inputmode="tel"
            autocomplete="off"
            optional=texts::shell::optional(l)
        >
            {theirs.below("number", |form| form.number.clone())}
        </TextField>
    }
}
