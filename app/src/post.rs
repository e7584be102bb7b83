//! A form with a file, sent by a script that tells how far it has come. Aborting the request ends it with `Offline`, as
//! losing the network does.

use domain::{AppError, Code};
use js_sys::Promise;
use leptos::server_fn::client::get_server_url;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, ProgressEvent, XmlHttpRequest};

use crate::{json, shell::gate};

/// Sends `form` to a server function (`general/save-photo`); `progress` hears percents of it. Gives the answer as it
/// came. Errors: the function's, `TooLarge`, `Offline`.
pub async fn post(
    request: &XmlHttpRequest,
    function: &str,
    form: &FormData,
    progress: impl Fn(u32) + 'static,
) -> Result<String, AppError> {
    let heard = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            progress((event.loaded() / event.total() * 100.0) as u32);
        }
    });
    let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    start(request, function, form, &heard).map_err(|_| Code::Offline)?;
    _ = JsFuture::from(ended).await;
    let answer = request.response_text().ok().flatten().unwrap_or_default();
    match request.status().unwrap_or_default() {
        200..=299 => Ok(answer),
        0 => Err(Code::Offline.into()),
        413 => Err(Code::TooLarge.into()),
        _ => {
            // A proxy's own page is no error of ours.
            let error: AppError = json::read(&answer).unwrap_or_else(|_| Code::Offline.into());
            gate::notice(error.code);
            Err(error)
        }
    }
}

fn start(
    request: &XmlHttpRequest,
    function: &str,
    form: &FormData,
    heard: &Closure<dyn FnMut(ProgressEvent)>,
) -> Result<(), JsValue> {
    request.open("POST", &format!("{}/api/{function}", get_server_url()))?;
    request.set_request_header("Accept", "application/json")?;
    request.upload()?.set_onprogress(Some(heard.as_ref().unchecked_ref()));
    request.send_with_opt_form_data(Some(form))
}
