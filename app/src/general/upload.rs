//! How a photo travels: a `multipart/form-data` post with the file and, when it was cropped in the browser, a square.
//!
//! A codec of our own, because the one of server_fn 0.8 panics on a body without a boundary. The browser never
//! sends through it: only an `XMLHttpRequest` tells how far an upload has come.

use leptos::server_fn::{
    Bytes, ContentType,
    codec::{Encoding, IntoReq},
    error::{FromServerFnError, ServerFnErrorErr},
    request::ClientReq,
};

use super::api::SavePhoto;

/// A photo as it was posted, not yet looked into.
#[derive(Clone, Debug)]
pub struct Upload {
    pub file: Bytes,
    /// Left, top and side in pixels of the picture as it is seen; `None` is the largest centred square.
    pub square: Option<[u32; 3]>,
}

pub struct PhotoUpload;

impl ContentType for PhotoUpload {
    const CONTENT_TYPE: &'static str = "multipart/form-data";
}

impl Encoding for PhotoUpload {
    const METHOD: http::Method = http::Method::POST;
}

impl<E: FromServerFnError, Request: ClientReq<E>> IntoReq<PhotoUpload, Request, E> for SavePhoto {
    fn into_req(self, _path: &str, _accepts: &str) -> Result<Request, E> {
        Err(E::from_server_fn_error(ServerFnErrorErr::Request("photos are sent with progress".to_owned())))
    }
}

#[cfg(not(feature = "ssr"))]
impl<E, Request> leptos::server_fn::codec::FromReq<PhotoUpload, Request, E> for SavePhoto
where
    E: FromServerFnError,
    Request: leptos::server_fn::request::Req<E> + Send + 'static,
{
    async fn from_req(_request: Request) -> Result<Self, E> {
        Err(E::from_server_fn_error(ServerFnErrorErr::Args("only a server receives".to_owned())))
    }
}

#[cfg(feature = "ssr")]
mod receive {
    use axum::{
        body::Body,
        extract::{
            FromRequest, Multipart,
            multipart::{Field, MultipartError},
        },
        http::{Request, StatusCode},
    };
    use domain::{AppError, Code};
    use leptos::server_fn::{Bytes, codec::FromReq};

    use super::{PhotoUpload, SavePhoto, Upload};
    use crate::{error::Error, server_side};

    /// The largest photo, in bytes; what it is, is looked at later.
    const MAX_FILE: usize = 2 * 1024 * 1024;

    impl FromReq<PhotoUpload, Request<Body>, Error> for SavePhoto {
        async fn from_req(request: Request<Body>) -> Result<Self, Error> {
            // Nobody else may make us read megabytes.
            server_side::admin()?;
            let form = Multipart::from_request(request, &()).await.map_err(|_| Code::BadRequest)?;
            Ok(Self { upload: read(form).await? })
        }
    }

    /// The fields `file`, and all of `x`, `y` and `size` or none of them.
    async fn read(mut form: Multipart) -> Result<Upload, AppError> {
        let (mut file, mut square) = (None, [None; 3]);
        while let Some(field) = form.next_field().await.map_err(refusal)? {
            match field.name() {
                Some("file") if file.is_none() => file = Some(read_file(field).await?),
                Some(name) => {
                    let at =
                        ["x", "y", "size"].iter().position(|known| *known == name).ok_or(Code::BadRequest)?;
                    let text = field.text().await.map_err(refusal)?;
                    square[at] = Some(text.parse::<u32>().map_err(|_| Code::BadRequest)?);
                }
                None => return Err(Code::BadRequest.into()),
            }
        }
        let square = match square {
            [Some(x), Some(y), Some(size)] => Some([x, y, size]),
            [None, None, None] => None,
            _ => return Err(Code::BadRequest.into()),
        };
        Ok(Upload { file: file.ok_or_else(|| AppError::field("photo", Code::FileMissing))?, square })
    }

    /// Stops at the limit, also for a body that never said how long it is.
    async fn read_file(mut field: Field<'_>) -> Result<Bytes, AppError> {
        let mut file = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(refusal)? {
            file.extend_from_slice(&chunk);
            if file.len() > MAX_FILE {
                return Err(AppError::field("photo", Code::FileTooLarge));
            }
        }
        Ok(file.into())
    }

    fn refusal(error: MultipartError) -> AppError {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => AppError::field("photo", Code::FileTooLarge),
            _ => Code::BadRequest.into(),
        }
    }
}
