//! Behind the bell: what the reader has been told, the newest first. Looking at the list is seeing it.

use leptos::{either::Either, prelude::*};

use super::api::{MarkSeen, NoticeLine, NoticesPage, SeenForm, load_notices};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{PageTitle, api::refresh_viewer, shown},
    state::{language, page},
    ui::{Button, EmptyState, Icon},
};

pub struct NoticesRoute {
    data: Loaded<Result<NoticesPage, Error>>,
}

impl LazyPage for NoticesRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_notices()) }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::notifications::list_title(l) />
            <div class="page-head">
                <div class="page-title">
                    <h1>{texts::notifications::list_title(l)}</h1>
                    <p>{texts::notifications::list_lead(l)}</p>
                </div>
                <div class="page-actions">
                    <a class="button" href=paths::NOTIFICATIONS>
                        <Icon name="sliders-horizontal" />
                        {texts::notifications::to_settings(l)}
                    </a>
                </div>
            </div>
            {shown(self.data, 6, move |page| view! { <Notices page /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Notices(page: NoticesPage) -> impl IntoView {
    let l = language();
    let NoticesPage { notices, last } = page;
    let Some(last) = last else {
        return view! {
            <EmptyState icon="bell" title=texts::notifications::list_none(l) text=texts::notifications::list_none_text(l) />
        }
        .into_any();
    };
    let has_news = notices.iter().any(|notice| !notice.is_seen);
    view! {
        {has_news.then(|| view! { <Seen last /> })}
        <ul class="notices">
            {notices.into_iter().map(|notice| view! { <Notice notice /> }).collect_view()}
        </ul>
    }
    .into_any()
}

/// With JavaScript the list was seen when it is there; without it a button says so.
#[component]
fn Seen(last: String) -> impl IntoView {
    let l = language();
    let action = Act::<MarkSeen>::new();
    let (state, viewer) = (FormState::new(action), page().viewer);
    let seen = last.clone();
    Effect::new(move || {
        action.dispatch(MarkSeen { form: SeenForm { last: seen.clone() } });
    });
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            refresh_viewer(viewer);
        }
    });
    view! {
        <div class="plain-only">
            <Form action state>
                <input type="hidden" name=state.name("last") value=last />
                <Button type_="submit" icon="check">{texts::notifications::mark_seen(l)}</Button>
            </Form>
        </div>
    }
}

#[component]
fn Notice(notice: NoticeLine) -> impl IntoView {
    let l = language();
    let NoticeLine { told, path, is_seen } = notice;
    // What has nothing more to show leads nowhere.
    let title = if path == paths::NOTICES {
        Either::Left(view! { <span class="told-title">{told.title}</span> })
    } else {
        Either::Right(view! { <a class="told-title link" href=path>{told.title}</a> })
    };
    view! {
        <li class="notice" class:notice-new=!is_seen>
            {(!is_seen).then(|| view! { <span class="visually-hidden">{texts::notifications::unseen(l)}</span> })}
            {title}
            {told.text.map(|text| view! { <p class="told-text">{text}</p> })}
            <span class="told-at">{told.at}</span>
        </li>
    }
}
