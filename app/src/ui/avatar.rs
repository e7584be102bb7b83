//! A photo, or initials on a colour that follows from the name. Decorative: the name always stands beside it.

use leptos::prelude::*;

use crate::paths;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarSize {
    S20,
    #[default]
    S32,
    S72,
}

#[component]
pub fn Avatar(
    #[prop(into)] name: String,
    /// Address of the photo of 128 pixels, if there is one.
    #[prop(optional_no_strip, into)]
    src: Option<String>,
    #[prop(optional)] size: AvatarSize,
    /// People are round, companies square.
    #[prop(optional)]
    round: bool,
) -> impl IntoView {
    let is_small = size != AvatarSize::S72;
    let (size, pixels) = match size {
        AvatarSize::S20 => ("avatar-20", "22"),
        AvatarSize::S32 => ("avatar-32", "32"),
        AvatarSize::S72 => ("avatar-72", "72"),
    };
    let class = format!("avatar {size} hue-{}{}", hue(&name), if round { " avatar-round" } else { "" });
    let initials = src.is_none().then(|| initials(&name));
    let photo = src.map(|src| {
        // A third of the bytes, where a screen would not show more of it.
        let (src, finer) = if is_small {
            (paths::photo(paths::photo_name(&src), 32), Some(format!("{src} 2x")))
        } else {
            (src, None)
        };
        view! { <img src=src srcset=finer alt="" width=pixels height=pixels /> }
    });
    view! {
        <span class=class aria-hidden="true" data-initials=initials>
            {photo}
        </span>
    }
}

/// The first letters of the first two words, in Turkish capitals: "yıldız çağrı merkezi" -> "YÇ".
fn initials(name: &str) -> String {
    let words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    words.take(2).map(capital).collect()
}

fn capital(letter: char) -> char {
    match letter {
        'i' => 'İ',
        'ı' => 'I',
        'ş' => 'Ş',
        'ç' => 'Ç',
        'ğ' => 'Ğ',
        'ö' => 'Ö',
        'ü' => 'Ü',
        other => other.to_ascii_uppercase(),
    }
}

/// One of twelve colours, the same for the same name on both sides.
fn hue(name: &str) -> u32 {
    name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_turkish_capitals_of_two_words() {
        assert_eq!(initials("yıldız çağrı merkezi A.Ş."), "YÇ");
        assert_eq!(initials("ilker"), "İ");
        assert_eq!(initials("  «Ayşe» erdem "), "AE");
        assert_eq!(initials("—"), "");
    }

    #[test]
    fn a_name_keeps_its_colour() {
        assert_eq!(hue("Yıldız"), hue("Yıldız"));
        assert!((0..100).map(|i| hue(&i.to_string())).all(|hue| hue < 12));
    }
}
