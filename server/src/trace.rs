//! W3C Trace Context: the id of the trace that a request belongs to, if whoever sent it has one.
//!
//! It stands in the log beside our own request id and leads nowhere else: a stranger may send any.

use axum::http::{HeaderMap, HeaderName};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Of `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01` the second part; nothing of what is not exactly so.
pub fn trace_id(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all(TRACEPARENT).iter();
    let (Some(text), None) = (given.next(), given.next()) else { return None };
    let mut parts = text.to_str().ok()?.split('-');
    let [version, trace, parent, flags] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    let is_known = match version {
        "00" => parts.next().is_none(),
        // A later version may have more.
        version => is_hex(version, 2) && version != "ff",
    };
    let is_id = |text: &str, length| is_hex(text, length) && text.bytes().any(|digit| digit != b'0');
    (is_known && is_id(trace, 32) && is_id(parent, 16) && is_hex(flags, 2)).then_some(trace)
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn read(values: &[&str]) -> Option<String> {
        let values = values.iter().map(|value| (TRACEPARENT, HeaderValue::from_str(value).unwrap()));
        trace_id(&values.collect()).map(str::to_owned)
    }

    #[test]
    fn only_what_the_standard_allows_is_a_trace() {
        let whole = format!("00-{TRACE}-00f067aa0ba902b7-01");
        for fine in
            [whole.clone(), whole.replacen("00", "cc", 1), format!("{}-more", whole.replacen("00", "cc", 1))]
        {
            assert_eq!(read(&[&fine]).as_deref(), Some(TRACE), "{fine}");
        }
        for bad in [
            String::new(),
            "00".to_owned(),
            TRACE.to_owned(),
            whole.to_uppercase(),
            whole.replacen("00", "ff", 1),
            whole.replacen("00", "0", 1),
            whole.replace(TRACE, &"0".repeat(32)),
            whole.replace(TRACE, &TRACE[1..]),
            whole.replace("00f067aa0ba902b7", &"0".repeat(16)),
            whole.replace("-01", "-1"),
            whole.replace("-01", "-0g"),
            format!("{whole}-more"),
            whole.replace(TRACE, "4bf92f3577b34da6a3ce929d0e0e47 6"),
        ] {
            assert_eq!(read(&[&bad]), None, "{bad:?}");
        }
        assert_eq!((read(&[]), read(&[&whole, &whole])), (None, None));
    }
}
