//! Uploading: a plain form for several files; in the browser also a place to drop them, and how far each one is.

use domain::{AppError, Code, Language, knowledge::Kind};
use leptos::{prelude::*, web_sys::DragEvent};

use super::{
    category::choice,
    page::Shown,
    queue::{Item, Queue, State},
};
use crate::{
    form::{address, decode},
    state::{Submission, language, page},
    ui::{Banner, Button, ButtonKind, Icon, IconButton, Tone, hydrated},
};

const UPLOAD: &str = "knowledge/upload-files";

/// What is wrong with a file, else with the request.
pub fn reason(l: Language, error: &AppError) -> String {
    match (error.code, error.fields.first()) {
        (Code::Offline, _) => texts::knowledge::offline(l).to_owned(),
        (Code::TooLarge, _) => texts::code(l, Code::DocumentTooLarge).to_owned(),
        (_, Some(fault)) => texts::code(l, fault.code).to_owned(),
        _ => texts::error(l, error),
    }
}

#[component]
pub fn UploadPanel(shown: Shown, queue: Queue) -> impl IntoView {
    let (l, ready, over) = (language(), hydrated(), RwSignal::new(false));
    let refused = page().submission.get_value().filter(|submission| submission.action == UPLOAD);
    let chosen_before = refused.as_ref().and_then(|refused| {
        decode(&refused.body).into_iter().find(|(name, _)| name == "category").map(|(_, value)| value)
    });
    if let Some(category) = chosen_before {
        queue.category.set(category);
    }
    let missing = refused.as_ref().is_some_and(|refused| refused.error.of("files").is_some());
    let accept = Kind::ALL.map(|kind| format!(".{}", kind.word())).join(",");
    let dragover = move |event: DragEvent| {
        if Queue::carries_files(&event) {
            event.prevent_default();
            over.set(true);
        }
    };
    let drop = move |event: DragEvent| {
        if Queue::carries_files(&event) {
            event.prevent_default();
            over.set(false);
            queue.take_dropped(&event);
        }
    };
    view! {
        <section class="panel" aria-labelledby="upload">
            <header class="panel-head">
                <div>
                    <h2 id="upload">{texts::knowledge::upload_title(l)}</h2>
                    <p id="upload-hint">{texts::knowledge::upload_text(l)}</p>
                </div>
            </header>
            <form class="panel-body knowledge-upload" method="post" action=address(UPLOAD) enctype="multipart/form-data">
                {refused.map(refusals)}
                <div class="filter-field">
                    <label for="upload-category">{texts::knowledge::upload_category(l)}</label>
                    <CategorySelect shown queue />
                </div>
                <div
                    class="knowledge-drop"
                    class:is-over=over
                    on:dragover=dragover
                    on:dragleave=move |_| over.set(false)
                    on:drop=drop
                >
                    <Icon name="upload" />
                    <p class="knowledge-drop-words" hidden=move || !ready.get()>
                        {move || if over.get() { texts::knowledge::drop_now(l) } else { texts::knowledge::drop(l) }}
                    </p>
                    <label class=move || if ready.get() { "button" } else { "knowledge-drop-words" } for="upload-files">
                        {move || match ready.get() {
                            true => texts::knowledge::choose_files(l),
                            false => texts::knowledge::upload_files(l),
                        }}
                    </label>
                    <input
                        class=move || if ready.get() { "visually-hidden" } else { "file" }
                        type="file"
                        id="upload-files"
                        name="file"
                        multiple
                        accept=accept
                        aria-describedby="upload-hint"
                        aria-invalid=missing.then_some("true")
                        autofocus=missing
                        on:change=move |event| queue.take_chosen(&event)
                    />
                </div>
                <div class="knowledge-send" hidden=move || ready.get()>
                    <Button kind=ButtonKind::Primary type_="submit" icon="upload">
                        {texts::knowledge::upload_button(l)}
                    </Button>
                    <span class="muted small">{texts::knowledge::upload_hint(l)}</span>
                </div>
                <p class="visually-hidden" role="status">
                    {move || queue.said.get()}
                </p>
            </form>
            <Show when=move || queue.items.with(|items| !items.is_empty())>
                <ul class="sendings" aria-label=texts::knowledge::sending_list(l)>
                    <For each=move || queue.items.get() key=|item| item.id let:item>
                        <Sending item queue />
                    </For>
                </ul>
            </Show>
        </section>
    }
}

#[component]
fn CategorySelect(shown: Shown, queue: Queue) -> impl IntoView {
    let l = language();
    let options = move || {
        let all = shown.page.get().categories;
        let chosen = queue.category.get_untracked();
        all.iter()
            .map(|line| {
                let choice = choice(line, &all);
                let selected = choice.value == chosen;
                view! { <option value=choice.value selected=selected>{choice.label}</option> }
            })
            .collect_view()
    };
    view! {
        <div class="select-box">
            <select
                class="select"
                id="upload-category"
                name="category"
                on:change=move |event| queue.category.set(event_target_value(&event))
            >
                <option value="">{texts::knowledge::uncategorised(l)}</option>
                {options}
            </select>
            <Icon name="chevron-down" />
        </div>
    }
}

/// What was wrong with a post without JavaScript.
fn refusals(refused: Submission) -> impl IntoView {
    let (l, error) = (language(), refused.error);
    let number = |field: &str| field.strip_prefix("files[")?.strip_suffix(']')?.parse::<u32>().ok();
    let lines: Vec<String> = error
        .fields
        .iter()
        .map(|fault| match number(&fault.field) {
            Some(number) => texts::knowledge::refused_number(l, number + 1, texts::code(l, fault.code)),
            None => texts::code(l, fault.code).to_owned(),
        })
        .collect();
    let others = error.fields.iter().any(|fault| number(&fault.field).is_some());
    let whole = match error.code {
        Code::Invalid => None,
        Code::TooLarge => Some(texts::knowledge::too_many(l).to_owned()),
        _ => Some(texts::error(l, &error)),
    };
    view! {
        <Banner tone=Tone::Danger title=texts::knowledge::refused_title(l)>
            {whole.map(|text| view! { <p>{text}</p> })}
            {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
            {others.then(|| view! { <p>{texts::knowledge::refused_others(l)}</p> })}
        </Banner>
    }
}

/// One file on its way: how far it is, and what can be done about it.
#[component]
fn Sending(item: Item, queue: Queue) -> impl IntoView {
    let l = language();
    let Item { id, name, size, state } = item;
    let (of, title) = (name.clone(), name.clone());
    let progress = move || match state.get() {
        State::Sending(percent) => {
            let label = texts::knowledge::sending_of(l, &of, percent);
            view! { <progress class="progress" max="100" value=percent.to_string() aria-label=label></progress> }
                .into_any()
        }
        _ => ().into_any(),
    };
    let words = move || match state.get() {
        State::Waiting => said("clock", "sending-state", texts::knowledge::waiting(l).to_owned()),
        State::Sending(100) => said("upload", "sending-state", texts::knowledge::storing(l).to_owned()),
        State::Sending(percent) => {
            said("upload", "sending-state tnum", texts::knowledge::sending(l, percent))
        }
        State::Sent(None) => said("check", "sending-state is-sent", texts::knowledge::sent(l).to_owned()),
        State::Sent(Some(same)) => {
            said("info", "sending-state is-same", texts::knowledge::same_text(l, same))
        }
        State::Stopped => said("x", "sending-state", texts::knowledge::stopped(l).to_owned()),
        State::Failed(error) => said("circle-alert", "sending-state is-failed", reason(l, &error)),
    };
    let button = move |icon: &'static str, spoken: String, act: fn(Queue, u32)| {
        view! { <IconButton icon label=spoken on:click=move |_| act(queue, id) /> }.into_any()
    };
    let is_running = Memo::new(move |_| matches!(state.get(), State::Waiting | State::Sending(_)));
    let can_retry = Memo::new(move |_| match state.get() {
        State::Stopped => true,
        // What is wrong with the file itself stays wrong.
        State::Failed(error) => error.code != Code::Invalid && error.fields.is_empty() && !is_refused(&error),
        _ => false,
    });
    let buttons = move || {
        if is_running.get() {
            return button("x", texts::knowledge::stop_of(l, &name), Queue::stop);
        }
        let retry =
            can_retry.get().then(|| button("rotate-cw", texts::knowledge::retry_of(l, &name), Queue::retry));
        view! {
            {retry}
            {button("x", texts::knowledge::dismiss_of(l, &name), Queue::dismiss)}
        }
        .into_any()
    };
    view! {
        <li class="sending">
            <Icon name="file-text" />
            <div class="sending-what">
                <p class="sending-name">
                    <span>{title}</span>
                    <span class="muted tnum">{size}</span>
                </p>
                {progress}
                {words}
            </div>
            <div class="sending-acts">{buttons}</div>
        </li>
    }
}

/// Refused before it was sent.
fn is_refused(error: &AppError) -> bool {
    matches!(
        error.code,
        Code::DocumentTypeRefused
            | Code::DocumentTooLarge
            | Code::DocumentEmpty
            | Code::Required
            | Code::TooLong
            | Code::ControlCharacter
    )
}

fn said(icon: &'static str, class: &'static str, words: String) -> AnyView {
    view! {
        <p class=class>
            <Icon name=icon />
            <span>{words}</span>
        </p>
    }
    .into_any()
}
