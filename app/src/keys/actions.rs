//! The forms that the rows' buttons name.

use domain::keys::Overlap;
use leptos::prelude::*;

use super::{
    api::{RevokeKey, RollKey},
    page::Shown,
};
use crate::{
    account::AskPassword,
    act::Act,
    form::Form,
    shell::{FormFailure, follow, refusal},
    state::language,
};

/// The id of the form that ends a key.
pub const REVOKE: &str = "revoke-key";

/// The form that rolls a key and keeps its old token for so long.
pub const fn roll(overlap: Overlap) -> &'static str {
    match overlap {
        Overlap::None => "roll-none",
        Overlap::Hour => "roll-hour",
        Overlap::Day => "roll-day",
        Overlap::Week => "roll-week",
    }
}

#[component]
pub fn KeyForms(shown: Shown) -> impl IntoView {
    let l = language();
    let (rolling, revoking) = (Act::<RollKey>::new(), Act::<RevokeKey>::new());
    let name = move |id: &str| {
        shown.0.with_untracked(|page| {
            let found = page.live.iter().find(|line| line.id == id);
            found.map(|line| line.name.clone()).unwrap_or_default()
        })
    };
    let refresh = move || shown.refresh();
    follow(rolling, move |sent, ()| texts::keys::rolled(l, name(&sent.field("key"))), refresh);
    follow(revoking, move |sent, ()| texts::keys::revoked(l, name(&sent.field("key"))), refresh);
    let roll_form = |overlap: Overlap| {
        view! {
            <Form action=rolling id=roll(overlap)>
                <input type="hidden" name="form[overlap]" value=overlap.word() />
            </Form>
        }
    };
    view! {
        <FormFailure error=refusal(rolling) />
        {Overlap::ALL.iter().copied().map(roll_form).collect_view()}
        <Form action=revoking id=REVOKE>
            <FormFailure error=refusal(revoking) />
        </Form>
        <AskPassword action=rolling />
        <AskPassword action=revoking />
    }
}
