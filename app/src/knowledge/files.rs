//! The files: finding them, keeping one, and moving or deleting those that are chosen.

use domain::knowledge::{KnowledgeForm, MOST_IN_FILE_NAME, NONE};
use leptos::prelude::*;

use super::{
    api::FileLine,
    category::choice,
    forms::CHANGE,
    page::{Shown, address},
};
use crate::{
    form::FormState,
    paths,
    shell::close_when_sent,
    state::{administers, language},
    ui::{EmptyState, Icon, Pill, Table, Tone, error_line},
};

#[component]
pub fn FilesPanel(
    shown: Shown,
    /// Of the form that changes the chosen ones.
    state: FormState,
) -> impl IntoView {
    let (l, administers) = (language(), administers());
    let asked = shown.asked.get_value();
    let narrows = asked.narrows();
    let any = Memo::new(move |_| shown.page.with(|page| !page.files.is_empty()));
    let (empty_title, empty_text) = if narrows {
        (texts::knowledge::none_title(l), texts::knowledge::none_text(l))
    } else {
        (texts::knowledge::empty_title(l), texts::knowledge::empty_text(l))
    };
    let empty = move || view! { <EmptyState icon="file-text" title=empty_title text=empty_text /> };
    let to = {
        let asked = asked.clone();
        move |before: String| address(&KnowledgeForm { before, ..asked.clone() }, None)
    };
    let newest = (!asked.before.is_empty()).then(|| to.clone()(String::new()));
    let older = Memo::new(move |_| shown.page.with(|page| page.next.clone()).map(&to));
    let has_pages = newest.is_some();
    view! {
        <section class="panel" aria-labelledby="files">
            <header class="panel-head">
                <div>
                    <h2 id="files">{texts::knowledge::files_title(l)}</h2>
                </div>
            </header>
            <Search asked shown />
            <Show when=move || any.get() fallback=empty>
                <List shown state administers />
            </Show>
            {administers.then(|| view! { <Chosen shown state any /> })}
            <Show when=move || has_pages || older.with(Option::is_some)>
                <footer class="panel-foot">
                    {newest.clone().map(|href| view! { <a class="button" href=href>{texts::knowledge::newest(l)}</a> })}
                    {move || {
                        older.get().map(|href| view! { <a class="button" href=href>{texts::knowledge::older(l)}</a> })
                    }}
                </footer>
            </Show>
        </section>
    }
}

#[component]
fn Search(asked: KnowledgeForm, shown: Shown) -> impl IntoView {
    let l = language();
    let narrows = asked.narrows();
    let KnowledgeForm { q, category, .. } = asked;
    let is_none = category == NONE;
    let options = move || {
        let all = shown.page.get().categories;
        all.iter()
            .map(|line| {
                let choice = choice(line, &all);
                let selected = choice.value == category;
                view! { <option value=choice.value selected=selected>{choice.label}</option> }
            })
            .collect_view()
    };
    view! {
        <form
            class="filter"
            method="get"
            action=paths::KNOWLEDGE
            role="search"
            aria-label=texts::knowledge::search_label(l)
        >
            <div class="filter-field">
                <label for="f-q">{texts::knowledge::search(l)}</label>
                <input
                    class="input"
                    id="f-q"
                    type="search"
                    name="q"
                    value=q
                    autocomplete="off"
                    maxlength=MOST_IN_FILE_NAME.to_string()
                />
            </div>
            <div class="filter-field">
                <label for="f-within">{texts::knowledge::within(l)}</label>
                <div class="select-box">
                    <select class="select" id="f-within" name="category">
                        <option value="">{texts::knowledge::every(l)}</option>
                        <option value=NONE selected=is_none>{texts::knowledge::uncategorised(l)}</option>
                        {options}
                    </select>
                    <Icon name="chevron-down" />
                </div>
            </div>
            <div class="filter-actions">
                <button class="button" type="submit">{texts::knowledge::apply(l)}</button>
                {narrows.then(|| view! { <a class="link" href=paths::KNOWLEDGE>{texts::knowledge::clear(l)}</a> })}
            </div>
        </form>
    }
}

#[component]
fn List(shown: Shown, state: FormState, administers: bool) -> impl IntoView {
    let l = language();
    let mut columns = vec![
        texts::knowledge::column_name(l),
        texts::knowledge::column_category(l),
        texts::knowledge::column_added(l),
    ];
    if administers {
        columns.insert(0, texts::knowledge::column_choose(l));
    }
    let columns = columns.into_iter().map(str::to_owned).collect();
    let files = move || shown.page.get().files.into_iter().enumerate().collect::<Vec<_>>();
    // What a row shows; its number is part of the name of its box.
    let key = |(number, line): &(usize, FileLine)| {
        (*number, line.id.clone(), line.name.clone(), line.category.clone(), line.same.clone())
    };
    view! {
        <Table caption=texts::knowledge::files_caption(l) columns=columns stacks=true>
            <For each=files key=key let((number, line))>
                <Row number line state administers />
            </For>
        </Table>
    }
}

#[component]
fn Row(number: usize, line: FileLine, state: FormState, administers: bool) -> impl IntoView {
    let l = language();
    let FileLine { id, name, category, size, added, same } = line;
    let (href, title) = (paths::knowledge_file(&id), texts::knowledge::download_of(l, &name));
    let choose = administers.then(|| {
        let field = format!("files[{number}]");
        view! {
            <td role="cell" class="file-choose">
                <input
                    class="check"
                    type="checkbox"
                    form=CHANGE
                    name=state.name(&field)
                    checked=state.checked(&field, &id, false)
                    value=id
                    aria-label=texts::knowledge::choose_file(l, &name)
                />
            </td>
        }
    });
    let category = match category.is_empty() {
        true => view! { <span class="muted">{texts::knowledge::uncategorised(l)}</span> }.into_any(),
        false => category.into_any(),
    };
    let same = same.map(|same| {
        view! {
            <span class="file-same">
                <Pill tone=Tone::Warn>{texts::knowledge::same(l, same)}</Pill>
            </span>
        }
    });
    view! {
        <tr role="row">
            {choose}
            <th scope="row" role="rowheader">
                <a
                    class="link file-name"
                    href=href
                    download=""
                    rel="external"
                    title=title
                >
                    {name}
                </a>
                <span class="file-size tnum">{size}</span>
                {same}
            </th>
            <td role="cell" data-label=texts::knowledge::column_category(l)>
                <span class="file-category">{category}</span>
            </td>
            <td role="cell" class="tnum file-fact" data-label=texts::knowledge::column_added(l)>
                {added}
            </td>
        </tr>
    }
}

/// What can be done with the chosen ones.
#[component]
fn Chosen(shown: Shown, state: FormState, any: Memo<bool>) -> impl IntoView {
    let l = language();
    let files_error = state.error("files");
    let none_chosen =
        Signal::derive(move || files_error.get().map(|_| texts::knowledge::choose_some(l).to_owned()));
    let category_error = state.error("category");
    let chosen = state.value("category", String::new());
    let options = move || {
        let all = shown.page.get().categories;
        all.iter()
            .map(|line| {
                let choice = choice(line, &all);
                let selected = choice.value == chosen;
                view! { <option value=choice.value selected=selected>{choice.label}</option> }
            })
            .collect_view()
    };
    view! {
        <div class="panel-foot files-chosen" role="group" aria-label=texts::knowledge::chosen(l) hidden=move || !any.get()>
            <div class="filter-field">
                <label for="f-category">{texts::knowledge::chosen_move(l)}</label>
                <div class="select-box">
                    <select
                        class="select"
                        id="f-category"
                        form=CHANGE
                        name=state.name("category")
                        aria-invalid=move || category_error.with(Option::is_some).then_some("true")
                        aria-describedby=move || category_error.with(Option::is_some).then_some("f-category-error")
                    >
                        <option value="">{texts::knowledge::choose(l)}</option>
                        <option value=NONE>{texts::knowledge::uncategorised(l)}</option>
                        {options}
                    </select>
                    <Icon name="chevron-down" />
                </div>
            </div>
            <button class="button" type="submit" form=CHANGE name=state.name("act") value="move">
                <span class="button-label">{texts::knowledge::move_button(l)}</span>
            </button>
            <button class="button" type="button" popovertarget="delete-files">
                <Icon name="trash-2" />
                <span class="button-label">{texts::knowledge::chosen_delete(l)}</span>
            </button>
            <div class="files-errors">
                {error_line("f-category".to_owned(), category_error)} {error_line("f-files".to_owned(), none_chosen)}
            </div>
        </div>
        <div
            class="row-menu knowledge-ask"
            id="delete-files"
            popover="auto"
            role="dialog"
            aria-label=texts::knowledge::chosen_ask(l)
            on:click=close_when_sent
        >
            <h3>{texts::knowledge::chosen_ask(l)}</h3>
            <p>{texts::knowledge::chosen_text(l)}</p>
            <div class="cluster">
                <button
                    class="button button-danger"
                    type="submit"
                    form=CHANGE
                    name=state.name("act")
                    value="delete"
                >
                    <Icon name="trash-2" />
                    <span class="button-label">{texts::knowledge::chosen_button(l)}</span>
                </button>
                <button class="button" type="button" popovertarget="delete-files" popovertargetaction="hide">
                    {texts::knowledge::cancel(l)}
                </button>
            </div>
        </div>
    }
}
