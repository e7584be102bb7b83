//! What staff write into an organisation's books: payments that have arrived, and invoices that are taken back.

use domain::invoices::MOST_IN_REASON;
use leptos::{context::Provider, prelude::*};

use super::api::{AddCredit, FoundLine, IssueCreditNote};
use crate::{
    act::Act,
    form::{Form, FormState, empty},
    shell::{FormFailure, say_done},
    state::language,
    ui::{Button, IdPrefix, TextField},
};

/// The ids of the forms. What was written is written: pressed once more, their buttons must not write it again.
const PAYMENT: &str = "payment-form";
const CREDIT_NOTE: &str = "credit-note-form";

#[component]
pub fn PaymentPanel(line: FoundLine, action: Act<AddCredit>) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    say_done(action, move |_, name| texts::invoices::desk_credited(l, name), || empty(PAYMENT));
    view! {
        <Form action state id=PAYMENT>
            <FormFailure error=state.failure() />
            <section class="panel" aria-labelledby="payment">
                <header class="panel-head">
                    <div>
                        <h2 id="payment">{texts::invoices::desk_credit_title(l, line.name)}</h2>
                        <p>{texts::invoices::desk_credit_text(l)}</p>
                    </div>
                </header>
                <input type="hidden" name=state.name("organisation") value=line.id />
                <Provider value=IdPrefix("payment")>
                    <TextField
                        field="amount"
                        label=texts::invoices::desk_amount(l)
                        hint=texts::invoices::desk_amount_hint(l)
                        inputmode="decimal"
                        autocomplete="off"
                        maxlength=20
                        required=true
                    />
                    <Reason />
                </Provider>
                <footer class="panel-foot">
                    <Button type_="submit" pending=state.pending()>{texts::invoices::desk_credit_button(l)}</Button>
                </footer>
            </section>
        </Form>
    }
}

#[component]
pub fn CreditNotePanel(line: FoundLine, action: Act<IssueCreditNote>) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    say_done(action, move |_, number| texts::invoices::desk_noted(l, number), || empty(CREDIT_NOTE));
    view! {
        <Form action state id=CREDIT_NOTE>
            <FormFailure error=state.failure() />
            <section class="panel" aria-labelledby="credit-note">
                <header class="panel-head">
                    <div>
                        <h2 id="credit-note">{texts::invoices::desk_note_title(l, line.name)}</h2>
                        <p>{texts::invoices::desk_note_text(l)}</p>
                    </div>
                </header>
                <input type="hidden" name=state.name("organisation") value=line.id />
                <Provider value=IdPrefix("credit-note")>
                    <TextField
                        field="number"
                        label=texts::invoices::desk_note_number(l)
                        placeholder="AYR2026000000001"
                        autocomplete="off"
                        maxlength=20
                        required=true
                    />
                    <Reason />
                </Provider>
                <footer class="panel-foot">
                    <Button type_="submit" pending=state.pending()>{texts::invoices::desk_note_button(l)}</Button>
                </footer>
            </section>
        </Form>
    }
}

#[component]
fn Reason() -> impl IntoView {
    let l = language();
    view! {
        <TextField
            field="reason"
            label=texts::invoices::desk_reason(l)
            hint=texts::invoices::desk_reason_hint(l)
            autocomplete="off"
            // The browser counts UTF-16 units.
            maxlength=u32::try_from(MOST_IN_REASON * 2).unwrap_or(u32::MAX)
            required=true
        />
    }
}
