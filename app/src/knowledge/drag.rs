//! Dragging a category to another place among those beside it.

use domain::knowledge::PlaceForm;
use leptos::{prelude::*, web_sys::DragEvent};

use super::{api::CategoryLine, forms::Placing, page::Shown};

/// The category that is dragged, and the one it is over.
#[derive(Clone, Copy)]
pub struct Dragging {
    dragged: RwSignal<Option<CategoryLine>>,
    over: RwSignal<Option<String>>,
}

impl Dragging {
    pub fn new() -> Self {
        Self { dragged: RwSignal::new(None), over: RwSignal::new(None) }
    }

    pub fn is_dragged(self, id: &str) -> Memo<bool> {
        let id = id.to_owned();
        Memo::new(move |_| self.dragged.with(|line| line.as_ref().is_some_and(|line| line.id == id)))
    }

    pub fn is_over(self, id: &str) -> Memo<bool> {
        let id = id.to_owned();
        Memo::new(move |_| self.over.with(|over| over.as_ref() == Some(&id)))
    }

    pub fn start(self, event: &DragEvent, line: &CategoryLine) {
        carry(event, &line.id);
        self.dragged.set(Some(line.clone()));
    }

    /// Only those beside it make room.
    pub fn over(self, event: &DragEvent, line: &CategoryLine) {
        let fits = self.dragged.with_untracked(|dragged| {
            dragged.as_ref().is_some_and(|dragged| dragged.parent == line.parent && dragged.id != line.id)
        });
        if fits {
            event.prevent_default();
            self.over.set(Some(line.id.clone()));
        }
    }

    pub fn leave(self) {
        self.over.set(None);
    }

    pub fn end(self) {
        self.over.set(None);
        self.dragged.set(None);
    }

    pub fn drop(self, event: &DragEvent, onto: &CategoryLine, shown: Shown, placing: Placing) {
        let Some(dragged) = self.dragged.get_untracked() else { return };
        event.prevent_default();
        self.end();
        if dragged.parent == onto.parent && dragged.id != onto.id {
            let before = shown.page.with_untracked(|page| before(&page.categories, &dragged, onto));
            placing.send(PlaceForm { category: dragged.id, before, ..PlaceForm::default() });
        }
    }
}

/// Where one goes that is dropped onto another: before it on the way up, after it on the way down. Empty: at the end.
fn before(all: &[CategoryLine], dragged: &CategoryLine, onto: &CategoryLine) -> String {
    let mut beside = all.iter().filter(|line| line.parent == onto.parent);
    let first = beside.find(|line| line.id == dragged.id || line.id == onto.id);
    if first.is_none_or(|first| first.id == onto.id) {
        return onto.id.clone();
    }
    let after = beside.skip_while(|line| line.id != onto.id).nth(1);
    after.map(|line| line.id.clone()).unwrap_or_default()
}

/// Firefox drags only what carries something.
#[cfg(feature = "hydrate")]
fn carry(event: &DragEvent, id: &str) {
    if let Some(carried) = event.data_transfer() {
        _ = carried.set_data("text/plain", id);
        carried.set_effect_allowed("move");
    }
}

/// Nobody drags on a server.
#[cfg(not(feature = "hydrate"))]
fn carry(_event: &DragEvent, _id: &str) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_lands_where_it_is_dropped() {
        let line = |id: &str, parent: &str| CategoryLine {
            id: id.into(),
            parent: parent.into(),
            name: id.into(),
            files: 0,
        };
        let all = [line("a", ""), line("x", "a"), line("b", ""), line("c", "")];
        let drop = |dragged: usize, onto: usize| before(&all, &all[dragged], &all[onto]);
        assert_eq!(drop(3, 0), "a", "up: before it");
        assert_eq!(drop(0, 2), "c", "down: after it");
        assert_eq!(drop(0, 3), "", "at the end");
        assert_eq!(drop(3, 2), "b");
    }
}
