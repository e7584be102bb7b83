//! Everything as a file: asked for, watched while it is made, downloaded. Stands for itself on any page of an owner.

use std::time::Duration;

use domain::data::ExportState;
use leptos::{either::EitherOf3, prelude::*, task::spawn_local};

use super::api::{CancelExport, ExportLine, StartExport, load_export, watch_export};
use crate::{
    account::AskPassword,
    act::Act,
    form::Form,
    loaded::load,
    paths,
    shell::{FormFailure, ask_again, follow, refusal, shown},
    state::language,
    ui::{Banner, Button, Icon, Pill, Tone},
};

/// How often a page in sight asks how far it is.
const EVERY: Duration = Duration::from_secs(2);

#[component]
pub fn ExportPanel() -> impl IntoView {
    let (l, data) = (language(), load(|| (), |()| load_export()));
    view! {
        <section class="panel" aria-labelledby="export-title" id="export">
            <header class="panel-head">
                <div>
                    <h2 id="export-title">{texts::data::export_title(l)}</h2>
                    <p>{texts::data::export_text(l)}</p>
                </div>
            </header>
            {shown(data, 3, |line| view! { <Export line /> }.into_any())}
        </section>
    }
}

#[component]
fn Export(line: Option<ExportLine>) -> impl IntoView {
    let l = language();
    let shown = RwSignal::new(line);
    let refresh = move || {
        spawn_local(async move {
            if let Ok(line) = watch_export().await {
                _ = shown.try_set(line);
            }
        });
    };
    let is_open =
        Memo::new(move |_| shown.with(|line| line.as_ref().is_some_and(|line| line.state.is_open())));
    ask_again(EVERY, move || {
        if is_open.get_untracked() {
            refresh();
        }
    });
    let (start, cancel) = (Act::<StartExport>::new(), Act::<CancelExport>::new());
    follow(start, move |_, ()| texts::data::done_start_export(l).to_owned(), refresh);
    follow(cancel, move |_, ()| texts::data::done_cancel_export(l).to_owned(), refresh);
    let begins =
        move || {
            shown.with(|line| {
                if line.is_some() { texts::data::export_again(l) } else { texts::data::export_start(l) }
            })
        };
    view! {
        <div class="panel-body stack">
            <FormFailure error=refusal(start) />
            <FormFailure error=refusal(cancel) />
            {move || shown.get().map(|line| view! { <Standing line cancel /> })}
            <Show when=move || !is_open.get()>
                <Form action=start>
                    <input type="hidden" name="form[confirmed]" value="true" />
                    <Button type_="submit" icon="database" pending=start.pending()>{begins}</Button>
                </Form>
            </Show>
        </div>
        <AskPassword action=start />
    }
}

/// How the last one stands.
#[component]
fn Standing(line: ExportLine, cancel: Act<CancelExport>) -> impl IntoView {
    let l = language();
    let ExportLine { id, state, percent, asked, by, until, size } = line;
    let tone = match state {
        ExportState::Waiting | ExportState::Running => Tone::Info,
        ExportState::Ready => Tone::Ok,
        ExportState::Failed => Tone::Danger,
        ExportState::Cancelled | ExportState::Over => Tone::Warn,
    };
    let word = texts::data::by_key(l, &format!("export_{}", state.word())).unwrap_or_default();
    let asked = match by {
        Some(name) => texts::data::export_asked(l, asked, name),
        None => texts::data::export_asked_gone(l, asked),
    };
    let more = match state {
        ExportState::Waiting | ExportState::Running => EitherOf3::A(view! {
            <div class="export-far">
                <progress class="export-bar" max="100" value=percent aria-label=texts::data::export_progress(l)>
                </progress>
                <span class="tnum">{texts::data::export_percent(l, percent)}</span>
            </div>
            <p class="muted">{texts::data::export_leave(l)}</p>
            <div class="cluster">
                <Form action=cancel>
                    <input type="hidden" name="form[export]" value=id />
                    <Button type_="submit" icon="x" pending=cancel.pending()>{texts::data::export_cancel(l)}</Button>
                </Form>
                // For whoever has no script that asks.
                <a class="button button-ghost" href=format!("{}#export", paths::DATA) rel="external">
                    {texts::data::export_refresh(l)}
                </a>
            </div>
        }),
        ExportState::Ready => EitherOf3::B(view! {
            <p>{texts::data::export_until(l, until.unwrap_or_default())}</p>
            <div class="cluster">
                // Not the router's: it is a file.
                <a class="button button-primary" href=paths::export(&id) rel="external" download="">
                    <Icon name="download" />
                    <span class="button-label">{texts::data::export_download(l, size)}</span>
                </a>
            </div>
        }),
        ExportState::Failed => EitherOf3::C(
            view! {
                <Banner tone=Tone::Danger>
                    <p>{texts::data::export_failed_text(l)}</p>
                </Banner>
            }
            .into_any(),
        ),
        ExportState::Over => {
            EitherOf3::C(view! { <p class="muted">{texts::data::export_over_text(l)}</p> }.into_any())
        }
        ExportState::Cancelled => EitherOf3::C(().into_any()),
    };
    view! {
        <p>
            <Pill tone>{word}</Pill> " " <span class="muted">{asked}</span>
        </p>
        {more}
    }
}
