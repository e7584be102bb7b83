//! Entering an organisation: why, what for, and how far.

use domain::support::{EnterForm, Mode};
use leptos::prelude::*;

use super::{
    api::{Enter, FoundLine},
    banner::mode_name,
};
use crate::{
    act::Act,
    form::{Form, FormState},
    shell::{FormFailure, tell_other_tabs},
    state::language,
    ui::{Button, ButtonKind, CardChoice, RadioCards, TextArea, TextField},
};

#[component]
pub fn EnterPanel(line: FoundLine, action: Act<Enter>) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    // The pages of an organisation: everything is loaded anew.
    Effect::new(move || {
        if let Some(Ok(path)) = action.value().get() {
            tell_other_tabs();
            _ = window().location().assign(&path);
        }
    });
    let card = |mode: Mode, text: &str| CardChoice {
        value: mode.word().to_owned(),
        label: mode_name(l, mode).to_owned(),
        text: text.to_owned(),
    };
    let modes = [
        card(Mode::Read, texts::support::enter_read_text(l)),
        card(Mode::Write, texts::support::enter_write_text(l)),
    ];
    // No card leads to a refusal.
    let reach = line.reach.unwrap_or_default();
    let modes: Vec<CardChoice> =
        Mode::ALL.into_iter().zip(modes).filter(|(mode, _)| *mode <= reach).map(|(_, card)| card).collect();
    let only_reads = (reach == Mode::Read).then(|| texts::support::enter_only_reads(l));
    view! {
        <Form action state>
            <FormFailure error=state.failure() />
            <section class="panel" aria-labelledby="enter">
                <header class="panel-head">
                    <div>
                        <h2 id="enter">{texts::support::enter_title(l, line.name)}</h2>
                        <p>{texts::support::enter_text(l)}</p>
                        {only_reads.map(|text| view! { <p>{text}</p> })}
                    </div>
                </header>
                <input type="hidden" name=state.name("organisation") value=line.id />
                <TextArea
                    field="reason"
                    label=texts::support::reason(l)
                    hint=texts::support::enter_reason_hint(l)
                    rows=3
                    maxlength=length(EnterForm::LONGEST_REASON)
                    required=true
                />
                <TextField
                    field="ticket"
                    label=texts::support::ticket(l)
                    maxlength=length(EnterForm::LONGEST_TICKET)
                    optional=texts::shell::optional(l)
                />
                <RadioCards
                    field="mode"
                    label=texts::support::enter_mode(l)
                    options=modes
                    saved=Mode::default().word()
                />
                <footer class="panel-foot">
                    <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                        {texts::support::enter_button(l)}
                    </Button>
                </footer>
            </section>
        </Form>
    }
}

/// The browser counts UTF-16 units, the rules count characters: twice as many never cut a value short.
fn length(characters: usize) -> u32 {
    u32::try_from(characters * 2).unwrap_or(u32::MAX)
}
