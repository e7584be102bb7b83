//! How a server function is called: a form goes there, JSON comes back.
//!
//! Leptos' own protocol is made for each function anew, from the request to the last error. Here only writing the form and
//! reading the answer know their types (docs/decisions/0047).

use http::Method;
use leptos::server_fn::{
    Bytes, ContentType, Protocol,
    client::Client,
    error::{FromServerFnError, ServerFnErrorErr as Wrong},
    request::Req,
    response::TryRes,
    server::Server,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::Error,
    json::{self, Json},
};

/// `application/x-www-form-urlencoded`, as a browser sends a form, and JSON.
pub struct FormToJson;

impl<Input, Output, C, S> Protocol<Input, Output, C, S, Error> for FormToJson
where
    Input: Serialize + DeserializeOwned + Send,
    Output: Serialize + DeserializeOwned + Send,
    C: Client<Error>,
    S: Server<Error>,
{
    const METHOD: Method = Method::POST;

    async fn run_server<F, Fut>(request: S::Request, server_fn: F) -> Result<S::Response, Error>
    where
        F: Fn(Input) -> Fut + Send,
        Fut: Future<Output = Result<Output, Error>> + Send,
    {
        let form = Req::<Error>::try_into_string(request).await?;
        let answer = server_fn(parse(&form).map_err(|error| wrong(Wrong::Args, &error))?).await?;
        let json = serde_json::to_vec(&answer).map_err(|error| wrong(Wrong::Serialization, &error))?;
        TryRes::<Error>::try_from_bytes(Json::CONTENT_TYPE, json.into())
    }

    fn run_client(path: &str, input: Input) -> impl Future<Output = Result<Output, Error>> + Send {
        let form = serde_qs::to_string(&input).map_err(|error| wrong(Wrong::Serialization, &error));
        async move {
            let json = ask(path, form?).await?;
            json::read(json).map_err(|error| wrong(Wrong::Deserialization, &error))
        }
    }
}

/// A form as a browser posts it. Five names deep: `form[days][0][intervals][1][start]`.
pub(crate) fn parse<T: DeserializeOwned>(form: &str) -> Result<T, serde_qs::Error> {
    serde_qs::Config::new(5, false).deserialize_str(form)
}

fn wrong(kind: fn(String) -> Wrong, error: &dyn std::fmt::Display) -> Error {
    Error::from_server_fn_error(kind(error.to_string()))
}

/// Sends a form to a server function.
#[cfg(feature = "hydrate")]
pub(crate) async fn ask(path: &str, form: String) -> Result<Bytes, Error> {
    use leptos::server_fn::{
        client::browser::BrowserClient,
        codec::PostUrl,
        request::{ClientReq, browser::BrowserRequest},
        response::ClientRes,
    };

    let request = <BrowserRequest as ClientReq<Error>>::try_new_post(
        path,
        PostUrl::CONTENT_TYPE,
        Json::CONTENT_TYPE,
        form,
    )?;
    let answer = <BrowserClient as Client<Error>>::send(request).await?;
    let refused = ClientRes::<Error>::status(&answer) >= 400;
    let bytes = ClientRes::<Error>::try_into_bytes(answer).await?;
    if refused { Err(Error::de(bytes)) } else { Ok(bytes) }
}

/// Nothing is sent while the server draws a page.
#[cfg(not(feature = "hydrate"))]
pub(crate) async fn ask(_: &str, _: String) -> Result<Bytes, Error> {
    Err(domain::Code::Offline.into())
}
