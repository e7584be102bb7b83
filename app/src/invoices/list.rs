//! The list of invoices, and what waits to become one.

use domain::invoices::Kind;
use leptos::{either::Either, prelude::*};

use super::{
    api::{InvoiceLine, InvoicesPage, Waiting, load_invoices},
    kind_name,
};
use crate::{
    error::Error,
    loaded::{Loaded, load},
    paths,
    shell::shown,
    state::language,
    ui::{Banner, EmptyState, Icon, Pill, Table, Tone},
};

pub type InvoicesData = Loaded<Result<InvoicesPage, Error>>;

pub fn invoices_data() -> InvoicesData {
    load(|| (), |()| load_invoices())
}

#[component]
pub fn InvoicesPanel(data: InvoicesData) -> impl IntoView {
    let l = language();
    view! {
        <section class="panel" aria-labelledby="invoices" id="invoices-panel">
            <header class="panel-head">
                <div>
                    <h2 id="invoices">{texts::invoices::title(l)}</h2>
                    <p>{texts::invoices::lead(l)}</p>
                </div>
            </header>
            {shown(data, 4, move |page| view! { <Body page /> }.into_any())}
        </section>
    }
}

#[component]
fn Body(page: InvoicesPage) -> impl IntoView {
    let l = language();
    let InvoicesPage { lines, waiting } = page;
    let waiting = waiting.map(|Waiting { total, needs_identity }| {
        let (tone, text) = match needs_identity {
            true => (Tone::Warn, texts::invoices::waiting_identity(l)),
            false => (Tone::Info, texts::invoices::waiting_text(l)),
        };
        view! {
            <div class="panel-body">
                <Banner tone title=texts::invoices::waiting(l, total)>
                    <p>{text}</p>
                </Banner>
            </div>
        }
    });
    view! {
        {waiting}
        {if lines.is_empty() {
            Either::Left(view! {
                <EmptyState
                    icon="scroll-text"
                    title=texts::invoices::empty_title(l)
                    text=texts::invoices::empty_text(l)
                />
            })
        } else {
            Either::Right(rows(lines))
        }}
    }
}

fn rows(lines: Vec<InvoiceLine>) -> impl IntoView {
    let l = language();
    let columns = [
        texts::invoices::number(l),
        texts::invoices::date(l),
        texts::invoices::period(l),
        texts::invoices::total(l),
        texts::invoices::actions(l),
    ];
    let rows = lines
        .into_iter()
        .map(|line| {
            let pill = state_of(&line);
            let InvoiceLine { number, date, period, total, .. } = line;
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">
                        <a class="link tnum" href=paths::invoice(&number)>{number.clone()}</a>
                        {pill.map(|pill| view! { " " {pill} })}
                    </th>
                    <td role="cell" class="tnum" data-label=texts::invoices::date(l)>{date}</td>
                    <td role="cell" class="tnum" data-label=texts::invoices::period(l)>{period}</td>
                    <td role="cell" class="tnum invoice-amount" data-label=texts::invoices::total(l)>{total}</td>
                    <td role="cell" class="is-actions">
                        // Not the router's: it is a file.
                        <a
                            class="button button-small"
                            href=paths::invoice_pdf(&number, l)
                            rel="external"
                            download=""
                            aria-label=texts::invoices::download_named(l, &number)
                        >
                            <Icon name="download" />
                            <span class="button-label">"PDF"</span>
                        </a>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let columns = columns.map(str::to_owned).to_vec();
    view! { <Table caption=texts::invoices::list(l) columns=columns stacks=true>{rows}</Table> }
}

/// What is not an ordinary invoice says so.
pub(super) fn state_of(line: &InvoiceLine) -> Option<impl IntoView + use<>> {
    let l = language();
    let (tone, text) = match (line.kind, &line.other) {
        (Kind::CreditNote, _) => (Tone::Info, kind_name(l, line.kind)),
        (Kind::Invoice, Some(_)) => (Tone::Warn, texts::invoices::taken_back(l)),
        (Kind::Invoice, None) => return None,
    };
    Some(view! { <Pill tone>{text}</Pill> })
}
