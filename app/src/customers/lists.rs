//! The lists: making, renaming and deleting one.

use domain::customers::MOST_IN_LIST_NAME;
use leptos::{context::Provider, either::Either, prelude::*};

use super::api::{CreateList, CustomersPage, DeleteList, ListLine, RenameList};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    loaded::Loaded,
    shell::{FormFailure, follow, refusal, say_done},
    state::{administers, language},
    ui::{Button, ButtonKind, Icon, IdPrefix, IdRow, TextField},
};

#[component]
pub fn ListsPanel(lists: Vec<ListLine>, data: Loaded<Result<CustomersPage, Error>>) -> impl IntoView {
    let l = language();
    let (creating, renaming) = (Act::<CreateList>::new(), Act::<RenameList>::new());
    let deleting = Act::<DeleteList>::new();
    let refresh = move || data.refetch();
    say_done(creating, move |_, ()| texts::customers::done_create_list(l).to_owned(), refresh);
    say_done(renaming, move |_, ()| texts::customers::done_rename_list(l).to_owned(), refresh);
    follow(deleting, move |_, ()| texts::customers::done_delete_list(l).to_owned(), refresh);
    let rows = lists
        .into_iter()
        .enumerate()
        .map(|(row, list)| view! { <Row row list renaming deleting /> })
        .collect_view();
    let is_empty = rows.is_empty();
    let new = FormState::new(creating);
    view! {
        <section class="panel" aria-labelledby="lists">
            <header class="panel-head">
                <div>
                    <h2 id="lists">{texts::customers::lists_title(l)}</h2>
                    <p>{texts::customers::lists_text(l)}</p>
                </div>
            </header>
            <FormFailure error=refusal(deleting) />
            {if is_empty {
                Either::Left(view! { <p class="muted">{texts::customers::lists_none(l)}</p> })
            } else {
                Either::Right(view! { <ul class="customer-lists">{rows}</ul> })
            }}
            <div class="panel-body">
                <Form action=creating state=new class="list-new">
                    <FormFailure error=new.whole_failure() />
                    <Provider value=IdPrefix("new-list")>
                        <TextField
                            field="name"
                            label=texts::customers::list_new(l)
                            maxlength=u32::try_from(MOST_IN_LIST_NAME).unwrap_or(u32::MAX)
                            autocomplete="off"
                        />
                    </Provider>
                    <Button type_="submit" icon="plus" pending=new.pending()>
                        {texts::customers::list_create(l)}
                    </Button>
                </Form>
            </div>
        </section>
    }
}

#[component]
fn Row(row: usize, list: ListLine, renaming: Act<RenameList>, deleting: Act<DeleteList>) -> impl IntoView {
    let l = language();
    let ListLine { id, name, customers } = list;
    let state = FormState::new(renaming).only_for("list", &id);
    let open = state.failure().with_untracked(Option::is_some);
    let own = id.clone();
    let delete = administers().then(move || {
        view! {
            <Form action=deleting class="list-delete">
                <input type="hidden" name="form[list]" value=own />
                <p class="muted">{texts::customers::list_delete_text(l)}</p>
                <Button kind=ButtonKind::Danger type_="submit" icon="trash-2" small=true>
                    {texts::customers::list_delete(l)}
                </Button>
            </Form>
        }
    });
    view! {
        <li>
            <details class="customer-list" open=open>
                <summary>
                    <span class="customer-list-name">{name.clone()}</span>
                    <span class="muted tnum">{texts::customers::list_count(l, customers)}</span>
                    <span class="customer-list-edit">
                        {texts::customers::list_edit(l)}
                        <Icon name="chevron-down" />
                    </span>
                </summary>
                <div class="customer-list-body">
                    <Form action=renaming state class="list-new">
                        <input type="hidden" name="form[list]" value=id />
                        <Provider value=IdPrefix("list")>
                            <Provider value=IdRow(row)>
                                <TextField
                                    field="name"
                                    label=texts::customers::list_name(l)
                                    saved=name
                                    maxlength=u32::try_from(MOST_IN_LIST_NAME).unwrap_or(u32::MAX)
                                    autocomplete="off"
                                />
                            </Provider>
                        </Provider>
                        <Button type_="submit" pending=state.pending()>{texts::customers::list_rename(l)}</Button>
                    </Form>
                    {delete}
                </div>
            </details>
        </li>
    }
}
