//! One call: from when to when, with whom, and what was said.

use domain::calls::Outcome;
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_params_map;

use super::{
    api::{CallForm, CallPage, DeleteRecording, DeleteTranscript, load_call},
    direction_name, outcome_name,
    page::{called, caller},
    talked,
};
use crate::{
    act::Act,
    error::Error,
    form::Form,
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, PageTitle, follow, refusal, shown},
    state::{administers, language},
    ui::{Button, ButtonKind, Icon, Pill},
};

pub struct CallRoute {
    data: Loaded<Result<CallPage, Error>>,
}

impl LazyPage for CallRoute {
    fn data() -> Self {
        let params = use_params_map();
        let asked = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
        Self { data: load(move || asked.get(), |call| load_call(CallForm { call })) }
    }

    fn view(self) -> AnyView {
        let (l, data) = (language(), self.data);
        view! {
            <PageTitle text=texts::calls::one(l) />
            {shown(data, 8, move |page| view! { <Facts page data /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Facts(page: CallPage, data: Loaded<Result<CallPage, Error>>) -> impl IntoView {
    let l = language();
    let CallPage { line, answered, ended, transcript, recording } = page;
    let sound = paths::recording(&line.id);
    let may_delete = administers() && line.outcome != Outcome::Running;
    let (id, of_its_transcript, has_transcript) = (line.id.clone(), line.id.clone(), transcript.is_some());
    let (of_recording, of_transcript) = (Act::<DeleteRecording>::new(), Act::<DeleteTranscript>::new());
    let refresh = move || data.refetch();
    follow(of_recording, move |_, ()| texts::calls::done_delete_recording(l).to_owned(), refresh);
    follow(of_transcript, move |_, ()| texts::calls::done_delete_transcript(l).to_owned(), refresh);
    let recording = recording.map(|about| {
        let delete = may_delete.then(|| {
            let (name, ask) = (texts::calls::delete_recording(l), texts::calls::delete_recording_ask(l));
            view! {
                <div class="panel-body">
                    <Form action=of_recording>
                        <FormFailure error=refusal(of_recording) />
                        <Sure id=id.clone() name ask />
                    </Form>
                </div>
            }
            .into_any()
        });
        view! { <Recording sound about delete /> }
    });
    let delete_transcript = (may_delete && has_transcript).then(|| {
        let (name, ask) = (texts::calls::delete_transcript(l), texts::calls::delete_transcript_ask(l));
        view! {
            <div class="panel-body">
                <Form action=of_transcript>
                    <FormFailure error=refusal(of_transcript) />
                    <Sure id=of_its_transcript name ask />
                </Form>
            </div>
        }
    });
    let (tone, outcome) = outcome_name(l, line.outcome);
    let facts = [
        (texts::calls::direction(l), direction_name(l, line.direction).to_owned()),
        (texts::calls::from(l), caller(line.from)),
        (texts::calls::to(l), called(line.to)),
        (texts::calls::started(l), line.started),
        (texts::calls::answered(l), answered.unwrap_or_else(|| "—".to_owned())),
        (texts::calls::ended(l), ended.unwrap_or_else(|| "—".to_owned())),
        (texts::calls::talked(l), talked(line.outcome, line.talk_seconds)),
    ];
    let with = line.customer.map(|customer| {
        view! {
            <div>
                <dt>{texts::calls::customer(l)}</dt>
                <dd><a class="link" href=paths::customer(&customer.id)>{customer.name}</a></dd>
            </div>
        }
    });
    let facts = facts
        .into_iter()
        .map(|(name, value)| {
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd class="tnum">{value}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::calls::one(l)} " " <Pill tone>{outcome}</Pill></h1>
                <p><a class="link" href=paths::CALLS>{texts::calls::back(l)}</a></p>
            </div>
        </div>
        <section class="panel" aria-label=texts::calls::one(l)>
            <dl class="facts">{with} {facts}</dl>
        </section>
        {recording}
        <section class="panel" aria-labelledby="transcript">
            <header class="panel-head">
                <div>
                    <h2 id="transcript">{texts::calls::transcript(l)}</h2>
                </div>
            </header>
            {match transcript {
                Some(text) => Either::Left(view! { <p class="call-transcript">{text}</p> }),
                None => Either::Right(view! { <p class="muted">{texts::calls::no_transcript(l)}</p> }),
            }}
            {delete_transcript}
        </section>
    }
}

/// Asks before a part of the call is deleted.
#[component]
fn Sure(id: String, name: &'static str, ask: &'static str) -> impl IntoView {
    let l = language();
    view! {
        <input type="hidden" name="form[call]" value=id />
        <details class="more">
            <summary class="button">{name}</summary>
            <div class="more-body">
                <p>{ask}</p>
                <Button kind=ButtonKind::Danger type_="submit" icon="trash-2">{texts::calls::delete_yes(l)}</Button>
            </div>
        </details>
    }
}

/// The browser's own player; nothing is fetched before somebody presses play.
#[component]
fn Recording(sound: String, about: String, delete: Option<AnyView>) -> impl IntoView {
    let l = language();
    let to_keep = format!("{sound}?{}", paths::TO_KEEP);
    view! {
        <section class="panel" aria-labelledby="recording">
            <header class="panel-head">
                <div>
                    <h2 id="recording">{texts::calls::recording(l)}</h2>
                    <p class="tnum">{about}</p>
                </div>
                <div class="panel-actions">
                    // Not the router's: it is a file.
                    <a class="button" href=to_keep rel="external" download="">
                        <Icon name="download" />
                        <span class="button-label">{texts::calls::recording_save(l)}</span>
                    </a>
                </div>
            </header>
            <div class="panel-body">
                <audio class="call-recording" controls preload="none" src=sound aria-labelledby="recording"></audio>
            </div>
            {delete}
        </section>
    }
}
