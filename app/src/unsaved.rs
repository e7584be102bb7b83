//! Changes that were typed but not saved: how many, and a question before they are lost.
//!
//! What counts is the form as the browser would post it, compared with what is saved; so a value that was
//! typed back is no change, and a page that answers a refused post knows its changes from the start.

use std::collections::{BTreeMap, BTreeSet};

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{
        BeforeUnloadEvent, Element, Event, EventTarget, FormData, HtmlAnchorElement, HtmlFormElement,
        MouseEvent, Node, UrlSearchParams,
    },
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use serde::Serialize;

use crate::{
    act::Sent,
    form::decode,
    state::language,
    ui::{Button, ButtonKind, Dialog},
};

/// Posted names and their values; empty ones are left out.
type Fields = BTreeMap<String, Vec<String>>;

/// The unsaved changes of one form.
#[derive(Clone, Copy)]
pub struct Unsaved {
    form: &'static str,
    saved: RwSignal<Fields>,
    /// `None` until the browser has looked for the first time.
    typed: RwSignal<Option<Fields>>,
}

impl Unsaved {
    /// Watches the form with this id; `saved` is what stands in the database, under the names of the form.
    pub fn watch<T: Serialize>(form: &'static str, saved: &T) -> Self {
        let unsaved = Self { form, saved: RwSignal::new(fields_of(saved)), typed: RwSignal::new(None) };
        Effect::new(move || {
            unsaved.look();
            for handle in [
                window_event_listener(ev::input, move |event| unsaved.look_after(&event)),
                window_event_listener(ev::change, move |event| unsaved.look_after(&event)),
            ] {
                on_cleanup(move || handle.remove());
            }
        });
        unsaved
    }

    /// How many fields differ from what is saved.
    pub fn count(self) -> usize {
        // `try_`: a view that is being taken away may ask once more after its signals are gone.
        let count = |typed: &Option<Fields>| {
            let typed = typed.as_ref()?;
            self.saved.try_with(|saved| differences(saved, typed))
        };
        self.typed.try_with(count).flatten().unwrap_or_default()
    }

    /// [`count`](Self::count) for event handlers.
    pub fn count_now(self) -> usize {
        untrack(move || self.count())
    }

    /// What stands in the field posted under `name`; `None` before the browser has looked.
    pub fn typed(self, name: &str) -> Option<String> {
        self.typed.try_with(|typed| Some(first(typed.as_ref()?, name))).flatten()
    }

    /// Something was saved (by this form or by somebody else): from now on that is no change.
    pub fn rebase<T: Serialize>(self, saved: &T) {
        self.saved.set(fields_of(saved));
        self.look();
    }

    /// What was sent was saved.
    pub fn rebase_to(self, sent: &Sent) {
        self.saved.set(fields(sent.body()));
        self.look();
    }

    /// Reads the form again, for changes that fired no event (rows added or removed).
    pub fn look(self) {
        let form =
            document().get_element_by_id(self.form).and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        let data = form.and_then(|form| FormData::new_with_form(&form).ok());
        let pairs = data.and_then(|data| UrlSearchParams::new_with_str_sequence_sequence(&data).ok());
        if let Some(body) = pairs.and_then(|pairs| pairs.to_string().as_string()) {
            self.typed.set(Some(fields(&body)));
        }
    }

    fn look_after(self, event: &Event) {
        let form = document().get_element_by_id(self.form);
        let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
        if form.is_some_and(|form| form.contains(target.as_ref())) {
            self.look();
        }
    }
}

/// "2 değişiklik kaydedilmedi", beside the button that saves.
#[component]
pub fn UnsavedCount(unsaved: Unsaved) -> impl IntoView {
    let l = language();
    let text = move || match unsaved.count() {
        0 => String::new(),
        count => texts::shell::unsaved_count(l, count),
    };
    view! {
        <span class="page-status" role="status">
            {text}
        </span>
    }
}

/// Asks before a link, the back button or the browser itself takes unsaved changes away.
#[component]
pub fn UnsavedGuard(unsaved: Unsaved) -> impl IntoView {
    let l = language();
    let (asking, wanted) = (RwSignal::new(false), StoredValue::new(None::<String>));
    let navigate = use_navigate();
    let here = use_location().pathname;
    let ask = move |target: String| {
        wanted.set_value(Some(target));
        asking.set(true);
    };
    Effect::new(move || {
        // The router listens on the window too; capturing listeners come first.
        capture("click", move |event| {
            let link = event.dyn_ref::<MouseEvent>().and_then(followed_link);
            if let Some(link) = link.filter(|_| unsaved.count_now() > 0) {
                event.prevent_default();
                event.stop_immediate_propagation();
                ask(link);
            }
        });
        // The window calls `popstate` listeners in their order of arrival, the router's before ours: `start.js` asks
        // first, by this event.
        capture("ayar-back", move |event| {
            let here = here.get_untracked();
            let location = window().location();
            let (Ok(path), Ok(target)) = (location.pathname(), location.href()) else { return };
            if path != here && unsaved.count_now() > 0 {
                event.prevent_default();
                // The address has changed already: put ours back above it.
                let history = window().history();
                let restored = history.and_then(|h| h.push_state_with_url(&"".into(), "", Some(&here)));
                if restored.is_ok() {
                    ask(target);
                }
            }
        });
        let handle = window_event_listener(ev::beforeunload, move |event: BeforeUnloadEvent| {
            if unsaved.count_now() > 0 {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    });

    let leave = move |_| {
        asking.set(false);
        unsaved.typed.set(None);
        if let Some(target) = wanted.get_value() {
            let origin = window().location().origin().unwrap_or_default();
            navigate(target.strip_prefix(&origin).unwrap_or(&target), NavigateOptions::default());
        }
    };
    let footer = view! {
        <Button kind=ButtonKind::Danger on:click=leave>
            {texts::shell::leave(l)}
        </Button>
        <Button kind=ButtonKind::Primary on:click=move |_| asking.set(false)>
            {texts::shell::stay(l)}
        </Button>
    };
    view! {
        <Dialog
            open=asking
            title=texts::shell::leave_title(l)
            close=texts::shell::close(l)
            footer=footer.into_any()
        >
            <p>{texts::shell::leave_text(l)}</p>
        </Dialog>
    }
}

/// The address of a link that would take the person to another page of ours in this tab.
fn followed_link(event: &MouseEvent) -> Option<String> {
    let plain = event.button() == 0
        && !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key());
    let element = event.target()?.dyn_into::<Element>().ok()?;
    let link = element.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
    let location = window().location();
    let elsewhere =
        link.origin() != location.origin().ok()? || !matches!(link.target().as_str(), "" | "_self");
    // `#main` and the page itself stay; the browser guards what leaves our pages.
    let stays = link.pathname() == location.pathname().ok()?;
    (plain && !elsewhere && !stays && !link.has_attribute("download")).then(|| link.href())
}

/// Listens on the window before everybody else, until the current owner is cleaned up.
fn capture(name: &'static str, handler: impl FnMut(Event) + 'static) {
    let target: EventTarget = window().into();
    let closure = Closure::<dyn FnMut(Event)>::new(handler);
    _ = target.add_event_listener_with_callback_and_bool(name, closure.as_ref().unchecked_ref(), true);
    let kept = StoredValue::new_local(Some((target, closure)));
    on_cleanup(move || {
        if let Some((target, closure)) = kept.try_update_value(Option::take).flatten() {
            _ = target.remove_event_listener_with_callback_and_bool(
                name,
                closure.as_ref().unchecked_ref(),
                true,
            );
        }
    });
}

/// What a form with these values would post.
fn fields_of<T: Serialize>(saved: &T) -> Fields {
    #[derive(Serialize)]
    struct Body<'a, T> {
        form: &'a T,
    }
    fields(&serde_qs::to_string(&Body { form: saved }).unwrap_or_default())
}

fn fields(body: &str) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in decode(body) {
        // The version is not the person's.
        if name != "form[version]" && !value.is_empty() {
            fields.entry(name).or_default().push(value.replace("\r\n", "\n"));
        }
    }
    fields
}

fn differences(saved: &Fields, typed: &Fields) -> usize {
    let names: BTreeSet<&String> = saved.keys().chain(typed.keys()).collect();
    let same = |name: &&String| match (saved.get(*name), typed.get(*name)) {
        // An unchecked box posts nothing.
        (Some(saved), None) => saved == &["false"],
        (saved, typed) => saved == typed,
    };
    names.into_iter().filter(|name| !same(name)).count()
}

fn first(fields: &Fields, name: &str) -> String {
    fields.get(name).and_then(|values| values.first()).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Form {
        version: i64,
        name: &'static str,
        address: &'static str,
        days: Vec<Day>,
    }

    #[derive(Serialize)]
    struct Day {
        open: bool,
    }

    fn saved() -> Fields {
        let days = vec![Day { open: true }, Day { open: false }];
        fields_of(&Form { version: 3, name: "Yıldız & Oğulları", address: "", days })
    }

    #[test]
    fn what_is_saved_equals_what_its_form_posts() {
        let posted = "form%5Bversion%5D=3&form%5Bname%5D=Y%C4%B1ld%C4%B1z+%26+O%C4%9Fullar%C4%B1&form%5Baddress%5D=&form%5Bdays%5D%5B0%5D%5Bopen%5D=true";
        assert_eq!(differences(&saved(), &fields(posted)), 0);
    }

    #[test]
    fn each_field_that_differs_counts_once() {
        let posted = "form%5Bversion%5D=9&form%5Bname%5D=Ay&form%5Baddress%5D=a%0D%0Ab&form%5Bdays%5D%5B1%5D%5Bopen%5D=true";
        let typed = fields(posted);
        assert_eq!(differences(&saved(), &typed), 4);
        assert_eq!(first(&typed, "form[address]"), "a\nb");
        assert_eq!(first(&typed, "form[phone]"), "");
    }
}
