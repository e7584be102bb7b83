//! What `docs/asvs.md` and `docs/security.md` claim can be looked up: the tests they name exist, no requirement of ASVS is left out, and the
//! counts are those of the rows.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const EVIDENCE: &str = include_str!("../../../docs/asvs.md");
const SECURITY: &str = include_str!("../../../docs/security.md");
const LIMITS: &str = include_str!("../../../docs/limits.md");
/// Number and level of every requirement of levels 1 and 2.
const LEVELS: &str = include_str!("../../../docs/asvs-5.0-levels.txt");

const MARKS: [&str; 5] = ["✓", "◐", "✗", "▷", "–"];

struct Row<'a> {
    number: &'a str,
    level: &'a str,
    mark: &'a str,
    place: &'a str,
    tests: &'a str,
}

fn rows(text: &str) -> Vec<Row<'_>> {
    let cells = text
        .lines()
        .filter(|line| line.starts_with("| "))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect::<Vec<_>>());
    let rows = cells.filter_map(|cells| match cells[..] {
        [number, level, _, mark, place, tests] if number.starts_with(|c: char| c.is_ascii_digit()) => {
            Some(Row { number, level, mark, place, tests: tests.trim() })
        }
        _ => None,
    });
    rows.collect()
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// Files with one of the endings, below a folder of the repository.
fn below(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "node_modules" && name != "target" {
            below(&path, endings, found);
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
}

fn sources(folders: &[&str], endings: &[&str]) -> String {
    let root = Path::new("..");
    let mut files = Vec::new();
    folders.iter().for_each(|folder| below(&root.join(folder), endings, &mut files));
    files.iter().map(|file| fs::read_to_string(file).unwrap() + "\n").collect()
}

/// The names of functions in Rust code.
fn functions(code: &str) -> BTreeSet<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let after = code.split("fn ").skip(1);
    after.filter_map(|rest| Some(&rest[..rest.find(|c| !is_name(c))?])).collect()
}

/// Of `names` those that are neither a function nor the title of a browser test.
fn unknown<'a>(names: impl Iterator<Item = &'a str>, code: &str, specs: &str) -> BTreeSet<&'a str> {
    let functions = functions(code);
    let is_title =
        |name: &str| ["\"", "'", "`"].iter().any(|mark| specs.contains(&format!("{mark}{name}{mark}")));
    names.filter(|name| !functions.contains(name) && !is_title(name)).collect()
}

fn unknown_here<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let code = sources(&["app", "crates", "migration", "server"], &[".rs"]);
    unknown(names, &code, &sources(&["end2end/tests"], &[".spec.ts"]))
}

#[test]
fn every_test_that_is_named_exists() {
    let rows = rows(EVIDENCE);
    let named: Vec<&str> = rows.iter().flat_map(|row| quoted(row.tests)).collect();
    assert!(named.len() > 200, "{}", named.len());
    assert_eq!(unknown_here(named.into_iter()), BTreeSet::new());
    // Elsewhere tests are told from other words by their length.
    let is_sentence = |name: &&str| name.matches('_').count() > 2 && !name.contains([' ', '/', '.', ':']);
    let named: Vec<&str> =
        [EVIDENCE, SECURITY, LIMITS].into_iter().flat_map(quoted).filter(is_sentence).collect();
    assert_eq!(unknown_here(named.into_iter()), BTreeSet::new());
}

#[test]
fn a_test_that_does_not_exist_would_be_noticed() {
    let names = ["a_test", "a_tes", "a test", "a tes", "t"];
    let found =
        unknown(names.into_iter(), "async fn a_test(world: World) {}", "test(\"a test\", async () => {})");
    assert_eq!(found, BTreeSet::from(["a_tes", "a tes", "t"]));
}

#[test]
fn every_requirement_stands_there_once_and_with_its_level() {
    let asked: BTreeMap<&str, &str> = LEVELS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once(' ').unwrap())
        .collect();
    let levels = |level: &str| asked.values().filter(|other| **other == level).count();
    assert_eq!((levels("1"), levels("2"), asked.len()), (70, 183, 253), "as published");
    let mut answered = BTreeMap::new();
    for Row { number, level, .. } in rows(EVIDENCE) {
        assert_eq!(answered.insert(number, level), None, "{number} stands there twice");
    }
    assert_eq!(answered, asked);
}

#[test]
fn every_row_says_where_or_why_not() {
    for Row { number, mark, place, tests, .. } in rows(EVIDENCE) {
        assert!(MARKS.contains(&mark), "{number}: {mark}");
        assert!(!place.is_empty(), "{number}");
        assert!(mark != "◐" || place.contains("**"), "{number}: what is missing?");
        assert!(mark != "–" || tests.is_empty(), "{number}: a test of what does not apply?");
    }
}

#[test]
fn the_counts_are_those_of_the_rows() {
    let rows = rows(EVIDENCE);
    let count = |mark: &str, level: &str| {
        rows.iter()
            .filter(|row| (mark.is_empty() || row.mark == mark) && (level.is_empty() || row.level == level))
            .count()
    };
    for (mark, start) in
        MARKS.into_iter().map(|mark| (mark, format!("| {mark} "))).chain([("", "| altogether ".into())])
    {
        let line = EVIDENCE.lines().find(|line| line.starts_with(&start)).unwrap();
        let told: Vec<usize> = line.split('|').filter_map(|cell| cell.trim().parse().ok()).collect();
        assert_eq!(told, ["1", "2", ""].map(|level| count(mark, level)), "{line}");
    }
}
