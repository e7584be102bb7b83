//! Values and names as an archive writes them.

use sea_orm::Value;
use serde_json::{Value as Json, json};

/// A value as JSON says it: instants in UTC, bytes in hexadecimal.
pub(super) fn told(value: Value) -> Json {
    match value {
        Value::Bool(value) => json!(value),
        Value::SmallInt(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::BigInt(value) => json!(value),
        Value::Double(value) => json!(value),
        Value::String(value) => json!(value),
        Value::Uuid(value) => json!(value),
        Value::ChronoDate(value) => json!(value),
        Value::ChronoDateTimeUtc(value) => {
            json!(value.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)))
        }
        Value::Bytes(value) => {
            json!(value.map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
        }
        Value::Json(value) => value.map_or(Json::Null, |value| *value),
        // No column is of another kind; if one came to be, its export would be seen to lack it.
        _ => Json::Null,
    }
}

pub(super) fn cell(value: Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text,
        other => other.to_string(),
    }
}

/// A name that every file system takes.
pub(super) fn plain(name: &str) -> String {
    let fine = |c: char| !c.is_control() && !r#"/\:*?"<>|"#.contains(c);
    let name: String = name.chars().map(|c| if fine(c) { c } else { '_' }).collect();
    match name.trim_matches(['.', ' ']) {
        "" => "file".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_folder() {
        for (name, written) in [
            ("Fiyat listesi.pdf", "Fiyat listesi.pdf"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("a/b\\c:d", "a_b_c_d"),
            ("..", "file"),
            ("\0\n", "__"),
        ] {
            assert_eq!(plain(name), written);
        }
    }

    #[test]
    fn instants_are_of_utc_and_bytes_are_hexadecimal() {
        let at = chrono::DateTime::from_timestamp(1_700_000_000, 5_000).unwrap();
        assert_eq!(told(Value::ChronoDateTimeUtc(Some(at))), json!("2023-11-14T22:13:20.000005Z"));
        assert_eq!(told(Value::Bytes(Some(vec![0, 255]))), json!("00ff"));
        assert_eq!(told(Value::String(None)), Json::Null);
        assert_eq!(cell(json!(12)), "12");
        assert_eq!(cell(Json::Null), "");
    }
}
