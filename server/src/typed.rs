//! What was typed into a form: read before its function is called, and shown again where that refuses it.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequest, Multipart, Request},
    http::{HeaderMap, header},
};
use domain::{AppError, Code};
use futures::{StreamExt, stream};
use url::form_urlencoded::{Serializer, parse};

/// The largest form without a file.
pub const MAX_FORM: usize = 512 * 1024;
/// As much of a form with a file as is shown again: what stands before the file.
const MAX_START: usize = 16 * 1024;

/// Reads a form whole and refuses what no function asks for: each takes one argument named `form`, whose own fields
/// serde checks. Of what goes to a function that takes files only the start is read; it goes on as a stream. No other body
/// is read at all: the function would hold as much of it as comes.
pub async fn read(headers: &HeaderMap, body: Body, takes_files: bool) -> Result<(Bytes, Body), AppError> {
    if takes_files {
        return Ok(peek(body).await);
    }
    if !is_urlencoded(headers) {
        return Err(Code::BadRequest.into());
    }
    let bytes = to_bytes(body, MAX_FORM).await.map_err(|_| Code::TooLarge)?;
    let is_text = std::str::from_utf8(&bytes).is_ok();
    if !is_text || parse(&bytes).any(|(name, _)| !name.starts_with("form[")) {
        return Err(Code::BadRequest.into());
    }
    Ok((bytes.clone(), Body::from(bytes)))
}

/// The start of a body, and all of it again.
pub async fn peek(body: Body) -> (Bytes, Body) {
    // The error itself, or nobody recognises a limit in it.
    let mut stream = body.into_data_stream().map(|chunk| chunk.map_err(axum::Error::into_inner));
    let (mut start, mut failed) = (Vec::new(), None);
    while start.len() < MAX_START && failed.is_none() {
        match stream.next().await {
            Some(Ok(chunk)) => start.extend_from_slice(&chunk),
            Some(Err(error)) => failed = Some(Err(error)),
            None => break,
        }
    }
    let read = Bytes::from(start);
    let start = read.slice(..read.len().min(MAX_START));
    let read = stream::iter([Some(Ok(read)), failed].into_iter().flatten());
    (start, Body::from_stream(read.chain(stream)))
}

/// The fields as a page is given them, without files and without secrets.
pub async fn again(headers: &HeaderMap, typed: &Bytes) -> String {
    if is_urlencoded(headers) { without_secrets(parse(typed)) } else { beside_a_file(headers, typed).await }
}

/// The fields at the start of a form with a file.
async fn beside_a_file(headers: &HeaderMap, start: &Bytes) -> String {
    let mut request = Request::new(Body::from(start.clone()));
    if let Some(kind) = headers.get(header::CONTENT_TYPE) {
        request.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
    }
    let mut fields = Vec::new();
    if let Ok(mut form) = Multipart::from_request(request, &()).await {
        // It breaks off somewhere in the file.
        while let Ok(Some(field)) = form.next_field().await {
            let name = field.name().filter(|_| field.file_name().is_none()).map(str::to_owned);
            if let (Some(name), Ok(value)) = (name, field.text().await) {
                fields.push((name, value));
            }
        }
    }
    without_secrets(fields)
}

/// Parts of the names of fields whose values open something: they are not sent back, not even to whoever typed them.
const SECRETS: [&str; 5] = ["password", "[current]", "[code]", "[credential]", "[secret]"];

fn without_secrets<T: AsRef<str>>(fields: impl IntoIterator<Item = (T, T)>) -> String {
    let is_secret = |name: &str| SECRETS.iter().any(|secret| name.contains(secret));
    let shown = fields.into_iter().filter(|(name, _)| !is_secret(name.as_ref()));
    Serializer::new(String::new()).extend_pairs(shown).finish()
}

fn is_urlencoded(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_opens_something_comes_back_to_the_page() {
        let typed = b"form%5Bemail%5D=a%40b.co&form%5Bpassword%5D=hunter2&form%5Bpassword_again%5D=x";
        assert_eq!(without_secrets(parse(typed)), "form%5Bemail%5D=a%40b.co");
        let typed =
            b"form%5Bcurrent%5D=hunter2&form%5Bcode%5D=123456&form%5Bcredential%5D=x&form%5Bsecret%5D=x&form%5Bnext%5D=%2F";
        assert_eq!(without_secrets(parse(typed)), "form%5Bnext%5D=%2F");
    }

    #[tokio::test]
    async fn of_a_form_with_a_file_the_other_fields_come_back() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "multipart/form-data; boundary=b".parse().unwrap());
        let field = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let file = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
        let fields = field("shape", "wide") + &field("form[password]", "hunter2");
        let body = fields + file + &"x".repeat(3 * MAX_START);
        let (typed, whole) = peek(Body::from_stream(stream::iter(
            body.clone()
                .into_bytes()
                .chunks(1000)
                .map(|chunk| Ok::<_, AppError>(chunk.to_vec()))
                .collect::<Vec<_>>(),
        )))
        .await;
        assert_eq!(again(&headers, &typed).await, "shape=wide");
        assert_eq!(to_bytes(whole, usize::MAX).await.unwrap(), body.as_bytes());
        for nonsense in ["", "garbage", "--b--"] {
            assert_eq!(again(&headers, &Bytes::from(nonsense)).await, "");
        }
        assert_eq!(again(&HeaderMap::new(), &typed).await, "");
    }
}
