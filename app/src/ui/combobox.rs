//! A searchable choice of one from many (time zones).
//!
//! What is posted is always the plain `<select>`: without Wasm it is the control itself, afterwards it stays, hidden,
//! behind an input with a list (ARIA 1.2 combobox). So forms, tests and `fill` need to know one element only.

use super::{
    Icon,
    combobox_list::{ListView, Listing},
    field::{Frame, Wiring, announce_change, frame, hydrated},
};
use crate::form::use_form;
use leptos::{ev::KeyboardEvent, html, prelude::*, web_sys::HtmlSelectElement};
use std::borrow::Cow;

/// One line of the list; lines of one group stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComboOption {
    pub value: String,
    pub label: String,
    /// The second column, such as the local time.
    pub detail: String,
    pub group: String,
    /// More words it is found by than those above.
    pub search: String,
}

#[component]
pub fn Combobox(
    #[prop(into)] field: String,
    #[prop(into)] label: String,
    /// Empty where the server has drawn the list and the page was not told it a second time.
    options: Vec<ComboOption>,
    #[prop(optional, into)] saved: String,
    /// Said when nothing matches what was typed.
    #[prop(into)]
    nothing: String,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let wiring = Wiring::of(&field, hint.is_some());
    let chosen = use_form().value(&field, saved);
    let ready = hydrated();
    let autofocus = use_form().autofocus(&field, false);
    let select = plain_select(&wiring, &options, &chosen, autofocus, ready);
    let list = Listing::new(wiring.id.clone(), options, &chosen);
    let input = NodeRef::<html::Input>::new();
    let (text, _) = list.words(&chosen);

    // The input shows what is chosen whenever nobody is searching in it.
    let restore = move || {
        list.close();
        if let Some(input) = input.get_untracked() {
            input.set_value(&list.chosen_words().0);
        }
    };
    let choose = move |index: usize| {
        if let Some(select) = select.node.get_untracked() {
            select.set_value(&list.value(index));
            announce_change(&select);
        }
        restore();
    };
    let sync = move || {
        if let Some(select) = select.node.get_untracked() {
            list.read_once(&select);
            list.set_chosen(select.value());
            restore();
        }
    };
    // A browser that restores forms on reload may have another line chosen than the server wrote.
    Effect::new(move || {
        if ready.get() {
            sync();
        }
    });

    let keydown = move |event: KeyboardEvent| {
        let open = list.open.get_untracked();
        list.settle();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !open => list.show(),
            "ArrowDown" => list.step(1),
            "ArrowUp" => list.step(-1),
            "Home" if open => list.step(isize::MIN),
            "End" if open => list.step(isize::MAX),
            "Enter" if open => {
                if let Some(index) = list.active.get_untracked() {
                    choose(index);
                }
            }
            "Escape" if open => {
                restore();
                // Not the dialog around it.
                event.stop_propagation();
            }
            _ => return,
        }
        event.prevent_default();
    };

    let id = wiring.id.clone();
    let control = view! {
        <div class="combobox">
            <div class="combobox-box" hidden=move || !ready.get()>
                <input
                    class="input has-detail"
                    type="text"
                    node_ref=input
                    id=move || ready.get().then(|| id.clone())
                    value=text
                    placeholder=placeholder
                    role="combobox"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-autocomplete="list"
                    aria-expanded=move || if list.open.get() { "true" } else { "false" }
                    aria-controls=move || list.drawn.get().then(|| list.id())
                    aria-activedescendant=move || list.active_id()
                    aria-invalid=wiring.invalid()
                    aria-describedby=wiring.described()
                    on:focus=move |_| {
                        if let Some(input) = input.get_untracked() {
                            input.select();
                        }
                    }
                    on:click=move |_| list.show()
                    on:input=move |event| {
                        // The search is no change of the form.
                        event.stop_propagation();
                        list.search(&event_target_value(&event));
                    }
                    on:change=|event| event.stop_propagation()
                    on:keydown=keydown
                    on:blur=move |_| restore()
                />
                <span class="combobox-detail" hidden=move || list.open.get()>
                    {move || list.chosen_words().1}
                </span>
                <Icon name="chevron-down" />
            </div>
            <ListView list=list label=label.clone() nothing=nothing choose=Callback::new(choose) />
            <div class="select-box" hidden=move || ready.get() on:change=move |_| sync()>
                {select.view}
                <Icon name="chevron-down" />
            </div>
        </div>
    };
    let Wiring { id, error, .. } = wiring;
    frame(Frame { id, label, hint, optional: None, group: false, error }, control.into_any(), children)
}

struct PlainSelect {
    node: NodeRef<html::Select>,
    view: AnyView,
}

/// The element that is posted. It gives its id to the input once that has taken its place.
fn plain_select(
    wiring: &Wiring,
    options: &[ComboOption],
    chosen: &str,
    autofocus: bool,
    ready: Signal<bool>,
) -> PlainSelect {
    let node = NodeRef::new();
    let (id, invalid, described) = (wiring.id.clone(), wiring.invalid(), wiring.described());
    let view = view! {
        <select
            class="select"
            node_ref=node
            id=move || if ready.get() { format!("{id}-value") } else { id.clone() }
            name=wiring.name.clone()
            autofocus=autofocus
            aria-invalid=move || if ready.get() { None } else { invalid.get() }
            aria-describedby=move || if ready.get() { None } else { described.get() }
            inner_html=lines(options, chosen)
        ></select>
    };
    PlainSelect { node, view: view.into_any() }
}

/// The lines as one piece of markup: four hundred elements that nobody touches one by one cost a page more than all the rest of it.
fn lines(options: &[ComboOption], chosen: &str) -> String {
    let mut markup = String::new();
    for group in options.chunk_by(|a, b| a.group == b.group) {
        let name = group.first().map_or("", |line| &line.group);
        if !name.is_empty() {
            markup.extend(["<optgroup label=\"", &escaped(name), "\">"]);
        }
        for ComboOption { value, label, detail, search, .. } in group {
            markup.extend(["<option value=\"", &escaped(value)]);
            if !search.is_empty() {
                markup.extend(["\" ", SEARCH, "=\"", &escaped(search)]);
            }
            let selected = if value == chosen { "\" selected>" } else { "\">" };
            markup.extend([selected, &escaped(label)]);
            if !detail.is_empty() {
                markup.extend([BEFORE_DETAIL, &escaped(detail), AFTER_DETAIL]);
            }
            markup += "</option>";
        }
        if !name.is_empty() {
            markup += "</optgroup>";
        }
    }
    markup
}

/// What can't be seen of a line, for who reads it from the document.
const SEARCH: &str = "data-search";
/// Around the detail, behind the label: a space of another width than those within a label.
const BEFORE_DETAIL: &str = "\u{2002}(";
const AFTER_DETAIL: &str = ")";

/// The lines as they stand in the document.
pub(super) fn read_lines(select: &HtmlSelectElement) -> Vec<ComboOption> {
    let options = select.get_elements_by_tag_name("option");
    let read = |index| {
        let line = options.item(index)?;
        let attribute = |name| line.get_attribute(name).unwrap_or_default();
        let text = line.text_content().unwrap_or_default();
        let (label, detail) = seen(&text);
        let group = line.parent_element().and_then(|parent| parent.get_attribute("label"));
        let (value, search) = (attribute("value"), attribute(SEARCH));
        Some(ComboOption {
            value,
            label: label.to_owned(),
            detail: detail.to_owned(),
            group: group.unwrap_or_default(),
            search,
        })
    };
    (0..options.length()).filter_map(read).collect()
}

/// Label and detail of the text of a line.
fn seen(text: &str) -> (&str, &str) {
    text.strip_suffix(AFTER_DETAIL).and_then(|text| text.rsplit_once(BEFORE_DETAIL)).unwrap_or((text, ""))
}

/// As text and inside of double quotes.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '"']) {
        return text.into();
    }
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(value: &str, label: &str, detail: &str, group: &str) -> ComboOption {
        let [value, label, detail, group] = [value, label, detail, group].map(str::to_owned);
        ComboOption { value, label, detail, group, search: String::new() }
    }

    #[test]
    fn lines_of_one_group_stand_together_and_one_is_chosen() {
        let all = [line("a", "A", "", ""), line("b", "B", "10:00", "G"), line("c", "C", "", "G")];
        assert_eq!(
            lines(&all, "b"),
            "<option value=\"a\">A</option><optgroup label=\"G\"><option value=\"b\" selected>B\u{2002}(10:00)</option>\
             <option value=\"c\">C</option></optgroup>"
        );
    }

    #[test]
    fn a_line_is_read_back_as_it_was_written() {
        for (label, detail) in [("A", "10:00 · UTC"), ("A (B)", ""), ("A (B)", "(C)"), ("A", "")] {
            let markup = lines(&[line("a", label, detail, "")], "");
            let text =
                markup.strip_prefix("<option value=\"a\">").unwrap().strip_suffix("</option>").unwrap();
            assert_eq!(seen(text), (label, detail));
        }
    }

    #[test]
    fn nothing_in_a_line_is_markup() {
        let markup = lines(&[line("\"><b>", "<script>&", "<i>", "\"><u>")], "");
        assert!(
            !markup.contains("<b>")
                && !markup.contains("<script>")
                && !markup.contains("<i>")
                && !markup.contains("<u>"),
            "{markup}"
        );
        assert!(markup.contains("&lt;script>&amp;"), "{markup}");
    }
}
