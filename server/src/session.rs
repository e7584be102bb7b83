//! The layer that finds out who is asking, in which language, from which browser; and that
//! keeps people who are not signed in away from private pages.
//!
//! Somebody whose session is over learns why: as a code where a script asked, as a word in the address of the
//! sign-in page where a person did.

use std::net::{IpAddr, SocketAddr};

use app::{
    billing::api::WatchSlots,
    campaigns::api::WatchCampaign,
    dashboard::api::WatchToday,
    data::api::WatchExport,
    paths,
    server_side::{Cookie, Facts},
    state::Theme,
    support::api::WatchSupport,
};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use domain::{AppError, Code, Language};
use leptos::server_fn::ServerFn;
use services::{
    origin::{self, Origin},
    session::{self, Browser},
    token::PlainToken,
};
use tracing::{Span, field::display};

use crate::{
    failures::{refuse, request_id},
    router::Site,
    support,
};

/// Puts [`Facts`] into the request, and sends strangers to the sign-in page. Whatever the request changes carries its
/// address and id into the audit trail.
pub async fn recognise(
    State(site): State<Site>,
    jar: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    // Built files are everybody's.
    if request.uri().path().starts_with(&*site.package) {
        return next.run(request).await;
    }
    let cookie = |cookie: Cookie| jar.get(cookie.name(site.secure)).map(|cookie| cookie.value().to_owned());
    let visit = match cookie(Cookie::Session) {
        Some(token) => session::authenticate(&site.context, &PlainToken::received(&token)).await,
        None => Err(Code::Unauthenticated.into()),
    };
    let visit = match visit {
        Ok(visit)
            if ![
                WatchSupport::PATH,
                WatchSlots::PATH,
                WatchToday::PATH,
                WatchCampaign::PATH,
                WatchExport::PATH,
            ]
            .contains(&request.uri().path()) =>
        {
            session::note_activity(&site.context, &visit).await.map(|()| visit)
        }
        visit => visit,
    };
    let (mut visit, ended) = match visit {
        Ok(visit) => (Some(visit), Code::Unauthenticated),
        Err(error) if error.code.is_signed_out() => (None, error.code),
        Err(error) => return refuse(error),
    };
    let headers = request.headers();
    let language = visit.as_ref().map_or_else(|| language_of(headers), |visit| visit.account.language);
    let request_id = request_id(request.extensions().get()).unwrap_or_default();
    let asked = visit.as_mut().map(|visit| support::ask(visit, &request)).unwrap_or_default();
    let facts = Facts {
        request_id: request_id.clone(),
        refused: asked.refused,
        language,
        theme: cookie(Cookie::Theme).as_deref().and_then(Theme::from_word).unwrap_or_default(),
        secure: site.secure,
        known_browser: cookie(Cookie::Browser),
        challenge: cookie(Cookie::Challenge),
        ended,
        browser: Browser { name: browser_name(headers), address: address_of(&request, &site) },
        visit,
    };
    let span = Span::current();
    span.record("address", &*facts.browser.address);
    if let Some(visit) = &facts.visit {
        span.record("person", display(visit.account.person));
        if let Some(organisation) = visit.account.organisation {
            span.record("organisation", display(organisation));
        }
    }
    if facts.visit.is_none() {
        if !request.method().is_safe()
            && let Some(address) = client_address(&request, &site.trusted_proxies)
            && let Err(wait) = site.strangers.try_from(address)
        {
            return refuse(AppError { retry_after: Some(wait), ..Code::TooManyTries.into() });
        }
        if let Some(refusal) = refuse_stranger(&request, ended) {
            return refusal;
        }
    }
    if let Some(code) = facts.refused.filter(|_| request.uri().path().starts_with("/files/")) {
        return refuse(code);
    }
    let inside = facts.visit.as_ref().and_then(|visit| visit.account.support);
    let origin = Origin {
        address: facts.browser.address.clone(),
        request_id,
        on_behalf_of: inside.and_then(|inside| inside.consented_by),
        reads_only: asked.reads_only,
    };
    request.extensions_mut().insert(facts);
    origin::within(origin, next.run(request)).await
}

/// The language of somebody who is not signed in: what they chose in this browser, or what it asks for.
pub fn language_of(headers: &HeaderMap) -> Language {
    let jar = CookieJar::from_headers(headers);
    let chosen = [true, false].into_iter().find_map(|secure| jar.get(Cookie::Language.name(secure)));
    let chosen = chosen.and_then(|cookie| Language::from_tag(cookie.value()));
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    chosen.or_else(|| accepted.and_then(Language::from_accept_language)).unwrap_or_default()
}

/// Private pages lead to sign-in and back; private data answers 401. `ended` says how a session came to its end,
/// if there was one.
fn refuse_stranger(request: &Request, ended: Code) -> Option<Response> {
    let path = request.uri().path();
    if path.starts_with("/files/") {
        return Some(refuse(ended));
    }
    if ![
        "/settings",
        "/account",
        paths::DASHBOARD,
        paths::CALLS,
        paths::CAMPAIGNS,
        paths::NOTICES,
        paths::REPORTS,
    ]
    .into_iter()
    .any(|room| path.starts_with(room))
    {
        return None;
    }
    let page = matches!(*request.method(), Method::GET | Method::HEAD);
    let wanted = request.uri().path_and_query().map_or(path, |wanted| wanted.as_str());
    let wanted = if page { wanted } else { path };
    let next: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    let ended =
        if ended == Code::Unauthenticated { String::new() } else { format!("&ended={}", ended.as_str()) };
    Some(Redirect::to(&format!("{}?next={next}{ended}", paths::LOGIN)).into_response())
}

/// Where a request comes from, as it is kept.
pub fn address_of(request: &Request, site: &Site) -> String {
    prefix(client_address(request, &site.trusted_proxies))
}

/// The last address that a declared proxy vouches for, else the peer's. Read from the right, where the proxies write; what
/// can't be read ends the chain, because further left stands what the client wrote itself.
fn client_address(request: &Request, proxies: &[IpAddr]) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())?;
    if !proxies.contains(&peer) {
        return Some(peer);
    }
    let headers = request.headers().get_all("x-forwarded-for");
    let entries: Vec<&str> =
        headers.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();
    let mut address = peer;
    for entry in entries.into_iter().rev() {
        let Some(next) = forwarded(entry.trim()) else { break };
        address = next;
        if !proxies.contains(&address) {
            break;
        }
    }
    Some(address)
}

/// An address as proxies write it: with or without a port.
fn forwarded(entry: &str) -> Option<IpAddr> {
    entry.parse().or_else(|_| entry.parse::<SocketAddr>().map(|address| address.ip())).ok()
}

/// `192.0.2.0/24`, `2001:db8:1:2::/64`: enough to recognise a place, too little to track a person.
fn prefix(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(v4)) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Some(IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{}/64", std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        None => String::new(),
    }
}

/// "Firefox · Windows" from the User-Agent header: family and system, no versions.
fn browser_name(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| agent.contains(mark)).map_or("", |(_, name)| name)
    };
    // Order matters: Edge and Opera say Chrome too, Chrome says Safari too.
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("YaBrowser", "Yandex"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    [browser, system].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The status of an error, always a valid one.
pub fn status(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::HeaderValue};

    fn request(peer: &str, forwarded: &str) -> Request {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        request
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_declared_proxy() {
        let proxies = ["10.0.0.1".parse().unwrap()];
        let address =
            |peer, forwarded| client_address(&request(peer, forwarded), &proxies).unwrap().to_string();
        assert_eq!(address("203.0.113.9", "1.2.3.4"), "203.0.113.9");
        assert_eq!(address("10.0.0.1", "1.2.3.4"), "1.2.3.4");
        // What the client wrote itself stands further left.
        assert_eq!(address("10.0.0.1", "6.6.6.6, 1.2.3.4"), "1.2.3.4");
        assert_eq!(address("10.0.0.1", "nonsense"), "10.0.0.1");
        assert_eq!(
            address("10.0.0.1", "6.6.6.6, nonsense"),
            "10.0.0.1",
            "what is left of it is the client's own"
        );
        assert_eq!(address("10.0.0.1", "6.6.6.6, 1.2.3.4:5678"), "1.2.3.4");
        assert_eq!(address("10.0.0.1", "6.6.6.6, [2001:db8::1]:443"), "2001:db8::1");
    }

    #[test]
    fn addresses_are_kept_as_prefixes() {
        assert_eq!(prefix(Some("203.0.113.77".parse().unwrap())), "203.0.113.0/24");
        assert_eq!(prefix(Some("2001:db8:1:2:3:4:5:6".parse().unwrap())), "2001:db8:1:2::/64");
        assert_eq!(prefix(Some("::ffff:203.0.113.77".parse().unwrap())), "203.0.113.0/24");
        assert_eq!(prefix(None), "");
    }

    #[test]
    fn browsers_are_named_by_family_and_system() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
                "Chrome · Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox · Linux"),
            (
                "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/30.0 Chrome/150.0.0.0 Mobile Safari/537.36",
                "Samsung Internet · Android",
            ),
            ("curl/8.5.0", ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
            assert_eq!(browser_name(&headers), name);
        }
    }
}
