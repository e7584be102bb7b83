//! The list of a [`Combobox`](super::Combobox): drawn at the first opening, filtered by hiding lines. The lines are
//! touched directly in the document: 420 of them with a signal each would cost more than all the rest of the page.

use super::{ComboOption, combobox::read_lines, fold};
use leptos::{
    ev::MouseEvent,
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, HtmlSelectElement},
};

/// State of one list; a handle that is copied into event handlers.
#[derive(Clone, Copy)]
pub(super) struct Listing {
    pub open: RwSignal<bool>,
    /// Whether the lines exist already.
    pub drawn: RwSignal<bool>,
    /// The line the arrow keys are on.
    pub active: RwSignal<Option<usize>>,
    chosen: RwSignal<String>,
    nothing: RwSignal<bool>,
    node: NodeRef<html::Div>,
    lines: StoredValue<Lines>,
    /// What was typed and not looked for yet.
    wanted: StoredValue<Option<String>>,
}

struct Lines {
    id: String,
    options: Vec<ComboOption>,
    /// What each line is found by, folded; filled at the first opening.
    words: Vec<String>,
}

impl Listing {
    pub fn new(id: String, options: Vec<ComboOption>, chosen: &str) -> Self {
        Self {
            open: RwSignal::new(false),
            drawn: RwSignal::new(false),
            active: RwSignal::new(None),
            chosen: RwSignal::new(chosen.to_owned()),
            nothing: RwSignal::new(false),
            node: NodeRef::new(),
            lines: StoredValue::new(Lines { id, options, words: Vec::new() }),
            wanted: StoredValue::new(None),
        }
    }

    /// Takes its lines from the element that has them already.
    pub fn read_once(self, select: &HtmlSelectElement) {
        self.lines.update_value(|lines| {
            if lines.options.is_empty() {
                lines.options = read_lines(select);
            }
        });
    }

    pub fn id(self) -> String {
        self.lines.with_value(|lines| format!("{}-list", lines.id))
    }

    pub fn active_id(self) -> Option<String> {
        let index = self.active.get()?;
        Some(self.lines.with_value(|lines| format!("{}-{index}", lines.id)))
    }

    pub fn value(self, index: usize) -> String {
        self.lines
            .with_value(|lines| lines.options.get(index).map(|line| line.value.clone()))
            .unwrap_or_default()
    }

    /// Label and detail of the line with this value.
    pub fn words(self, value: &str) -> (String, String) {
        self.lines.with_value(|lines| {
            let line = lines.options.iter().find(|line| line.value == value);
            line.map(|line| (line.label.clone(), line.detail.clone())).unwrap_or_default()
        })
    }

    pub fn chosen_words(self) -> (String, String) {
        self.chosen.with(|chosen| self.words(chosen))
    }

    pub fn set_chosen(self, value: String) {
        self.chosen.set(value);
    }

    /// Opens the whole list at the chosen line.
    pub fn show(self) {
        if self.open.get_untracked() {
            return;
        }
        self.search("");
        let chosen = self.chosen.get_untracked();
        let index = self.lines.with_value(|lines| lines.options.iter().position(|line| line.value == chosen));
        self.set_active(index);
        request_animation_frame(move || self.bring_into_view());
    }

    pub fn close(self) {
        self.open.set(false);
        self.set_active(None);
    }

    /// Shows the lines that hold every typed word, opening the list where it is closed.
    pub fn search(self, typed: &str) {
        self.lines.update_value(|lines| {
            if lines.words.is_empty() {
                let words = |line: &ComboOption| {
                    let ComboOption { value, label, detail, group, search } = line;
                    fold(&format!("{label} {group} {value} {search} {detail}"))
                };
                lines.words = lines.options.iter().map(words).collect();
            }
        });
        self.drawn.set(true);
        self.open.set(true);
        self.wanted.set_value(Some(fold(typed)));
        // The lines may only now be on their way into the document.
        request_animation_frame(move || self.settle());
    }

    /// Looks for what was typed, if that is still to be done: whoever types quickly does not wait for a frame.
    pub fn settle(self) {
        if let Some(typed) = self.wanted.try_update_value(Option::take).flatten() {
            self.filter(typed.trim());
        }
    }

    fn filter(self, typed: &str) {
        let (mut first, mut best) = (None, None);
        self.lines.with_value(|lines| {
            for (index, (words, line)) in lines.words.iter().zip(self.elements()).enumerate() {
                let found = typed.split_whitespace().all(|word| words.contains(word));
                _ = if found { line.remove_attribute("hidden") } else { line.set_attribute("hidden", "") };
                if found {
                    first = first.or(Some(index));
                    if best.is_none() && words.starts_with(typed) {
                        best = Some(index);
                    }
                }
            }
        });
        self.nothing.set(first.is_none());
        let active = if typed.is_empty() { self.active.get_untracked() } else { best.or(first) };
        self.set_active(active);
    }

    /// Moves over the visible lines: one down or up, or as far as possible.
    pub fn step(self, by: isize) {
        let visible: Vec<usize> = self
            .elements()
            .enumerate()
            .filter(|(_, line)| !line.has_attribute("hidden"))
            .map(|(index, _)| index)
            .collect();
        let Some(last) = visible.len().checked_sub(1) else { return };
        let here = self.active.get_untracked().and_then(|active| visible.iter().position(|&i| i == active));
        let next = match here {
            Some(here) => here.saturating_add_signed(by).min(last),
            None if by < 0 => last,
            None => 0,
        };
        self.set_active(visible.get(next).copied());
    }

    fn set_active(self, index: Option<usize>) {
        self.active.set(index);
        let chosen = self.chosen.get_untracked();
        request_animation_frame(move || {
            for (i, line) in self.elements().enumerate() {
                let active = Some(i) == index;
                _ = line.class_list().toggle_with_force("is-active", active);
                let selected = if self.value(i) == chosen { "true" } else { "false" };
                _ = line.set_attribute("aria-selected", selected);
                if active {
                    self.reveal(&line);
                }
            }
        });
    }

    /// Scrolls the list, never the page.
    fn reveal(self, line: &Element) {
        let (Some(list), Some(line)) = (self.node.get_untracked(), line.dyn_ref::<HtmlElement>()) else {
            return;
        };
        // Room for the group's title, which stays at the top.
        let (above, below) = (line.offset_top() - 36, line.offset_top() + line.offset_height() + 6);
        if above < list.scroll_top() {
            list.set_scroll_top(above);
        } else if below > list.scroll_top() + list.client_height() {
            list.set_scroll_top(below - list.client_height());
        }
    }

    /// Scrolls the page when the list would end below the window.
    fn bring_into_view(self) {
        // Only the browser's build of web-sys knows rectangles.
        #[cfg(feature = "hydrate")]
        if let Some(list) = self.node.get_untracked() {
            let height = window().inner_height().ok().and_then(|height| height.as_f64());
            if height.is_some_and(|height| list.get_bounding_client_rect().bottom() > height) {
                list.scroll_into_view_with_bool(false);
            }
        }
    }

    fn elements(self) -> impl Iterator<Item = Element> {
        let lines = self.node.get_untracked().map(|list| list.get_elements_by_class_name("combobox-option"));
        let count = lines.as_ref().map_or(0, |lines| lines.length());
        (0..count).filter_map(move |index| lines.as_ref()?.item(index))
    }
}

/// Draws the lines once; clicks are heard by the list, not by each line.
#[component]
pub(super) fn ListView(
    list: Listing,
    label: String,
    nothing: String,
    choose: Callback<usize>,
) -> impl IntoView {
    let click = move |event: MouseEvent| {
        let line = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("[role=option]").ok().flatten());
        let index = line.and_then(|line| line.id().rsplit('-').next().and_then(|index| index.parse().ok()));
        if let Some(index) = index {
            choose.run(index);
        }
    };
    move || {
        list.drawn.get().then(|| {
            view! {
                <div
                    class="combobox-list"
                    role="listbox"
                    node_ref=list.node
                    id=list.id()
                    aria-label=label.clone()
                    hidden=move || !list.open.get()
                    // The input keeps the focus.
                    on:mousedown=|event| event.prevent_default()
                    on:click=click
                >
                    {list.lines.with_value(groups)}
                    <p class="combobox-nothing" role="status" hidden=move || !list.nothing.get()>
                        {nothing.clone()}
                    </p>
                </div>
            }
        })
    }
}

fn groups(lines: &Lines) -> impl IntoView + use<> {
    let mut index = 0;
    lines
        .options
        .chunk_by(|a, b| a.group == b.group)
        .map(|group| {
            let options = group
                .iter()
                .map(|line| {
                    let id = format!("{}-{index}", lines.id);
                    index += 1;
                    view! {
                        <div class="combobox-option" role="option" id=id aria-selected="false">
                            <span>{line.label.clone()}</span>
                            <small>{line.detail.clone()}</small>
                        </div>
                    }
                })
                .collect_view();
            match group.first().map(|line| line.group.clone()) {
                Some(title) if !title.is_empty() => view! {
                    <div class="combobox-group" role="group" aria-label=title>
                        <div class="combobox-title" aria-hidden="true">
                            {title.clone()}
                        </div>
                        {options}
                    </div>
                }
                .into_any(),
                _ => options.into_any(),
            }
        })
        .collect_view()
}
