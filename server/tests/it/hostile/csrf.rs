//! A page of somebody else's that has our visitor's browser send something. Each server function, in the shapes a page of
//! another origin can give a request, from the browser of an owner: refused, and nothing is written.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};

use super::{acts, stored};
use crate::{
    permissions::{belongings, content_type},
    world::World,
};

/// What a browser says of a request that is none of our pages', or says nothing of.
const FOREIGN: &[&[(&str, &str)]] = &[
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "none")],
    &[("sec-fetch-site", "")],
    &[("sec-fetch-site", "SAME-ORIGIN")],
    &[("sec-fetch-site", "same-origin, cross-site")],
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[("origin", "")],
    &[("origin", "http://ayar.example")],
    &[("origin", "https://ayar.example:8443")],
    &[("origin", "https://ayar.example:443")],
    &[("origin", "https://ayar.example.evil.example")],
    &[("origin", "https://evil-ayar.example")],
    &[("origin", "https://www.ayar.example")],
    &[("origin", "https://ayar.example@evil.example")],
    &[("origin", "https://ayar.example.")],
    &[("origin", "https://ayar.example/")],
    &[("origin", "https://AYAR.example")],
    &[("origin", "https://ayar.example, https://evil.example")],
    &[("origin", "https://ayar.example\u{0}")],
    &[("referer", "https://ayar.example/settings/general")],
    &[],
    // The browser told the truth; what else is said does not count.
    &[("sec-fetch-site", "cross-site"), ("origin", "https://ayar.example")],
    &[
        ("sec-fetch-site", "same-site"),
        ("origin", "https://ayar.example"),
        ("referer", "https://ayar.example/"),
    ],
    &[
        ("x-forwarded-host", "ayar.example"),
        ("x-forwarded-proto", "https"),
        ("x-requested-with", "XMLHttpRequest"),
    ],
    &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-user", "?1")],
];

/// The kinds a form of another site can have, and that of a script there which asks first.
const KINDS: [&str; 5] = [
    "",
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=b",
    "application/json",
];

#[tokio::test]
async fn no_page_of_somebody_elses_has_anything_done() {
    let world = World::new().await;
    let (ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let of = belongings(&world, actor).await;
    let (before, mut tried) = (stored(&world).await, 0);
    for (number, (route, body)) in acts(&of).into_iter().enumerate() {
        let function = route.trim_start_matches("/api/");
        let doors = [
            route.to_owned(),
            format!("/settings/general?do={function}"),
            format!("/at/{}{route}", actor.organisation),
        ];
        for (other, headers) in FOREIGN.iter().enumerate() {
            // Each shape meets each kind and each door many times over.
            let door = &doors[(number + other) % doors.len()];
            let kind = KINDS[(number / doors.len() + other) % KINDS.len()];
            let mut browser = world.browser();
            browser.cookies.clone_from(&ayse.cookies);
            let mut request = browser.request(Method::POST, door);
            for (name, value) in *headers {
                // What no header can hold, no browser sends.
                if let Ok(value) = axum::http::HeaderValue::from_str(value) {
                    request = request.header(*name, value);
                }
            }
            if !kind.is_empty() {
                request = request.header("content-type", kind);
            }
            let answer = browser.send(request.body(Body::from(body.clone())).unwrap()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{door} {headers:?} {kind}");
            assert_eq!((answer.header("set-cookie"), answer.location()), ("", ""), "{door} {headers:?}");
            tried += 1;
        }
    }
    assert_eq!(stored(&world).await, before);
    println!("{tried} requests refused");

    // The same bodies from our own pages get further, and the comparison sees what they do.
    for (headers, own) in [("sec-fetch-site", "same-origin"), ("origin", "https://ayar.example")] {
        for (route, body) in acts(&of) {
            let mut browser = world.browser();
            browser.cookies.clone_from(&ayse.cookies);
            let request = browser.request(Method::POST, route).header(headers, own);
            let request = request.header("content-type", content_type(route)).body(Body::from(body)).unwrap();
            let answer = browser.send(request).await;
            assert!(!answer.body.contains("\"code\":\"forbidden\""), "{route}: {}", answer.body);
        }
    }
    assert_ne!(stored(&world).await, before);
}

/// A link, a picture or a script of another page asks by GET, and some servers let a header or a field say that it is a POST.
#[tokio::test]
async fn a_function_is_called_by_post_and_nothing_makes_another_method_one() {
    let world = World::new().await;
    let (ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let of = belongings(&world, actor).await;
    let before = stored(&world).await;
    for (route, body) in acts(&of) {
        let path = match body.starts_with("--b") {
            true => route.to_owned(),
            false => format!("{route}?{}&_method=POST", body.replace(' ', "%20")),
        };
        for method in [
            Method::GET,
            Method::HEAD,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
            Method::TRACE,
        ] {
            let mut browser = world.browser();
            browser.cookies.clone_from(&ayse.cookies);
            let mut request = browser.request(method.clone(), &path).header("sec-fetch-site", "same-origin");
            for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
                request = request.header(name, "POST");
            }
            let request =
                request.header("content-type", content_type(route)).body(Body::from(body.clone())).unwrap();
            let answer = browser.send(request).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
    }
    assert_eq!(stored(&world).await, before);
}
