//! Each kind of work in numbers, and what failed.

use leptos::{either::Either, prelude::*};

use super::{
    api::{DropJob, QueueLine, RetryAll, RetryJob, TroubledLine},
    page::Shown,
};
use crate::{
    act::Act,
    form::{Form, FormState},
    shell::{FormFailure, follow, refusal},
    state::language,
    ui::{Button, EmptyState, Pill, Table, Tone},
};

#[component]
pub fn QueuesPanel(shown: Shown) -> impl IntoView {
    let l = language();
    let head = [
        texts::system::kind(l),
        texts::system::waiting(l),
        texts::system::running(l),
        texts::system::later(l),
        texts::system::dead(l),
        texts::system::oldest(l),
    ];
    let rows = move || shown.0.with(|page| page.queues.clone());
    view! {
        <section class="panel" aria-labelledby="queues">
            <header class="panel-head">
                <div>
                    <h2 id="queues">{texts::system::queues(l)}</h2>
                    <p>{texts::system::queues_text(l)}</p>
                </div>
            </header>
            <Table caption=texts::system::queues_table(l) columns=head.map(str::to_owned).to_vec() stacks=true>
                {move || rows().into_iter().map(|line| view! { <QueueRow line /> }).collect_view()}
            </Table>
        </section>
    }
}

#[component]
fn QueueRow(line: QueueLine) -> impl IntoView {
    let l = language();
    let QueueLine { kind, waiting, running, later, dead, oldest } = line;
    let name = texts::system::by_key(l, &format!("kind_{kind}")).unwrap_or_default();
    let dead = match dead {
        0 => Either::Left("0"),
        count => Either::Right(view! { <Pill tone=Tone::Danger>{count.to_string()}</Pill> }),
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">{name}</th>
            <td role="cell" data-label=texts::system::waiting(l)>{waiting}</td>
            <td role="cell" data-label=texts::system::running(l)>{running}</td>
            <td role="cell" data-label=texts::system::later(l)>{later}</td>
            <td role="cell" data-label=texts::system::dead(l)>{dead}</td>
            <td role="cell" data-label=texts::system::oldest(l)>{oldest.unwrap_or_else(|| "–".to_owned())}</td>
        </tr>
    }
}

#[component]
pub fn TroubledPanel(shown: Shown) -> impl IntoView {
    let l = language();
    let (retry, drop, all) = (Act::<RetryJob>::new(), Act::<DropJob>::new(), Act::<RetryAll>::new());
    let refresh = move || shown.refresh();
    follow(retry, move |_, ()| texts::system::retried(l).to_owned(), refresh);
    follow(drop, move |_, ()| texts::system::dropped(l).to_owned(), refresh);
    follow(all, move |_, count| texts::system::retried_all(l, count), refresh);
    let all_state = FormState::new(all);
    let has_dead = move || shown.0.with(|page| page.troubled.iter().any(|line| line.next.is_none()));
    let rows = move || {
        let troubled = shown.0.with(|page| page.troubled.clone());
        if troubled.is_empty() {
            let (title, text) = (texts::system::troubled_none(l), texts::system::troubled_none_text(l));
            return Either::Left(view! { <EmptyState icon="circle-check" title text /> });
        }
        let rows = troubled.into_iter().map(|line| view! { <TroubledItem line retry drop /> });
        Either::Right(view! { <ul class="troubled">{rows.collect_view()}</ul> })
    };
    view! {
        <section class="panel" aria-labelledby="troubled">
            <header class="panel-head">
                <div>
                    <h2 id="troubled">{texts::system::troubled(l)}</h2>
                    <p>{texts::system::troubled_text(l)}</p>
                </div>
                <Show when=has_dead>
                    <Form action=all state=all_state>
                        <input type="hidden" name=all_state.name("confirmed") value="true" />
                        <Button type_="submit" icon="rotate-cw" pending=all_state.pending()>
                            {texts::system::retry_all(l)}
                        </Button>
                    </Form>
                </Show>
            </header>
            <FormFailure error=refusal(retry) />
            <FormFailure error=refusal(drop) />
            {rows}
        </section>
    }
}

#[component]
fn TroubledItem(line: TroubledLine, retry: Act<RetryJob>, drop: Act<DropJob>) -> impl IntoView {
    let l = language();
    let TroubledLine { id, what, attempts, error, next } = line;
    let (retry_state, drop_state) = (FormState::new(retry), FormState::new(drop));
    let other = id.clone();
    let is_dead = next.is_none();
    let state = match next {
        Some(at) => view! { <Pill tone=Tone::Warn>{texts::system::again_at(l, at)}</Pill> }.into_any(),
        None => view! { <Pill tone=Tone::Danger>{texts::system::given_up(l)}</Pill> }.into_any(),
    };
    view! {
        <li class="troubled-item">
            <div class="troubled-what">
                <strong>{what}</strong>
                {state}
                <span class="muted small">{texts::system::attempts(l, attempts)}</span>
            </div>
            <p class="troubled-error">{error}</p>
            {is_dead.then(|| view! {
                <div class="cluster">
                    <Form action=retry state=retry_state>
                        <input type="hidden" name=retry_state.name("job") value=id />
                        <Button type_="submit" icon="rotate-cw">{texts::system::retry(l)}</Button>
                    </Form>
                    <Form action=drop state=drop_state>
                        <input type="hidden" name=drop_state.name("job") value=other />
                        <Button type_="submit" icon="trash-2">{texts::system::drop(l)}</Button>
                    </Form>
                </div>
            })}
        </li>
    }
}
