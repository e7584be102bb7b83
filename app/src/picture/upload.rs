//! How a picture travels: a `multipart/form-data` post with the file and, when it was cropped in the browser, where.
//!
//! A codec of our own, because the one of server_fn 0.8 panics on a body without a boundary. The browser never
//! sends through it: only an `XMLHttpRequest` tells how far an upload has come.

use std::collections::BTreeMap;

use leptos::server_fn::{Bytes, ContentType, codec::Encoding};

/// A picture as it was posted, not yet looked into.
#[derive(Clone, Debug)]
pub struct Upload<const N: usize> {
    pub file: Bytes,
    /// Where to cut, in pixels of the picture as it is seen; `None` where the server chooses.
    pub place: Option<[u32; N]>,
    /// What was posted beside it, under names that its function knows.
    words: BTreeMap<&'static str, String>,
}

impl<const N: usize> Upload<N> {
    /// The word of a field; empty where it was left out.
    pub fn word(&self, name: &str) -> String {
        self.words.get(name).cloned().unwrap_or_default()
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
/// errors stand, the names of the numbers that say where to cut, and of the words that may be posted as well.
macro_rules! takes_picture {
    ($function:ident, $field:literal, $place:expr, $words:expr) => {
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
                Ok(Self { upload: $crate::picture::upload::receive(request, $field, $place, &$words).await? })
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

    /// Reads the field `file`; all of the numbers of `place`, or none of them; and those of `words` that are there.
    pub async fn receive<const N: usize>(
        request: Request,
        at: &'static str,
        place: [&'static str; N],
        words: &[&'static str],
    ) -> Result<Upload<N>, AppError> {
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| Code::BadRequest)?;
        let (mut file, mut numbers, mut said) = (None, [None; N], BTreeMap::new());
        while let Some(field) = form.next_field().await.map_err(|error| refusal(at, &error))? {
            let Some(name) = field.name().map(str::to_owned) else { return Err(Code::BadRequest.into()) };
            if name == "file" && file.is_none() {
                file = Some(read_file(at, field).await?);
                continue;
            }
            let text = field.text().await.map_err(|error| refusal(at, &error))?;
            if let Some(number) = place.iter().position(|known| *known == name) {
                numbers[number] = Some(text.parse::<u32>().map_err(|_| Code::BadRequest)?);
            } else if let Some(known) = words.iter().find(|known| **known == name) {
                said.insert(*known, text);
            } else {
                return Err(Code::BadRequest.into());
            }
        }
        let place = whole(numbers).ok_or(Code::BadRequest)?;
        let file = file.ok_or_else(|| AppError::field(at, Code::FileMissing))?;
        Ok(Upload { file, place, words: said })
    }

    /// All of the numbers, or `None` inside where there are none at all.
    fn whole<const N: usize>(numbers: [Option<u32>; N]) -> Option<Option<[u32; N]>> {
        if numbers.iter().all(Option::is_none) {
            return Some(None);
        }
        numbers.iter().all(Option::is_some).then(|| Some(numbers.map(Option::unwrap_or_default)))
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
