//! One invoice, as it stands on paper: to look at, to download in either language, to be mailed.

use domain::{
    Language,
    invoices::{Kind, OneInvoiceForm},
};
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_params_map;

use super::{
    api::{InvoiceLine, InvoicePage, MailInvoice, Party, load_invoice},
    list::state_of,
};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, PageTitle, say_done, shown},
    state::language,
    ui::{Banner, Button, Icon, Table, Tone},
};

pub struct InvoiceRoute {
    number: Memo<String>,
    data: Loaded<Result<InvoicePage, Error>>,
}

impl LazyPage for InvoiceRoute {
    fn data() -> Self {
        let params = use_params_map();
        let number = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
        let data = load(move || number.get(), |number| load_invoice(OneInvoiceForm { number }));
        Self { number, data }
    }

    fn view(self) -> AnyView {
        let Self { number, data } = self;
        view! {
            {move || view! { <PageTitle text=number.get() /> }}
            {shown(data, 12, move |page| view! { <Document page /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Document(page: InvoicePage) -> impl IntoView {
    let l = language();
    let line = page.line.clone();
    let pill = state_of(&line);
    let InvoiceLine { number, date, total, .. } = line.clone();
    let files = Language::ALL.map(|language| {
        let text = match language {
            Language::Tr => texts::invoices::pdf_tr(l),
            Language::En => texts::invoices::pdf_en(l),
        };
        view! {
            // Not the router's: it is a file.
            <a class="button" href=paths::invoice_pdf(&number, language) rel="external" download="">
                <Icon name="download" />
                <span class="button-label">{text}</span>
            </a>
        }
    });
    let action = Act::<MailInvoice>::new();
    let state = FormState::new(action);
    say_done(action, move |_, email| texts::invoices::mailed(l, email), || {});
    let other = line.other.clone().map(|other| {
        let text = match line.kind {
            Kind::Invoice => texts::invoices::taken_back_by(l, &other),
            Kind::CreditNote => texts::invoices::takes_back(l, &other),
        };
        let href = paths::invoice(&other);
        view! {
            <Banner tone=Tone::Info>
                <p>{text}</p>
                <p><a class="link" href=href>{texts::invoices::see_other(l, other)}</a></p>
            </Banner>
        }
    });
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1 class="tnum">{number.clone()} {pill.map(|pill| view! { " " {pill} })}</h1>
                <p>{texts::invoices::page_lead(l, date, total)}</p>
                <p><a class="link" href=format!("{}#invoices", paths::BILLING)>{texts::invoices::back(l)}</a></p>
            </div>
            <div class="page-actions">{files}</div>
        </div>
        {other}
        <Paper page />
        <Form action state>
            <FormFailure error=state.failure() />
            <section class="panel invoice-mail" aria-label=texts::invoices::mail(l)>
                <div class="panel-body cluster">
                    <input type="hidden" name=state.name("number") value=number />
                    <Button type_="submit" icon="mail" pending=state.pending()>{texts::invoices::mail(l)}</Button>
                    <span class="muted small">{texts::invoices::mail_text(l)}</span>
                </div>
            </section>
        </Form>
    }
}

#[component]
fn Paper(page: InvoicePage) -> impl IntoView {
    let l = language();
    let InvoicePage {
        line,
        title,
        logo,
        logo_name,
        seller,
        buyer,
        facts,
        columns,
        rows,
        totals,
        words,
        notes,
    } = page;
    let (spoken, caption) = (format!("{title} {}", line.number), title.clone());
    let head = match logo {
        Some(src) => {
            Either::Left(view! { <img class="print-logo" src=src width="240" height="80" alt=logo_name /> })
        }
        None => Either::Right(view! { <strong class="print-name">{logo_name}</strong> }),
    };
    let at_end: Vec<bool> = columns.iter().map(|(_, at_end)| *at_end).collect();
    let titles: Vec<String> = columns.into_iter().map(|(title, _)| title).collect();
    let labels = titles.clone();
    let rows = rows
        .into_iter()
        .map(|cells| {
            let cells = cells
                .into_iter()
                .zip(&at_end)
                .zip(&labels)
                .enumerate()
                .map(|(index, ((text, at_end), label))| match index {
                    0 => Either::Left(view! { <th scope="row" role="rowheader" class="invoice-item">{text}</th> }),
                    _ => Either::Right(view! {
                        <td role="cell" class="tnum" class:invoice-amount=*at_end data-label=label.clone()>{text}</td>
                    }),
                })
                .collect_view();
            view! { <tr role="row">{cells}</tr> }
        })
        .collect_view();
    let pairs = |pairs: Vec<(String, String)>| {
        let pair = |(label, said)| view! { <div><dt>{label}</dt><dd class="tnum">{said}</dd></div> };
        pairs.into_iter().map(pair).collect_view()
    };
    let notes = notes.into_iter().map(|note| view! { <p class="muted small">{note}</p> }).collect_view();
    view! {
        <article class="invoice-paper" aria-label=spoken>
            <div class="print-head">
                {head}
                <p class="invoice-title"><strong>{title}</strong><span class="tnum">{line.number}</span></p>
            </div>
            <div class="invoice-parties">{party(seller)} {party(buyer)}</div>
            <dl class="invoice-facts">{pairs(facts)}</dl>
            <Table caption=caption columns=titles stacks=true>{rows}</Table>
            <dl class="invoice-totals">{pairs(totals)}</dl>
            <dl class="invoice-words">{pairs(words)}</dl>
            {notes}
            <p class="muted small">{texts::invoices::never_changes(l)}</p>
        </article>
    }
}

fn party(Party { label, name, lines }: Party) -> impl IntoView {
    view! {
        <div>
            <p class="print-label">{label}</p>
            <p class="print-title">{name}</p>
            {lines.into_iter().map(|line| view! { <p class="print-address">{line}</p> }).collect_view()}
        </div>
    }
}
