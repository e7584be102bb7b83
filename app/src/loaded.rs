//! What a page asks the server when it opens.

use std::convert::Infallible;

use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::Error;

/// What is asked, and the answer once it is there; written into the page by the server.
pub type Loaded<T> = Resource<T, Json>;

/// Asks at once, and again whenever `source` changes.
pub fn load<S, T, Answer>(
    source: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S) -> Answer + Send + Sync + 'static,
) -> Loaded<T>
where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    Answer: Future<Output = T> + Send + 'static,
{
    Loaded::new_with_options(source, ask, false)
}

/// An answer that stands in the page's markup: where the server has drawn the page, the browser is not told it a second time. It has an empty
/// one then and reads the markup; whoever comes by a link asks.
pub type Drawn<T> = Resource<Result<T, Error>, InMarkup>;

/// Asks at once.
pub fn load_drawn<T, Answer>(ask: impl Fn() -> Answer + Send + Sync + 'static) -> Drawn<T>
where
    T: Default + Send + Sync + 'static,
    Answer: Future<Output = Result<T, Error>> + Send + 'static,
{
    Drawn::new_with_options(|| (), move |()| ask(), false)
}

pub struct InMarkup;

impl<T> Encoder<Result<T, Error>> for InMarkup {
    type Error = Infallible;
    type Encoded = String;

    fn encode(_: &Result<T, Error>) -> Result<String, Infallible> {
        Ok(String::new())
    }
}

impl<T: Default> Decoder<Result<T, Error>> for InMarkup {
    type Error = Infallible;
    type Encoded = str;

    fn decode(_: &str) -> Result<Result<T, Error>, Infallible> {
        Ok(Ok(T::default()))
    }
}

/// Leptos' own codec, but for how it reads.
pub struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(answer: &T) -> serde_json::Result<String> {
        serde_json::to_string(answer)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> serde_json::Result<T> {
        read(text)
    }
}

/// Reads JSON from bytes, as server functions read their answers: reading from text as well would bring every reader into the browser's
/// code twice.
pub fn read<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_slice(text.as_bytes())
}
