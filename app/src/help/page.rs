//! The page: topics, each with its questions and answers.

use leptos::prelude::*;

use super::api::{Answer, Topic, load_help};
use crate::{
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    shell::{PageTitle, shown},
    state::language,
};

pub struct HelpRoute {
    data: Loaded<Result<Vec<Topic>, Error>>,
}

impl LazyPage for HelpRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_help()) }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::help::title(l) />
            <div class="page-head">
                <div class="page-title">
                    <h1>{texts::help::title(l)}</h1>
                    <p>{texts::help::lead(l)}</p>
                </div>
            </div>
            {shown(self.data, 12, |topics| topics.into_iter().map(panel).collect_view().into_any())}
        }
        .into_any()
    }
}

fn panel(topic: Topic) -> impl IntoView {
    let answers = topic.answers.into_iter().map(answered).collect_view();
    view! {
        <section class="panel" aria-label=topic.title.clone()>
            <header class="panel-head">
                <h2>{topic.title.clone()}</h2>
            </header>
            {answers}
        </section>
    }
}

fn answered(answer: Answer) -> impl IntoView {
    let Answer { question, text, now, link } = answer;
    view! {
        <article class="help-answer">
            <h3>{question}</h3>
            <p>{text}</p>
            {now.map(|now| view! { <p class="help-now">{now}</p> })}
            {link.map(|(href, name)| view! { <p><a class="link" href=href>{name}</a></p> })}
        </article>
    }
}
