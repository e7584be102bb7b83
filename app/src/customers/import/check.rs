//! The third step: what would come of it, and the button that does it.

use domain::Code;
use leptos::{either::Either, prelude::*};

use super::{
    api::{Check, Fault, ImportPage, RunImport},
    page::{AGAIN, Data},
    steps::{Step, Steps},
};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    paths,
    shell::FormFailure,
    state::language,
    ui::{Button, ButtonKind, Icon, LinkButton, Table},
};

#[component]
pub fn CheckStep(page: ImportPage, check: Check, data: Data) -> impl IntoView {
    let l = language();
    let ImportPage { import, choices, lists, .. } = page;
    let Check { new, known, refused, faults } = check;
    let updates = choices.known == "update";
    let known_note =
        if updates { texts::customers::check_known_update(l) } else { texts::customers::check_known_keep(l) };
    let list = match lists.into_iter().find(|list| list.id == choices.list) {
        Some(list) => list.name,
        None => choices.new_list,
    };
    let again = format!("{}?{AGAIN}=1", paths::import(&import));
    view! {
        <Steps current=Step::Check />
        <section class="panel" aria-labelledby="check">
            <header class="panel-head">
                <div>
                    <h2 id="check">{texts::customers::check_title(l)}</h2>
                    <p>{texts::customers::check_text(l)}</p>
                </div>
            </header>
            <div class="panel-body">
                <dl class="figures import-figures">
                    {figure(texts::customers::check_new(l), new, None)}
                    {figure(texts::customers::check_known(l), known, (known > 0).then_some(known_note))}
                    {figure(
                        texts::customers::check_refused(l),
                        refused,
                        (refused > 0).then(|| texts::customers::check_refused_note(l)),
                    )}
                </dl>
                {(!list.is_empty()).then(|| view! { <p>{texts::customers::check_list(l, list)}</p> })}
            </div>
            <footer class="panel-foot">
                {if new + known > 0 {
                    Either::Left(view! { <Run import=import.clone() count=new + known data /> })
                } else {
                    Either::Right(view! { <p>{texts::customers::run_nothing(l)}</p> })
                }}
                <LinkButton href=again>{texts::customers::columns_again(l)}</LinkButton>
                <LinkButton href=paths::IMPORT>{texts::customers::other_file(l)}</LinkButton>
            </footer>
        </section>
        {(refused > 0).then(|| view! { <Faults import faults /> })}
    }
}

pub fn figure(name: &'static str, number: impl IntoAny, note: Option<&'static str>) -> impl IntoView {
    view! {
        <div class="figure">
            <dt>{name}</dt>
            <dd>
                {number.into_any()}
                {note.map(|note| view! { <div class="figure-note">{note}</div> })}
            </dd>
        </div>
    }
}

/// The button that begins, or goes on. Whatever comes of it, the page asks again how far it is.
#[component]
pub fn Run(import: String, #[prop(optional)] count: Option<usize>, data: Data) -> impl IntoView {
    let (l, action) = (language(), Act::<RunImport>::new());
    let state = FormState::new(action);
    let value = action.value();
    Effect::new(move || match value.get() {
        Some(Ok(_)) => data.refetch(),
        Some(Err(Error(error))) if error.code == Code::Internal => data.refetch(),
        _ => {}
    });
    let text = match count {
        Some(count) => texts::customers::run_button(l, count),
        None => texts::customers::go_on(l).to_owned(),
    };
    view! {
        <Form action state>
            <FormFailure error=state.failure() />
            <input type="hidden" name="form[import]" value=import />
            <Button kind=ButtonKind::Primary type_="submit" icon="check" pending=state.pending()>
                {text}
            </Button>
        </Form>
    }
}

/// The first rows with errors, and all of them as a file.
#[component]
fn Faults(import: String, faults: Vec<Fault>) -> impl IntoView {
    let l = language();
    let columns = [texts::customers::line(l), texts::customers::error(l), texts::customers::said(l)];
    let count = faults.len();
    let rows = faults
        .into_iter()
        .map(|Fault { line, said, errors }| {
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader" class="tnum">{line}</th>
                    <td role="cell" data-label=texts::customers::error(l)>{errors.join(" ")}</td>
                    <td role="cell" class="import-cells" data-label=texts::customers::said(l)>{said}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="faults">
            <header class="panel-head">
                <div>
                    <h2 id="faults">{texts::customers::faults_title(l)}</h2>
                    <p>{texts::customers::faults_text(l, count)}</p>
                </div>
                <div class="panel-actions">
                    <Download import />
                </div>
            </header>
            <Table caption=texts::customers::faults_caption(l) columns=columns.map(str::to_owned).to_vec() stacks=true>
                {rows}
            </Table>
        </section>
    }
}

/// The rows with errors as a file.
#[component]
pub fn Download(import: String) -> impl IntoView {
    view! {
        <a class="button" href=format!("{}?import={import}", paths::REFUSED_CSV) download="" rel="external">
            <Icon name="download" />
            {texts::customers::faults_download(language())}
        </a>
    }
}
