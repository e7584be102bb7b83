//! The panel: the connection that is used, what can be done with it, and another one being tried out.

use leptos::{either::Either, prelude::*};

use super::{
    api::{ConnectionLine, FinishSwap, RemoveUpstream, TestUpstream},
    tested::TestedFacts,
    trial::{TrialResult, TryFold},
};
use crate::{
    account::AskPassword,
    act::Act,
    form::{Form, FormState},
    keys::Shown,
    shell::{FormFailure, say_done},
    state::language,
    ui::{Banner, Button, ButtonKind, Icon, Pill, Tone},
};

/// The buttons below the connection.
#[derive(Clone, Copy)]
struct Acts {
    test: Act<TestUpstream>,
    finish: Act<FinishSwap>,
    remove: Act<RemoveUpstream>,
}

#[component]
pub fn UpstreamPanel(shown: Shown) -> impl IntoView {
    let l = language();
    let acts = Acts { test: Act::new(), finish: Act::new(), remove: Act::new() };
    let refresh = move || shown.refresh();
    say_done(acts.test, move |_, ()| texts::upstream::done_test_upstream(l).to_owned(), refresh);
    say_done(acts.finish, move |_, ()| texts::upstream::done_finish_swap(l).to_owned(), refresh);
    say_done(acts.remove, move |_, ()| texts::upstream::done_remove_upstream(l).to_owned(), refresh);
    let connection = Memo::new(move |_| {
        shown.0.with(|page| page.upstream.as_ref().and_then(|upstream| upstream.connection.clone()))
    });
    let state = move || {
        let (tone, text) = match connection.get() {
            None => (Tone::Info, texts::upstream::state_none(l)),
            Some(ConnectionLine { tested: Some(tested), .. }) if tested.failure.is_some() => {
                (Tone::Warn, texts::upstream::state_trouble(l))
            }
            Some(_) => (Tone::Ok, texts::upstream::state_connected(l)),
        };
        view! { <Pill tone dot=true>{text}</Pill> }
    };
    view! {
        <section class="panel upstream" aria-labelledby="upstream">
            <header class="panel-head">
                <div>
                    <h2 id="upstream">{texts::upstream::title(l)}</h2>
                    <p>{texts::upstream::lead(l)}</p>
                </div>
                <div class="panel-actions">{state}</div>
            </header>
            <div class="panel-body upstream-body">
                {move || connection.get().map(|line| view! { <Used line acts /> })}
                <TrialResult shown />
                <TryFold shown />
            </div>
        </section>
        <AskPassword action=acts.test />
        <AskPassword action=acts.finish />
        <AskPassword action=acts.remove />
    }
}

#[component]
fn Used(line: ConnectionLine, acts: Acts) -> impl IntoView {
    let l = language();
    let ConnectionLine { address, end, connected_at, old, rolled_back, tested } = line;
    let test = FormState::new(acts.test);
    view! {
        {rolled_back
            .map(|(end, at)| {
                view! {
                    <Banner tone=Tone::Warn title=texts::upstream::rolled_back(l)>
                        {texts::upstream::rolled_back_text(l, at, end)}
                    </Banner>
                }
            })}
        {old.map(|(end, at)| view! { <Fallback end at action=acts.finish /> })}
        <dl class="upstream-facts">
            <div class="is-wide"><dt>{texts::upstream::address(l)}</dt><dd class="mono">{address}</dd></div>
            <div><dt>{texts::upstream::key(l)}</dt><dd class="mono">{texts::upstream::key_end(l, end)}</dd></div>
            <div><dt>{texts::upstream::connected_at(l)}</dt><dd class="tnum">{connected_at}</dd></div>
        </dl>
        {match tested {
            Some(tested) => Either::Left(view! { <TestedFacts tested /> }),
            None => Either::Right(view! { <p class="muted">{texts::upstream::never_tested(l)}</p> }),
        }}
        <div class="cluster">
            <Form action=acts.test state=test>
                <FormFailure error=test.failure() />
                <input type="hidden" name=test.name("confirmed") value="true" />
                <Button type_="submit" icon="rotate-cw" pending=test.pending()>{texts::upstream::test(l)}</Button>
            </Form>
            <Removal action=acts.remove />
        </div>
    }
}

/// The connection of before waits.
#[component]
fn Fallback(end: String, at: String, action: Act<FinishSwap>) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    view! {
        <Banner tone=Tone::Info title=texts::upstream::old(l)>
            <p>{texts::upstream::old_text(l, at, end)}</p>
            <Form action state>
                <FormFailure error=state.failure() />
                <input type="hidden" name=state.name("confirmed") value="true" />
                <Button type_="submit" small=true pending=state.pending()>{texts::upstream::finish(l)}</Button>
            </Form>
        </Banner>
    }
}

#[component]
fn Removal(action: Act<RemoveUpstream>) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    let open = state.failure().with_untracked(Option::is_some);
    view! {
        <details class="more" open=open>
            <summary class="button">
                <Icon name="unlink" />
                <span class="button-label">{texts::upstream::remove(l)}</span>
                <Icon name="chevron-down" />
            </summary>
            <div class="more-body">
                <Form action state class="stack">
                    <FormFailure error=state.failure() />
                    <p>{texts::upstream::remove_text(l)}</p>
                    <input type="hidden" name=state.name("confirmed") value="true" />
                    <div class="cluster">
                        <Button kind=ButtonKind::Danger type_="submit" pending=state.pending()>
                            {texts::upstream::remove_button(l)}
                        </Button>
                    </div>
                </Form>
            </div>
        </details>
    }
}
