//! What an administrator does for members. Forms don't nest: these stand beside the page's own, and buttons anywhere on
//! the page name them in `form`.

use leptos::{prelude::*, task::spawn_local};

use super::api::{MemberLine, RemindAll, RemindMember, ResetMember, SignMemberOut, load_security};
use crate::{
    account::AskPassword,
    act::{Act, Sent},
    form::Form,
    shell::{FormFailure, follow, refusal},
    state::language,
};

/// The ids of the forms.
pub const REMIND: &str = "remind-member";
pub const REMIND_ALL: &str = "remind-all";
pub const SIGN_OUT: &str = "sign-member-out";
pub const RESET: &str = "reset-member";

#[component]
pub fn MemberForms(people: RwSignal<Vec<MemberLine>>) -> impl IntoView {
    let l = language();
    let (remind, remind_all) = (Act::<RemindMember>::new(), Act::<RemindAll>::new());
    let (sign_out, reset) = (Act::<SignMemberOut>::new(), Act::<ResetMember>::new());
    let name = move |sent: &Sent| {
        let person = sent.field("person");
        people.with_untracked(|people| {
            people.iter().find(|line| line.id == person).map(|line| line.name.clone()).unwrap_or_default()
        })
    };
    let refresh = move || {
        spawn_local(async move {
            if let Ok(fresh) = load_security().await {
                _ = people.try_set(fresh.people);
            }
        });
    };
    follow(remind, move |sent, ()| texts::security::reminded_person(l, name(&sent)), refresh);
    follow(
        remind_all,
        move |_, sent| match sent {
            0 => texts::security::none_reminded(l).to_owned(),
            sent => texts::security::all_reminded_count(l, sent),
        },
        refresh,
    );
    follow(sign_out, move |sent, _| texts::security::signed_out_person(l, name(&sent)), refresh);
    follow(reset, move |sent, ()| texts::security::was_reset_person(l, name(&sent)), refresh);
    view! {
        <Form action=remind id=REMIND>
            <FormFailure error=refusal(remind) />
        </Form>
        <Form action=remind_all id=REMIND_ALL>
            <FormFailure error=refusal(remind_all) />
        </Form>
        <Form action=sign_out id=SIGN_OUT>
            <FormFailure error=refusal(sign_out) />
        </Form>
        <Form action=reset id=RESET>
            <FormFailure error=refusal(reset) />
        </Form>
        <AskPassword action=sign_out />
        <AskPassword action=reset />
    }
}
