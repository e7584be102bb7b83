//! What is kept, for how long, how much of it there is, and what the next purge takes.

use leptos::prelude::*;

use super::api::{KeptLine, RetentionPage};
use crate::{
    paths,
    state::language,
    ui::{Pill, Table, Tone},
};

#[component]
pub fn RetentionPanel(page: RetentionPage) -> impl IntoView {
    let l = language();
    let columns = [
        texts::data::column_kind(l),
        texts::data::column_lasts(l),
        texts::data::column_count(l),
        texts::data::column_oldest(l),
        texts::data::column_leaving(l),
    ];
    let rows = page.lines.into_iter().map(|line| view! { <Row line /> }).collect_view();
    view! {
        <section class="panel" aria-labelledby="kept">
            <header class="panel-head">
                <div>
                    <h2 id="kept">{texts::data::kept_title(l)}</h2>
                    <p>{texts::data::kept_text(l)}</p>
                </div>
            </header>
            <Table caption=texts::data::kept_table(l) columns=columns.map(str::to_owned).to_vec() stacks=true>
                {rows}
            </Table>
            <footer class="panel-foot">
                <p>{texts::data::next_purge(l, page.next_purge)}</p>
                <p>
                    {texts::data::delete_hint(l)} " "
                    <a class="link" href=paths::CUSTOMERS>{texts::customers::title(l)}</a>
                    " · "
                    <a class="link" href=paths::CALLS>{texts::calls::title(l)}</a>
                </p>
            </footer>
        </section>
    }
}

#[component]
fn Row(line: KeptLine) -> impl IntoView {
    let l = language();
    let KeptLine { kind, days, count, size, oldest, leaving } = line;
    let word = |key: &str| texts::data::by_key(l, key).unwrap_or_default();
    let lasts = days.map_or_else(|| texts::data::unlimited(l).to_owned(), |days| texts::data::days(l, days));
    let count = match size {
        Some(size) => format!("{} · {size}", grouped(l, count)),
        None => grouped(l, count),
    };
    let leaving = match (kind.lasts().is_some(), leaving) {
        (false, _) => view! { <span aria-hidden="true">"–"</span> }.into_any(),
        (true, 0) => view! { <span class="muted">{texts::data::leaving_none(l)}</span> }.into_any(),
        (true, leaving) => {
            view! { <Pill tone=Tone::Info>{texts::data::leaving(l, grouped(l, leaving))}</Pill> }.into_any()
        }
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                {word(&format!("kind_{}", kind.word()))}
                <span class="kept-text">{word(&format!("kind_{}_text", kind.word()))}</span>
            </th>
            <td role="cell" data-label=texts::data::column_lasts(l)>{lasts}</td>
            <td role="cell" class="tnum" data-label=texts::data::column_count(l)>{count}</td>
            <td role="cell" class="tnum" data-label=texts::data::column_oldest(l)>
                {oldest.unwrap_or_else(|| "–".to_owned())}
            </td>
            <td role="cell" data-label=texts::data::column_leaving(l)>{leaving}</td>
        </tr>
    }
}

/// `12.345`, `12,345`.
fn grouped(l: domain::Language, number: u64) -> String {
    let point = if l == domain::Language::Tr { '.' } else { ',' };
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(point);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Language, data::Kept};

    #[test]
    fn thousands_stand_apart() {
        let tr = |number| grouped(Language::Tr, number);
        assert_eq!([tr(0), tr(999), tr(1000), tr(1_234_567)], ["0", "999", "1.000", "1.234.567"]);
        assert_eq!(grouped(Language::En, 12_345), "12,345");
    }

    #[test]
    fn every_kind_has_its_words() {
        for l in Language::ALL {
            for kind in Kept::ALL {
                for key in [format!("kind_{}", kind.word()), format!("kind_{}_text", kind.word())] {
                    assert!(texts::data::by_key(l, &key).is_some(), "{key}");
                }
            }
        }
    }
}
