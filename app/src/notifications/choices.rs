//! Two forms of the same fields: one's own choices, and those of the company.

use domain::{
    Language,
    notifications::{Event, Frequency},
};
use leptos::{context::Provider, prelude::*};

use super::{
    api::{EventLine, SaveChoices, SaveDefaults},
    page::Shown,
};
use crate::{
    act::Act,
    form::{Form, FormState},
    shell::{FormFailure, say_done},
    state::language,
    ui::{Button, ButtonKind, Choice, IdPrefix, Select},
};

#[component]
pub fn OwnPanel(shown: Shown) -> impl IntoView {
    let l = language();
    let action = Act::<SaveChoices>::new();
    let state = FormState::new(action);
    say_done(action, move |_, ()| texts::shell::saved(l).to_owned(), move || shown.refresh());
    let events = shown.0.with_untracked(|page| page.events.clone());
    let rows = events.into_iter().map(move |line| {
        // What "as the company" means is said beside it, and changes with the company's choice.
        let inherited = Choice {
            value: String::new(),
            label: texts::notifications::as_company(l, frequency_name(l, line.default)),
        };
        let options = std::iter::once(inherited).chain(choices(l, line.event)).collect();
        let saved = line.own.map_or("", Frequency::word);
        view! { <EventSelect line options saved /> }
    });
    view! {
        <Form action state>
            <FormFailure error=state.failure() />
            <section class="panel" aria-labelledby="own">
                <header class="panel-head">
                    <div>
                        <h2 id="own">{texts::notifications::own_title(l)}</h2>
                        <p>{texts::notifications::own_text(l)}</p>
                    </div>
                </header>
                {rows.collect_view()}
                <footer class="panel-foot">
                    <p class="muted small grow">{texts::notifications::security_note(l)}</p>
                    <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                        {texts::notifications::save_own(l)}
                    </Button>
                </footer>
            </section>
        </Form>
    }
}

#[component]
pub fn CompanyPanel(shown: Shown) -> impl IntoView {
    let l = language();
    let action = Act::<SaveDefaults>::new();
    let state = FormState::new(action);
    say_done(action, move |_, ()| texts::shell::saved(l).to_owned(), move || shown.refresh());
    let events = shown.0.with_untracked(|page| page.events.clone());
    let rows = move || {
        let rows = events.iter().copied().map(|line| {
            view! { <EventSelect line options=choices(l, line.event) saved=line.default.word() /> }
        });
        rows.collect_view()
    };
    view! {
        <Form action state>
            // The same fields as one's own.
            <Provider value=IdPrefix("company")>
                <FormFailure error=state.failure() />
                <section class="panel" aria-labelledby="company">
                    <header class="panel-head">
                        <div>
                            <h2 id="company">{texts::notifications::company_title(l)}</h2>
                            <p>{texts::notifications::company_text(l)}</p>
                        </div>
                    </header>
                    {rows()}
                    <footer class="panel-foot">
                        <Button type_="submit" pending=state.pending()>
                            {texts::notifications::save_company(l)}
                        </Button>
                    </footer>
                </section>
            </Provider>
        </Form>
    }
}

#[component]
fn EventSelect(line: EventLine, options: Vec<Choice>, saved: &'static str) -> impl IntoView {
    let l = language();
    let text = |suffix: &str| {
        texts::notifications::by_key(l, &format!("event_{}{suffix}", line.event.word())).unwrap_or_default()
    };
    view! { <Select field=line.event.word() label=text("") hint=text("_hint").to_owned() options saved /> }
}

fn choices(l: Language, event: Event) -> Vec<Choice> {
    let choice = |frequency: &Frequency| Choice {
        value: frequency.word().to_owned(),
        label: frequency_name(l, *frequency).to_owned(),
    };
    event.frequencies().iter().map(choice).collect()
}

fn frequency_name(l: Language, frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Off => texts::notifications::frequency_off(l),
        Frequency::Instant => texts::notifications::frequency_instant(l),
        Frequency::Daily => texts::notifications::frequency_daily(l),
        Frequency::Weekly => texts::notifications::frequency_weekly(l),
    }
}
