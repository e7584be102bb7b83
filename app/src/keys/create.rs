//! Making a key: its name, whose it is, what it may do, how long.

use domain::{
    Scopes,
    keys::{Kind, Lifetime, MOST_IN_NAME},
};
use leptos::{either::Either, html, prelude::*};

use super::{api::CreateKey, page::Shown};
use crate::{
    account::AskPassword,
    act::Act,
    form::{Form, FormState, empty, use_form},
    shell::{FormFailure, say_done},
    state::language,
    ui::{Button, ButtonKind, CardChoice, Choice, Field, Icon, RadioCards, Select, TextField, Wiring},
};

/// The id of the form.
const FORM: &str = "create-key";

#[component]
pub fn CreatePanel(shown: Shown) -> impl IntoView {
    let (l, action, fold) = (language(), Act::<CreateKey>::new(), NodeRef::<html::Details>::new());
    let made = move || {
        start_over(fold);
        shown.refresh();
    };
    say_done(action, move |_, ()| texts::keys::done_create_key(l).to_owned(), made);
    let (administers, is_first) = shown.0.with_untracked(|page| (page.administers, page.live.is_empty()));
    view! {
        <section class="panel" aria-labelledby="new-key">
            <header class="panel-head">
                <div>
                    <h2 id="new-key">{texts::keys::new_title(l)}</h2>
                    <p>{texts::keys::new_text(l)}</p>
                </div>
            </header>
            <Fold action fold administers is_first />
        </section>
        <AskPassword action />
    }
}

/// Empties the form and closes it. It is not drawn anew: Chromium then forgets to lay out the boxes in a closed fold.
fn start_over(fold: NodeRef<html::Details>) {
    empty(FORM);
    if let Some(fold) = fold.get_untracked() {
        fold.set_open(false);
    }
}

/// Open from the start where there is no key yet, or something to say about what was typed.
#[component]
fn Fold(
    action: Act<CreateKey>,
    fold: NodeRef<html::Details>,
    administers: bool,
    is_first: bool,
) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    let open = is_first || state.failure().with_untracked(Option::is_some);
    let lifetimes = Lifetime::ALL.iter().map(move |lifetime| Choice {
        value: lifetime.word().to_owned(),
        label: match lifetime {
            Lifetime::Month => texts::keys::lifetime_30(l),
            Lifetime::Quarter => texts::keys::lifetime_90(l),
            Lifetime::Year => texts::keys::lifetime_365(l),
            Lifetime::Unlimited => texts::keys::lifetime_never(l),
        }
        .to_owned(),
    });
    view! {
        <div class="panel-body keys-new">
            <details class="more" open=open node_ref=fold>
                <summary class="button">
                    <Icon name="plus" />
                    <span class="button-label">{texts::keys::new_open(l)}</span>
                    <Icon name="chevron-down" />
                </summary>
                <div class="more-body">
                    <Form action state id=FORM class="stack">
                        <FormFailure error=state.whole_failure() />
                        <TextField
                            field="name"
                            label=texts::keys::name(l)
                            hint=texts::keys::name_hint(l)
                            maxlength=u32::try_from(MOST_IN_NAME).unwrap_or(u32::MAX)
                            autocomplete="off"
                            required=true
                        />
                        <KindChoice administers />
                        <ScopeChoice />
                        <Select
                            field="lifetime"
                            label=texts::keys::lifetime(l)
                            hint=texts::keys::lifetime_hint(l)
                            options=lifetimes.collect()
                            saved=Lifetime::default().word()
                        />
                        <div class="cluster">
                            <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                                {texts::keys::create_button(l)}
                            </Button>
                        </div>
                    </Form>
                </div>
            </details>
        </div>
    }
}

/// Members have personal keys only.
#[component]
fn KindChoice(administers: bool) -> impl IntoView {
    let l = language();
    if !administers {
        return Either::Left(view! {
            <p class="muted">{texts::keys::personal_only(l)}</p>
            <input type="hidden" name=use_form().name("kind") value=Kind::Personal.word() />
        });
    }
    let card = |kind: Kind, label: &'static str, text: &'static str| CardChoice {
        value: kind.word().to_owned(),
        label: label.to_owned(),
        text: text.to_owned(),
    };
    let options = vec![
        card(Kind::Organisation, texts::keys::kind_organisation(l), texts::keys::kind_organisation_text(l)),
        card(Kind::Personal, texts::keys::kind_personal(l), texts::keys::kind_personal_text(l)),
    ];
    Either::Right(view! {
        <RadioCards field="kind" label=texts::keys::kind(l) options=options saved=Kind::Organisation.word() />
    })
}

/// A box for each scope; none is ticked, so that nobody gives more than they thought of.
#[component]
fn ScopeChoice() -> impl IntoView {
    let l = language();
    let wiring = Wiring::of("scopes", true);
    let error = wiring.error;
    let choice = move |(index, word): (usize, &'static str)| {
        let field = format!("scopes[{index}]");
        let text = texts::keys::by_key(l, &format!("scope_{}", word.replace(':', "_"))).unwrap_or_default();
        view! {
            <label class="card-choice">
                <input
                    class="check"
                    type="checkbox"
                    name=use_form().name(&field)
                    value=word
                    checked=use_form().checked(&field, word, false)
                    autofocus=index == 0 && use_form().autofocus("scopes", false)
                    aria-invalid=wiring.invalid()
                    aria-describedby=wiring.described()
                />
                <span>
                    <span class="card-choice-title mono">{word}</span>
                    <span class="card-choice-text">{text}</span>
                </span>
            </label>
        }
    };
    view! {
        <Field
            field="scopes"
            label=texts::keys::scopes(l)
            hint=texts::keys::scopes_hint(l)
            group=true
            error
        >
            <div class="card-choices">{Scopes::every_word().enumerate().map(choice).collect_view()}</div>
        </Field>
    }
}
