//! What a page asks the server when it opens.

use std::{any::Any, convert::Infallible, marker::PhantomData, pin::Pin, sync::Arc};

use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{error::Error, json};

/// What is asked, and the answer once it is there; written into the page by the server.
///
/// Answers of every type share one resource: what Leptos makes of a resource for each type is as much code as a small page
/// (docs/decisions/0047).
pub struct Loaded<T> {
    answer: Resource<Answer, AsGiven>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loaded<T> {}

/// Asks at once, and again whenever `source` changes.
pub fn load<S, T, Asked>(
    source: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S) -> Asked + Send + Sync + 'static,
) -> Loaded<T>
where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: Serialize + Clone + Send + Sync + 'static,
    Asked: Future<Output = T> + Send + 'static,
{
    let source = Memo::new(move |_| source());
    // All that the resource sees of the source.
    let changes = Memo::new(move |before: Option<&u32>| {
        // Read, not only tracked: never read it would count as changed later.
        source.with(|_| ());
        before.map_or(0, |before| before.wrapping_add(1))
    });
    let ask = move |_| -> Coming {
        let asked = ask(source.get_untracked());
        Box::pin(async move { Answer::given(asked.await) })
    };
    Loaded { answer: resource(changes, Box::new(ask)), of: PhantomData }
}

type Coming = Pin<Box<dyn Future<Output = Answer> + Send>>;

fn resource(changes: Memo<u32>, ask: Box<dyn Fn(u32) -> Coming + Send + Sync>) -> Resource<Answer, AsGiven> {
    Resource::new_with_options(move || changes.get(), ask, false)
}

impl<T> Loaded<T> {
    pub fn refetch(self) {
        self.answer.refetch();
    }
}

impl<T: DeserializeOwned + Clone + 'static> IntoFuture for Loaded<T> {
    type Output = T;
    type IntoFuture = Pin<Box<dyn Future<Output = T> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let answer = self.answer.into_future();
        Box::pin(async move { answer.await.take() })
    }
}

/// An answer of any type.
#[derive(Clone)]
enum Answer {
    Given {
        value: Arc<dyn Any + Send + Sync>,
        #[cfg(feature = "ssr")]
        write: fn(&dyn Any) -> serde_json::Result<String>,
    },
    /// As the server has written it into the page.
    Written(Arc<str>),
}

impl Answer {
    fn given<T: Serialize + Send + Sync + 'static>(value: T) -> Self {
        Self::Given {
            value: Arc::new(value),
            #[cfg(feature = "ssr")]
            write: |value| serde_json::to_string(&value.downcast_ref::<T>()),
        }
    }

    /// # Panics
    /// If it is of another type: page and Wasm are of one build, so it is not.
    fn take<T: DeserializeOwned + Clone + 'static>(self) -> T {
        let taken = match self {
            Self::Given { value, .. } => value.downcast_ref().cloned(),
            Self::Written(text) => json::read(&*text).ok(),
        };
        taken.unwrap_or_else(|| panic!("an answer of another type"))
    }
}

struct AsGiven;

impl Encoder<Answer> for AsGiven {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(answer: &Answer) -> serde_json::Result<String> {
        match answer {
            #[cfg(feature = "ssr")]
            Answer::Given { value, write } => write(&**value),
            #[cfg(not(feature = "ssr"))]
            Answer::Given { .. } => Ok(String::new()),
            Answer::Written(text) => Ok(text.as_ref().to_owned()),
        }
    }
}

impl Decoder<Answer> for AsGiven {
    type Error = Infallible;
    type Encoded = str;

    fn decode(text: &str) -> Result<Answer, Infallible> {
        Ok(Answer::Written(text.into()))
    }
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
