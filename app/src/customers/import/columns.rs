//! The second step: which column is what, what becomes of those who are known, and the list.

use domain::customers::{MOST_IN_LIST_NAME, import::Known};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    super::api::ListLine,
    api::{ChooseImport, ImportPage},
    page::Data,
    steps::{Step, Steps},
};
use crate::{
    act::Act,
    form::{Form, FormState},
    paths,
    shell::FormFailure,
    state::language,
    ui::{Button, ButtonKind, CardChoice, Choice, LinkButton, RadioCards, Select, Table, TextField},
};

#[component]
pub fn ColumnsStep(page: ImportPage, data: Data) -> impl IntoView {
    let (l, action, navigate) = (language(), Act::<ChooseImport>::new(), use_navigate());
    let state = FormState::new(action);
    let ImportPage { import, file_name, rows, columns, choices, lists, .. } = page;
    let (value, path) = (action.value(), paths::import(&import));
    Effect::new(move || {
        if matches!(value.get(), Some(Ok(()))) {
            navigate(&path, NavigateOptions::default());
            data.refetch();
        }
    });
    let named: Vec<Choice> = columns
        .iter()
        .enumerate()
        .map(|(at, (head, _))| Choice { value: at.to_string(), label: column_name(at, head) })
        .collect();
    let options = move |none: &'static str| {
        let none = Choice { value: String::new(), label: none.to_owned() };
        std::iter::once(none).chain(named.iter().cloned()).collect::<Vec<_>>()
    };
    let (wanted, other) = (texts::customers::choose_column(l), texts::customers::no_column(l));
    view! {
        <Steps current=Step::Columns />
        <Samples columns />
        <Form action state>
            <FormFailure error=state.whole_failure() />
            <input type="hidden" name="form[import]" value=import />
            <section class="panel" aria-labelledby="columns">
                <header class="panel-head">
                    <div>
                        <h2 id="columns">{texts::customers::columns_title(l)}</h2>
                        <p>{texts::customers::columns_text(l, file_name, rows)}</p>
                    </div>
                </header>
                <Select field="name" label=texts::customers::name(l) options=options(wanted) saved=choices.name />
                <Select
                    field="surname"
                    label=texts::customers::surname(l)
                    hint=texts::customers::surname_hint(l)
                    options=options(other)
                    saved=choices.surname
                />
                <Select field="phone" label=texts::customers::phone(l) options=options(wanted) saved=choices.phone />
                <Select field="email" label=texts::customers::email(l) options=options(other) saved=choices.email />
                <Select field="note" label=texts::customers::note(l) options=options(other) saved=choices.note />
                <Select
                    field="quiet"
                    label=texts::customers::do_not_call(l)
                    hint=texts::customers::quiet_hint(l)
                    options=options(other)
                    saved=choices.quiet
                />
                <RadioCards
                    field="known"
                    label=texts::customers::known(l)
                    options=known_options()
                    saved=choices.known
                />
                <Targets lists list=choices.list new_list=choices.new_list />
                <footer class="panel-foot">
                    <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                        {texts::customers::check_button(l)}
                    </Button>
                    <LinkButton href=paths::IMPORT>{texts::customers::other_file(l)}</LinkButton>
                </footer>
            </section>
        </Form>
    }
}

fn column_name(at: usize, head: &str) -> String {
    let l = language();
    if head.is_empty() {
        texts::customers::column(l, at + 1)
    } else {
        texts::customers::column_head(l, head, at + 1)
    }
}

fn known_options() -> Vec<CardChoice> {
    let l = language();
    let card = |known: Known| {
        let (label, text) = match known {
            Known::Keep => (texts::customers::known_keep(l), texts::customers::known_keep_text(l)),
            Known::Update => (texts::customers::known_update(l), texts::customers::known_update_text(l)),
        };
        CardChoice { value: known.word().to_owned(), label: label.to_owned(), text: text.to_owned() }
    };
    Known::ALL.map(card).to_vec()
}

#[component]
fn Targets(lists: Vec<ListLine>, list: String, new_list: String) -> impl IntoView {
    let l = language();
    let none = Choice { value: String::new(), label: texts::customers::target_none(l).to_owned() };
    let lists = lists.into_iter().map(|ListLine { id, name, .. }| Choice { value: id, label: name });
    view! {
        <Select
            field="list"
            label=texts::customers::target(l)
            options=std::iter::once(none).chain(lists).collect()
            saved=list
        />
        <TextField
            field="new_list"
            label=texts::customers::new_list(l)
            hint=texts::customers::new_list_hint(l)
            saved=new_list
            maxlength=u32::try_from(MOST_IN_LIST_NAME).unwrap_or(u32::MAX)
            autocomplete="off"
            optional=texts::shell::optional(l)
        />
    }
}

/// What stands in the file, column by column.
#[component]
fn Samples(columns: Vec<(String, Vec<String>)>) -> impl IntoView {
    let l = language();
    let heads = [texts::customers::samples_column(l), texts::customers::samples_cells(l)];
    let rows = columns
        .into_iter()
        .enumerate()
        .map(|(at, (head, cells))| {
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">{column_name(at, &head)}</th>
                    <td role="cell" class="import-cells" data-label=texts::customers::samples_cells(l)>
                        {cells.join(" · ")}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="samples">
            <header class="panel-head">
                <div>
                    <h2 id="samples">{texts::customers::samples_title(l)}</h2>
                </div>
            </header>
            <Table caption=texts::customers::samples_caption(l) columns=heads.map(str::to_owned).to_vec() stacks=true>
                {rows}
            </Table>
        </section>
    }
}
