//! Enterprise is no plan that an owner takes alone: staff write down how many calls at once were agreed on.

use leptos::prelude::*;

use super::api::{AgreeSlots, FoundLine};
use crate::{
    act::Act,
    form::{Form, FormState},
    shell::{FormFailure, say_done},
    state::language,
    ui::{Button, TextField},
};

#[component]
pub fn AgreePanel(line: FoundLine, action: Act<AgreeSlots>) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    say_done(action, move |_, name| texts::support::agreed(l, name), || {});
    view! {
        <Form action state>
            <FormFailure error=state.failure() />
            <section class="panel" aria-labelledby="agree">
                <header class="panel-head">
                    <div>
                        <h2 id="agree">{texts::support::agree_title(l, line.name)}</h2>
                        <p>{texts::support::agree_text(l)}</p>
                    </div>
                </header>
                <input type="hidden" name=state.name("organisation") value=line.id />
                <TextField
                    field="slots"
                    label=texts::support::agree_slots(l)
                    hint=texts::support::agree_hint(l)
                    inputmode="numeric"
                    autocomplete="off"
                    maxlength=6
                    required=true
                />
                <footer class="panel-foot">
                    <Button type_="submit" pending=state.pending()>{texts::support::agree_button(l)}</Button>
                </footer>
            </section>
        </Form>
    }
}
