//! What every request passes and every answer carries.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, StatusCode},
};
use futures::future::join_all;

use crate::world::{Browser, World};

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let world = World::new().await;
    let mut browser = world.browser();
    for path in ["/login", "/nowhere", "/livez", "/pkg/ayar.123.css", "/settings/general"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert_eq!(
            answer.header("strict-transport-security"),
            "max-age=31536000; includeSubDomains",
            "{path}"
        );
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        // A file is no page: what only pages need is left out, and its policy lets nothing run.
        let is_file =
            answer.header("content-security-policy") == "default-src 'none'; frame-ancestors 'none'; sandbox";
        assert_eq!(is_file, path.starts_with("/pkg/"), "{path}");
        for (name, value) in [
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(answer.header(name), if is_file { "" } else { value }, "{path}: {name}");
        }
    }
    let gone = browser.get("/pkg/gone.css").await;
    assert_eq!((gone.status, gone.header("x-frame-options")), (StatusCode::NOT_FOUND, "DENY"));
}

#[tokio::test]
async fn inline_scripts_carry_the_nonce_of_the_policy_and_no_two_answers_share_one() {
    let world = World::new().await;
    let mut browser = world.browser();
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let answer = browser.get("/login").await;
        let policy = answer.header("content-security-policy").to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        for script in answer.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "a script without the nonce: {tag}");
        }
        assert!(!answer.body.contains(&format!("crossorigin=\"{nonce}\"")));
        assert!(!answer.body.contains(" style=\""), "the policy forbids style attributes");
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_are_drawn_at_once_keep_their_links_apart() {
    let world = World::new().await;
    let (ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let page = async |path| {
        let mut browser = world.browser();
        browser.cookies.clone_from(&ayse.cookies);
        browser.get(path).await
    };
    for _ in 0..4 {
        let paths = ["/login", "/settings/general", "/settings/hours", "/settings/help"].repeat(2);
        for answer in join_all(paths.into_iter().map(page)).await {
            assert_eq!(answer.body.matches("rel=\"modulepreload\"").count(), 1);
            assert_eq!(
                answer.body.matches(" crossorigin=").count(),
                answer.body.matches(" crossorigin=\"\"").count()
            );
        }
    }
}

#[tokio::test]
async fn a_page_links_what_its_piece_adds_to_the_style_of_every_page() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    for (path, sheets) in [
        ("/settings/billing", &["ayar", "billing"][..]),
        ("/calls", &["ayar", "calls"]),
        ("/settings/general", &["ayar"]),
        ("/nowhere", &["ayar"]),
    ] {
        let page = ayse.get(path).await;
        let (head, body) = page.body.split_once("<body").unwrap();
        assert_eq!(head.matches("rel=\"stylesheet\"").count(), sheets.len(), "{path}: {head}");
        for sheet in sheets {
            assert!(head.contains(&format!("href=\"/pkg/{sheet}.123.css\"")), "{path}: {head}");
        }
        assert!(head.contains("data-pieces=\"/pkg/*.123.css\""), "{path}: {head}");
        assert!(!body.contains("stylesheet"), "{path}");
    }
}

#[tokio::test]
async fn pages_are_never_stored_and_built_files_for_ever() {
    let world = World::new().await;
    let mut browser = world.browser();
    assert_eq!(browser.get("/login").await.header("cache-control"), "no-store");
    assert_eq!(browser.get("/nowhere").await.header("cache-control"), "no-store");
    let file = browser.get("/pkg/ayar.123.css").await;
    assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(file.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(browser.get("/favicon.svg").await.header("content-type"), "image/svg+xml; charset=utf-8");
    assert_eq!(browser.get("/pkg/gone.css").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_page_is_compressed_for_whoever_asked_for_it_themselves() {
    let world = World::new().await;
    let mut browser = world.browser();
    let plain = browser.get("/login").await;
    assert_eq!(plain.header("content-encoding"), "");
    for (path, site, encoding) in [
        ("/login", "same-origin", "br"),
        ("/login", "none", "br"),
        ("/login", "same-site", ""),
        ("/login", "cross-site", ""),
        ("/login", "", ""),
        ("/readyz", "same-origin", ""),
        ("/api/v1/openapi.json", "same-origin", ""),
    ] {
        let request = browser.request(Method::GET, path).header("accept-encoding", "gzip, br");
        let request = request.header("sec-fetch-site", site).body(Body::empty()).unwrap();
        let answer = browser.send(request).await;
        assert_eq!(answer.header("content-encoding"), encoding, "{path} {site:?}");
        if !encoding.is_empty() {
            assert!(answer.header("vary").contains("accept-encoding"), "{}", answer.header("vary"));
            // Letters, not bytes: what is no UTF-8 was replaced.
            assert!(answer.body.chars().count() < plain.body.len() / 2);
        }
    }
}

#[tokio::test]
async fn one_address_tries_only_so_often_without_being_signed_in() {
    let world = World::new().await;
    let (ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let choose = async |browser: &mut Browser<'_>, address: &str| {
        let mut request = browser
            .request(Method::POST, "/api/shell/choose-theme")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from("form[theme]=dark"))
            .unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address.parse().unwrap(), 1)));
        browser.send(request).await
    };
    let mut stranger = world.browser();
    let mut refused = None;
    for _ in 0..2000 {
        let answer = choose(&mut stranger, "203.0.113.9").await;
        if answer.status != StatusCode::OK {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("nobody is refused");
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "1");
    refused.assert_shows("too_many_tries");
    // Reading goes on, and so do others: from elsewhere, signed in, and behind a proxy of this machine.
    assert_eq!(stranger.get("/login").await.status, StatusCode::OK);
    assert_eq!(choose(&mut stranger, "203.0.113.10").await.status, StatusCode::OK);
    let mut signed_in = world.browser();
    signed_in.cookies.clone_from(&ayse.cookies);
    assert_eq!(choose(&mut signed_in, "203.0.113.9").await.status, StatusCode::OK);
    assert_eq!(choose(&mut stranger, "127.0.0.1").await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_host_is_misdirected() {
    let world = World::new().await;
    let mut browser = world.browser();
    let mut request = browser.request(Method::GET, "/login").body(Body::empty()).unwrap();
    request.headers_mut().insert("host", "evil.example".parse().unwrap());
    assert_eq!(browser.send(request).await.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_post_from_another_origin_is_refused_before_anything_happens() {
    let world = World::new().await;
    let mut browser = world.browser();
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("x-nothing", "")]
    {
        let request = browser
            .request(Method::POST, "/api/shell/choose-theme")
            .header(name, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("form[theme]=dark"))
            .unwrap();
        let answer = browser.send(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
        assert_eq!(answer.header("set-cookie"), "", "{name}");
    }
}

#[tokio::test]
async fn trace_is_not_spoken_and_nothing_is_echoed() {
    let world = World::new().await;
    let mut browser = world.browser();
    for path in ["/login", "/api/entrance/sign-in", "/api/v1/slots", "/pkg/ayar.123.css", "/nowhere"] {
        for site in ["same-origin", "cross-site"] {
            let request = browser.request(Method::TRACE, path).header("sec-fetch-site", site);
            let answer = browser.send(request.header("x-echo", "hello").body(Body::empty()).unwrap()).await;
            assert!(answer.status.is_client_error(), "{path} {site}: {}", answer.status);
            answer.assert_hides("hello");
        }
    }
}

#[tokio::test]
async fn nothing_outside_of_the_site_folder_is_served() {
    let world = World::new().await;
    let mut browser = world.browser();
    for path in [
        "/.git/HEAD",
        "/.git/config",
        "/pkg/",
        "/pkg",
        "/../hash.txt",
        "/%2e%2e/hash.txt",
        "/pkg/..%2f..%2fayar.db",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// A check that reads one value while another one is used would be no check.
#[tokio::test]
async fn a_field_that_is_given_twice_is_refused() {
    let world = World::new().await;
    let mut browser = world.browser();
    let fields = [("form[email]", "a@b.co"), ("form[password]", "x"), ("form[password]", "y")];
    assert_eq!(browser.call("entrance/sign-in", &fields).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.post("/login?do=entrance/sign-in", &fields).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_oversized_body_is_413_and_an_unknown_field_400() {
    let world = World::new().await;
    let mut browser = world.browser();
    let large = "x".repeat(3 * 1024 * 1024);
    let answer = browser.post("/login?do=entrance/sign-in", &[("form[email]", &large)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let answer = browser.call("entrance/sign-in", &[("form[email]", &large)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let medium = "x".repeat(600 * 1024);
    let answer = browser.post("/login?do=entrance/sign-in", &[("form[email]", &medium)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);

    let fields = [("form[email]", "a@b.co"), ("form[password]", "x"), ("form[admin]", "true")];
    assert_eq!(browser.call("entrance/sign-in", &fields).await.status, StatusCode::BAD_REQUEST);
    let fields = [("form[email]", "a@b.co"), ("form[password]", "x"), ("admin", "true")];
    assert_eq!(browser.call("entrance/sign-in", &fields).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.call("entrance/sign-in", &[]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.call("no/such-thing", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_unknown_page_helps_and_says_404() {
    let world = World::new().await;
    let answer = world.browser().get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    answer.assert_shows("Sayfa bulunamadı").assert_shows("lang=\"tr\"");
    let mut english = world.browser();
    english.language = "en";
    english.get("/nowhere").await.assert_shows("Page not found").assert_shows("lang=\"en\"");
}

#[tokio::test]
async fn theme_and_language_are_in_the_first_byte_of_the_page() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.get("/login").await.assert_shows("data-theme=\"system\"");
    let answer = browser.post("/login?do=shell/choose-theme", &[("form[theme]", "dark")]).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/login?saved=shell/choose-theme")
    );
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-ayar-theme=dark; Path=/; HttpOnly; SameSite=Lax;"), "{cookie}");
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    browser.post("/login?do=shell/choose-language", &[("form[language]", "en")]).await;
    browser.get("/login").await.assert_shows("data-theme=\"dark\"").assert_shows("lang=\"en\"");
    let answer = browser.call("shell/choose-theme", &[("form[theme]", "purple")]).await;
    assert_eq!(answer.status.as_u16(), 422);
}

#[tokio::test]
async fn the_start_leads_a_new_installation_to_sign_up_and_everybody_else_on() {
    let world = World::new().await;
    assert_eq!(world.browser().get("/").await.location(), "/signup");
    let (mut browser, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    assert_eq!(world.browser().get("/").await.location(), "/login");
    assert_eq!(browser.get("/").await.location(), "/settings/general");
}

#[tokio::test]
async fn a_private_page_leads_to_sign_in_and_remembers_where_one_wanted_to_go() {
    let world = World::new().await;
    let answer = world.browser().get("/settings/hours?at=1").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/login?next=%2Fsettings%2Fhours%3Fat%3D1");
}
