//! How a picture travels: a `multipart/form-data` post with the file and, when it was cropped in the browser, where.
//!
//! A codec of our own, because the one of server_fn 0.8 panics on a body without a boundary. The browser never
//! sends through it: only an `XMLHttpRequest` tells how far an upload has come.

use std::collections::BTreeMap;

use domain::{AppError, Code};
use leptos::server_fn::{Bytes, ContentType, codec::Encoding};

/// A picture as it was posted, not yet looked into.
#[derive(Clone, Debug)]
pub struct Upload {
    pub file: Bytes,
    /// What was posted beside it, under names that its function knows.
    fields: BTreeMap<&'static str, String>,
}

impl Upload {
    /// The text of a field; empty where it was left out.
    pub fn text(&self, name: &str) -> String {
        self.fields.get(name).cloned().unwrap_or_default()
    }

    /// Where to cut, in pixels of the picture as it is seen: all of these fields, or none of them. Errors: `BadRequest`.
    pub fn place<const N: usize>(&self, names: [&str; N]) -> Result<Option<[u32; N]>, AppError> {
        let mut place = [0; N];
        let mut found = 0;
        for (at, name) in names.into_iter().enumerate() {
            if let Some(text) = self.fields.get(name) {
                place[at] = text.parse().map_err(|_| Code::BadRequest)?;
                found += 1;
            }
        }
        match found {
            0 => Ok(None),
            found if found == N => Ok(Some(place)),
            _ => Err(Code::BadRequest.into()),
        }
    }
}

pub struct PictureUpload;

impl ContentType for PictureUpload {
    const CONTENT_TYPE: &'static str = "multipart/form-data";
}

impl Encoding for PictureUpload {
    const METHOD: http::Method = http::Method::POST;
}

/// Makes a server function of one argument `upload` take [`PictureUpload`]s from administrators: the field at which
/// errors stand, and the names that may be posted beside the file.
macro_rules! takes_picture {
    ($function:ident, $field:literal, $names:expr) => {
        impl<E, Request> leptos::server_fn::codec::IntoReq<$crate::picture::upload::PictureUpload, Request, E>
            for $function
        where
            E: leptos::server_fn::error::FromServerFnError,
            Request: leptos::server_fn::request::ClientReq<E>,
        {
            fn into_req(self, _path: &str, _accepts: &str) -> Result<Request, E> {
                let reason = "pictures are sent with progress".to_owned();
                Err(E::from_server_fn_error(leptos::server_fn::error::ServerFnErrorErr::Request(reason)))
            }
        }

        #[cfg(not(feature = "ssr"))]
        impl<E, Request> leptos::server_fn::codec::FromReq<$crate::picture::upload::PictureUpload, Request, E>
            for $function
        where
            E: leptos::server_fn::error::FromServerFnError,
            Request: leptos::server_fn::request::Req<E> + Send + 'static,
        {
            async fn from_req(_request: Request) -> Result<Self, E> {
                let reason = "only a server receives".to_owned();
                Err(E::from_server_fn_error(leptos::server_fn::error::ServerFnErrorErr::Args(reason)))
            }
        }

        #[cfg(feature = "ssr")]
        impl
            leptos::server_fn::codec::FromReq<
                $crate::picture::upload::PictureUpload,
                axum::extract::Request,
                $crate::error::Error,
            > for $function
        {
            async fn from_req(request: axum::extract::Request) -> Result<Self, $crate::error::Error> {
                // Nobody else may make us read megabytes.
                $crate::server_side::admin()?;
                Ok(Self { upload: $crate::picture::upload::receive(request, $field, &$names).await? })
            }
        }
    };
}
pub(crate) use takes_picture;

#[cfg(feature = "ssr")]
pub use receive::receive;

#[cfg(feature = "ssr")]
mod receive {
    use std::collections::BTreeMap;

    use axum::{
        extract::{
            FromRequest, Multipart, Request,
            multipart::{Field, MultipartError},
        },
        http::StatusCode,
    };
    use domain::{AppError, Code};
    use leptos::server_fn::Bytes;

    use super::Upload;

    /// The largest picture, in bytes; what it is, is looked at later.
    const MAX_FILE: usize = 2 * 1024 * 1024;

    /// Reads the field `file`, and beside it those of `names` that are there.
    pub async fn receive(
        request: Request,
        at: &'static str,
        names: &[&'static str],
    ) -> Result<Upload, AppError> {
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| Code::BadRequest)?;
        let (mut file, mut fields) = (None, BTreeMap::new());
        while let Some(field) = form.next_field().await.map_err(|error| refusal(at, &error))? {
            match field.name() {
                Some("file") if file.is_none() => file = Some(read_file(at, field).await?),
                Some(name) => {
                    let name = *names.iter().find(|known| **known == name).ok_or(Code::BadRequest)?;
                    fields.insert(name, field.text().await.map_err(|error| refusal(at, &error))?);
                }
                None => return Err(Code::BadRequest.into()),
            }
        }
        Ok(Upload { file: file.ok_or_else(|| AppError::field(at, Code::FileMissing))?, fields })
    }

    /// Stops at the limit, also for a body that never said how long it is.
    async fn read_file(at: &'static str, mut field: Field<'_>) -> Result<Bytes, AppError> {
        let mut file = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|error| refusal(at, &error))? {
            file.extend_from_slice(&chunk);
            if file.len() > MAX_FILE {
                return Err(AppError::field(at, Code::FileTooLarge));
            }
        }
        Ok(file.into())
    }

    fn refusal(at: &'static str, error: &MultipartError) -> AppError {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => AppError::field(at, Code::FileTooLarge),
            _ => Code::BadRequest.into(),
        }
    }
}
