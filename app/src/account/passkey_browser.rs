//! The browser's side of [`super`]. Everything is looked up by name: where something is missing that is a
//! `PasskeyFailure`, not an exception.

use js_sys::{Function, JSON, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use super::{super::device, PasskeyFailure};

/// Ends an open question, by hand or when the view that made it is left.
#[derive(Clone, Copy, Debug)]
pub struct Abort(StoredValue<Option<AbortController>, LocalStorage>);

impl Abort {
    pub fn new() -> Self {
        let abort = Self(StoredValue::new_local(AbortController::new().ok()));
        on_cleanup(move || abort.abort());
        abort
    }

    pub fn abort(self) {
        self.0.try_with_value(|controller| controller.as_ref().map(AbortController::abort));
    }
}

impl Default for Abort {
    fn default() -> Self {
        Self::new()
    }
}

pub fn is_supported() -> bool {
    let has = |name| credential_class().and_then(|class| function(&class, name)).is_ok();
    container().is_ok() && has("parseCreationOptionsFromJSON") && has("parseRequestOptionsFromJSON")
}

pub async fn has_conditional() -> bool {
    let answer = async {
        let class = credential_class()?;
        settled(function(&class, "isConditionalMediationAvailable")?.call0(&class)).await
    };
    answer.await.is_ok_and(|answer| answer.is_truthy())
}

pub async fn create(options: &str) -> Result<String, PasskeyFailure> {
    let request = request("parseCreationOptionsFromJSON", options)?;
    let container = container()?;
    as_json(settled(function(&container, "create")?.call1(&container, &request)).await?)
}

pub async fn get(options: &str, abort: Option<Abort>) -> Result<String, PasskeyFailure> {
    let request = request("parseRequestOptionsFromJSON", options)?;
    if let Some(Abort(controller)) = abort {
        set(&request, "mediation", &"conditional".into())?;
        // Left already: nobody would end the question.
        let signal = controller
            .try_with_value(|controller| controller.as_ref().map(AbortController::signal))
            .flatten()
            .ok_or(PasskeyFailure::Cancelled)?;
        set(&request, "signal", &signal)?;
    }
    let container = container()?;
    as_json(settled(function(&container, "get")?.call1(&container, &request)).await?)
}

pub fn device_name() -> String {
    let agent = property(&window(), "navigator").and_then(|navigator| property(&navigator, "userAgent"));
    agent.ok().and_then(|agent| agent.as_string()).map(|agent| device::name(&agent)).unwrap_or_default()
}

/// `{ publicKey: … }`, the options translated by the browser.
fn request(parser: &str, options: &str) -> Result<JsValue, PasskeyFailure> {
    let class = credential_class()?;
    let options = JSON::parse(options).map_err(|_| PasskeyFailure::Other)?;
    let options = function(&class, parser)?.call1(&class, &options).map_err(|error| failure(&error))?;
    let request = Object::new().into();
    set(&request, "publicKey", &options)?;
    Ok(request)
}

fn as_json(credential: JsValue) -> Result<String, PasskeyFailure> {
    let plain = function(&credential, "toJSON")?.call0(&credential).map_err(|error| failure(&error))?;
    let text = JSON::stringify(&plain).map_err(|_| PasskeyFailure::Other)?;
    text.as_string().ok_or(PasskeyFailure::Other)
}

async fn settled(called: Result<JsValue, JsValue>) -> Result<JsValue, PasskeyFailure> {
    let promise: Promise =
        called.map_err(|error| failure(&error))?.dyn_into().map_err(|_| PasskeyFailure::Other)?;
    JsFuture::from(promise).await.map_err(|error| failure(&error))
}

/// Errors of Web Authentication are told apart by their names.
fn failure(error: &JsValue) -> PasskeyFailure {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
    match name.as_deref() {
        Some("NotAllowedError" | "AbortError") => PasskeyFailure::Cancelled,
        Some("InvalidStateError") => PasskeyFailure::AlreadyThere,
        Some("NotSupportedError") => PasskeyFailure::Unsupported,
        _ => PasskeyFailure::Other,
    }
}

fn credential_class() -> Result<JsValue, PasskeyFailure> {
    property(&window(), "PublicKeyCredential")
}

fn container() -> Result<JsValue, PasskeyFailure> {
    property(&property(&window(), "navigator")?, "credentials")
}

fn function(of: &JsValue, name: &str) -> Result<Function, PasskeyFailure> {
    property(of, name)?.dyn_into().map_err(|_| PasskeyFailure::Unsupported)
}

fn property(of: &JsValue, name: &str) -> Result<JsValue, PasskeyFailure> {
    let value = Reflect::get(of, &name.into()).map_err(|_| PasskeyFailure::Unsupported)?;
    if value.is_undefined() || value.is_null() { Err(PasskeyFailure::Unsupported) } else { Ok(value) }
}

fn set(object: &JsValue, name: &str, value: &JsValue) -> Result<(), PasskeyFailure> {
    Reflect::set(object, &name.into(), value).map(|_| ()).map_err(|_| PasskeyFailure::Other)
}
