//! A labelled text of several lines.
//!
//! Leptos 0.8 writes the children of `<textarea>` unescaped into the page (tachys 0.2, `ESCAPE_CHILDREN = false`), so
//! a stored `</textarea><script>` would run. The text goes through `inner_html`, escaped here once for both sides:
//! the server writes it as it is, the browser decodes it again when it builds the element itself.

use super::field::{Frame, Wiring, frame};
use crate::form::use_form;
use leptos::prelude::*;

#[component]
pub fn TextArea(
    #[prop(into)] field: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] saved: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(default = 3)] rows: u32,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] optional: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let wiring = Wiring::of(&field, hint.is_some());
    let text = escape(&use_form().value(&field, saved));
    let control = view! {
        <textarea
            class="input"
            id=wiring.id.clone()
            name=wiring.name.clone()
            rows=rows.to_string()
            maxlength=maxlength.map(|n| n.to_string())
            autocomplete=autocomplete
            autofocus=use_form().autofocus(&field, false)
            aria-required=required.then_some("true")
            aria-invalid=wiring.invalid()
            aria-describedby=wiring.described()
            inner_html=text
        ></textarea>
    };
    let Wiring { id, error, .. } = wiring;
    frame(Frame { id, label, hint, optional, group: false, error }, control.into_any(), children)
}

/// Text as the content of an element.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn stored_text_cannot_close_its_element() {
        assert_eq!(escape("</textarea><script>&amp;"), "&lt;/textarea&gt;&lt;script&gt;&amp;amp;");
        assert_eq!(escape("Şişli\nİstanbul"), "Şişli\nİstanbul");
    }
}
