//! The recording of a call, for members of its organisation: in parts, so that a player can go to any place in it.

use std::ops::Range;

use app::server_side::Facts;
use axum::{
    Extension,
    body::Body,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{AppError, CallId, Code};
use services::recordings::{Recording, load_recording, read_recording};

use crate::{failures::refuse, router::Site, security::FILE_POLICY};

pub async fn recording(
    State(site): State<Site>,
    Extension(facts): Extension<Facts>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    asked: HeaderMap,
) -> Response {
    let to_keep = query.as_deref() == Some(app::paths::TO_KEEP);
    read(&site, &facts, &id, to_keep, &asked).await.unwrap_or_else(refuse)
}

async fn read(
    site: &Site,
    facts: &Facts,
    id: &str,
    to_keep: bool,
    asked: &HeaderMap,
) -> Result<Response, AppError> {
    let visit = facts.visit.as_ref().ok_or(Code::Unauthenticated)?;
    let member = visit.account.actor()?.member();
    let id: CallId = id.parse().map_err(|_| Code::NotFound)?;
    let recording = load_recording(&site.context, member, id).await?;
    let tag = format!("\"{}\"", recording.name);
    // Another recording since: its parts do not belong to what the player has.
    let is_same = asked.get(header::IF_RANGE).is_none_or(|known| known.as_bytes() == tag.as_bytes());
    let wanted = asked.get(header::RANGE).filter(|_| is_same).and_then(|range| range.to_str().ok());
    let Recording { kind, bytes: whole, .. } = recording;
    let (status, part) = match wanted.map_or(Wanted::Whole, |range| part_of(range, whole)) {
        Wanted::Whole => (StatusCode::OK, 0..whole),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Nothing => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{whole}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, range).into_response());
        }
    };
    let body = Body::from_stream(read_recording(&site.context, &recording, part.clone()).await?);
    let mut answer = (status, body).into_response();
    let headers = answer.headers_mut();
    let mut set = |name, text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, kind.content_type());
    set(header::CONTENT_LENGTH, &(part.end - part.start).to_string());
    set(header::ACCEPT_RANGES, "bytes");
    set(header::ETAG, &tag);
    set(header::CACHE_CONTROL, "private, no-store");
    set(header::CONTENT_SECURITY_POLICY, FILE_POLICY);
    if status == StatusCode::PARTIAL_CONTENT {
        set(header::CONTENT_RANGE, &format!("bytes {}-{}/{whole}", part.start, part.end - 1));
    }
    if to_keep {
        let day = recording.call.day;
        set(header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{day}-{id}.{}\"", kind.ending()));
    }
    Ok(answer)
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    /// No byte of it is there.
    Nothing,
}

/// RFC 9110, section 14.2: one range of bytes. Several, and what is none, are not answered in parts.
fn part_of(range: &str, whole: u64) -> Wanted {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Wanted::Whole;
    };
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok());
    let part = match (number(first.trim()), number(last.trim())) {
        // The last ones.
        (Some(None), Some(Some(count))) if first.trim().is_empty() => whole.saturating_sub(count)..whole,
        (Some(Some(first)), Some(None)) if last.trim().is_empty() => first..whole,
        (Some(Some(first)), Some(Some(last))) if first <= last => first..whole.min(last.saturating_add(1)),
        _ => return Wanted::Whole,
    };
    if part.start < part.end { Wanted::Part(part) } else { Wanted::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_names_bytes() {
        for (range, wanted) in [
            ("bytes=0-", Wanted::Part(0..1000)),
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=500-599", Wanted::Part(500..600)),
            ("bytes=500-99999", Wanted::Part(500..1000)),
            ("bytes=-100", Wanted::Part(900..1000)),
            ("bytes=-5000", Wanted::Part(0..1000)),
            ("bytes=1000-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=5-4", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=0-1,5-9", Wanted::Whole),
            ("bytes=99999999999999999999-", Wanted::Whole),
            ("lines=1-2", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(part_of(range, 1000), wanted, "{range}");
        }
    }
}
