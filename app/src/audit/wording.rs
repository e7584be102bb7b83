//! Actions, fields and values in words of the page's language. What has no words is shown as it is stored.

use std::collections::BTreeSet;

use domain::{Language, keys::Lifetime, money::Money, plan::Plan};
use serde_json::{Map, Value};

use super::api::Change;
use crate::hours;

pub fn action(l: Language, action: &str) -> String {
    word(l, "action", &action.replace('.', "_"), action)
}

pub fn room(l: Language, room: &str) -> String {
    word(l, "room", room, room)
}

fn word(l: Language, kind: &str, key: &str, otherwise: &str) -> String {
    texts::audit::by_key(l, &format!("{kind}_{key}")).unwrap_or(otherwise).to_owned()
}

/// The fields that differ, each once.
pub fn changes(l: Language, room: &str, before: &str, after: &str) -> Vec<Change> {
    let (before, after) = (fields(before), fields(after));
    if room == "hours" {
        return hours::changes(l, &before, &after)
            .into_iter()
            .map(|(field, before, after)| Change { field, before, after })
            .collect();
    }
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |name: &String| Change {
        field: word(l, "field", name, name),
        before: before.get(name).map(|told| value(l, name, told)),
        after: after.get(name).map(|told| value(l, name, told)),
    };
    // What began as nothing is no news.
    let is_news = |name: &&String| before.contains_key(*name) || !after.get(*name).is_none_or(is_empty);
    names.into_iter().filter(is_news).map(change).collect()
}

fn fields(json: &str) -> Map<String, Value> {
    crate::json::read(json).unwrap_or_default()
}

fn is_empty(told: &Value) -> bool {
    told.is_null() || told.as_str() == Some("")
}

fn value(l: Language, field: &str, told: &Value) -> String {
    match (field, told) {
        _ if is_empty(told) => texts::audit::empty(l).to_owned(),
        ("support_access", Value::Bool(true)) => texts::general::support_allow(l).to_owned(),
        ("support_access", Value::Bool(false)) => texts::general::support_deny(l).to_owned(),
        ("mode" | "support_mode", Value::String(word)) => {
            texts::support::by_key(l, &format!("mode_{word}")).unwrap_or(word).to_owned()
        }
        ("how", Value::String(word)) => {
            texts::support::by_key(l, &format!("ended_{word}")).unwrap_or(word).to_owned()
        }
        (_, Value::Bool(true)) => texts::audit::yes(l).to_owned(),
        (_, Value::Bool(false)) => texts::audit::no(l).to_owned(),
        // The stored word is part of an address and tells nobody anything.
        ("photo", _) => texts::audit::photo_present(l).to_owned(),
        ("logo", _) => texts::audit::logo_present(l).to_owned(),
        ("plate", Value::String(word)) => {
            texts::branding::by_key(l, &format!("plate_{word}")).unwrap_or(word).to_owned()
        }
        ("language", Value::String(tag)) => {
            Language::from_tag(tag).map_or_else(|| tag.clone(), |language| language.name().to_owned())
        }
        ("idle_limit", Value::String(word)) => {
            texts::security::by_key(l, &format!("idle_{word}")).unwrap_or(word).to_owned()
        }
        ("method", Value::String(word)) => {
            texts::audit::by_key(l, &format!("by_{word}")).unwrap_or(word).to_owned()
        }
        ("calls_of", Value::String(word)) => {
            texts::audit::by_key(l, &format!("calls_of_{word}")).unwrap_or(word).to_owned()
        }
        ("taxpayer", Value::String(word)) => {
            texts::billing::by_key(l, &format!("taxpayer_{word}")).unwrap_or(word).to_owned()
        }
        ("plan", Value::String(word)) => {
            Plan::from_word(word).map_or_else(|| word.clone(), |plan| plan.name().to_owned())
        }
        ("role", Value::String(word)) => {
            texts::shell::by_key(l, &format!("role_{word}")).unwrap_or(word).to_owned()
        }
        ("fallback", Value::String(word)) => {
            texts::upstream::by_key(l, &format!("fallback_{word}")).unwrap_or(word).to_owned()
        }
        ("kind" | "overlap", Value::String(word)) => {
            texts::keys::by_key(l, &format!("{field}_{word}")).unwrap_or(word).to_owned()
        }
        ("expires", Value::String(word)) if word == Lifetime::Unlimited.word() => {
            texts::keys::never_expires(l).to_owned()
        }
        ("credit" | "threshold" | "total", Value::Number(kurus)) => {
            kurus.as_i64().map_or_else(|| kurus.to_string(), |kurus| Money(kurus).text(l))
        }
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

#[cfg(test)]
#[path = "wording_tests.rs"]
mod tests;
