//! The forms that buttons elsewhere on the page name: they outlive the rows in which the buttons stand.

use domain::knowledge::PlaceForm;
use leptos::prelude::*;

use super::{
    api::{ChangeFiles, DeleteCategory, PlaceCategory, RestoreCategory},
    page::Shown,
};
use crate::{
    act::{Act, Sent},
    form::{Form, FormState},
    shell::{FormFailure, follow, refusal, say_done, say_refusal},
    state::language,
};

/// Steps of a category.
pub const UP: &str = "category-up";
pub const DOWN: &str = "category-down";
/// Deletes a category.
pub const DELETE: &str = "category-delete";
/// Takes that back.
pub const RESTORE: &str = "category-restore";
/// Moves or deletes the chosen files.
pub const CHANGE: &str = "files-change";

/// Moves categories; rows that are dragged use it as well.
#[derive(Clone, Copy)]
pub struct Placing(pub Act<PlaceCategory>);

impl Placing {
    pub fn step(self, category: &str, step: &str) {
        self.send(PlaceForm { category: category.to_owned(), step: step.to_owned(), ..PlaceForm::default() });
    }

    pub fn send(self, form: PlaceForm) {
        if !self.0.pending().get_untracked() {
            self.0.dispatch(PlaceCategory { form });
        }
    }
}

#[component]
pub fn Forms(shown: Shown, placing: Placing, changing: Act<ChangeFiles>) -> impl IntoView {
    let (l, Placing(placing)) = (language(), placing);
    let deleting = Act::<DeleteCategory>::new();
    let restoring = Act::<RestoreCategory>::new();
    let refresh = move || shown.refresh();
    follow(placing, move |_, ()| texts::knowledge::done_place_category(l).to_owned(), refresh);
    // The row is gone; the way back has the focus then.
    let undo = StoredValue::new(None::<String>);
    say_refusal(deleting, refresh);
    let deleted = move |sent: Sent, _| {
        undo.set_value(Some(format!("{RESTORE}-{}", sent.field("category"))));
        texts::knowledge::done_delete_category(l).to_owned()
    };
    say_done(deleting, deleted, move || shown.refresh_and_focus(undo.get_value()));
    follow(restoring, move |_, ()| texts::knowledge::done_restore_category(l).to_owned(), refresh);
    let state = FormState::new(changing);
    say_refusal(changing, refresh);
    let changed = move |sent: Sent, _| match sent.field("act").as_str() {
        "delete" => texts::knowledge::done_deleted(l).to_owned(),
        _ => texts::knowledge::done_moved(l).to_owned(),
    };
    say_done(changing, changed, refresh);
    let step = |id: &'static str, step: &'static str| {
        view! {
            <Form action=placing id=id>
                <input type="hidden" name="form[step]" value=step />
            </Form>
        }
    };
    view! {
        <FormFailure error=refusal(placing) />
        {step(UP, "up")}
        {step(DOWN, "down")}
        <Form action=deleting id=DELETE>
            <FormFailure error=refusal(deleting) />
        </Form>
        <Form action=restoring id=RESTORE>
            <FormFailure error=refusal(restoring) />
        </Form>
        <Form action=changing state id=CHANGE>
            <FormFailure error=refusal(changing) />
        </Form>
    }
}

/// A button that does something to one category by a form elsewhere.
pub fn category_button(
    form: &'static str,
    category: &str,
    class: &'static str,
    spoken: Option<String>,
    words: AnyView,
) -> AnyView {
    let category = category.to_owned();
    view! {
        <button
            class=class
            type="submit"
            form=form
            id=format!("{form}-{category}")
            name="form[category]"
            value=category
            aria-label=spoken
        >
            {words}
        </button>
    }
    .into_any()
}
