//! The last step: what has come of it; where it stopped halfway, a way to go on.

use leptos::{either::Either, prelude::*};

use super::{
    api::{Done, ImportPage},
    check::{Download, Run, figure},
    page::Data,
    steps::{Step, Steps},
};
use crate::{
    paths,
    state::language,
    ui::{Banner, ButtonKind, LinkButton, Tone},
};

#[component]
pub fn DoneStep(page: ImportPage, done: Done, data: Data) -> impl IntoView {
    let l = language();
    let ImportPage { import, .. } = page;
    let Done { rows, added, updated, unchanged, refused, list, is_finished } = done;
    let title = if is_finished { texts::customers::done_title(l) } else { texts::customers::half_title(l) };
    view! {
        <Steps current=Step::Done />
        <section class="panel" aria-labelledby="done">
            <header class="panel-head">
                <div>
                    <h2 id="done">{title}</h2>
                </div>
            </header>
            <div class="panel-body">
                {(!is_finished)
                    .then(|| view! { <Banner tone=Tone::Warn>{texts::customers::half_text(l, rows)}</Banner> })}
                <dl class="figures import-figures">
                    {figure(texts::customers::done_added(l), added, None)}
                    {figure(texts::customers::done_updated(l), updated, None)}
                    {figure(texts::customers::done_unchanged(l), unchanged, None)}
                    {figure(texts::customers::done_refused(l), refused, None)}
                </dl>
                {(!list.is_empty()).then(|| view! { <p>{texts::customers::done_list(l, list)}</p> })}
            </div>
            <footer class="panel-foot">
                {if is_finished {
                    Either::Left(
                        view! {
                            <LinkButton href=paths::CUSTOMERS kind=ButtonKind::Primary>
                                {texts::customers::to_customers(l)}
                            </LinkButton>
                        },
                    )
                } else {
                    Either::Right(view! { <Run import=import.clone() data /> })
                }}
                {(refused > 0).then(|| view! { <Download import /> })}
                <LinkButton href=paths::IMPORT>{texts::customers::other_file(l)}</LinkButton>
            </footer>
        </section>
    }
}
