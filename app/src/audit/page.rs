//! The page: what is asked for stands in its address, so a filtered trail can be sent to somebody as a link.

use domain::audit::TrailForm;
use leptos::{either::Either, prelude::*};
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::{
    api::{AuditPage, load_audit},
    entries::{Entries, Turning},
    filter::Filter,
    revert::RevertForms,
};
use crate::{
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{PageTitle, shown},
    state::{is_support, language},
    ui::EmptyState,
};

pub struct AuditRoute {
    asked: Memo<TrailForm>,
    data: Loaded<Result<AuditPage, Error>>,
}

impl LazyPage for AuditRoute {
    fn data() -> Self {
        let query = use_query_map();
        let asked = Memo::new(move |_| query.with(asked_in));
        Self { asked, data: load(move || asked.get(), load_audit) }
    }

    fn view(self) -> AnyView {
        let l = language();
        let AuditRoute { asked, data } = self;
        view! {
            <PageTitle text=texts::audit::title(l) />
            {shown(data, 8, move |page| view! { <Trail page asked=asked.get_untracked() /> }.into_any())}
        }
        .into_any()
    }
}

fn asked_in(query: &ParamsMap) -> TrailForm {
    let of = |name: &str| query.get(name).unwrap_or_default();
    TrailForm {
        person: of("person"),
        room: of("room"),
        action: of("action"),
        first: of("first"),
        last: of("last"),
        before: of("before"),
        after: of("after"),
    }
}

/// The address that asks for `form`.
pub(super) fn address(path: &str, form: &TrailForm) -> String {
    let TrailForm { person, room, action, first, last, before, after } = form;
    let pairs = [
        ("person", person),
        ("room", room),
        ("action", action),
        ("first", first),
        ("last", last),
        ("before", before),
        ("after", after),
    ];
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", escape(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// The router's own writes `-` in one way on the server and in another in the browser.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => escaped.push(byte.into()),
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    escaped
}

#[component]
fn Trail(page: AuditPage, asked: TrailForm) -> impl IntoView {
    let l = language();
    let AuditPage { people, zone, refused, .. } = page.clone();
    let filtered = TrailForm { before: String::new(), after: String::new(), ..asked.clone() };
    let is_empty = page.entries.is_empty();
    let shown = RwSignal::new(page);
    let export = |path: &str, text: &'static str| {
        view! {
            <a class="button" href=address(path, &filtered) download="" rel="external">
                {text}
            </a>
        }
    };
    let is_refused = refused.is_some();
    let list = if is_empty {
        let narrows = filtered.narrows();
        Either::Left((!is_refused).then(|| {
            view! {
                <EmptyState icon="scroll-text" title=texts::audit::empty_title(l) text=texts::audit::empty_text(l)>
                    {narrows.then(|| view! { <a class="button" href=paths::AUDIT>{texts::audit::clear(l)}</a> })}
                </EmptyState>
            }
        }))
    } else {
        let turned = filtered.clone();
        Either::Right(view! {
            <Entries shown asked=filtered.clone() />
            {move || {
                let AuditPage { newer, older, .. } = shown.get();
                view! { <Turning newer older asked=turned.clone() /> }
            }}
        })
    };
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::audit::title(l)}</h1>
                <p>{texts::audit::lead(l)}</p>
            </div>
        </div>
        <RevertForms shown asked=asked.clone() />
        <section class="panel" aria-label=texts::audit::filter(l)>
            <Filter asked people refused />
        </section>
        {(!is_refused)
            .then(|| {
                view! {
                    <section class="panel" aria-labelledby="entries">
                        <header class="panel-head">
                            <div>
                                <h2 id="entries">{texts::audit::list_title(l)}</h2>
                                <p>{texts::audit::list_text(l)} " " {texts::audit::times_in(l, zone)}</p>
                            </div>
                            // Nothing is taken away by support.
                            {(!is_support())
                                .then(|| {
                                    view! {
                                        <div class="panel-actions">
                                            {export(paths::AUDIT_CSV, texts::audit::export_csv(l))}
                                            {export(paths::AUDIT_JSONL, texts::audit::export_jsonl(l))}
                                        </div>
                                    }
                                })}
                        </header>
                        {list}
                    </section>
                }
            })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_what_its_page_was_asked() {
        let form = TrailForm { room: "general".into(), first: "2026-11-23".into(), ..TrailForm::default() };
        assert_eq!(address("/a", &form), "/a?room=general&first=2026-11-23");
        assert_eq!(address("/a", &TrailForm::default()), "/a");
        let hostile = TrailForm { person: "ş&room=\"".into(), ..TrailForm::default() };
        assert_eq!(address("/a", &hostile), "/a?person=%C5%9F%26room%3D%22");
    }
}
