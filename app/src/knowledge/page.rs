//! The page: categories beside the files; which files are listed stands in its address.

use domain::knowledge::{KnowledgeForm, NONE};
use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsCast, web_sys::HtmlElement};
use leptos_router::{hooks::use_query_map, location::Url, params::ParamsMap};

use super::{
    api::{ChangeFiles, KnowledgePage, load_knowledge},
    categories::CategoriesPanel,
    deleted::DeletedBanners,
    files::FilesPanel,
    forms::{Forms, Placing},
    queue::Queue,
    uploading::UploadPanel,
};
use crate::{
    act::Act,
    error::Error,
    form::FormState,
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{PageTitle, shown},
    state::{administers, language},
    ui::{Banner, LinkButton, Tone},
};

pub struct KnowledgeRoute {
    asked: Memo<KnowledgeForm>,
    data: Loaded<Result<KnowledgePage, Error>>,
}

impl LazyPage for KnowledgeRoute {
    fn data() -> Self {
        let query = use_query_map();
        let asked = Memo::new(move |_| query.with(asked_in));
        Self { asked, data: load(move || asked.get(), load_knowledge) }
    }

    fn view(self) -> AnyView {
        let l = language();
        let KnowledgeRoute { asked, data } = self;
        // Looking at another category ends no upload.
        let queue = Queue::new();
        view! {
            <PageTitle text=texts::knowledge::title(l) />
            {shown(data, 8, move |page| {
                view! { <Knowledge page asked=asked.get_untracked() queue /> }.into_any()
            })}
        }
        .into_any()
    }
}

fn asked_in(query: &ParamsMap) -> KnowledgeForm {
    let of = |name: &str| query.get(name).unwrap_or_default();
    KnowledgeForm { q: of("q"), category: of("category"), before: of("before") }
}

/// The address that asks for `form`, with one more pair if there is one.
pub fn address(form: &KnowledgeForm, more: Option<(&str, &str)>) -> String {
    let KnowledgeForm { q, category, before } = form;
    let pairs = [("q", q.as_str()), ("category", category), ("before", before)].into_iter().chain(more);
    let pairs = pairs.filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", Url::escape(value))).collect();
    if query.is_empty() {
        paths::KNOWLEDGE.to_owned()
    } else {
        format!("{}?{}", paths::KNOWLEDGE, query.join("&"))
    }
}

/// What the page shows, asked for again after every change.
#[derive(Clone, Copy)]
pub struct Shown {
    pub page: RwSignal<KnowledgePage>,
    pub asked: StoredValue<KnowledgeForm>,
}

impl Shown {
    /// The focus stays on what has it, also where that moves.
    pub fn refresh(self) {
        let focused = document().active_element().map(|element| element.id());
        self.refresh_and_focus(focused.filter(|id| !id.is_empty()));
    }

    pub fn refresh_and_focus(self, focused: Option<String>) {
        spawn_local(async move {
            let Some(asked) = self.asked.try_get_value() else { return };
            if let Ok(fresh) = load_knowledge(asked).await {
                _ = self.page.try_set(fresh);
                if let Some(id) = focused {
                    focus(id);
                }
            }
        });
    }

    /// What a category is called; empty where there is none of this id.
    pub fn name_of(self, id: &str) -> String {
        self.page.with(|page| {
            let found = page.categories.iter().find(|line| line.id == id);
            found.map(|line| line.name.clone()).unwrap_or_default()
        })
    }
}

/// Once it is drawn.
pub fn focus(id: String) {
    request_animation_frame(move || {
        let element = document().get_element_by_id(&id);
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            _ = element.focus();
        }
    });
}

#[component]
fn Knowledge(page: KnowledgePage, asked: KnowledgeForm, queue: Queue) -> impl IntoView {
    let (l, administers) = (language(), administers());
    // Whoever looks at a category puts files there.
    if !asked.category.is_empty() && asked.category != NONE {
        queue.category.set(asked.category.clone());
    }
    let shown = Shown { page: RwSignal::new(page), asked: StoredValue::new(asked) };
    let (placing, changing) = (Placing(Act::new()), Act::<ChangeFiles>::new());
    Effect::new(move |before: Option<u32>| {
        let stored = queue.stored.get();
        if before.is_some_and(|before| before != stored) {
            shown.refresh();
        }
        stored
    });
    let full = move || {
        shown.page.with(|page| page.room.is_full && administers).then(|| {
            let plans = view! {
                <LinkButton href=paths::BILLING small=true>{texts::knowledge::room_plan(l)}</LinkButton>
            };
            view! {
                <Banner tone=Tone::Warn action=plans.into_any()>
                    <p>{texts::knowledge::room_full(l)}</p>
                </Banner>
            }
        })
    };
    // An address that was cut or typed by hand, or that names a category that is gone.
    let lost = shown.page.with_untracked(|page| page.refused.is_some()).then(|| {
        view! {
            <Banner tone=Tone::Warn>
                <p>{texts::knowledge::page_lost(l)}</p>
            </Banner>
        }
    });
    view! {
        <div class="page-head page-head-wide">
            <div class="page-title">
                <h1>{texts::knowledge::title(l)}</h1>
                <p>
                    {texts::knowledge::lead(l)}
                    {(!administers).then(|| view! { <br />{texts::knowledge::read_only(l)} })}
                </p>
            </div>
        </div>
        {administers.then(|| view! { <Forms shown placing changing /> })}
        <DeletedBanners shown />
        {full}
        {lost}
        <div class="knowledge">
            <div class="knowledge-side">
                <CategoriesPanel shown placing />
            </div>
            <div class="knowledge-main">
                {administers.then(|| view! { <UploadPanel shown queue /> })}
                <FilesPanel shown state=FormState::new(changing) />
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_what_its_page_was_asked() {
        let form = KnowledgeForm { q: "İade & kargo".into(), ..KnowledgeForm::default() };
        assert_eq!(address(&KnowledgeForm::default(), None), "/settings/knowledge");
        assert_eq!(address(&KnowledgeForm::default(), Some(("edit", "1"))), "/settings/knowledge?edit=1");
        let query = address(&form, Some(("add", "2")));
        assert!(query.starts_with("/settings/knowledge?q=") && query.ends_with("&add=2"), "{query}");
    }
}
