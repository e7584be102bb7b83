//! The one place for what every request must pass and every answer must carry: host and origin
//! checks, security headers, the content security policy and its nonce.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Code, Language};

use crate::{failures::refuse, router::Site, unsubscribe};

/// The policy of a file, stored or built: nothing in it is loaded or run as a page, and nobody frames it.
pub const FILE_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// The nonce of one answer; its page's inline scripts carry it.
#[derive(Clone, Debug)]
pub struct PageNonce(pub std::sync::Arc<str>);

/// Refuses requests for another host (421) and unsafe requests from another origin (403).
pub async fn check_request(State(site): State<Site>, request: Request, next: Next) -> Response {
    // Probes come by address, not by name.
    let probe = matches!(request.uri().path(), "/livez" | "/readyz");
    if !probe && !is_our_host(&request, &site) {
        let origin = &*site.origin;
        let text = [Language::Tr, Language::En].map(|l| texts::errors::other_host(l, origin)).join("\n");
        return (StatusCode::MISDIRECTED_REQUEST, text + "\n").into_response();
    }
    // Mail programs post to the link in a mail: what it does needs the link and asks for no cookie.
    let by_link = request.uri().path().starts_with(unsubscribe::PREFIX);
    let safe = by_link || matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && !is_same_origin(request.headers(), &site.origin) {
        tracing::warn!(path = request.uri().path(), "refused a request from another origin");
        return refuse(Code::Forbidden);
    }
    next.run(request).await
}

pub(crate) fn is_our_host(request: &Request, site: &Site) -> bool {
    let host = request.uri().authority().map(|authority| authority.as_str());
    let host = host.or_else(|| request.headers().get(header::HOST)?.to_str().ok());
    host.is_some_and(|host| host.eq_ignore_ascii_case(&site.host))
}

/// `Sec-Fetch-Site` where the browser sends it, else `Origin`; neither, and the request is refused: no
/// browser of the last years posts a form without one of them.
fn is_same_origin(headers: &HeaderMap, origin: &str) -> bool {
    let word = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match (word(HeaderName::from_static("sec-fetch-site")), word(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(from)) => from == origin,
        (None, None) => false,
    }
}

/// Whether the answer may be compressed. The size of a compressed page tells a listener whether something an attacker put into it stands
/// there a second time (BREACH); for that the attacker's site has the person's browser ask for it again and again. So a page is
/// compressed only when one of our own pages or the person asked for it, and the browser said so.
pub fn may_compress(headers: &HeaderMap) -> bool {
    let site = headers.get(HeaderName::from_static("sec-fetch-site"));
    site.is_some_and(|site| site == "same-origin" || site == "none")
}

/// Adds the security headers to every answer, and the nonce to every request.
pub async fn add_headers(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let nonce = services::token::random_text::<16>();
    request.extensions_mut().insert(PageNonce(nonce.as_str().into()));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let is_file = headers.get(header::CONTENT_SECURITY_POLICY).is_some_and(|policy| policy == FILE_POLICY);
    let of_pages = if is_file { &[][..] } else { &PAGES[..] };
    for &(name, value) in EVERYWHERE.iter().chain(of_pages) {
        let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
        // A logo is shown by mail programs, a mail's preview by our own page: those answers say so themselves.
        if matches!(name.as_str(), "cross-origin-resource-policy" | "x-frame-options") {
            headers.entry(name).or_insert(value);
        } else {
            headers.insert(name, value);
        }
    }
    if site.secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    if let Ok(policy) = HeaderValue::from_str(&policy(&nonce, &site)) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    // Built files: nobody has to guess in which letters they are written.
    if let Some(kind) = headers.get(header::CONTENT_TYPE).and_then(with_letters) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    // Whatever did not decide for itself is somebody's private page.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The type of a text that does not say its letters, with them: every text here is UTF-8.
fn with_letters(kind: &HeaderValue) -> Option<HeaderValue> {
    let kind = kind.to_str().ok()?;
    let silent = (kind.starts_with("text/") || kind == "image/svg+xml") && !kind.contains("charset");
    silent.then(|| HeaderValue::from_str(&format!("{kind}; charset=utf-8")).ok())?
}

const EVERYWHERE: [(&str, &str); 2] =
    [("x-content-type-options", "nosniff"), ("cross-origin-resource-policy", "same-origin")];

/// What says nothing about a file. A first visit brings fifty of them, most of a kilobyte.
const PAGES: [(&str, &str); 4] = [
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ("x-frame-options", "DENY"),
];

fn policy(nonce: &str, site: &Site) -> String {
    // `cargo leptos watch` reloads the page over a web socket.
    let reload = site.reload_port.map(|port| format!(" ws://127.0.0.1:{port}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob:; media-src 'self'; font-src 'self'; connect-src 'self'{reload}; frame-src 'self'; form-action 'self'; \
         manifest-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn nobody_else_learns_how_well_a_page_compresses() {
        for (site, may) in
            [("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false), ("", false)]
        {
            assert_eq!(may_compress(&headers(&[("sec-fetch-site", site)])), may, "{site}");
        }
        assert!(!may_compress(&headers(&[("origin", "https://ayar.example.com")])));
    }

    #[test]
    fn only_our_own_pages_may_change_anything() {
        let ours = "https://ayar.example.com";
        for (pairs, fine) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "same-site")][..], false),
            (&[("sec-fetch-site", "cross-site")][..], false),
            (&[("sec-fetch-site", "none")][..], false),
            (&[("origin", "https://ayar.example.com")][..], true),
            (&[("origin", "https://evil.example.com")][..], false),
            (&[("origin", "null")][..], false),
            // A forged Origin does not help where the browser told the truth.
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://ayar.example.com")][..], false),
            (&[][..], false),
        ] {
            assert_eq!(is_same_origin(&headers(pairs), ours), fine, "{pairs:?}");
        }
    }
}
