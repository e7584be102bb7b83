//! The categories: which files are listed, a new one, and one after the other in their order.

use domain::{
    AppError,
    knowledge::{KnowledgeForm, MOST_IN_CATEGORY_NAME, NONE},
};
use leptos::{context::Provider, prelude::*};
use leptos_router::hooks::use_query_map;

use super::{
    api::{CategoryLine, CreateCategory, MergeCategories, Room, UpdateCategory},
    category::CategoryRow,
    drag::Dragging,
    forms::Placing,
    page::{Shown, address},
};
use crate::{
    act::Act,
    form::{Form, FormState},
    shell::{FormFailure, say_done},
    state::{administers, language},
    ui::{Button, IdPrefix, TextField},
};

/// What is done to a category in its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    Add,
    Edit,
}

impl Doing {
    /// In addresses and ids.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Edit => "edit",
        }
    }
}

/// The row that is open, and for what.
pub type Open = RwSignal<Option<(String, Doing)>>;

/// The actions of open rows; one row at a time is open.
#[derive(Clone, Copy)]
pub struct Acts {
    pub adding: Act<CreateCategory>,
    pub updating: Act<UpdateCategory>,
    pub merging: Act<MergeCategories>,
    pub open: Open,
}

/// A field of a form that was refused without JavaScript.
fn refused(state: FormState, field: &str) -> Option<String> {
    let failed: Option<AppError> = state.failure().get_untracked();
    failed.map(|_| state.value(field, String::new())).filter(|value| !value.is_empty())
}

impl Acts {
    fn new(shown: Shown) -> Self {
        let l = language();
        let (adding, updating) = (Act::<CreateCategory>::new(), Act::<UpdateCategory>::new());
        let merging = Act::<MergeCategories>::new();
        let query = use_query_map();
        let asked = move |name: &str| query.with_untracked(|query| query.get(name));
        // Without JavaScript the address says which row is open, or the form that was refused.
        let add = refused(FormState::new(adding), "parent").or_else(|| asked("add"));
        let edit = refused(FormState::new(updating), "category");
        let edit = edit.or_else(|| refused(FormState::new(merging), "category")).or_else(|| asked("edit"));
        let open = add.map(|id| (id, Doing::Add)).or_else(|| edit.map(|id| (id, Doing::Edit)));
        let open = RwSignal::new(open);
        // The form is gone; what opened it has the focus then.
        let done = move || {
            let opener = open.get_untracked().map(|(id, act)| format!("{}-{id}", act.word()));
            open.set(None);
            shown.refresh_and_focus(opener);
        };
        say_done(adding, move |_, _| texts::knowledge::done_create_category(l).to_owned(), done);
        say_done(updating, move |_, ()| texts::knowledge::done_update_category(l).to_owned(), done);
        say_done(merging, move |_, _| texts::knowledge::done_merge_categories(l).to_owned(), done);
        Self { adding, updating, merging, open }
    }
}

#[component]
pub fn CategoriesPanel(shown: Shown, placing: Placing) -> impl IntoView {
    let (l, administers) = (language(), administers());
    let (acts, dragging) = (Acts::new(shown), Dragging::new());
    let is_empty = Memo::new(move |_| shown.page.with(|page| page.categories.is_empty()));
    let none = move || match administers {
        true => texts::knowledge::categories_none(l),
        false => texts::knowledge::categories_none_member(l),
    };
    // Counts are looked up, so that a row whose count changed stays as it is.
    let key = |line: &CategoryLine| (line.id.clone(), line.name.clone(), line.parent.clone());
    view! {
        <section class="panel" aria-labelledby="categories">
            <header class="panel-head">
                <div>
                    <h2 id="categories">{texts::knowledge::categories_title(l)}</h2>
                    <p>{texts::knowledge::categories_text(l)}</p>
                </div>
            </header>
            {administers.then(|| view! { <NewCategory shown /> })}
            <nav class="categories" aria-labelledby="categories">
                <Everything shown />
                <Show when=move || is_empty.get()>
                    <p class="muted categories-none">{none}</p>
                </Show>
                <ul>
                    <For each=move || shown.page.get().categories key=key let:line>
                        <CategoryRow line shown acts dragging placing />
                    </For>
                </ul>
            </nav>
            <RoomFoot shown />
        </section>
    }
}

/// Two that are no categories: all files, and those without one.
#[component]
fn Everything(shown: Shown) -> impl IntoView {
    let l = language();
    let asked = shown.asked.with_value(|asked| asked.category.clone());
    let link = move |category: &'static str, words: &'static str, count: Signal<u64>| {
        let is_current = asked == category;
        let form = KnowledgeForm { category: category.to_owned(), ..KnowledgeForm::default() };
        view! {
            <li class="category">
                <div class="category-line">
                    <a
                        class="category-name"
                        href=address(&form, None)
                        aria-current=is_current.then_some("page")
                    >
                        {words}
                    </a>
                    <span class="category-count tnum">{count}</span>
                </div>
            </li>
        }
    };
    let all = Signal::derive(move || shown.page.with(|page| page.all));
    let none = Signal::derive(move || shown.page.with(|page| page.uncategorised));
    view! {
        <ul class="categories-all">
            {link.clone()("", texts::knowledge::every(l), all)}
            {link(NONE, texts::knowledge::uncategorised(l), none)}
        </ul>
    }
}

#[component]
fn NewCategory(shown: Shown) -> impl IntoView {
    let (l, creating) = (language(), Act::<CreateCategory>::new());
    let state = FormState::new(creating).only_for("parent", "");
    say_done(
        creating,
        move |_, _| {
            crate::ui::fill("form[name]", "");
            texts::knowledge::done_create_category(l).to_owned()
        },
        move || shown.refresh(),
    );
    view! {
        <div class="panel-body">
            <Form action=creating state class="list-new">
                <FormFailure error=state.whole_failure() />
                <Provider value=IdPrefix("new")>
                    <TextField
                        field="name"
                        label=texts::knowledge::new_category(l)
                        placeholder=texts::knowledge::name(l)
                        maxlength=u32::try_from(MOST_IN_CATEGORY_NAME).unwrap_or(u32::MAX)
                        autocomplete="off"
                    />
                </Provider>
                <Button type_="submit" icon="plus" pending=state.pending()>
                    {texts::knowledge::create(l)}
                </Button>
            </Form>
        </div>
    }
}

/// How full it is.
#[component]
fn RoomFoot(shown: Shown) -> impl IntoView {
    let l = language();
    move || {
        let Room { used, quota, percent, is_full } = shown.page.get().room;
        view! {
            <footer class="panel-foot knowledge-room">
                <p>{texts::knowledge::room(l, quota, used)}</p>
                <progress
                    class="progress"
                    class:is-full=is_full
                    max="100"
                    value=percent.to_string()
                    aria-label=texts::knowledge::room_label(l)
                ></progress>
            </footer>
        }
    }
}
