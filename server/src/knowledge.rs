//! Files of the knowledge base, to keep: never shown in the page's own place, whatever is in them.

use app::server_side::Facts;
use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{AppError, Code, FileId};
use services::{
    Context,
    knowledge::{self, Reads},
};

use crate::{failures::refuse, router::Site, security::FILE_POLICY};

pub async fn file(
    State(site): State<Site>,
    Extension(facts): Extension<Facts>,
    Path(id): Path<String>,
) -> Response {
    let read = async {
        let visit = facts.visit.as_ref().ok_or(Code::Unauthenticated)?;
        let member = visit.account.actor()?.member();
        let id: FileId = id.parse().map_err(|_| Code::NotFound)?;
        attachment(&site.context, member, id).await
    };
    read.await.unwrap_or_else(refuse)
}

/// The content of a file, streamed, with the type of its kind. Errors: `NotFound`.
pub async fn attachment(context: &Context, by: impl Reads, id: FileId) -> Result<Response, AppError> {
    let (file, content) = knowledge::read(context, by, id).await?;
    let mut answer = Body::from_stream(content).into_response();
    let headers = answer.headers_mut();
    let mut set = |name, text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, file.kind().content_type());
    set(header::CONTENT_LENGTH, &file.size().to_string());
    set(header::CONTENT_DISPOSITION, &disposition(&file.name));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::CACHE_CONTROL, "private, no-store");
    set(header::CONTENT_SECURITY_POLICY, FILE_POLICY);
    Ok(answer)
}

/// RFC 6266: the name for browsers that read UTF-8, and one of plain letters for the others.
fn disposition(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " ._-()".contains(c);
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    // What RFC 8187 lets stand as it is.
    let is_free = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let whole: String = name
        .bytes()
        .map(|byte| if is_free(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_say_nothing_but_itself() {
        assert_eq!(disposition("a-1.pdf"), "attachment; filename=\"a-1.pdf\"; filename*=UTF-8''a-1.pdf");
        assert_eq!(
            disposition("İade \"x\";\\.txt"),
            "attachment; filename=\"_ade _x___.txt\"; filename*=UTF-8''%C4%B0ade%20%22x%22%3B%5C.txt"
        );
    }
}
