//! The alert rules, the dashboard and the page that explains the numbers speak of numbers that exist, and of all of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::world::World;

const ALERTS: &str = include_str!("../../../docs/monitoring/alerts.yml");
const DASHBOARD: &str = include_str!("../../../docs/monitoring/dashboard.json");
const MANUAL: &str = include_str!("../../../docs/operations.md");

/// Everything that is shown after some of everything has happened: of each name its labels, of each label its values.
type Shown = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

async fn everything() -> (Shown, String) {
    let world = World::new().await;
    let mut stranger = world.browser();
    stranger.get("/livez").await;
    stranger.get("/files/audit.csv").await;
    let text = world.metrics().await;
    let mut shown = Shown::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (left, _) = line.rsplit_once(' ').unwrap();
        let (name, labels) = left.split_once('{').unwrap_or((left, "}"));
        let of = shown.entry(name.to_owned()).or_default();
        for label in labels.trim_end_matches('}').split("\",").filter(|label| !label.is_empty()) {
            let (label, value) = label.split_once("=\"").unwrap();
            of.entry(label.to_owned()).or_default().insert(value.trim_end_matches('"').to_owned());
        }
    }
    (shown, text)
}

/// Label, sign and value.
type Matcher = (String, String, String);

/// The names of ours in a PromQL expression, each with what stands in its braces.
fn asked(expression: &str) -> Vec<(String, Vec<Matcher>)> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let starts = expression.char_indices().filter(|(at, _)| {
        let rest = &expression[*at..];
        let before = expression[..*at].chars().next_back();
        (rest.starts_with("ayar_") || rest.starts_with("process_"))
            && before.is_none_or(|letter| !is_name(letter))
    });
    let named = starts.map(|(at, _)| {
        let rest = &expression[at..];
        let end = rest.find(|letter| !is_name(letter)).unwrap_or(rest.len());
        let braces = rest[end..].strip_prefix('{').and_then(|inside| inside.split_once('}'));
        let matchers = braces.map_or("", |(inside, _)| inside).split(',').filter(|text| !text.is_empty());
        let matchers = matchers.map(|matcher| {
            let (label, value) = matcher.split_once('=').unwrap();
            let (label, sign) = label.strip_suffix('!').map_or((label, "="), |label| (label, "!="));
            let (sign, value) = value.strip_prefix('~').map_or((sign, value), |value| ("~", value));
            (label.to_owned(), sign.to_owned(), value.trim_matches('"').to_owned())
        });
        (rest[..end].to_owned(), matchers.collect())
    });
    named.collect()
}

/// What Prometheus adds itself.
const ADDED: [&str; 2] = ["job", "instance"];

fn check(expression: &str, shown: &Shown) -> usize {
    let asked = asked(expression);
    for (name, matchers) in &asked {
        let labels = shown.get(name).unwrap_or_else(|| panic!("there is no {name}: {expression}"));
        for (label, sign, value) in matchers.iter().filter(|(label, ..)| !ADDED.contains(&label.as_str())) {
            let values = labels.get(label).unwrap_or_else(|| panic!("{name} has no {label}: {expression}"));
            // Which ends there are is known beforehand; which pools, the backend decides.
            let known = values.contains(value) || (label == "status" && value == "5xx");
            assert!(known || sign != "=", "{name} never has {label}={value}: {expression}");
        }
    }
    asked.len()
}

fn expressions(of: &Value) -> Vec<&str> {
    match of {
        Value::Object(map) => {
            let own = ["expr", "definition"].iter().filter_map(|key| map.get(*key)?.as_str());
            own.chain(map.values().flat_map(expressions)).collect()
        }
        Value::Array(list) => list.iter().flat_map(expressions).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn rules_and_dashboard_ask_for_numbers_that_exist() {
    let (shown, _) = everything().await;
    // Of YAML only this: what belongs to `expr:`, on its line or indented deeper below it.
    let mut rules = Vec::new();
    let mut lines = ALERTS.lines().peekable();
    while let Some(line) = lines.next() {
        let indent = |line: &str| line.len() - line.trim_start().len();
        if let Some(first) = line.trim_start().strip_prefix("expr:") {
            let mut rule = first.trim().trim_start_matches('|').to_owned();
            while let Some(more) = lines.next_if(|more| indent(more) > indent(line)) {
                rule = format!("{rule} {}", more.trim());
            }
            rules.push(rule);
        }
    }
    assert_eq!(rules.len(), ALERTS.matches("- alert:").count());
    for rule in &rules {
        assert!(check(rule, &shown) > 0 || rule == "up{job=\"ayar\"} == 0", "{rule}");
    }
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let drawn: usize = expressions(&dashboard).into_iter().map(|expression| check(expression, &shown)).sum();
    assert!(drawn > 30, "{drawn}");
}

#[tokio::test]
#[should_panic(expected = "there is no ayar_nothing_total")]
async fn a_rule_about_nothing_would_be_noticed() {
    let (shown, _) = everything().await;
    check("rate(ayar_nothing_total{kind=\"mail\"}[5m]) > 0", &shown);
}

#[tokio::test]
#[should_panic(expected = "ayar_jobs never has state=deceased")]
async fn a_rule_about_a_word_that_does_not_exist_would_be_noticed() {
    let (shown, _) = everything().await;
    check("max by (kind) (ayar_jobs{state=\"deceased\",instance=~\"$instance\"}) > 0", &shown);
}

/// The table of the manual and the program: every number in both.
#[tokio::test]
async fn every_number_is_explained() {
    let (_, text) = everything().await;
    let shown: BTreeSet<(&str, &str)> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')).collect();
    let explained: BTreeSet<(&str, &str)> = MANUAL
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter(|row| row.starts_with("ayar_") || row.starts_with("process_"))
        .map(|row| {
            let (name, rest) = row.split_once('`').unwrap();
            (name, rest.split('|').nth(1).unwrap().trim())
        })
        .collect();
    assert_eq!(shown, explained);
}
