//! Who calls: the access key, how often it may ask, and whose work it is in the log.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{AppError, Code, KeyId};
use services::{
    keys,
    origin::{self, Origin},
    token::PlainToken,
};
use tracing::{Span, field::display};

use super::problem::Refused;
use crate::{failures::request_id, limits::Limits, router::Site, security::is_our_host, session::address_of};

/// Requests that a key may make in a second, on each node; twice as many at once after a quiet time.
pub const A_SECOND: u32 = 100;
/// A layer: a request for another host is none of ours.
pub async fn check_host(State(site): State<Site>, request: Request, next: Next) -> Response {
    if is_our_host(&request, &site) {
        next.run(request).await
    } else {
        Refused::from(Code::WrongHost).into_response()
    }
}

/// A layer: lets programs in whose key is good, as often as they may.
pub async fn let_in(
    State((site, limits)): State<(Site, Limits<KeyId>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let (span, address) = (Span::current(), address_of(&request, &site));
    span.record("address", &*address);
    let machine = match bearer(request.headers()) {
        Some(token) => keys::authenticate(&site.context, &token).await,
        None => Err(Code::KeyInvalid.into()),
    };
    let machine = match machine {
        Ok(machine) => machine,
        Err(error) => return stranger(error),
    };
    span.record("key", display(machine.key));
    span.record("organisation", display(machine.organisation));
    let left = limits.spend(&machine.key);
    let mut answer = match left {
        Ok(_) => {
            let origin = Origin {
                address,
                request_id: request_id(request.extensions().get()).unwrap_or_default(),
                ..Origin::default()
            };
            request.extensions_mut().insert(machine);
            origin::within(origin, next.run(request)).await
        }
        Err(wait) => {
            Refused::from(AppError { retry_after: Some(wait), ..Code::RateLimited.into() }).into_response()
        }
    };
    answer.extensions_mut().insert(machine.language);
    let headers = answer.headers_mut();
    // draft-ietf-httpapi-ratelimit-headers-06
    for (name, value) in [
        ("ratelimit-limit", 2 * A_SECOND),
        ("ratelimit-remaining", left.unwrap_or(0)),
        ("ratelimit-reset", left.err().unwrap_or(1)),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
    answer
}

/// RFC 6750: nobody is told why a key is not good.
fn stranger(error: AppError) -> Response {
    let is_stranger = error.code == Code::KeyInvalid;
    let mut answer = Refused::from(error).into_response();
    if is_stranger {
        let challenge = HeaderValue::from_static("Bearer realm=\"ayar\"");
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    answer
}

fn bearer(headers: &HeaderMap) -> Option<PlainToken> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| PlainToken::received(token.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_as_a_bearer_token() {
        let read = |value: &'static str| {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(value))]);
            bearer(&headers).map(|token| token.reveal().to_owned())
        };
        assert_eq!(read("Bearer ayar_x").as_deref(), Some("ayar_x"));
        assert_eq!(read("bearer  ayar_x ").as_deref(), Some("ayar_x"));
        assert_eq!((read("Basic ayar_x"), read("ayar_x")), (None, None));
    }
}
