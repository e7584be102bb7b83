//! The steps after the file: which one is next, the server knows.

use domain::{Code, customers::import::OneImportForm};
use leptos::{either::EitherOf3, prelude::*};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    api::{ImportPage, load_import},
    check::CheckStep,
    columns::ColumnsStep,
    done::DoneStep,
    steps::Head,
};
use crate::{
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{failed, shown_as},
    state::{language, page},
    ui::{EmptyState, LinkButton},
};

/// In the query: back to the columns, though somebody has chosen.
pub const AGAIN: &str = "columns";

pub type Data = Loaded<Result<ImportPage, Error>>;

pub struct ImportRoute {
    /// Which table, and whether its columns are to be chosen again.
    asked: Memo<(String, bool)>,
    data: Data,
}

impl LazyPage for ImportRoute {
    fn data() -> Self {
        let (params, query) = (use_params_map(), use_query_map());
        let asked = Memo::new(move |_| {
            let import = params.with(|params| params.get("id").unwrap_or_default());
            (import, query.with(|query| query.get(AGAIN).is_some()))
        });
        let data = load(move || asked.get().0, |import| load_import(OneImportForm { import }));
        Self { asked, data }
    }

    fn view(self) -> AnyView {
        let Self { asked, data } = self;
        view! {
            <Head />
            {shown_as(
                8,
                move || {
                    let again = asked.get().1 || was_refused();
                    async move {
                        let page = data.await;
                        move || match page {
                            Ok(page) => step(page, again, data).into_any(),
                            Err(Error(error)) if error.code == Code::NotFound => view! { <Gone /> }.into_any(),
                            Err(error) => failed(error),
                        }
                    }
                },
            )}
        }
        .into_any()
    }
}

/// The columns were posted without JavaScript and refused.
fn was_refused() -> bool {
    page().submission.with_value(|submission| {
        submission.as_ref().is_some_and(|submission| submission.action == "customers/choose-import")
    })
}

fn step(page: ImportPage, again: bool, data: Data) -> impl IntoView {
    match (page.done.clone(), page.check.clone()) {
        (Some(done), _) => EitherOf3::A(view! { <DoneStep page done data /> }),
        (None, Some(check)) if !again => EitherOf3::B(view! { <CheckStep page check data /> }),
        (None, _) => EitherOf3::C(view! { <ColumnsStep page data /> }),
    }
}

/// Forgotten, or somebody else's.
#[component]
fn Gone() -> impl IntoView {
    let l = language();
    #[cfg(feature = "ssr")]
    crate::shell::set_status(404);
    view! {
        <section class="panel" aria-label=texts::customers::gone_title(l)>
            <EmptyState
                icon="clock"
                title=texts::customers::gone_title(l)
                text=texts::customers::gone_text(l)
            >
                <LinkButton href=paths::IMPORT>{texts::customers::other_file(l)}</LinkButton>
            </EmptyState>
        </section>
    }
}
