//! The fields of a customer, for adding and for changing one.

use domain::{
    customers::{CustomerForm, MOST_IN_NOTE},
    general::Name,
};
use leptos::prelude::*;

use super::taken::TakenBy;
use crate::{
    form::use_form,
    state::language,
    theirs::Theirs,
    ui::{Switch, TextArea, TextField},
};

/// `theirs` says below each field what somebody else saved meanwhile; `sent` is the number that was sent last.
#[component]
pub fn CustomerFields(
    saved: CustomerForm,
    theirs: Theirs<CustomerForm>,
    sent: RwSignal<Option<String>>,
) -> impl IntoView {
    let (l, state) = (language(), use_form());
    let CustomerForm { customer, name, phone, email, note, do_not_call, .. } = saved;
    let yes_or_no = |is_on: &str| {
        if is_on == "true" { texts::audit::yes(language()) } else { texts::audit::no(language()) }.to_owned()
    };
    let quiet = theirs.below_in_words("do_not_call", |form| form.do_not_call.to_string(), yes_or_no);
    view! {
        <input type="hidden" name="form[customer]" value=customer />
        <input type="hidden" name="form[version]" value=move || theirs.version() />
        <TextField
            field="name"
            label=texts::customers::name(l)
            saved=name
            maxlength=u32::try_from(Name::MAX).unwrap_or(u32::MAX)
            autocomplete="off"
            required=true
        >
            {theirs.below("name", |form| form.name.clone())}
        </TextField>
        <TextField
            field="phone"
            label=texts::customers::phone(l)
            hint=texts::customers::phone_hint(l)
            saved=phone
            type_="tel"
            inputmode="tel"
            autocomplete="off"
            required=true
        >
            {theirs.below("phone", |form| form.phone.clone())}
            <TakenBy state sent />
        </TextField>
        <TextField
            field="email"
            label=texts::customers::email(l)
            saved=email
            type_="email"
            inputmode="email"
            autocomplete="off"
            optional=texts::shell::optional(l)
        >
            {theirs.below("email", |form| form.email.clone())}
        </TextField>
        <TextArea
            field="note"
            label=texts::customers::note(l)
            hint=texts::customers::note_hint(l)
            saved=note
            maxlength=u32::try_from(MOST_IN_NOTE).unwrap_or(u32::MAX)
            optional=texts::shell::optional(l)
        >
            {theirs.below("note", |form| form.note.clone())}
        </TextArea>
        <Switch
            field="do_not_call"
            label=texts::customers::do_not_call(l)
            hint=texts::customers::do_not_call_hint(l)
            saved=do_not_call
        />
        {quiet}
    }
}
