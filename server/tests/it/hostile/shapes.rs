//! The shapes: what can be wrong with a body, from a good one. The same seed gives the same ones.

use rand::{RngExt, rngs::StdRng};
use url::form_urlencoded::{byte_serialize, parse};

use super::SCRIPT;

const FORM: &str = "application/x-www-form-urlencoded";

/// A body, and what is said of it.
pub struct Shape {
    pub what: String,
    pub kind: &'static str,
    pub body: Vec<u8>,
}

fn shape(what: impl Into<String>, kind: &'static str, body: impl Into<Vec<u8>>) -> Shape {
    Shape { what: what.into(), kind, body: body.into() }
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

fn join(pairs: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| format!("{name}={}", encoded(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// One in `each` of what is wrong with a body, made from one that decodes.
pub fn shapes(sample: &str, values: &[String], dice: &mut StdRng, each: usize) -> Vec<Shape> {
    if sample.starts_with("--b\r\n") {
        let mut all = files(values, dice);
        all.retain(|_| dice.random_range(0..each) == 0);
        return all;
    }
    let pairs: Vec<_> =
        parse(sample.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let mut all = whole(sample);
    all.extend(of_json(&pairs));
    all.retain(|_| dice.random_range(0..each) == 0);
    if pairs.is_empty() {
        return all;
    }
    for value in values {
        if dice.random_range(0..each) != 0 {
            continue;
        }
        let at = dice.random_range(0..pairs.len());
        let mut changed = pairs.clone();
        changed[at].1.clone_from(value);
        let short: String = value.chars().take(24).collect();
        all.push(shape(format!("{} = {short:?}", pairs[at].0), FORM, join(&changed)));
        if value.len() < 1000 && dice.random_range(0..4) == 0 {
            changed.iter_mut().for_each(|(_, old)| old.clone_from(value));
            all.push(shape(format!("every field = {short:?}"), FORM, join(&changed)));
        }
    }
    for (at, (name, value)) in pairs.iter().enumerate() {
        let (mut without, plain) = (pairs.clone(), encoded(value));
        without.remove(at);
        all.push(shape(format!("no {name}"), FORM, join(&without)));
        let stem = name.trim_end_matches(']');
        for (what, more) in [
            ("twice", format!("{name}=other")),
            ("as a list", format!("{name}[]={plain}")),
            ("as a list that begins far away", format!("{name}[4294967295]={plain}")),
            ("as an object", format!("{name}[a][b]={plain}")),
            ("without its end", format!("{stem}={plain}")),
            ("with letters that are none", format!("{name}=%ff%fe%ed%a0%80")),
            ("with half a letter", format!("{name}=%e2%82")),
            ("with a cut escape", format!("{name}=%")),
        ] {
            let rest = join(&without);
            if dice.random_range(0..each) != 0 {
                continue;
            }
            for body in [format!("{rest}&{more}"), format!("{}&{more}", join(&pairs))] {
                all.push(shape(format!("{name} {what}"), FORM, body));
            }
        }
    }
    all
}

/// What is wrong with a form as a whole.
fn whole(sample: &str) -> Vec<Shape> {
    let deep = format!("form{}=1", "[a]".repeat(2000));
    let many: Vec<String> = (0..5000).map(|number| format!("form[x{number}]=1")).collect();
    let spread: Vec<String> = (0..200).map(|number| format!("form[x][{}]=1", number * 1_000_003)).collect();
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("signs", b"&&&==;;&=&[]=&]=[".to_vec()),
        ("a form that is a word", b"form=1".to_vec()),
        ("a form that is a list", b"form[]=1&form[]=2".to_vec()),
        ("a form with numbers", b"form[0]=1&form[18446744073709551615]=1&form[-1]=1".to_vec()),
        ("brackets", b"form[[a]]=1&form]b[=1&form[a=1&form%5Ba%5D%5B=1".to_vec()),
        ("two kinds of one field", b"form[a]=1&form[a][b]=2&form[a][0]=3".to_vec()),
        ("names of other languages", b"form[__proto__][admin]=1&form[constructor]=1&form[$where]=1".to_vec()),
        ("a name that is no text", b"form[%ff%fe]=%ff".to_vec()),
        ("no text", b"form[\xff\xfe]=\xed\xa0\x80\0".to_vec()),
        ("the end of a text", [sample.as_bytes(), b"\xff"].concat()),
        ("a broken escape", [sample.as_bytes(), b"&form[%zz]=%&%"].concat()),
        ("more than was asked for", [sample.as_bytes(), b"&form[is_staff]=true&form[role]=owner"].concat()),
        ("depth", deep.into_bytes()),
        ("many fields", many.join("&").into_bytes()),
        ("far indexes", spread.join("&").into_bytes()),
        ("a file", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
    ];
    let mut all: Vec<Shape> = bodies.into_iter().map(|(what, body)| shape(what, FORM, body)).collect();
    for kind in [
        "",
        "text/plain",
        "text/xml",
        "multipart/form-data",
        "multipart/form-data; boundary=b",
        "application/octet-stream",
        "application/x-www-form-urlencoded; charset=utf-16",
        "APPLICATION/X-WWW-FORM-URLENCODED",
        "*/*",
        "x",
        "application/json, application/x-www-form-urlencoded",
    ] {
        all.push(shape(format!("sent as {kind:?}"), kind, sample));
    }
    all.push(shape(
        "XML with an entity",
        "application/xml",
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><form>&b;</form>",
    ));
    all
}

/// The same as JSON, and JSON that is none.
fn of_json(pairs: &[(String, String)]) -> Vec<Shape> {
    let field = |name: &str| name.trim_start_matches("form[").trim_end_matches(']').to_owned();
    let form: serde_json::Map<_, _> =
        pairs.iter().map(|(name, value)| (field(name), value.as_str().into())).collect();
    let good = serde_json::json!({ "form": form }).to_string();
    let bodies = [
        good.clone(),
        format!("{good}{good}"),
        format!("\u{feff}{good}"),
        good.replace(':', "::"),
        "{}".into(),
        "[]".into(),
        "null".into(),
        "1e400".into(),
        "NaN".into(),
        "\"\\ud800\"".into(),
        r#"{"form":"\udc00\ud800"}"#.into(),
        r#"{"form":null}"#.into(),
        r#"{"form":[]}"#.into(),
        r#"{"form":1e400}"#.into(),
        r#"{"form":{"a":-0.0}}"#.into(),
        r#"{"form":{},"form":{}}"#.into(),
        "[".repeat(100_000),
        r#"{"a":"#.repeat(20_000),
        "\0".into(),
    ];
    bodies.into_iter().map(|body| shape("JSON", "application/json", body)).collect()
}

/// Forms with files.
fn files(values: &[String], dice: &mut StdRng) -> Vec<Shape> {
    const KIND: &str = "multipart/form-data; boundary=b";
    let part = |head: &str, body: &str| format!("--b\r\n{head}\r\n\r\n{body}\r\n");
    let file = |name: &str| {
        part(&format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\""), "a;b")
    };
    let field =
        |name: &str, value: &str| part(&format!("Content-Disposition: form-data; name=\"{name}\""), value);
    let long = "x".repeat(100_000);
    let mut bodies = vec![
        String::new(),
        "--b--\r\n".into(),
        "--b\r\n".into(),
        "--b\r\n\r\n\r\n--b--\r\n".into(),
        "--b\r\nContent-Disposition".into(),
        part("Content-Type: text/plain", "x"),
        part("Content-Disposition: attachment; filename=\"a.txt\"", "x"),
        part("Content-Disposition: form-data; name=file; filename*=UTF-8''%00%0d%0a..%2f", "x"),
        part(
            "Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: text/html\r\nX: y",
            SCRIPT,
        ),
        part(
            "Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Encoding: gzip",
            "\u{1f}\u{8b}",
        ),
        part(&format!("Content-Disposition: form-data; name=\"{long}\""), "x"),
        part(&format!("X-Long: {long}"), "x"),
        file(&long),
        file("a").repeat(500),
        format!("{}{}", field("category", "x"), file("a.txt")).repeat(20),
        file("a.txt").replace("\r\n", "\n"),
        file("a.txt").replace("--b", "--bb"),
        part("Content-Disposition: form-data; name=\"file\"; filename=\"a\"", "\r\n--b--\r\n--b\r\n"),
    ];
    for value in values.iter().filter(|value| value.len() < 1000) {
        let name = ["category", "x", "y", "size", "width", "shape", "plate", "version", "seen"]
            [dice.random_range(0..9)];
        bodies.push(format!("{}{}", field(name, value), file("a.txt")));
        bodies.push(file(value));
    }
    let end = |body: String| if body.starts_with("--b\r\nC") { body + "--b--\r\n" } else { body };
    let mut all: Vec<Shape> =
        bodies.into_iter().map(|body| shape("a form with a file", KIND, end(body))).collect();
    for kind in [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/mixed; boundary=b",
        FORM,
        "text/plain",
    ] {
        all.push(shape(format!("a file sent as {kind:?}"), kind, end(file("a.txt"))));
    }
    all.push(shape(
        "a file of nonsense",
        KIND,
        b"--b\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n\xff\0".to_vec(),
    ));
    all
}
