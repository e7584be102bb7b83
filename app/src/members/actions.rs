//! The forms that the rows' buttons name.

use domain::Role;
use leptos::prelude::*;

use super::{
    api::{
        ChangeRole, LeaveOrganisation, RemoveMember, ResendInvitation, RevokeInvitation, TransferOwnership,
    },
    leave::go_when_left,
    page::Shown,
};
use crate::{
    account::AskPassword,
    act::{Act, Sent},
    form::Form,
    shell::{FormFailure, follow, refresh_viewer, refusal, role_name, say_refusal},
    state::{language, page},
};

/// The ids of the forms.
pub const RESEND: &str = "resend-invitation";
pub const REVOKE: &str = "revoke-invitation";
pub const REMOVE: &str = "remove-member";
pub const TRANSFER: &str = "transfer-ownership";
pub const LEAVE: &str = "leave";

/// The form that makes somebody a `role`.
pub const fn make(role: Role) -> &'static str {
    match role {
        Role::Member => "make-member",
        Role::Admin => "make-admin",
        Role::Owner => "make-owner",
    }
}

#[component]
pub fn MemberForms(shown: Shown) -> impl IntoView {
    let leave = Act::<LeaveOrganisation>::new();
    go_when_left(leave);
    say_refusal(leave, || ());
    view! {
        {shown.0.with_untracked(|page| page.admin.is_some()).then(|| view! { <AdminForms shown /> })}
        <Form action=leave id=LEAVE>
            <FormFailure error=refusal(leave) />
        </Form>
        <AskPassword action=leave />
    }
}

#[component]
fn AdminForms(shown: Shown) -> impl IntoView {
    let (l, viewer) = (language(), page().viewer);
    let (resend, revoke) = (Act::<ResendInvitation>::new(), Act::<RevokeInvitation>::new());
    let (change, remove) = (Act::<ChangeRole>::new(), Act::<RemoveMember>::new());
    let transfer = Act::<TransferOwnership>::new();
    let name = move |id: &str| {
        shown.0.with_untracked(|page| {
            let mut people = page.people.iter();
            let found = people.find(|line| line.details.as_ref().is_some_and(|details| details.id == id));
            found.map(|line| line.name.clone()).unwrap_or_default()
        })
    };
    let email = move |sent: &Sent| {
        let invitation = sent.field("invitation");
        shown.0.with_untracked(|page| {
            let lines = page.admin.iter().flat_map(|admin| &admin.invitations);
            let mut found = lines.filter(|line| line.id == invitation);
            found.next().map(|line| line.email.clone()).unwrap_or_default()
        })
    };
    let refresh = move || shown.refresh();
    follow(resend, move |sent, ()| texts::members::resent_to(l, email(&sent)), refresh);
    follow(revoke, move |sent, ()| texts::members::revoked_of(l, email(&sent)), refresh);
    follow(remove, move |sent, ()| texts::members::removed_person(l, name(&sent.field("person"))), refresh);
    let changed = move |sent: Sent, ()| {
        let role = Role::from_word(&sent.field("role")).map(role_name).unwrap_or_default();
        texts::members::changed_person(l, name(&sent.field("person")), role)
    };
    follow(change, changed, refresh);
    let transferred = move |sent: Sent, ()| texts::members::transferred_to(l, name(&sent.field("person")));
    follow(transfer, transferred, move || {
        // Another role of one's own shows in the top bar too.
        refresh_viewer(viewer);
        shown.refresh();
    });
    let make_form = |role: Role| {
        view! {
            <Form action=change id=make(role)>
                <input type="hidden" name="form[role]" value=role.as_str() />
            </Form>
        }
    };
    view! {
        <Form action=resend id=RESEND>
            <FormFailure error=refusal(resend) />
        </Form>
        <Form action=revoke id=REVOKE>
            <FormFailure error=refusal(revoke) />
        </Form>
        <FormFailure error=refusal(change) />
        {Role::ALL.map(make_form).collect_view()}
        <Form action=remove id=REMOVE>
            <FormFailure error=refusal(remove) />
        </Form>
        <Form action=transfer id=TRANSFER>
            <FormFailure error=refusal(transfer) />
        </Form>
        <AskPassword action=change />
        <AskPassword action=remove />
        <AskPassword action=transfer />
    }
}
