//! Trying a connection out: the form, and what became of it, with the button that uses it.

use domain::{keys::Overlap, upstream::FALLBACKS};
use leptos::{either::Either, html, prelude::*};

use super::{
    api::{DiscardTrial, TrialLine, TryUpstream, UseUpstream},
    tested::TestedFacts,
};
use crate::{
    account::AskPassword,
    act::Act,
    form::{Form, FormState},
    keys::Shown,
    shell::{FormFailure, refusal, say_done},
    state::language,
    ui::{Button, ButtonKind, Choice, Icon, PasswordField, Select, Switch, TextField, fill},
};

/// The id of the form that lets go of what was tried out.
const DISCARD: &str = "discard-upstream";

/// Address and key. Closed where there is nothing more to type.
#[component]
pub fn TryFold(shown: Shown) -> impl IntoView {
    let (l, action) = (language(), Act::<TryUpstream>::new());
    let state = FormState::new(action);
    say_done(action, move |_, ()| texts::upstream::done_try_upstream(l).to_owned(), move || shown.refresh());
    let (address, is_connected, is_tried) = shown.0.with_untracked(|page| {
        let upstream = page.upstream.as_ref();
        let (used, trial) =
            (upstream.and_then(|all| all.connection.as_ref()), upstream.and_then(|all| all.trial.as_ref()));
        let address = trial.map(|trial| &trial.address).or(used.map(|used| &used.address));
        (
            address.cloned().unwrap_or_default(),
            used.is_some(),
            trial.is_some_and(|trial| trial.tested.failure.is_none()),
        )
    });
    let open = !is_connected && !is_tried || state.failure().with_untracked(Option::is_some);
    let fold = NodeRef::<html::Details>::new();
    // What was good needs no more typing.
    Effect::new(move |before: Option<()>| {
        let trial = shown.0.with(|page| page.upstream.as_ref().and_then(|all| all.trial.clone()));
        if before.is_some()
            && trial.is_some_and(|trial| trial.tested.failure.is_none())
            && let Some(fold) = fold.get_untracked()
        {
            fold.set_open(false);
        }
    });
    let label = if is_connected { texts::upstream::change(l) } else { texts::upstream::connect(l) };
    view! {
        <details class="more" open=open node_ref=fold>
            <summary class="button">
                <Icon name="plug" />
                <span class="button-label">{label}</span>
                <Icon name="chevron-down" />
            </summary>
            <div class="more-body">
                <Form action state class="stack">
                    <FormFailure error=state.whole_failure() />
                    <TextField
                        field="address"
                        label=texts::upstream::address(l)
                        hint=texts::upstream::address_hint(l)
                        saved=address
                        type_="url"
                        inputmode="url"
                        placeholder="https://"
                        maxlength=300
                        autocomplete="off"
                        required=true
                    />
                    <PasswordField
                        field="secret"
                        label=texts::upstream::key(l)
                        hint=texts::upstream::key_hint(l)
                        show=texts::upstream::key_show(l)
                        hide=texts::upstream::key_hide(l)
                        autocomplete="off"
                    />
                    <div class="cluster">
                        <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                            {texts::upstream::try_button(l)}
                        </Button>
                    </div>
                </Form>
            </div>
        </details>
        <AskPassword action />
    }
}

/// What was tried out, until it is used or let go.
#[component]
pub fn TrialResult(shown: Shown) -> impl IntoView {
    let l = language();
    let (using, discarding) = (Act::<UseUpstream>::new(), Act::<DiscardTrial>::new());
    let refresh = move || shown.refresh();
    let used = move || {
        fill("form[secret]", "");
        refresh();
    };
    say_done(using, move |_, ()| texts::upstream::done_use_upstream(l).to_owned(), used);
    say_done(discarding, move |_, ()| texts::upstream::done_discard_trial(l).to_owned(), refresh);
    let trial = Memo::new(move |_| {
        shown.0.with(|page| {
            let upstream = page.upstream.as_ref()?;
            Some((upstream.trial.clone()?, upstream.connection.is_some()))
        })
    });
    let title = NodeRef::<html::H3>::new();
    // It appears above the button that asked for it.
    Effect::new(move |before: Option<()>| {
        if trial.with(Option::is_some) && before.is_some() {
            request_animation_frame(move || {
                if let Some(title) = title.get_untracked() {
                    _ = title.focus();
                }
            });
        }
    });
    view! {
        {move || {
            trial.get().map(|(trial, swaps)| view! { <Result trial swaps using discarding title /> })
        }}
        <AskPassword action=using />
    }
}

#[component]
fn Result(
    trial: TrialLine,
    /// Another connection is used now.
    swaps: bool,
    using: Act<UseUpstream>,
    discarding: Act<DiscardTrial>,
    title: NodeRef<html::H3>,
) -> impl IntoView {
    let l = language();
    let TrialLine { address, end, tested, until } = trial;
    let (is_good, may_be_used) =
        (tested.failure.is_none(), tested.failure.is_none_or(|failure| failure.is_temporary()));
    let text = match may_be_used {
        true => texts::upstream::trial_text(l, address, end, until),
        false => texts::upstream::trial_text_refused(l, address, end),
    };
    let discard = move || {
        view! {
            <Button type_="submit" form=DISCARD pending=discarding.pending()>{texts::upstream::discard(l)}</Button>
        }
    };
    let state = FormState::new(using);
    let use_form = may_be_used.then(|| {
        let label = if swaps { texts::upstream::swap_button(l) } else { texts::upstream::use_button(l) };
        view! {
            <Form action=using state class="stack">
                <FormFailure error=state.whole_failure() />
                // Here, not before: fields look for the form around them.
                {if swaps {
                    Either::Left(view! { <FallbackChoice /> })
                } else {
                    Either::Right(view! { <input type="hidden" name=state.name("fallback") value="" /> })
                }}
                {(!is_good)
                    .then(|| {
                        view! {
                            <Switch
                                field="anyway"
                                label=texts::upstream::anyway(l)
                                hint=texts::upstream::anyway_hint(l)
                                saved=false
                            />
                        }
                    })}
                <div class="cluster">
                    <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>{label}</Button>
                    {discard()}
                </div>
            </Form>
        }
    });
    view! {
        <section class="upstream-trial" aria-labelledby="upstream-trial">
            <h3 id="upstream-trial" tabindex="-1" node_ref=title>{texts::upstream::trial_title(l)}</h3>
            <p class="muted">{text}</p>
            <TestedFacts tested />
            {use_form}
            {(!may_be_used).then(discard)}
            <Form action=discarding id=DISCARD>
                <FormFailure error=refusal(discarding) />
                <input type="hidden" name="form[confirmed]" value="true" />
            </Form>
        </section>
    }
}

#[component]
fn FallbackChoice() -> impl IntoView {
    let l = language();
    let options = FALLBACKS.map(|overlap| Choice {
        value: overlap.word().to_owned(),
        label: match overlap {
            Overlap::Hour => texts::upstream::fallback_hour(l),
            Overlap::Week => texts::upstream::fallback_week(l),
            Overlap::None | Overlap::Day => texts::upstream::fallback_day(l),
        }
        .to_owned(),
    });
    view! {
        <Select
            field="fallback"
            label=texts::upstream::fallback(l)
            hint=texts::upstream::fallback_hint(l)
            options=options.to_vec()
            saved=Overlap::default().word()
        />
    }
}
