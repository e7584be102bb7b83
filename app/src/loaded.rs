//! What a page asks the server when it opens.

use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

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
