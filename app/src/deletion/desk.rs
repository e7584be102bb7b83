//! For staff: giving an organisation back because an owner asked for that, and how far a deletion is.

use leptos::prelude::*;

use crate::{
    act::Act,
    form::{Form, FormState},
    shell::{FormFailure, say_done},
    state::language,
    support::api::{FoundLine, RestoreOrganisation},
    system::api::DeletionLine,
    ui::{Button, ButtonKind, IdPrefix, TextField},
};
use leptos::context::Provider;

#[component]
pub fn DeskRestorePanel(line: FoundLine, at: String, action: Act<RestoreOrganisation>) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    say_done(
        action,
        move |_, _| texts::deletion::desk_restored(l).to_owned(),
        || {
            _ = window().location().reload();
        },
    );
    view! {
        <Form action state>
            <FormFailure error=state.failure() />
            <section class="panel" aria-labelledby="desk-restore">
                <header class="panel-head">
                    <div>
                        <h2 id="desk-restore">{texts::deletion::notice_title(l, line.name)}</h2>
                        <p>{texts::deletion::desk_leaving(l, at)}</p>
                    </div>
                </header>
                <input type="hidden" name=state.name("organisation") value=line.id />
                <Provider value=IdPrefix("restore")>
                    <TextField
                        field="reason"
                        label=texts::deletion::desk_reason(l)
                        hint=texts::deletion::desk_reason_hint(l)
                        autocomplete="off"
                        maxlength=500
                        required=true
                    />
                </Provider>
                <footer class="panel-foot">
                    <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                        {texts::deletion::desk_restore(l)}
                    </Button>
                </footer>
            </section>
        </Form>
    }
}

/// Nothing, where nothing is being deleted.
#[component]
pub fn DeletionsPanel(deletions: Vec<DeletionLine>) -> impl IntoView {
    let l = language();
    let lines = deletions.into_iter().map(move |line| {
        let DeletionLine { name, done, steps, rows, at, attempts, error } = line;
        let at = at.map(|step| texts::deletion::steps_at(l, attempts, step));
        view! {
            <li>
                <strong>{name}</strong>
                <p>{texts::deletion::steps_progress(l, done, rows, steps)}</p>
                {at.map(|at| view! { <p class="muted small">{at}</p> })}
                {error.map(|error| view! { <p class="mono small">{error}</p> })}
            </li>
        }
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="panel" aria-labelledby="deletions">
                <header class="panel-head">
                    <div>
                        <h2 id="deletions">{texts::deletion::steps_title(l)}</h2>
                        <p>{texts::deletion::steps_text(l)}</p>
                    </div>
                </header>
                <ul class="panel-body stack deletions">{lines}</ul>
            </section>
        }
    })
}
