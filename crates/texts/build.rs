//! Turns `locales/<language>/<room>.json` into one function per key, so that a key that is
//! missing in a language, or an argument that is missing in a call, does not compile.

use std::{collections::BTreeMap, env, fmt::Write, fs, path::Path};

type Catalogue = BTreeMap<String, BTreeMap<String, String>>;

fn main() {
    println!("cargo::rerun-if-changed=locales");
    let (turkish, english) = (read("tr"), read("en"));
    let mut code = String::new();
    assert_eq!(
        turkish.keys().collect::<Vec<_>>(),
        english.keys().collect::<Vec<_>>(),
        "the languages have different rooms"
    );
    for (room, texts) in &turkish {
        let others = &english[room];
        for key in others.keys() {
            assert!(texts.contains_key(key), "locales/tr/{room}.json lacks {key:?}");
        }
        writeln!(code, "pub mod {room} {{\n    use super::*;").unwrap();
        for (key, tr) in texts {
            let en = others.get(key).unwrap_or_else(|| panic!("locales/en/{room}.json lacks {key:?}"));
            write_text(&mut code, room, key, tr, en);
        }
        write_lookup(&mut code, texts, others);
        code.push_str("}\n");
    }
    let out = Path::new(&env::var("OUT_DIR").unwrap()).join("texts.rs");
    fs::write(out, code).unwrap();
}

fn read(language: &str) -> Catalogue {
    let folder = Path::new("locales").join(language);
    let mut rooms = Catalogue::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let room = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let json = fs::read_to_string(&path).unwrap();
        let texts = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        rooms.insert(room, texts);
    }
    rooms
}

/// A text without placeholders is a constant; one with `{name}` takes `name: impl Display`, and `{name|day|days}` is the word that fits it.
fn write_text(code: &mut String, room: &str, key: &str, tr: &str, en: &str) {
    let (arguments, english) = (arguments(tr), arguments(en));
    assert_eq!(arguments, english, "{room}.{key}: the languages have different placeholders");
    writeln!(code, "    /// {}", tr.replace('\n', " ")).unwrap();
    if arguments.is_empty() {
        writeln!(
            code,
            "    pub const fn {key}(spoken: Language) -> &'static str {{ match spoken {{ Language::Tr => {tr:?}, Language::En => {en:?} }} }}"
        )
    } else {
        let list: String = arguments.iter().map(|name| format!(", {name}: impl Display")).collect();
        let (tr, en) = (formatted(tr), formatted(en));
        writeln!(
            code,
            "    pub fn {key}(spoken: Language{list}) -> String {{ match spoken {{ Language::Tr => {tr}, Language::En => {en} }} }}"
        )
    }
    .unwrap();
}

/// `by_key` finds a text by a name known only at run time (an error code): in a table, because a page pays for every comparison that
/// stands in the code.
fn write_lookup(code: &mut String, texts: &BTreeMap<String, String>, english: &BTreeMap<String, String>) {
    code.push_str("    static TEXTS: &[(&str, [&str; 2])] = &[\n");
    // Sorted, as the maps are.
    for (key, tr) in texts.iter().filter(|(_, text)| arguments(text).is_empty()) {
        writeln!(code, "        ({key:?}, [{tr:?}, {:?}]),", english[key]).unwrap();
    }
    code.push_str(
        "    ];\n    /// The text under a key known only at run time; texts with placeholders are not found.\n    \
         pub fn by_key(spoken: Language, key: &str) -> Option<&'static str> { find(TEXTS, spoken, key) }\n",
    );
}

/// What stands between `{` and `}`, each time.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(inside, _)| inside)
}

/// The placeholder names of a text, sorted, each once.
fn arguments(text: &str) -> Vec<String> {
    let mut names: Vec<String> =
        placeholders(text).map(|inside| inside.split('|').next().unwrap().to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

/// The code that writes a text.
fn formatted(text: &str) -> String {
    let (mut pattern, mut words) = (text.to_owned(), String::new());
    for (index, inside) in placeholders(text).enumerate().filter(|(_, inside)| inside.contains('|')) {
        let [name, one, many] =
            inside.split('|').collect::<Vec<_>>().try_into().expect("{name|word of one|word of many}");
        pattern = pattern.replacen(&format!("{{{inside}}}"), &format!("{{word{index}}}"), 1);
        write!(words, ", word{index} = fitting(&{name}, {one:?}, {many:?})").unwrap();
    }
    format!("format!({pattern:?}{words})")
}
