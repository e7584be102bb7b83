//! How a table travels: a `multipart/form-data` post with one file, as a browser sends a plain form. Nothing calls it from a
//! script, so the way is the same with and without JavaScript.

use leptos::server_fn::{
    Bytes, ContentType,
    codec::{Encoding, FromReq, IntoReq},
    error::{FromServerFnError, ServerFnErrorErr},
    request::ClientReq,
};

use super::import::api::UploadTable;

/// A file as it was posted, not yet looked into.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub file: Bytes,
}

pub struct TablePost;

impl ContentType for TablePost {
    const CONTENT_TYPE: &'static str = "multipart/form-data";
}

impl Encoding for TablePost {
    const METHOD: http::Method = http::Method::POST;
}

impl<E: FromServerFnError, Request: ClientReq<E>> IntoReq<TablePost, Request, E> for UploadTable {
    fn into_req(self, _path: &str, _accepts: &str) -> Result<Request, E> {
        let reason = "tables are sent by forms".to_owned();
        Err(E::from_server_fn_error(ServerFnErrorErr::Request(reason)))
    }
}

#[cfg(not(feature = "ssr"))]
impl<E, Request> FromReq<TablePost, Request, E> for UploadTable
where
    E: FromServerFnError,
    Request: leptos::server_fn::request::Req<E> + Send + 'static,
{
    async fn from_req(_request: Request) -> Result<Self, E> {
        let reason = "only a server receives".to_owned();
        Err(E::from_server_fn_error(ServerFnErrorErr::Args(reason)))
    }
}

#[cfg(feature = "ssr")]
impl FromReq<TablePost, axum::extract::Request, crate::error::Error> for UploadTable {
    async fn from_req(request: axum::extract::Request) -> Result<Self, crate::error::Error> {
        // Nobody else may make us read megabytes.
        crate::server_side::admin()?;
        Ok(Self { table: receive::receive(request).await? })
    }
}

#[cfg(feature = "ssr")]
mod receive {
    use axum::{
        extract::{FromRequest, Multipart, Request, multipart::MultipartError},
        http::StatusCode,
    };
    use domain::{AppError, Code, customers::import::MOST_BYTES};

    use super::Table;

    /// Reads the field `file`, and nothing else. Stops at the limit, also for a body that never said how long it is.
    pub async fn receive(request: Request) -> Result<Table, AppError> {
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| Code::BadRequest)?;
        let field = form.next_field().await.map_err(|error| refusal(&error))?;
        let mut field = field.filter(|field| field.name() == Some("file")).ok_or(Code::BadRequest)?;
        let name = field.file_name().unwrap_or_default().to_owned();
        let mut file = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|error| refusal(&error))? {
            file.extend_from_slice(&chunk);
            if file.len() > MOST_BYTES {
                return Err(AppError::field("file", Code::TableTooLarge));
            }
        }
        Ok(Table { name, file: file.into() })
    }

    fn refusal(error: &MultipartError) -> AppError {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => AppError::field("file", Code::TableTooLarge),
            _ => Code::BadRequest.into(),
        }
    }
}
