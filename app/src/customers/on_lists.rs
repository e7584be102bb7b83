//! The lists on which a customer stands.

use domain::customers::OneCustomerForm;
use leptos::{either::Either, prelude::*};

use super::api::{AddToList, ListLine, OnLists, RemoveFromList, load_on_lists};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    loaded::{Loaded, load},
    shell::{FormFailure, follow, refusal, say_done, shown_as},
    state::language,
    ui::{Button, Choice, Icon, Select},
};

#[component]
pub fn OnListsPanel(customer: String, data: Loaded<Result<OnLists, Error>>) -> impl IntoView {
    let l = language();
    let (adding, removing) = (Act::<AddToList>::new(), Act::<RemoveFromList>::new());
    let refresh = move || data.refetch();
    say_done(adding, move |_, ()| texts::customers::done_add_to_list(l).to_owned(), refresh);
    follow(removing, move |_, ()| texts::customers::done_remove_from_list(l).to_owned(), refresh);
    let customer = StoredValue::new(customer);
    view! {
        <section class="panel" aria-labelledby="on-lists">
            <header class="panel-head">
                <div>
                    <h2 id="on-lists">{texts::customers::on_lists_title(l)}</h2>
                    <p>{texts::customers::on_lists_text(l)}</p>
                </div>
            </header>
            <div class="panel-body on-lists">
                <FormFailure error=refusal(removing) />
                {shown_as(
                    0,
                    move || async move {
                        let lists = data.await.ok();
                        move || {
                            lists
                                .map(|OnLists { on, others }| {
                                    view! {
                                        <On customer on removing is_last=others.is_empty() />
                                        <Add customer others adding />
                                    }
                                })
                                .into_any()
                        }
                    },
                )}
            </div>
        </section>
    }
}

#[component]
fn On(
    customer: StoredValue<String>,
    on: Vec<ListLine>,
    removing: Act<RemoveFromList>,
    is_last: bool,
) -> impl IntoView {
    let l = language();
    if on.is_empty() {
        let text = if is_last { texts::customers::no_lists(l) } else { texts::customers::on_lists_none(l) };
        return Either::Left(view! { <p class="muted">{text}</p> });
    }
    let rows = on
        .into_iter()
        .map(|ListLine { id, name, .. }| {
            let spoken = texts::customers::remove_from(l, &name);
            view! {
                <li class="on-list">
                    <span>{name}</span>
                    <Form action=removing>
                        <input type="hidden" name="form[customer]" value=customer.get_value() />
                        <input type="hidden" name="form[list]" value=id />
                        <button class="icon-button" type="submit" aria-label=spoken.clone() title=spoken>
                            <Icon name="x" />
                        </button>
                    </Form>
                </li>
            }
        })
        .collect_view();
    Either::Right(view! { <ul class="on-list-all">{rows}</ul> })
}

#[component]
fn Add(customer: StoredValue<String>, others: Vec<ListLine>, adding: Act<AddToList>) -> impl IntoView {
    let l = language();
    let state = FormState::new(adding);
    if others.is_empty() {
        return None;
    }
    let first = Choice { value: String::new(), label: texts::customers::choose_list(l).to_owned() };
    let others = others.into_iter().map(|ListLine { id, name, .. }| Choice { value: id, label: name });
    Some(view! {
        <Form action=adding state class="list-new">
            <FormFailure error=state.whole_failure() />
            <input type="hidden" name="form[customer]" value=customer.get_value() />
            <Select
                field="list"
                label=texts::customers::add_to_list(l)
                options=std::iter::once(first).chain(others).collect()
            />
            <Button type_="submit" icon="plus" pending=state.pending()>
                {texts::customers::add_button(l)}
            </Button>
        </Form>
    })
}

pub fn on_lists(asked: Memo<String>) -> Loaded<Result<OnLists, Error>> {
    load(move || asked.get(), |customer| load_on_lists(OneCustomerForm { customer }))
}
