//! Credit: the balance, below which its owners want to hear of it, and what changed it.

use domain::invoices::Booking;
use leptos::{either::Either, prelude::*};

use super::api::{CreditPage, EntryLine, SaveThreshold, load_credit};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, say_done, shown},
    state::language,
    ui::{Banner, Button, Table, TextField, Tone},
};

pub type CreditData = Loaded<Result<CreditPage, Error>>;

pub fn credit_data() -> CreditData {
    load(|| (), |()| load_credit())
}

#[component]
pub fn CreditPanel(data: CreditData) -> impl IntoView {
    let l = language();
    let action = Act::<SaveThreshold>::new();
    let said = move |_, threshold: Option<String>| match threshold {
        Some(threshold) => texts::invoices::threshold_saved(l, threshold),
        None => texts::invoices::threshold_none(l).to_owned(),
    };
    say_done(action, said, move || data.refetch());
    view! {
        <section class="panel" aria-labelledby="credit" id="credit-panel">
            <header class="panel-head">
                <div>
                    <h2 id="credit">{texts::invoices::credit_title(l)}</h2>
                    <p>{texts::invoices::credit_text(l)}</p>
                </div>
            </header>
            {shown(data, 4, move |page| view! { <Body page action /> }.into_any())}
        </section>
    }
}

#[component]
fn Body(page: CreditPage, action: Act<SaveThreshold>) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    let CreditPage { balance, owed, is_low, threshold, typed, entries } = page;
    let is_short = entries.len() <= 3;
    let low = threshold.filter(|_| is_low).map(|threshold| {
        view! {
            <Banner tone=Tone::Warn title=texts::invoices::credit_low(l)>
                <p>{texts::invoices::credit_low_text(l, threshold)}</p>
            </Banner>
        }
    });
    let owed = owed.map(|owed| {
        view! {
            <p class="credit-owed">
                <strong class="tnum">{texts::invoices::credit_owed(l, owed)}</strong>
                " "
                <span class="muted">{texts::invoices::credit_owed_text(l)}</span>
            </p>
        }
    });
    view! {
        <div class="panel-body stack">
            <p class="credit-now">
                <span class="muted">{texts::invoices::credit_balance(l)}</span>
                <strong class="tnum">{balance}</strong>
            </p>
            {owed}
            {low}
        </div>
        <Form action state class="credit-form">
            <FormFailure error=state.failure() />
            <TextField
                field="threshold"
                label=texts::invoices::threshold(l)
                hint=texts::invoices::threshold_hint(l)
                saved=typed
                inputmode="decimal"
                autocomplete="off"
                maxlength=20
                optional=texts::shell::optional(l)
            />
            <Button type_="submit" pending=state.pending()>{texts::invoices::threshold_save(l)}</Button>
        </Form>
        <details class="credit-entries" open=is_short>
            <summary>
                {texts::invoices::entries(l)} " " <span class="muted small">{texts::invoices::entries_text(l)}</span>
            </summary>
            {if entries.is_empty() {
                Either::Left(view! { <p class="muted">{texts::invoices::entries_empty(l)}</p> })
            } else {
                Either::Right(rows(entries))
            }}
        </details>
    }
}

fn rows(entries: Vec<EntryLine>) -> impl IntoView {
    let l = language();
    let columns = [
        texts::invoices::entry_what(l),
        texts::invoices::entry_when(l),
        texts::invoices::entry_amount(l),
        texts::invoices::entry_balance(l),
    ];
    let rows = entries
        .into_iter()
        .map(|EntryLine { when, kind, number, reason, amount, balance }| {
            let number = number.unwrap_or_default();
            let href = paths::invoice(&number);
            let what = match kind {
                Booking::Added => Either::Left(texts::invoices::entry_added(l)),
                Booking::Invoice => Either::Right((href, texts::invoices::entry_invoice(l, number))),
                Booking::CreditNote => Either::Right((href, texts::invoices::entry_credit_note(l, number))),
            };
            let what = match what {
                Either::Left(text) => Either::Left(text),
                Either::Right((href, text)) => Either::Right(view! { <a class="link tnum" href=href>{text}</a> }),
            };
            let reason = (!reason.is_empty()).then(|| view! { <span class="credit-reason">{reason}</span> });
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">{what} {reason}</th>
                    <td role="cell" class="tnum" data-label=texts::invoices::entry_when(l)>{when}</td>
                    <td role="cell" class="tnum invoice-amount" data-label=texts::invoices::entry_amount(l)>{amount}</td>
                    <td role="cell" class="tnum invoice-amount" data-label=texts::invoices::entry_balance(l)>{balance}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = columns.map(str::to_owned).to_vec();
    view! { <Table caption=texts::invoices::entries(l) columns=columns stacks=true>{rows}</Table> }
}
