//! One category: its name and count, the way to move it, and what is done to it below the line when it is open.

use domain::knowledge::{KnowledgeForm, MOST_IN_CATEGORY_NAME};
use leptos::{
    context::Provider,
    either::EitherOf3,
    ev::{KeyboardEvent, MouseEvent},
    prelude::*,
};

use super::{
    api::CategoryLine,
    categories::{Acts, Doing},
    drag::Dragging,
    forms::{DELETE, DOWN, Placing, UP, category_button},
    page::{Shown, address, focus},
};
use crate::{
    form::{Form, FormState},
    shell::{FormFailure, close_when_sent},
    state::{administers, language},
    ui::{Button, Choice, Icon, IdPrefix, Select, TextField, hydrated},
};

#[component]
pub fn CategoryRow(
    line: CategoryLine,
    shown: Shown,
    acts: Acts,
    dragging: Dragging,
    placing: Placing,
) -> impl IntoView {
    let administers = administers();
    let CategoryLine { id, name, parent, .. } = line.clone();
    let is_below = !parent.is_empty();
    let form = KnowledgeForm { category: id.clone(), ..KnowledgeForm::default() };
    let is_current = shown.asked.with_value(|asked| asked.category == id);
    let count = {
        let id = id.clone();
        Memo::new(move |_| {
            shown
                .page
                .with(|page| page.categories.iter().find(|line| line.id == id).map_or(0, |line| line.files))
        })
    };
    let above = is_below.then(|| {
        let parent = parent.clone();
        view! { <span class="visually-hidden">{move || format!("{} › ", shown.name_of(&parent))}</span> }
    });
    let opened = {
        let (id, open) = (id.clone(), acts.open);
        Memo::new(move |_| open.with(|open| open.as_ref().filter(|(of, _)| *of == id).map(|(_, act)| *act)))
    };
    let (grip, buttons, body) = if administers {
        let below = line.clone();
        (
            Some(view! { <Grip line=line.clone() dragging placing /> }),
            Some(view! { <Buttons line=line.clone() shown acts opened /> }),
            Some(move || match opened.get() {
                None => EitherOf3::A(()),
                Some(Doing::Add) => EitherOf3::B(view! { <AddBelow line=below.clone() acts /> }),
                Some(Doing::Edit) => EitherOf3::C(view! { <Edit line=below.clone() shown acts /> }),
            }),
        )
    } else {
        (None, None, None)
    };
    let (over, drop) = (line.clone(), line.clone());
    let (is_over, is_dragged) = (dragging.is_over(&id), dragging.is_dragged(&id));
    view! {
        <li
            class="category"
            class:is-below=is_below
            class:is-over=is_over
            class:is-dragged=is_dragged
            id=format!("category-{id}")
            on:dragover=move |event| dragging.over(&event, &over)
            on:dragleave=move |_| dragging.leave()
            on:drop=move |event| dragging.drop(&event, &drop, shown, placing)
        >
            <div class="category-line">
                {grip}
                <a class="category-name" href=address(&form, None) aria-current=is_current.then_some("page")>
                    {above}
                    {name}
                </a>
                <span class="category-count tnum">{count}</span>
                {buttons}
            </div>
            {body}
        </li>
    }
}

/// For a pointer to drag by, and for the arrow keys. There is none until the page is alive.
#[component]
fn Grip(line: CategoryLine, dragging: Dragging, placing: Placing) -> impl IntoView {
    let (l, ready) = (language(), hydrated());
    let CategoryLine { id, name, .. } = line.clone();
    let keydown = {
        let id = id.clone();
        move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowUp" => "up",
                "ArrowDown" => "down",
                _ => return,
            };
            event.prevent_default();
            placing.step(&id, step);
        }
    };
    view! {
        <button
            class="category-grip"
            type="button"
            id=format!("grip-{id}")
            draggable="true"
            aria-label=texts::knowledge::grip(l, &name)
            title=texts::knowledge::grip(l, name)
            hidden=move || !ready.get()
            on:keydown=keydown
            on:dragstart=move |event| dragging.start(&event, &line)
            on:dragend=move |_| dragging.end()
        >
            <Icon name="grip-vertical" />
        </button>
    }
}

/// `+` and the pencil. Links, so that they work without JavaScript.
#[component]
fn Buttons(line: CategoryLine, shown: Shown, acts: Acts, opened: Memo<Option<Doing>>) -> impl IntoView {
    let l = language();
    let CategoryLine { id, name, parent, .. } = line;
    let link = move |act: Doing, icon: &'static str, spoken: String, field: &'static str| {
        let (id, open, query) = (id.clone(), acts.open, act.word());
        let there = shown.asked.with_value(|asked| address(asked, Some((query, &id))));
        let click = {
            let id = id.clone();
            move |event: MouseEvent| {
                event.prevent_default();
                if opened.get_untracked() == Some(act) {
                    open.set(None);
                } else {
                    open.set(Some((id.clone(), act)));
                    focus(field.to_owned());
                }
            }
        };
        view! {
            <a
                class="icon-button"
                id=format!("{query}-{id}")
                href=format!("{there}#category-{id}")
                aria-label=spoken.clone()
                title=spoken
                aria-expanded=move || if opened.get() == Some(act) { "true" } else { "false" }
                on:click=click
            >
                <Icon name=icon />
            </a>
        }
    };
    let add = parent
        .is_empty()
        .then(|| link.clone()(Doing::Add, "plus", texts::knowledge::add_below(l, &name), "below-f-name"));
    view! {
        {add}
        {link(Doing::Edit, "pencil", texts::knowledge::edit(l, name), "edit-f-name")}
    }
}

#[component]
fn AddBelow(line: CategoryLine, acts: Acts) -> impl IntoView {
    let l = language();
    let state = FormState::new(acts.adding).only_for("parent", &line.id);
    view! {
        <div class="category-body">
            <Form action=acts.adding state class="list-new">
                <FormFailure error=state.whole_failure() />
                <input type="hidden" name="form[parent]" value=line.id />
                <Provider value=IdPrefix("below")>
                    <TextField
                        field="name"
                        label=texts::knowledge::below(l)
                        maxlength=u32::try_from(MOST_IN_CATEGORY_NAME).unwrap_or(u32::MAX)
                        autocomplete="off"
                        autofocus=true
                    />
                </Provider>
                <Button type_="submit" icon="plus" pending=state.pending()>
                    {texts::knowledge::create(l)}
                </Button>
            </Form>
        </div>
    }
}

#[component]
fn Edit(line: CategoryLine, shown: Shown, acts: Acts) -> impl IntoView {
    let l = language();
    let CategoryLine { id, name, parent, .. } = line.clone();
    let all = shown.page.with_untracked(|page| page.categories.clone());
    let below: Vec<String> =
        all.iter().filter(|other| other.parent == id).map(|other| other.name.clone()).collect();
    let state = FormState::new(acts.updating).only_for("category", &id);
    // What has others below it stays on the first level.
    let parents = below.is_empty().then(|| {
        let tops = all.iter().filter(|other| other.parent.is_empty() && other.id != id);
        let choice = |other: &CategoryLine| Choice {
            value: other.id.clone(),
            label: texts::knowledge::parent_below(l, &other.name),
        };
        let first = Choice { value: String::new(), label: texts::knowledge::parent_none(l).to_owned() };
        std::iter::once(first).chain(tops.map(choice)).collect::<Vec<_>>()
    });
    let step = |form: &'static str, icon: &'static str, words: &'static str, spoken: String| {
        let words = view! {
            <Icon name=icon />
            <span class="button-label">{words}</span>
        };
        category_button(form, &id, "button button-small", Some(spoken), words.into_any())
    };
    let (up, down) = (
        step(UP, "arrow-up", texts::knowledge::up(l), texts::knowledge::up_of(l, &name)),
        step(DOWN, "arrow-down", texts::knowledge::down(l), texts::knowledge::down_of(l, &name)),
    );
    let merge = (all.len() > 1).then(|| view! { <Merge line=line.clone() all=all.clone() acts /> });
    view! {
        <div class="category-body">
            <Form action=acts.updating state class="category-form">
                <FormFailure error=state.whole_failure() />
                <input type="hidden" name="form[category]" value=id />
                <Provider value=IdPrefix("edit")>
                    <TextField
                        field="name"
                        label=texts::knowledge::rename(l)
                        saved=name
                        maxlength=u32::try_from(MOST_IN_CATEGORY_NAME).unwrap_or(u32::MAX)
                        autocomplete="off"
                    />
                    {parents
                        .map(|options| {
                            view! { <Select field="parent" label=texts::knowledge::parent(l) options saved=parent /> }
                        })}
                </Provider>
                <Button type_="submit" pending=state.pending()>{texts::knowledge::save(l)}</Button>
            </Form>
            <div class="cluster" role="group" aria-label=texts::knowledge::order(l)>
                {up}
                {down}
            </div>
            {merge}
            <Delete line below />
        </div>
    }
}

#[component]
fn Merge(line: CategoryLine, all: Vec<CategoryLine>, acts: Acts) -> impl IntoView {
    let l = language();
    let state = FormState::new(acts.merging).only_for("category", &line.id);
    let open = state.failure().with_untracked(Option::is_some);
    let has_below = all.iter().any(|other| other.parent == line.id);
    let others = all.iter().filter(|other| other.id != line.id && (other.parent.is_empty() || !has_below));
    let first = Choice { value: String::new(), label: texts::knowledge::choose(l).to_owned() };
    let options = std::iter::once(first).chain(others.map(|other| choice(other, &all))).collect();
    view! {
        <details class="more" open=open>
            <summary class="button button-small">
                <span class="button-label">{texts::knowledge::merge(l)}</span>
                <Icon name="chevron-down" />
            </summary>
            <div class="more-body">
                <Form action=acts.merging state class="category-form">
                    <FormFailure error=state.whole_failure() />
                    <input type="hidden" name="form[category]" value=line.id />
                    <Provider value=IdPrefix("merge")>
                        <Select
                            field="into"
                            label=texts::knowledge::merge_into(l)
                            hint=texts::knowledge::merge_text(l)
                            options=options
                        />
                    </Provider>
                    <Button type_="submit" pending=state.pending()>{texts::knowledge::merge_button(l)}</Button>
                </Form>
            </div>
        </details>
    }
}

/// A category as one of several to choose from.
pub fn choice(line: &CategoryLine, all: &[CategoryLine]) -> Choice {
    let parent = all.iter().find(|other| other.id == line.parent);
    let label = match parent {
        Some(parent) => format!("{} › {}", parent.name, line.name),
        None => line.name.clone(),
    };
    Choice { value: line.id.clone(), label }
}

/// A dialog that says what follows; the browser opens it without a script as well.
#[component]
fn Delete(line: CategoryLine, below: Vec<String>) -> impl IntoView {
    let l = language();
    let CategoryLine { id, name, files, .. } = line;
    let dialog = format!("delete-{id}");
    let (opens, closes, asks) = (dialog.clone(), dialog.clone(), texts::knowledge::delete_ask(l, &name));
    let spoken = asks.clone();
    let follows = match files {
        0 => texts::knowledge::delete_none(l).to_owned(),
        count => texts::knowledge::delete_files(l, count),
    };
    let with = (!below.is_empty()).then(|| {
        view! { <p>{texts::knowledge::delete_below(l, below.join(", "))}</p> }
    });
    let words = view! {
        <Icon name="trash-2" />
        <span class="button-label">{texts::knowledge::delete_button(l)}</span>
    };
    let button = category_button(DELETE, &id, "button button-danger", None, words.into_any());
    view! {
        <div>
            <button class="button button-small" type="button" popovertarget=opens>
                <Icon name="trash-2" />
                <span class="button-label">{texts::knowledge::delete(l)}</span>
            </button>
        </div>
        <div
            class="row-menu knowledge-ask"
            id=dialog
            popover="auto"
            role="dialog"
            aria-label=spoken
            on:click=close_when_sent
        >
            <h3>{asks}</h3>
            <p>{follows}</p>
            {with}
            <p class="muted">{texts::knowledge::delete_undo(l)}</p>
            <div class="cluster">
                {button}
                <button class="button" type="button" popovertarget=closes popovertargetaction="hide">
                    {texts::knowledge::cancel(l)}
                </button>
            </div>
        </div>
    }
}
