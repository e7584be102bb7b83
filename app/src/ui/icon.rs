//! Icons from the sprite `app/public/icons.svg` (`scripts/icons.sh` builds it). The address carries a hash of the
//! sprite, so it may be cached for ever.

use leptos::{prelude::*, tachys::html::InertElement};

const SPRITE: &[u8] = include_bytes!("../../public/icons.svg");

/// Taken while compiling: the sprite itself never becomes part of the program.
const VERSION: u32 = fnv1a(SPRITE);

/// One icon, coloured like the text around it. Decorative: the words stand beside it or in the button's label.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    symbol("icon", name)
}

/// The sign of the product.
#[component]
pub fn BrandMark() -> impl IntoView {
    symbol("brand-mark", "brand")
}

/// One piece of markup instead of two elements with an attribute each: a page has dozens of them. No attribute can be added to it.
fn symbol(class: &'static str, name: &str) -> AnyView {
    let markup = format!(
        "<svg class=\"{class}\" aria-hidden=\"true\"><use href=\"/icons.svg?v={VERSION:08x}#{name}\"></use></svg>"
    );
    InertElement::new(markup).into_any()
}

/// FNV-1a, 32 bits: <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>.
const fn fnv1a(bytes: &[u8]) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    #[test]
    fn every_icon_named_in_a_view_is_in_the_sprite() {
        let sprite = String::from_utf8_lossy(super::SPRITE);
        let mut missing = Vec::new();
        for_each_source(Path::new("src"), &mut |path, source| {
            for mark in ["<Icon name=\"", "icon=\""] {
                for name in source.split(mark).skip(1).filter_map(|rest| rest.split('"').next()) {
                    if !sprite.contains(&format!("<symbol id=\"{name}\"")) {
                        missing.push(format!("{name} in {}", path.display()));
                    }
                }
            }
        });
        assert!(missing.is_empty(), "add to scripts/icons.sh: {missing:?}");
    }

    fn for_each_source(folder: &Path, visit: &mut impl FnMut(&Path, &str)) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                for_each_source(&path, visit);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("ui/icon.rs") {
                visit(&path, &fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
}
