//! Telling everybody something, in both languages.

use leptos::prelude::*;

use super::{
    api::{Announce, AnnouncedLine},
    page::Shown,
};
use crate::{
    act::Act,
    form::{Form, FormState, empty},
    shell::{FormFailure, say_done},
    state::language,
    ui::{Button, ButtonKind, TextArea, TextField},
};

const FORM: &str = "announce-form";

#[component]
pub fn AnnouncePanel(shown: Shown) -> impl IntoView {
    let l = language();
    let action = Act::<Announce>::new();
    let state = FormState::new(action);
    say_done(
        action,
        move |_, ()| texts::system::announced(l).to_owned(),
        move || {
            empty(FORM);
            shown.refresh();
        },
    );
    let announced = move || shown.0.with(|page| page.announced.clone());
    view! {
        <Form action state id=FORM>
            <FormFailure error=state.failure() />
            <section class="panel" aria-labelledby="announce">
                <header class="panel-head">
                    <div>
                        <h2 id="announce">{texts::system::announce_title(l)}</h2>
                        <p>{texts::system::announce_text(l)}</p>
                    </div>
                </header>
                <Fields />
                <footer class="panel-foot">
                    <Button kind=ButtonKind::Primary type_="submit" icon="megaphone" pending=state.pending()>
                        {texts::system::announce_button(l)}
                    </Button>
                </footer>
                {move || {
                    let rows = announced().into_iter().map(|line| {
                        let AnnouncedLine { at, title } = line;
                        view! { <li><span class="told-title">{title}</span> <span class="told-at">{at}</span></li> }
                    });
                    let rows = rows.collect_view();
                    (!rows.is_empty()).then(|| view! {
                        <div class="panel-body">
                            <h3>{texts::system::announced_before(l)}</h3>
                            <ul class="told">{rows}</ul>
                        </div>
                    })
                }}
            </section>
        </Form>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let l = language();
    view! {
        <TextField field="title_tr" label=texts::system::title_tr(l) maxlength=120 required=true />
        <TextArea field="text_tr" label=texts::system::text_tr(l) maxlength=2_000 required=true />
        <TextField field="title_en" label=texts::system::title_en(l) maxlength=120 required=true />
        <TextArea field="text_en" label=texts::system::text_en(l) maxlength=2_000 required=true />
    }
}
