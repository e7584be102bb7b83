//! How files travel: a `multipart/form-data` post with a category and then any number of files, as a plain form sends
//! it; a script sends one file at a time the same way. Nothing is held: each file is stored while it arrives.

use leptos::server_fn::{
    ContentType,
    codec::{Encoding, FromReq, IntoReq},
    error::{FromServerFnError, ServerFnErrorErr},
    request::ClientReq,
};

use super::api::UploadFiles;

/// The body, not read yet.
#[derive(Clone, Debug)]
pub struct Files {
    #[cfg(feature = "ssr")]
    form: receive::Form,
}

pub struct FilesPost;

impl ContentType for FilesPost {
    const CONTENT_TYPE: &'static str = "multipart/form-data";
}

impl Encoding for FilesPost {
    const METHOD: http::Method = http::Method::POST;
}

impl<E: FromServerFnError, Request: ClientReq<E>> IntoReq<FilesPost, Request, E> for UploadFiles {
    fn into_req(self, _path: &str, _accepts: &str) -> Result<Request, E> {
        let reason = "files are sent with progress".to_owned();
        Err(E::from_server_fn_error(ServerFnErrorErr::Request(reason)))
    }
}

#[cfg(not(feature = "ssr"))]
impl<E, Request> FromReq<FilesPost, Request, E> for UploadFiles
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
impl FromReq<FilesPost, axum::extract::Request, crate::error::Error> for UploadFiles {
    async fn from_req(request: axum::extract::Request) -> Result<Self, crate::error::Error> {
        // Nobody else may make us read megabytes.
        crate::server_side::admin()?;
        Ok(Self { files: Files { form: receive::Form::of(request).await? } })
    }
}

#[cfg(feature = "ssr")]
pub use receive::{Body, keep};

#[cfg(feature = "ssr")]
mod receive {
    use std::sync::{Arc, Mutex};

    use axum::{
        extract::{
            FromRequest, Multipart, Request,
            multipart::{Field, MultipartError},
        },
        http::StatusCode,
    };
    use domain::{
        AppError, Code,
        error::FieldErrors,
        knowledge::{MOST_AT_ONCE, UploadForm},
    };
    use futures::{
        SinkExt, StreamExt,
        channel::mpsc,
        stream::{self, BoxStream},
    };
    use leptos::server_fn::Bytes;

    use super::{super::api::Sent, Files};

    /// The content of a file, as it arrives.
    pub type Body = BoxStream<'static, Result<Bytes, ()>>;

    /// Taken by whoever reads it.
    #[derive(Clone, Debug)]
    pub struct Form(Arc<Mutex<Option<Multipart>>>);

    impl Form {
        pub async fn of(request: Request) -> Result<Self, AppError> {
            let form = Multipart::from_request(request, &()).await.map_err(|_| Code::BadRequest)?;
            Ok(Self(Arc::new(Mutex::new(Some(form)))))
        }

        fn take(&self) -> Option<Multipart> {
            self.0.lock().ok()?.take()
        }
    }

    /// Hands each file over as it comes. Errors: `files[n]` for the n-th, after the others were kept; whatever concerns no
    /// single file ends it.
    pub async fn keep<W>(files: Files, store: impl Fn(UploadForm, Body) -> W) -> Result<Vec<Sent>, AppError>
    where
        W: Future<Output = Result<Sent, AppError>>,
    {
        let mut form = files.form.take().ok_or(Code::BadRequest)?;
        let (mut category, mut sent, mut errors) = (String::new(), Vec::new(), FieldErrors::default());
        let mut number = 0;
        while let Some(field) = form.next_field().await.map_err(|error| refusal(&error))? {
            match field.name() {
                Some("category") => category = field.text().await.map_err(|error| refusal(&error))?,
                Some("file") => {
                    let name = field.file_name().unwrap_or_default().to_owned();
                    // An empty input is posted as a file without a name.
                    if name.is_empty() {
                        continue;
                    }
                    if number == MOST_AT_ONCE {
                        return Err(Code::TooLarge.into());
                    }
                    let upload = UploadForm { name, category: category.clone() };
                    match hand_over(&store, upload, field).await {
                        Ok(file) => sent.push(file),
                        Err(error) => match error.fields.first() {
                            Some(fault) => errors.push(format!("files[{number}]"), fault.code),
                            None => return Err(error),
                        },
                    }
                    number += 1;
                }
                _ => return Err(Code::BadRequest.into()),
            }
        }
        if number == 0 {
            return Err(AppError::field("files", Code::FileMissing));
        }
        errors.finish()?;
        Ok(sent)
    }

    /// The use-case works in a task of its own and can't borrow: the pieces go to it one by one.
    async fn hand_over<W>(
        store: &impl Fn(UploadForm, Body) -> W,
        form: UploadForm,
        mut field: Field<'_>,
    ) -> Result<Sent, AppError>
    where
        W: Future<Output = Result<Sent, AppError>>,
    {
        let (mut pieces, arriving) = mpsc::channel::<Option<Bytes>>(1);
        let send = async move {
            while let Ok(piece) = field.chunk().await {
                let is_last = piece.is_none();
                if pieces.send(piece).await.is_err() || is_last {
                    break;
                }
            }
            // Without the word that it was the last, it broke off.
        };
        let (stored, ()) = futures::join!(store(form, body(arriving)), send);
        stored
    }

    fn body(arriving: mpsc::Receiver<Option<Bytes>>) -> Body {
        stream::unfold(Some(arriving), |arriving| async move {
            let mut arriving = arriving?;
            match arriving.next().await {
                Some(Some(piece)) => Some((Ok(piece), Some(arriving))),
                Some(None) => None,
                None => Some((Err(()), None)),
            }
        })
        .boxed()
    }

    fn refusal(error: &MultipartError) -> AppError {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge.into(),
            _ => Code::BadRequest.into(),
        }
    }
}
