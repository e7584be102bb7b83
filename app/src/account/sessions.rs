//! Where the person is signed in, and ending it anywhere else. The session of this browser ends by signing out.

use domain::Code;
use leptos::{either::Either, html, prelude::*};

use super::{
    AskPassword,
    api::{EndOtherSessions, EndSession, SessionLine, load_sessions},
};
use crate::{
    act::Act,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    shell::{FormFailure, PageTitle, shown, tell_other_tabs},
    state::{language, page},
    ui::{Banner, Button, ButtonKind, EmptyState, Icon, Pill, Tone, use_toasts},
};

type Sessions = Loaded<Result<Vec<SessionLine>, Error>>;

pub struct SessionsRoute {
    sessions: Sessions,
}

impl LazyPage for SessionsRoute {
    fn data() -> Self {
        Self { sessions: load(|| (), |()| load_sessions()) }
    }

    fn view(self) -> AnyView {
        view! { <Page sessions=self.sessions /> }.into_any()
    }
}

/// One action ends any session, one all others: the rows come and go with what is loaded, these stay.
#[derive(Clone, Copy)]
struct Ending {
    one: Act<EndSession>,
    one_state: FormState,
    others: Act<EndOtherSessions>,
    others_state: FormState,
}

#[component]
fn Page(sessions: Sessions) -> impl IntoView {
    let l = language();
    let (one, others) = (Act::new(), Act::new());
    let ending = Ending { one, one_state: FormState::new(one), others, others_state: FormState::new(others) };
    let heading = NodeRef::<html::H1>::new();
    after_ending(ending, sessions, heading);
    view! {
        <PageTitle text=texts::sessions::title(l) />
        <div class="page-head">
            <div class="page-title">
                <h1 tabindex="-1" node_ref=heading>{texts::sessions::title(l)}</h1>
                <p>{texts::sessions::lead(l)}</p>
            </div>
        </div>
        {saved_text().map(|text| view! { <Banner tone=Tone::Ok><p>{text}</p></Banner> })}
        <FormFailure error=ending.one_state.failure() />
        <FormFailure error=ending.others_state.failure() />
        {shown(sessions, 8, move |lines| view! { <Lists lines ending /> }.into_any())}
        <AskPassword action=one />
        <AskPassword action=others />
    }
}

/// What was done, on the page that follows a form without JavaScript.
fn saved_text() -> Option<&'static str> {
    let l = language();
    page().saved.with_value(|saved| match saved.as_deref()? {
        "account/end-session" => Some(texts::sessions::ended(l)),
        "account/end-other-sessions" => Some(texts::sessions::others_ended(l)),
        _ => None,
    })
}

/// Says what was done and asks for the list again. The button that was pressed is gone then: the focus goes to the
/// page's heading.
fn after_ending(ending: Ending, sessions: Sessions, heading: NodeRef<html::H1>) {
    let (l, toasts) = (language(), use_toasts());
    let done = move |text: String| {
        toasts.success(text);
        tell_other_tabs();
        if let Some(heading) = heading.get_untracked() {
            _ = heading.focus();
        }
        sessions.refetch();
    };
    let one = ending.one.value();
    Effect::new(move || match one.get() {
        Some(Ok(())) => done(texts::sessions::ended(l).to_owned()),
        // It was not there any more: the list is old.
        Some(Err(Error(error))) if error.code == Code::NotFound => sessions.refetch(),
        _ => {}
    });
    let others = ending.others.value();
    Effect::new(move || {
        if let Some(Ok(count)) = others.get() {
            done(match count {
                0 => texts::sessions::others_ended(l).to_owned(),
                count => texts::sessions::ended_count(l, count),
            });
        }
    });
}

#[component]
fn Lists(lines: Vec<SessionLine>, ending: Ending) -> impl IntoView {
    let l = language();
    let (current, others): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.is_current);
    let rows =
        |lines: Vec<SessionLine>| lines.into_iter().map(|line| view! { <Row line ending /> }).collect_view();
    let none = others.is_empty();
    view! {
        <section class="panel" aria-labelledby="current">
            <header class="panel-head">
                <div>
                    <h2 id="current">{texts::sessions::current_title(l)}</h2>
                    <p>{texts::sessions::current_hint(l)}</p>
                </div>
            </header>
            <ul class="sessions">{rows(current)}</ul>
        </section>
        <section class="panel" aria-labelledby="others">
            <header class="panel-head">
                <div>
                    <h2 id="others">{texts::sessions::others_title(l)}</h2>
                    {(!none).then(|| view! { <p>{texts::sessions::others_text(l)}</p> })}
                </div>
            </header>
            {if none {
                Either::Left(view! { <Nothing /> })
            } else {
                Either::Right(view! {
                    <ul class="sessions">{rows(others)}</ul>
                    <footer class="panel-foot">
                        <p class="grow">{texts::sessions::end_others_text(l)}</p>
                        <EndOthers ending />
                    </footer>
                })
            }}
        </section>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let l = language();
    view! {
        <EmptyState icon="shield-check" title=texts::sessions::none_title(l) text=texts::sessions::none_text(l) />
    }
}

#[component]
fn Row(line: SessionLine, ending: Ending) -> impl IntoView {
    let l = language();
    let SessionLine { id, is_current, browser, address, organisation, created_at, active_at, ends_at } = line;
    let is_phone = ["Android", "iPhone"].iter().any(|system| browser.contains(system));
    let sign = if is_phone {
        view! { <Icon name="smartphone" /> }
    } else {
        view! { <Icon name="laptop" /> }
    };
    let browser = if browser.is_empty() { texts::sessions::unknown_device(l).to_owned() } else { browser };
    let fact = |name: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <div><dt>{name}</dt><dd class="tnum">{value}</dd></div> })
    };
    view! {
        <li class="session">
            <div class="session-sign">{sign}</div>
            <div class="session-what">
                <p class="session-name">
                    <strong>{browser.clone()}</strong>
                    {is_current.then(|| view! { <Pill tone=Tone::Ok>{texts::sessions::this_device(l)}</Pill> })}
                </p>
                <dl class="session-facts">
                    {fact(texts::sessions::signed_in(l), created_at)}
                    {fact(texts::sessions::last_active(l), active_at)}
                    {fact(texts::sessions::ends(l), ends_at)}
                    {fact(texts::sessions::network(l), address)}
                    {fact(texts::sessions::organisation(l), organisation)}
                </dl>
            </div>
            {(!is_current).then(|| view! { <End id browser ending /> })}
        </li>
    }
}

#[component]
fn End(id: String, browser: String, ending: Ending) -> impl IntoView {
    let l = language();
    let Ending { one: action, one_state: state, .. } = ending;
    let (sent, mine) = (action.course().sent(), id.clone());
    // All rows share the action; only the one that was pressed waits.
    let pending = Signal::derive(move || {
        state.pending().get()
            && sent.with(|sent| sent.as_ref().is_some_and(|sent| sent.field("session") == mine))
    });
    view! {
        <Form action state class="session-end">
            <input type="hidden" name=state.name("session") value=id />
            <Button
                type_="submit"
                small=true
                pending=pending
                attr:aria-label=texts::sessions::end_which(l, browser)
            >
                {texts::sessions::end(l)}
            </Button>
        </Form>
    }
}

#[component]
fn EndOthers(ending: Ending) -> impl IntoView {
    let l = language();
    let Ending { others: action, others_state: state, .. } = ending;
    view! {
        <Form action state>
            <input type="hidden" name=state.name("confirmed") value="true" />
            <Button kind=ButtonKind::Danger type_="submit" small=true pending=state.pending()>
                {texts::sessions::end_others(l)}
            </Button>
        </Form>
    }
}
