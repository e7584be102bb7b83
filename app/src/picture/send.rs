//! The upload of a picture.

use domain::{AppError, Code};
use web_sys::{Blob, FormData, XmlHttpRequest};

use super::Purpose;
use crate::post::post;

/// What is posted beside the file.
pub type Fields = Vec<(&'static str, String)>;

/// Sends the picture; `progress` hears percents of it. Gives the answer as it came.
pub async fn send(
    request: &XmlHttpRequest,
    purpose: &Purpose,
    picture: &Blob,
    fields: &Fields,
    progress: impl Fn(u32) + 'static,
) -> Result<String, AppError> {
    let form = FormData::new().and_then(|form| {
        for (name, value) in fields {
            form.append_with_str(name, value)?;
        }
        form.append_with_blob_and_filename("file", picture, purpose.field)?;
        Ok(form)
    });
    let form = form.map_err(|_| Code::Offline)?;
    post(request, purpose.save, &form, progress).await.map_err(|error| match error.code {
        Code::TooLarge => AppError::field(purpose.field, Code::FileTooLarge),
        _ => error,
    })
}
